//! The `shell` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "shell",
    namespace: "shell",
    dialect: Dialect::Shell,
    about: "Interactive dokku prompt",
    help: HelpStyle::Summary,
    ..EMPTY
};
