//! The `resource` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "resource",
    namespace: "resource",
    dialect: Dialect::Compiled,
    about: "Manage resource settings for an app",
    help: HelpStyle::Summary,
    ..EMPTY
};
