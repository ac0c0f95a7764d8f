//! The `enter` plugin: a command, or a shell, in a running container of an app. Reference 33 §1.
//! It reads the recorded containers itself: no scheduler is asked.

mod command;

use crate::registry::{self, Dialect, EMPTY, HelpStyle, Plugin};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "enter",
    namespace: "enter",
    dialect: Dialect::Shell,
    about: "Enter running app containers",
    help: HelpStyle::Summary,
    commands: &[registry::command(
        "enter",
        "<app> [<container-type> || --container-id <container-id>]",
        "Connect to a specific app container",
        command::enter,
    )
    .file("default")],
    ..EMPTY
};
