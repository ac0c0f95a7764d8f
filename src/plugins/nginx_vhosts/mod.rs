//! The `nginx-vhosts` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "nginx-vhosts",
    namespace: "nginx",
    dialect: Dialect::Shell,
    about: "Manage the nginx proxy",
    help: HelpStyle::Summary,
    ..EMPTY
};
