//! The `git` plugin.

pub mod build;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "git",
    namespace: "git",
    dialect: Dialect::Shell,
    about: "Manage app deploys via git",
    help: HelpStyle::Summary,
    ..EMPTY
};
