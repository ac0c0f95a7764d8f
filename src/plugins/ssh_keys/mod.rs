//! The `ssh-keys` plugin and the program `sshcommand`: who may log in as the dokku user, and under
//! which name. Reference 14.

mod commands;
mod create;
mod key_file;
mod settings;
pub mod sshcommand;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "ssh-keys",
    namespace: "ssh-keys",
    dialect: Dialect::Shell,
    about: "Manage public ssh keys used for deployment",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "ssh-keys:list",
            "",
            "List of all authorized dokku public ssh keys",
            commands::list,
        ),
        command(
            "ssh-keys:add",
            "<name> [/path/to/key]",
            "Add a new public key by pipe or path",
            commands::add,
        ),
        command(
            "ssh-keys:remove",
            "<name>",
            "Remove SSH public key by name",
            commands::remove,
        ),
    ],
    functions: &[hook("verify_ssh_key_file", commands::verify_function)],
    ..EMPTY
};
