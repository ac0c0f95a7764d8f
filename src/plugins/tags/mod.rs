//! The `tags` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "tags",
    namespace: "tags",
    dialect: Dialect::Shell,
    about: "Manage docker image tags",
    help: HelpStyle::Summary,
    ..EMPTY
};
