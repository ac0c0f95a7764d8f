//! The `checks` plugin.

use crate::app::App;
use crate::ctx::Ctx;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "checks",
    namespace: "checks",
    dialect: Dialect::Shell,
    about: "Manage zero-downtime settings",
    help: HelpStyle::Summary,
    ..EMPTY
};

/// Whether zero-downtime deployment is disabled for a process type.
pub fn is_disabled(_ctx: &Ctx, _app: &App, _kind: &str) -> bool {
    false
}

/// Whether checks are skipped for a process type.
pub fn is_skipped(_ctx: &Ctx, _app: &App, _kind: &str) -> bool {
    false
}
