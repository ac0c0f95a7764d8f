//! The `00_dokku-standard` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "00_dokku-standard",
    namespace: "",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::Lines,
    ..EMPTY
};
