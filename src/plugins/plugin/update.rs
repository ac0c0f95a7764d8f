//! Updating a plugin from git, and pinning it. Reference 03 §3.2.

use std::path::Path;

use super::PluginError;
use super::tree::Name;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::tools::plugin_source::git;

/// File that remembers what a plugin is pinned to.
const PIN: &str = ".plugin_committish";

/// `plugn update NAME [COMMITTISH]`: pulls the branch that the plugin is on, or pins it.
pub fn update(ctx: &Ctx, text: &str, committish: &str) -> Outcome {
    let found = Name::parse(text).ok().filter(|name| name.is_available(ctx));
    let Some(name) = found else {
        ctx.ui.line(format!("Plugin ({text}) not installed"));
        return Err(Failure::Status(1));
    };
    if name.is_core(ctx) {
        return Err(PluginError::Core("update").into());
    }
    let dir = name.available(ctx);
    if !dir.join(".git").exists() {
        return Err(PluginError::NotGit(text.to_owned()).into());
    }
    if committish.is_empty() {
        return pull(ctx, text, &dir);
    }
    pin(ctx, &dir, committish)?;
    ctx.ui.line(format!(
        "Plugin ({text}) updated and pinned to {committish}"
    ));
    Ok(())
}

fn pull(ctx: &Ctx, name: &str, dir: &Path) -> Outcome {
    if is_detached(ctx, dir) {
        let pinned = std::fs::read_to_string(dir.join(PIN)).unwrap_or_default();
        ctx.ui
            .line(format!("Plugin pinned to {}", pinned.trim_end()));
        return Ok(());
    }
    hushed(ctx, dir, &["pull", "--ff-only"])?;
    ctx.ui.line(format!("Plugin ({name}) updated"));
    Ok(())
}

fn pin(ctx: &Ctx, dir: &Path, committish: &str) -> Outcome {
    hushed(ctx, dir, &["fetch", "--tags", "origin"])?;
    hushed(ctx, dir, &["checkout", committish, "--"])?;
    if !is_detached(ctx, dir) {
        // A branch that was there before does not follow the fetch by itself.
        hushed(ctx, dir, &["pull", "--ff-only"])?;
    }
    ctx.store.write(dir.join(PIN), format!("{committish}\n"))?;
    Ok(())
}

fn is_detached(ctx: &Ctx, dir: &Path) -> bool {
    !ctx.output(&git(dir, &["symbolic-ref", "--quiet", "HEAD"]))
        .ok()
}

/// Runs git and shows what it says only when it fails.
fn hushed(ctx: &Ctx, dir: &Path, words: &[&str]) -> Outcome {
    let output = ctx.output(&git(dir, words));
    if !output.ok() {
        ctx.ui.err_bytes(&output.stderr);
    }
    Failure::from_status(output.status)
}
