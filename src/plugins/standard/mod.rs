//! The `00_dokku-standard` plugin: commands without a namespace. Reference 04. `version` and `help`
//! are served before any plugin is asked; their rows are here for the help.

mod commands;
mod install;
mod report;
mod run;

pub(crate) use install::path_of_dokku;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hidden, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "00_dokku-standard",
    namespace: "",
    dialect: Dialect::Shell,
    help: HelpStyle::Lines,
    commands: &[
        command(
            "cleanup",
            "[<app>]",
            "Cleans up exited/dead Docker containers and removes dangling images",
            commands::cleanup,
        ),
        command(
            "run",
            "[--env KEY=VALUE] <app> <cmd>",
            "Run a command in a new container using the current application image",
            run::command,
        ),
        command(
            "url",
            "<app>",
            "Show the first URL for an application (compatibility)",
            commands::url,
        ),
        command(
            "urls",
            "<app>",
            "Show all URLs for an application",
            commands::urls,
        ),
        command("version", " ", "Print dokku's version", commands::version),
        command("help", " ", "Print the list of commands", commands::help),
        hidden("deploy", commands::deploy),
        hidden("report", report::report),
    ],
    hooks: &[hook("install", install::install)],
    ..EMPTY
};
