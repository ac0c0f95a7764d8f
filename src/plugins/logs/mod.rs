//! The `logs` plugin: the output of an app's containers, by its scheduler. Reference 33 §2.

mod commands;
mod options;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "logs",
    namespace: "logs",
    dialect: Dialect::Shell,
    about: "Manage log integration for an app",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "logs",
            "<app> [-h] [-t] [-n num] [-q] [-p process]",
            "Display recent log output",
            commands::logs,
        )
        .file("default"),
        command(
            "logs:failed",
            "<app>",
            "Show the last logs for an application",
            commands::failed,
        ),
    ],
    functions: &[hook("fn-logs-usage", commands::usage_function)],
    ..EMPTY
};
