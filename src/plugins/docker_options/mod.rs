//! The `docker-options` plugin: options that an app's containers are made with, a file a phase.
//! Reference 24. What a file looks like lives in `formats::docker_options`.

mod commands;
mod report;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests lay files out"
)]
mod tests;
mod triggers;

use std::path::PathBuf;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::docker_options;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "docker-options",
    namespace: "docker-options",
    dialect: Dialect::Shell,
    about: "Manage docker options for an app",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "docker-options:add",
            "<app> <phase(s)> OPTION",
            "Add Docker option to app for phase (comma separated phase list)",
            commands::run_add,
        ),
        command(
            "docker-options:clear",
            "<app> [phase(s)]",
            "Clear a docker options from application with an optional phase \
             (comma separated phase list)",
            commands::clear,
        ),
        command(
            "docker-options:remove",
            "<app> <phase(s)> OPTION",
            "Remove Docker option from app for phase (comma separated phase list)",
            commands::run_remove,
        ),
        command(
            "docker-options:report",
            "[<app>] [<flag>]",
            "Displays a docker options report for one or more apps",
            report::run,
        ),
    ],
    hooks: &[
        hook("docker-args-build", triggers::build),
        hook("docker-args-deploy", triggers::deploy),
        hook("docker-args-run", triggers::run),
        hook("report", report::trigger),
    ],
    ..EMPTY
};

/// The phases that options belong to: building the app, its containers, `dokku run`.
pub const PHASES: [&str; 3] = ["build", "deploy", "run"];

/// Adds an option to a phase of [`PHASES`]; one that is there already is fine.
pub fn add(ctx: &Ctx, app: &App, phase: &str, option: &str) -> Outcome {
    change(ctx, app, phase, |text| docker_options::add(text, option))
}

/// Removes an option from a phase; one that is not there is fine.
pub fn remove(ctx: &Ctx, app: &App, phase: &str, option: &str) -> Outcome {
    if text(ctx, app, phase).is_empty() {
        return Ok(());
    }
    change(ctx, app, phase, |text| docker_options::remove(text, option))
}

/// The lines of a phase as they are stored, comments included; none without a file.
pub fn lines(ctx: &Ctx, app: &App, phase: &str) -> Vec<String> {
    text(ctx, app, phase).lines().map(str::to_owned).collect()
}

/// Replaces the text of a phase's file by what `edit` makes of it, under the app's lock.
pub fn change(ctx: &Ctx, app: &App, phase: &str, edit: impl FnOnce(&str) -> String) -> Outcome {
    let file = file(ctx, app, phase);
    ctx.store.locked(&ctx.paths.app(app), || {
        // Text that is no UTF-8 would not survive a rewrite: that is an error.
        let old = match std::fs::read_to_string(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            read => Some(read?),
        };
        let new = edit(old.as_deref().unwrap_or_default());
        if old.as_ref() != Some(&new) {
            ctx.store.write(&file, new)?;
        }
        Ok(())
    })?
}

fn file(ctx: &Ctx, app: &App, phase: &str) -> PathBuf {
    let name = format!("DOCKER_OPTIONS_{}", phase.to_uppercase());
    ctx.paths.app_file(app, name)
}

fn text(ctx: &Ctx, app: &App, phase: &str) -> String {
    let bytes = std::fs::read(file(ctx, app, phase)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
