//! The `ssh-keys` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "ssh-keys",
    namespace: "ssh-keys",
    dialect: Dialect::Shell,
    about: "Manage public ssh keys used for deployment",
    help: HelpStyle::Summary,
    ..EMPTY
};
