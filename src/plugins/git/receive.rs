//! From a revision to a source tree on disk. Reference 12 §5.2–§5.4.

use std::path::{Path, PathBuf};

use super::{build, deploy_branch, repository, revision_variable, transport};
use crate::app::App;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::plugins::common::lock::{self, Mode};
use crate::plugins::common::undo;
use crate::registry::Call;
use crate::tools::git;

/// Builds and deploys a revision (a push), or the head of the deploy branch (a rebuild), under the
/// app's deploy lock. An app without repository: nothing to do.
pub fn receive_app(ctx: &Ctx, app: &App, revision: Option<&str>) -> Outcome {
    if !repository::exists(ctx, app) {
        return Ok(());
    }
    let lock = lock::acquire(ctx, app, Mode::Exclusive)?;
    let recorded = revision_variable(ctx, app);
    undo::guarded(ctx, app, &[&recorded], |ctx| build(ctx, app, revision))?;
    lock.release()
}

fn build(ctx: &Ctx, app: &App, revision: Option<&str>) -> Outcome {
    let revision = match revision {
        Some(revision) if revision.chars().all(|c| c == '0') => {
            return fail("The deploy branch can't be deleted by a push");
        }
        // Git would take it for an option.
        Some(revision) if revision.starts_with('-') => {
            return fail(format!("Invalid revision '{revision}'"));
        }
        Some(revision) => {
            record_revision(ctx, app, revision)?;
            revision.to_owned()
        }
        None => deployed_revision(ctx, app)?,
    };
    build_app_repo(ctx, app, &revision)
}

/// The head of the deploy branch.
fn deployed_revision(ctx: &Ctx, app: &App) -> Outcome<String> {
    let branch = deploy_branch(ctx, app);
    // A name with `..` would be the path of another file, which git's complaint then shows.
    if !transport::is_branch_name(&branch) {
        return fail(format!("Invalid branch name '{branch}'"));
    }
    match repository::revision_of(ctx, app, &branch) {
        Some(revision) => Ok(revision),
        None => fail(format!(
            "Branch {branch} of app {app} has never been pushed"
        )),
    }
}

fn record_revision(ctx: &Ctx, app: &App, revision: &str) -> Outcome {
    let variable = revision_variable(ctx, app);
    if variable.is_empty() {
        return Ok(());
    }
    undo::set_variable(&ctx.quiet(), app, &variable, revision)
}

/// Checks a revision out into a temporary directory and builds it there.
fn build_app_repo(ctx: &Ctx, app: &App, revision: &str) -> Outcome {
    let ctx = &ctx.without_env("GIT_DIR").without_env("GIT_WORK_TREE");
    let app = &App::existing(ctx, app)?;
    let dir = build::work_dir(ctx, "git_build_app_repo")?;
    let repository = ctx.paths.app(app);
    let checked_out = check_out(ctx, app, &repository, dir.path(), revision);
    if checked_out.is_err() {
        // What git knows of the directory goes with it.
        drop(dir);
        ctx.silent(&git::worktree_prune(&repository));
        return checked_out;
    }
    // A failing prune leaves a stale entry, which the next one removes.
    ctx.silent(&git::worktree_prune(&repository));
    build::filtered(ctx, app, || {
        build::trigger_build(ctx, app, dir.path(), revision)
    })
}

/// Fills a directory with a revision, submodules included.
fn check_out(ctx: &Ctx, app: &App, repository: &Path, dir: &Path, revision: &str) -> Outcome {
    suppressed(ctx, &git::worktree_add(repository, dir, revision))?;
    if dir.join(".gitmodules").exists() {
        suppressed(ctx, &git::submodule_update(dir))?;
    }
    if ctx.properties("git").get_or(app, "keep-git-dir", "") != "true" {
        remove_git_entries(ctx, dir)?;
    }
    Ok(())
}

/// Runs a command whose output matters only when it fails.
fn suppressed(ctx: &Ctx, cmd: &Cmd) -> Outcome {
    let output = ctx.merged(cmd);
    if !output.ok() {
        ctx.ui.write(&output.stdout);
    }
    Failure::from_status(output.status)
}

fn remove_git_entries(ctx: &Ctx, dir: &Path) -> Outcome {
    // Read to the end before any of them is entered: an entry keeps its directory open, and a pushed
    // tree may be too deep for that.
    let entries: Vec<(PathBuf, bool)> = std::fs::read_dir(dir)?
        .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?.is_dir()))))
        .collect::<Result<_, _>>()?;
    for (path, is_dir) in entries {
        match (path.file_name().is_some_and(|name| name == ".git"), is_dir) {
            (true, true) => ctx.store.remove_tree(path)?,
            (true, false) => ctx.store.remove(path)?,
            (false, true) => remove_git_entries(ctx, &path)?,
            (false, false) => {}
        }
    }
    Ok(())
}

/// Shell library `git_build APP [REV]`.
pub fn fn_build(ctx: &Ctx, call: &Call) -> Outcome {
    let revision = Some(call.arg(1)).filter(|revision| !revision.is_empty());
    build(ctx, &App::existing(ctx, call.arg(0))?, revision)
}

/// Shell library `git_build_app_repo APP REV`.
pub fn fn_build_app_repo(ctx: &Ctx, call: &Call) -> Outcome {
    build_app_repo(ctx, &App::existing(ctx, call.arg(0))?, call.arg(1))
}

/// Shell library `git_trigger_build APP DIR REV`.
pub fn fn_trigger_build(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    build::trigger_build(ctx, &app, Path::new(call.arg(1)), call.arg(2))
}
