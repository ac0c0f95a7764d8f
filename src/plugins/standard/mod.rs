//! The `00_dokku-standard` plugin: run, urls, cleanup, report. Reference 04.

mod run;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "00_dokku-standard",
    namespace: "",
    dialect: Dialect::Shell,
    help: HelpStyle::Lines,
    commands: &[command(
        "run",
        "[--env KEY=VALUE] <app> <cmd>",
        "Run a command in a new container using the current application image",
        run::command,
    )],
    ..EMPTY
};
