//! The `trace` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "trace",
    namespace: "trace",
    dialect: Dialect::Shell,
    about: "Manage trace mode",
    help: HelpStyle::Summary,
    ..EMPTY
};
