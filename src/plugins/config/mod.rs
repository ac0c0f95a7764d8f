//! The `config` plugin: an app's and the host's environment variables. Reference 11.
//! Reading is shared ground (`settings`); changing, which prints and fires triggers, is here.

pub mod read;
pub mod update;

pub use update::{Restart, set, unset};

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "config",
    namespace: "config",
    dialect: Dialect::Compiled,
    about: "Manage global and app-specific config vars",
    help: HelpStyle::Summary,
    ..EMPTY
};
