//! Git's argv. Flags that are always on have their reason beside them.

use std::path::Path;

use crate::app::App;
use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;

/// `git init --bare DIR`.
pub fn init_bare(dir: &Path) -> Cmd {
    // Pins HEAD to master and keeps git's hints about the default branch off stderr.
    Cmd::new("git")
        .args(["-c", "init.defaultBranch=master", "init", "--bare"])
        .arg(dir)
}

/// `git worktree add DIR REV` in a repository.
pub fn worktree_add(repository: &Path, dir: &Path, rev: &str) -> Cmd {
    // Git refuses to update refs while it thinks that objects are in quarantine.
    Cmd::new("git")
        .args(["worktree", "add"])
        .arg(dir)
        .arg(rev)
        .cwd(repository)
        .env_remove("GIT_QUARANTINE_PATH")
}

/// `git worktree prune` in a repository.
pub fn worktree_prune(repository: &Path) -> Cmd {
    Cmd::new("git").args(["worktree", "prune"]).cwd(repository)
}

/// `git submodule update --init --recursive` in a work tree.
pub fn submodule_update(dir: &Path) -> Cmd {
    Cmd::new("git")
        .args(["submodule", "update", "--init", "--recursive"])
        .cwd(dir)
        .env_remove("GIT_QUARANTINE_PATH")
}

/// `git rev-parse --short HEAD` of a repository.
pub fn short_head(repository: &Path) -> Cmd {
    Cmd::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .env("GIT_DIR", repository)
}

/// `git-shell -c COMMAND`: git's own restricted shell, which takes one command line.
pub fn shell(command: &str) -> Cmd {
    Cmd::new("git-shell")
        .args(["-c", command])
        .effect(Effect::Anything)
}

/// `git-upload-pack DIR`.
pub fn upload_pack(repository: &Path) -> Cmd {
    Cmd::new("git-upload-pack").arg(repository)
}

/// The command line that receives a push into an app's repository.
pub fn receive_pack_line(ctx: &Ctx, app: &App) -> String {
    let dir = ctx.paths.app(app).to_string_lossy().replace('\'', r"'\''");
    format!("git-receive-pack '{dir}'")
}
