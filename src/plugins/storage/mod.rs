//! The `storage` plugin: bind mounts, kept as `-v HOST:CONTAINER[:OPTIONS]` lines of an app's
//! docker options. Reference 25.

mod commands;
mod mounts;
mod report;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::docker_options;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "storage",
    namespace: "storage",
    dialect: Dialect::Shell,
    about: "Manage mounted volumes",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "storage:list",
            "<app>",
            "List bind mounts for app's container(s) (host:container)",
            commands::list,
        ),
        command(
            "storage:mount",
            "<app> <host-dir:container-dir>",
            "Create a new bind mount",
            commands::mount,
        ),
        command(
            "storage:report",
            "[<app>] [<flag>]",
            "Displays a checks report for one or more apps",
            report::run,
        ),
        command(
            "storage:unmount",
            "<app> <host-dir:container-dir>",
            "Remove an existing bind mount",
            commands::unmount,
        ),
    ],
    hooks: &[hook("install", install), hook("report", report::trigger)],
    ..EMPTY
};

/// The app's bind mounts, `host:container`, as `storage:list` prints them. One that is part of a
/// longer docker option keeps what follows it.
pub fn mounts(ctx: &Ctx, app: &App) -> Vec<String> {
    docker_options::lines(ctx, app, "deploy")
        .iter()
        .filter_map(|line| mounts::rest(line))
        .map(|rest| rest.trim().to_owned())
        .collect()
}

/// `install`: the recommended parent of host directories.
fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    Ok(ctx.store.make_dir(ctx.paths.data("storage"))?)
}
