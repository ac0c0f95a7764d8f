//! The `repo` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "repo",
    namespace: "repo",
    dialect: Dialect::Compiled,
    about: "Manage the app's repo",
    help: HelpStyle::Summary,
    ..EMPTY
};
