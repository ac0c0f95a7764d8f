//! The `proxy` plugin.

use crate::app::App;
use crate::ctx::Ctx;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "proxy",
    namespace: "proxy",
    dialect: Dialect::Compiled,
    about: "Manage the proxy integration for an app",
    help: HelpStyle::Summary,
    ..EMPTY
};

/// Whether the proxy is enabled for an app.
pub fn is_enabled(ctx: &Ctx, app: &App) -> bool {
    ctx.app_config(app, "DOKKU_DISABLE_PROXY").is_empty()
}
