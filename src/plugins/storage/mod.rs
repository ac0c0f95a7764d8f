//! The `storage` plugin.

use crate::app::App;
use crate::ctx::Ctx;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "storage",
    namespace: "storage",
    dialect: Dialect::Shell,
    about: "Manage mounted volumes",
    help: HelpStyle::Summary,
    ..EMPTY
};

/// The app's bind mounts, `host:container`, as `storage:list` prints them.
pub fn mounts(_ctx: &Ctx, _app: &App) -> Vec<String> {
    Vec::new()
}
