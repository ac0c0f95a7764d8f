//! The `apps` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "apps",
    namespace: "apps",
    dialect: Dialect::Compiled,
    about: "Manage apps",
    help: HelpStyle::Summary,
    ..EMPTY
};
