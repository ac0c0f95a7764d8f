//! The `buildpacks` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "buildpacks",
    namespace: "buildpacks",
    dialect: Dialect::Compiled,
    about: "Manage buildpack settings for an app",
    help: HelpStyle::Summary,
    ..EMPTY
};
