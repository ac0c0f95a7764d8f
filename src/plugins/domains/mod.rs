//! The `domains` plugin: an app's domains, the global ones, and whether an app has any at all.
//! Reference 42. What a domain is lives in `formats::hostname`, the files in `vhosts`.

mod commands;
mod global;
mod report;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests lay files out"
)]
mod tests;
mod triggers;
mod vhosts;

use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hidden, hook};
use crate::settings::Scope;

pub use commands::add;

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "domains",
    namespace: "domains",
    dialect: Dialect::Shell,
    about: "Manage domains used by the proxy",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "domains:add",
            "<app> <domain> [<domain> ...]",
            "Add domains to app",
            commands::run_add,
        ),
        command(
            "domains:add-global",
            "<domain> [<domain> ...]",
            "Add global domain names",
            global::add,
        ),
        command(
            "domains:clear",
            "<app>",
            "Clear all domains for app",
            commands::clear,
        ),
        command(
            "domains:clear-global",
            "",
            "Clear global domain names",
            global::clear,
        ),
        command(
            "domains:disable",
            "<app>",
            "Disable VHOST support",
            commands::disable,
        ),
        command(
            "domains:enable",
            "<app>",
            "Enable VHOST support",
            commands::enable,
        ),
        command(
            "domains:remove",
            "<app> <domain> [<domain> ...]",
            "Remove domains from app",
            commands::remove,
        ),
        command(
            "domains:remove-global",
            "<domain> [<domain> ...]",
            "Remove global domain names",
            global::remove,
        ),
        command(
            "domains:report",
            "[<app>|--global] [<flag>]",
            "Displays a domains report for one or more apps",
            report::run,
        ),
        command(
            "domains:set",
            "<app> <domain> [<domain> ...]",
            "Set domains for app",
            commands::set,
        ),
        command(
            "domains:set-global",
            "<domain> [<domain> ...]",
            "Set global domain names",
            global::set,
        ),
        hidden("domains:setup", commands::run_setup),
    ],
    hooks: &[
        hook("install", triggers::install),
        hook("post-app-clone-setup", triggers::post_app_clone_setup),
        hook("post-app-rename-setup", triggers::post_app_rename_setup),
        hook("report", report::trigger),
    ],
    functions: &[
        hook("domains_enable", commands::enable_without_restart),
        hook("get_default_vhosts", triggers::get_default_vhosts),
    ],
    ..EMPTY
};

/// Whether vhosts are enabled for an app (`NO_VHOST` is not `1`).
pub fn is_enabled(ctx: &Ctx, app: &App) -> bool {
    ctx.app_config(app, "NO_VHOST") != "1"
}

/// The domains in effect (`get_app_domains`): none while vhosts are disabled, else those of the
/// app's VHOST, else the global ones, else the host's name.
pub fn app_domains(ctx: &Ctx, app: &App) -> Vec<String> {
    if !is_enabled(ctx, app) {
        return Vec::new();
    }
    vhosts::lines(&vhosts::app_file(ctx, app))
        .or_else(|| vhosts::lines(&vhosts::global_file(ctx)))
        .or_else(|| vhosts::lines(&ctx.paths.root().join("HOSTNAME")))
        .unwrap_or_default()
}

/// Gives an app without VHOST file its default domains (`domains_setup`); without any, its vhosts
/// are disabled.
pub fn setup(ctx: &Ctx, app: &App) -> Outcome {
    let file = vhosts::app_file(ctx, app);
    if file.is_file() {
        return Ok(());
    }
    let domains = vhosts::defaults(ctx, app);
    if domains.is_empty() {
        ctx.ui.info2("no global VHOST set. disabling vhost support");
        return disable_vhost(ctx, app);
    }
    ctx.ui.info1(format!("Creating new {}...", file.display()));
    Ok(vhosts::write(ctx, &file, &domains)?)
}

/// Enables vhosts without restart (`enable_app_vhost APP --no-restart`).
pub fn enable_vhost(ctx: &Ctx, app: &App) -> Outcome {
    switch_on(ctx, app, Restart::No)
}

/// Disables vhosts without restart (`disable_app_vhost APP --no-restart`).
pub fn disable_vhost(ctx: &Ctx, app: &App) -> Outcome {
    switch_off(ctx, app, Restart::No)
}

fn switch_on(ctx: &Ctx, app: &App, restart: Restart) -> Outcome {
    ctx.with_input(Input::Null)
        .trigger("pre-enable-vhost", &[app])?;
    set_no_vhost(ctx, app, b"0", restart)
}

fn switch_off(ctx: &Ctx, app: &App, restart: Restart) -> Outcome {
    ctx.with_input(Input::Null)
        .trigger("pre-disable-vhost", &[app])?;
    for name in ["VHOST", "URLS"] {
        let file = ctx.paths.app_file(app, name);
        if file.is_file() {
            ctx.ui
                .info1(format!("VHOST support disabled, deleting {app}/{name}"));
            ctx.store.remove(file)?;
        }
    }
    set_no_vhost(ctx, app, b"1", restart)
}

/// Compat: the write is quiet, and the restart that follows inherits that.
fn set_no_vhost(ctx: &Ctx, app: &App, value: &[u8], restart: Restart) -> Outcome {
    let scope = Scope::App(app.clone());
    config::set(&ctx.quiet(), &scope, &[("NO_VHOST", value)], restart)
}
