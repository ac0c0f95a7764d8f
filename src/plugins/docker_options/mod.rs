//! The `docker-options` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "docker-options",
    namespace: "docker-options",
    dialect: Dialect::Shell,
    about: "Manage docker options for an app",
    help: HelpStyle::Summary,
    ..EMPTY
};
