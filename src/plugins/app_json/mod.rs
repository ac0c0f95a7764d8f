//! The `app-json` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "app-json",
    namespace: "app-json",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::None,
    ..EMPTY
};
