//! The `builder-herokuish` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "builder-herokuish",
    namespace: "builder-herokuish",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::None,
    ..EMPTY
};
