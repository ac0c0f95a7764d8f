//! Downloading a plugin into `available/`, by git or as a tarball. Reference 03 §3.1.

use std::path::{Path, PathBuf};

use super::PluginError;
use super::tree::{self, Name};
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::tools::plugin_source as source;

/// Downloads a plugin. It appears whole or not at all.
pub fn fetch(ctx: &Ctx, url: &str, name: &Name) -> Outcome {
    if is_archive(url) {
        unpack(ctx, url, name)
    } else {
        // git removes what it made when it fails, and refuses a target that is there (128).
        ctx.run(&source::clone(&tree::available(ctx), url, name.as_str()))
    }
}

/// Whether a URL is that of a tarball.
pub fn is_archive(url: &str) -> bool {
    url.ends_with(".tar.gz") || url.ends_with(".tgz")
}

fn unpack(ctx: &Ctx, url: &str, name: &Name) -> Outcome {
    let download = downloader(ctx, url)?;
    let target = name.available(ctx);
    if target.symlink_metadata().is_ok() {
        return Err(PluginError::Present(name.as_str().to_owned()).into());
    }
    let temp = tree::available(ctx).join(format!(".{}.{}", name.as_str(), std::process::id()));
    ctx.store.make_dir(&temp)?;
    let output = ctx.pipeline(&download, &source::unpack(&temp));
    ctx.ui.err_bytes(&output.stderr);
    let moved = Failure::from_status(output.status)
        .and_then(|()| ctx.run(&source::rename(&content(&temp), &target)));
    ctx.store.remove_tree(temp)?;
    moved
}

/// The single directory of an archive that has just one, else the archive's root.
fn content(dir: &Path) -> PathBuf {
    let entries: Vec<PathBuf> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    match entries.as_slice() {
        [only] if only.is_dir() && !only.is_symlink() => only.clone(),
        _ => dir.to_owned(),
    }
}

fn downloader(ctx: &Ctx, url: &str) -> Result<Cmd, PluginError> {
    if is_on_path(ctx, "curl") {
        Ok(source::curl(url))
    } else if is_on_path(ctx, "wget") {
        Ok(source::wget(url))
    } else {
        Err(PluginError::NoDownloader)
    }
}

fn is_on_path(ctx: &Ctx, program: &str) -> bool {
    let path = ctx.env.get("PATH");
    path.split(':')
        .any(|dir| Path::new(dir).join(program).is_file())
}
