//! Destroying an app: the choreography of triggers, and what is removed here. Reference 10 §3.

use std::path::Path;

use super::fire;
use crate::app::App;
use crate::cmd::Cmd;
use crate::confirm;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::{images, scheduler, undo};
use crate::store::Stored;
use crate::tools::docker::app_filter;

/// Destroys an app after the user confirmed it (`DOKKU_APPS_FORCE_DELETE=1`: without asking), and
/// after a deploy of it that runs.
pub fn destroy(ctx: &Ctx, app: &App) -> Outcome {
    confirm::destruction(ctx, "app", app)?;
    undo::alone(ctx, app, |ctx| remove_app(ctx, app))
}

fn remove_app(ctx: &Ctx, app: &App) -> Outcome {
    ctx.ui
        .info1(format!("Destroying {app} (including all add-ons)"));
    let tag = images::running_tag(ctx, app);
    fire(ctx, "pre-delete", &[app, &tag])?;
    let scheduler = scheduler::name(ctx, Some(app));
    fire(ctx, "scheduler-stop", &[&scheduler, app, "true"])?;
    fire(ctx, "scheduler-post-delete", &[&scheduler, app, &tag])?;
    fire(ctx, "post-delete", &[app, &tag])?;
    clean_up(ctx, app);
    Ok(())
}

/// The forced docker cleanup of the compiled plugins; its failures are nobody's concern.
fn clean_up(ctx: &Ctx, app: &App) {
    ctx.ui.info1("Cleaning up...");
    // The app's own scheduler setting is gone with its directory.
    let scheduler = scheduler::name(ctx, None);
    if fire(ctx, "scheduler-docker-cleanup", &[&scheduler, app, "true"]).is_err() {
        return;
    }
    let docker = ctx.docker();
    let filter = app_filter(app);
    let dead = docker.command(&[
        "container",
        "list",
        "--quiet",
        "--all",
        "--filter",
        "status=exited",
        "--filter",
        "status=dead",
        "--filter",
        "label=dokku",
        "--filter",
        &filter,
    ]);
    remove(ctx, &[dead], |ids| docker.container_rm(false, ids));
    let dangling = docker.command(&[
        "image",
        "list",
        "--quiet",
        "--filter",
        "dangling=true",
        "--filter",
        &filter,
    ]);
    remove(ctx, &[dangling], |ids| docker.image_rm(ids));
    ctx.silent(&docker.prune_destroyed(app));
}

/// Removes the directory of an app and its images; what can't be removed is a warning.
pub fn post_delete(ctx: &Ctx, app: &App) {
    if let Err(error) = remove_dir(ctx, &ctx.paths.app(app)) {
        ctx.ui.warn(error.to_string());
    }
    let docker = ctx.docker();
    let filter = app_filter(app);
    let lists = [
        docker.command(&["image", "list", "--quiet", "--filter", &filter]),
        docker.command(&["image", "list", "--quiet", &format!("dokku/{app}")]),
    ];
    remove(ctx, &lists, |ids| docker.image_rm(ids));
}

/// Removes a directory, or a link to one together with the content it leads to.
fn remove_dir(ctx: &Ctx, dir: &Path) -> Stored {
    if !dir.is_symlink() {
        return ctx.store.remove_tree(dir);
    }
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.path().is_dir() && !entry.path().is_symlink() {
            ctx.store.remove_tree(entry.path())?;
        } else {
            ctx.store.remove(entry.path())?;
        }
    }
    ctx.store.remove(dir)
}

/// Lists ids and runs one removal of all of them, if there are any.
fn remove(ctx: &Ctx, lists: &[Cmd], removal: impl Fn(&[&str]) -> Cmd) {
    let mut ids: Vec<String> = Vec::new();
    for list in lists {
        for id in ctx.output(list).text().lines() {
            if !id.is_empty() && !ids.iter().any(|known| known == id) {
                ids.push(id.to_owned());
            }
        }
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    if !ids.is_empty() {
        ctx.silent(&removal(&ids));
    }
}
