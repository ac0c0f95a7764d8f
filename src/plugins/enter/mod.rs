//! The `enter` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "enter",
    namespace: "enter",
    dialect: Dialect::Shell,
    about: "Enter running app containers",
    help: HelpStyle::Summary,
    ..EMPTY
};
