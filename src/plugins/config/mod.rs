//! The `config` plugin: an app's and the host's environment variables. Reference 11.
//! Reading is shared ground (`settings`); changing, which prints and fires triggers, is here.

mod arguments;
mod commands;
pub mod read;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests lay files out"
)]
mod tests;
mod triggers;
pub mod update;

pub use update::{Restart, revise, set, unset};

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, advertised, command, hidden, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "config",
    namespace: "config",
    dialect: Dialect::Compiled,
    about: "Manage global and app-specific config vars",
    help: HelpStyle::Summary,
    commands: &[
        advertised(
            "config",
            "(<app>|--global)",
            "Pretty-print an app or global environment",
        ),
        command(
            "config:bundle",
            "(<app>|--global) [--merged]",
            "Bundle environment into tarfile",
            commands::bundle,
        ),
        // Upstream advertises it without installing its file.
        command(
            "config:clear",
            "(<app>|--global)",
            "Clears environment variables",
            commands::clear,
        ),
        command(
            "config:export",
            "(<app>|--global) [--envfile]",
            "Export a global or app environment",
            commands::export,
        ),
        command(
            "config:get",
            "(<app>|--global) KEY",
            "Display a global or app-specific config value",
            commands::get,
        ),
        command(
            "config:keys",
            "(<app>|--global) [--merged]",
            "Show keys set in environment",
            commands::keys,
        ),
        command(
            "config:set",
            "[--encoded] [--no-restart] (<app>|--global) KEY1=VALUE1 [KEY2=VALUE2 ...]",
            "Set one or more config vars",
            commands::set,
        ),
        command(
            "config:unset",
            "[--no-restart] (<app>|--global) KEY1 [KEY2 ...]",
            "Unset one or more config vars",
            commands::unset,
        ),
        hidden("config:show", commands::show),
    ],
    bare: Some(commands::bare),
    hooks: &[
        hook("config-get", triggers::config_get),
        hook("config-get-global", triggers::config_get_global),
        hook("docker-args-deploy", triggers::docker_args),
        hook("docker-args-run", triggers::docker_args),
    ],
    ..EMPTY
};
