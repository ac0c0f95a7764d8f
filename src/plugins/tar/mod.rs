//! The `tar` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "tar",
    namespace: "tar",
    dialect: Dialect::Shell,
    about: "Manage app deploys via tar",
    help: HelpStyle::Summary,
    ..EMPTY
};
