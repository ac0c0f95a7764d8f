//! The `domains` plugin.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "domains",
    namespace: "domains",
    dialect: Dialect::Shell,
    about: "Manage domains used by the proxy",
    help: HelpStyle::Summary,
    ..EMPTY
};

/// Whether vhosts are enabled for an app (`NO_VHOST` is not `1`).
pub fn is_enabled(ctx: &Ctx, app: &App) -> bool {
    ctx.app_config(app, "NO_VHOST") != "1"
}

/// The domains in effect (`get_app_domains`).
pub fn app_domains(_ctx: &Ctx, _app: &App) -> Vec<String> {
    Vec::new()
}

/// Gives an app without VHOST file its default domains (`domains_setup`).
pub fn setup(_ctx: &Ctx, _app: &App) -> Outcome {
    Ok(())
}

/// Enables vhosts without restart (`enable_app_vhost APP --no-restart`).
pub fn enable_vhost(_ctx: &Ctx, _app: &App) -> Outcome {
    Ok(())
}

/// Disables vhosts without restart (`disable_app_vhost APP --no-restart`).
pub fn disable_vhost(_ctx: &Ctx, _app: &App) -> Outcome {
    Ok(())
}
