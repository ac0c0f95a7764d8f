//! The `builder-herokuish` plugin.

mod clone;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "builder-herokuish",
    namespace: "builder-herokuish",
    dialect: Dialect::Shell,
    about: "",
    help: HelpStyle::None,
    hooks: &[
        hook("post-app-clone-setup", clone::post_app_clone_setup),
        hook("post-app-rename-setup", clone::post_app_rename_setup),
    ],
    ..EMPTY
};
