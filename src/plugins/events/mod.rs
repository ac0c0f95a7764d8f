//! The `20_events` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "20_events",
    namespace: "events",
    dialect: Dialect::Shell,
    about: "Manage event logging",
    help: HelpStyle::Summary,
    ..EMPTY
};
