//! From a source tree to a build: choose the builder, tell the plugins, receive. Shared by git and
//! tar deploys. Reference 12 §5.4–§5.5, 20 §1.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::files;
use crate::plugins::common::release::{self, Builder};
use nix::unistd::Uid;

/// A temporary directory for a source tree, readable for all (docker may not be dokku). What killed
/// builds have left of theirs goes.
pub fn work_dir(ctx: &Ctx, purpose: &str) -> Outcome<WorkDir> {
    for left in left_behind(purpose) {
        remove(ctx, &left);
    }
    let prefix = format!("dokku-{}-{purpose}.", ctx.env.get("DOKKU_PID"));
    let dir = tempfile::Builder::new()
        .prefix(&prefix)
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir()?;
    Ok(WorkDir {
        path: dir.keep(),
        ctx: ctx.clone(),
    })
}

/// A temporary directory that goes when it is dropped, however deep the tree in it is.
pub struct WorkDir {
    path: PathBuf,
    ctx: Ctx,
}

impl WorkDir {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for WorkDir {
    fn drop(&mut self) {
        remove(&self.ctx, &self.path);
    }
}

/// Removes a tree; it is in nobody's way if it stays.
fn remove(ctx: &Ctx, dir: &Path) {
    // The store holds a file open for each level, and a pushed tree may have too many for that.
    if ctx.store.remove_tree(dir).is_err() {
        ctx.silent(&Cmd::new("rm").args(["-rf", "--"]).arg(dir));
    }
}

/// Directories of this user's builds (`dokku-PID-PURPOSE.XXXXXX`) whose process is gone.
fn left_behind(purpose: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(std::env::temp_dir());
    let entries = entries.into_iter().flatten().flatten();
    let left = entries.filter(|entry| {
        let name = entry.file_name();
        let builder = name.to_str().and_then(|name| builder_of(name, purpose));
        builder.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists())
            && entry
                .metadata()
                .is_ok_and(|meta| meta.is_dir() && meta.uid() == Uid::effective().as_raw())
    });
    left.map(|entry| entry.path()).collect()
}

/// The process that a build's directory names.
fn builder_of(name: &str, purpose: &str) -> Option<u32> {
    let (pid, behind) = name.strip_prefix("dokku-")?.split_once('-')?;
    behind.strip_prefix(purpose)?.strip_prefix('.')?;
    pid.parse().ok()
}

/// Runs a source build with `ESC[1G` in front of each line of stdout, unless
/// `DOKKU_DISABLE_ANSI_PREFIX_REMOVAL` is `true`.
pub fn filtered(ctx: &Ctx, app: &App, work: impl FnOnce() -> Outcome) -> Outcome {
    if ctx.config(app, "DOKKU_DISABLE_ANSI_PREFIX_REMOVAL") == "true" {
        work()
    } else {
        ctx.ui.prefixed(work)
    }
}

/// Builds and deploys the source tree in `dir`; `revision` is empty for tarballs.
pub fn trigger_build(ctx: &Ctx, app: &App, dir: &Path, revision: &str) -> Outcome {
    let ctx = &ctx.with_cwd(dir);
    let tree = dir.to_string_lossy();
    ctx.trigger("post-extract", &[app, &tree, revision])?;
    let builder = detect(dir, &ctx.app_config(app, "BUILDPACK_URL"));
    ctx.trigger("pre-receive-app", &[app, builder.name(), &tree, revision])?;
    release::receive(ctx, app, builder.name(), dir)
}

/// A Dockerfile wins unless the tree or the app names a buildpack (reference 20 §1).
fn detect(dir: &Path, buildpack_url: &str) -> Builder {
    let env = files::in_tree(dir, ".env").unwrap_or_default();
    let names_buildpack = String::from_utf8_lossy(&env).contains("BUILDPACK_URL")
        || dir.join(".buildpacks").is_file()
        || !buildpack_url.is_empty();
    if dir.join("Dockerfile").is_file() && !names_buildpack {
        Builder::Dockerfile
    } else {
        Builder::Herokuish
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_dockerfile_yields_to_any_named_buildpack() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        assert_eq!(detect(dir.path(), ""), Builder::Herokuish);
        write("Dockerfile", "FROM x\n");
        assert_eq!(detect(dir.path(), ""), Builder::Dockerfile);
        assert_eq!(detect(dir.path(), "http://b"), Builder::Herokuish);
        write(".env", "# BUILDPACK_URL\n");
        assert_eq!(detect(dir.path(), ""), Builder::Herokuish);
        write(".env", "");
        write(".buildpacks", "");
        assert_eq!(detect(dir.path(), ""), Builder::Herokuish);
    }

    #[test]
    fn a_tree_is_searched_without_leaving_it_or_waiting_for_a_pipe() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let tree = dir.path().join("tree");
        std::fs::create_dir(&tree).unwrap();
        std::fs::write(tree.join("Dockerfile"), "FROM x\n").unwrap();
        std::fs::write(dir.path().join("outside"), "BUILDPACK_URL=x\n").unwrap();
        symlink("../outside", tree.join(".env")).unwrap();
        assert_eq!(detect(&tree, ""), Builder::Dockerfile);
        std::fs::remove_file(tree.join(".env")).unwrap();
        std::fs::write(tree.join("inside"), "BUILDPACK_URL=x\n").unwrap();
        symlink("inside", tree.join(".env")).unwrap();
        assert_eq!(detect(&tree, ""), Builder::Herokuish);
        std::fs::remove_file(tree.join(".env")).unwrap();
        nix::unistd::mkfifo(&tree.join(".env"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(detect(&tree, ""), Builder::Dockerfile);
    }

    #[test]
    fn only_a_builds_own_directories_are_taken_for_left_behind() {
        let of = |name: &str| builder_of(name, "git_build_app_repo");
        assert_eq!(of("dokku-4711-git_build_app_repo.x7Yz"), Some(4711));
        assert_eq!(of("dokku-4711-tar_build.x7Yz"), None);
        assert_eq!(of("dokku--git_build_app_repo.x7Yz"), None);
        assert_eq!(of("dokku-4711-git_build_app_repository"), None);
    }
}
