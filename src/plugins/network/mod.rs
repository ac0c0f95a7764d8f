//! The `network` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "network",
    namespace: "network",
    dialect: Dialect::Compiled,
    about: "Manage network settings for an app",
    help: HelpStyle::Summary,
    ..EMPTY
};
