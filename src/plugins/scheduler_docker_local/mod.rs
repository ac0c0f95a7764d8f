//! The `scheduler-docker-local` plugin.

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "scheduler-docker-local",
    namespace: "scheduler-docker-local",
    dialect: Dialect::Shell,
    about: "Manage the docker-local scheduler integration for an app",
    help: HelpStyle::Summary,
    ..EMPTY
};
