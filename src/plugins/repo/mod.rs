//! The `repo` plugin: housekeeping of an app's repository and build cache. Reference 13 §A.

use std::path::Path;

use crate::app::App;
use crate::cmd::{Cmd, Effect, Stdin};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::images;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "repo",
    namespace: "repo",
    dialect: Dialect::Compiled,
    about: "Manage the app's repo",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "repo:gc",
            "<app>",
            "Runs 'git gc --aggressive' against the application's repo",
            gc,
        ),
        command(
            "repo:purge-cache",
            "<app>",
            "Deletes the contents of the build cache stored in the repository",
            purge_cache,
        ),
    ],
    hooks: &[hook("pre-delete", pre_delete)],
    ..EMPTY
};

/// `repo:gc <app>`. Flags are not parsed (reference 13 §A.1).
fn gc(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    let repository = ctx.paths.app(&app);
    let collected = ctx.run(&collect_garbage(&repository));
    if collected.is_ok() {
        return ctx.run(&pack_refs(&repository));
    }
    // Compat: an app without repository shows git's message and is no failure.
    if repository.join("refs").is_dir() {
        collected
    } else {
        Ok(())
    }
}

fn git(repository: &Path, words: &[&str]) -> Cmd {
    Cmd::new("git")
        .args(words.iter().copied())
        .env("GIT_DIR", repository)
        .stdin(Stdin::Null)
        .effect(Effect::Anything)
}

fn collect_garbage(repository: &Path) -> Cmd {
    // Without packing refs: that would remove the loose ref files, which rebuilds read.
    git(
        repository,
        &["-c", "gc.packRefs=false", "gc", "--aggressive"],
    )
}

fn pack_refs(repository: &Path) -> Cmd {
    git(repository, &["pack-refs", "--all", "--no-prune"])
}

/// `repo:purge-cache <app>`.
fn purge_cache(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    purge(ctx, &app)
}

/// `pre-delete APP TAG`: the app goes even if its cache cannot be emptied.
fn pre_delete(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if purge(ctx, &app).is_err() {
        ctx.ui
            .warn(format!("Unable to empty the build cache of {app}"));
    }
    Ok(())
}

/// Empties the build cache in a container, because builds write into it as other users.
fn purge(ctx: &Ctx, app: &App) -> Outcome {
    let cache = ctx.paths.app_file(app, "cache");
    let is_empty = std::fs::read_dir(&cache).map_or(true, |mut entries| entries.next().is_none());
    if is_empty {
        return Ok(());
    }
    let image = images::builder(ctx, app);
    let host_cache = ctx.paths.host_app_file(app, "cache");
    ctx.run(&ctx.docker().purge_cache(app, &host_cache, &image))?;
    // Upstream makes it again without the right to enter it.
    Ok(ctx.store.make_dir(cache)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collecting_garbage_leaves_the_loose_refs_that_rebuilds_read() {
        let repository = Path::new("/home/dokku/app");
        assert_eq!(
            collect_garbage(repository).to_string(),
            "git -c 'gc.packRefs=false' gc --aggressive"
        );
        assert_eq!(
            pack_refs(repository).to_string(),
            "git pack-refs --all --no-prune"
        );
    }
}
