//! The `20_events` plugin: a log line for each trigger, when the host wants it. Reference 03 §7.

mod commands;
mod hooks;
mod install;
mod log;

pub(crate) use install::restart_rsyslog;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "20_events",
    namespace: "events",
    dialect: Dialect::Shell,
    about: "Manage event logging",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "events",
            "[-t]",
            "Show the last events (-t follows)",
            commands::show,
        )
        .file("default"),
        command("events:list", "", "List logged events", commands::list),
        command("events:on", "", "Enable events logger", commands::on),
        command("events:off", "", "Disable events logger", commands::off),
    ],
    hooks: hooks::HOOKS,
    ..EMPTY
};
