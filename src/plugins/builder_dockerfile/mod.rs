//! The `builder-dockerfile` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "builder-dockerfile",
    namespace: "builder-dockerfile",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::None,
    ..EMPTY
};
