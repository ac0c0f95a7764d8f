//! The `logs` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "logs",
    namespace: "logs",
    dialect: Dialect::Shell,
    about: "Manage log integration for an app",
    help: HelpStyle::Summary,
    ..EMPTY
};
