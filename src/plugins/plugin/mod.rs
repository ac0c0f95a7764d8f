//! The `plugin` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "plugin",
    namespace: "plugin",
    dialect: Dialect::Shell,
    about: "Manage installed plugins",
    help: HelpStyle::Summary,
    ..EMPTY
};
