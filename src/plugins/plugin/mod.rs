//! The `plugin` plugin, and the program `plugn`: which plugins there are, and how they come and go.
//! Running their hooks is the trigger bus's. Reference 03 §3, §5.

mod commands;
mod completion;
mod config_file;
mod fetch;
mod install;
mod listing;
pub mod plugn;
mod tree;
mod update;

use thiserror::Error;

use crate::failure::Failure;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hidden, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "plugin",
    namespace: "plugin",
    dialect: Dialect::Shell,
    about: "Manage installed plugins",
    help: HelpStyle::Summary,
    commands: &[
        command("plugin:list", "", "Print active plugins", commands::list),
        command(
            "plugin:install",
            "[--core|git-url [--committish tag|branch|commit|--name custom-plugin-name]]",
            "Optionally download git-url (with custom tag/committish) & run install trigger for \
             active plugins (or only core ones)",
            install::command,
        ),
        command(
            "plugin:install-dependencies",
            "[--core]",
            "Run install-dependencies trigger for active plugins (or only core ones)",
            install::dependencies,
        ),
        command(
            "plugin:update",
            "[name [committish]]",
            "Optionally update named plugin from git (with custom tag/committish) & run update \
             trigger for active plugins",
            commands::update,
        ),
        command(
            "plugin:enable",
            "<name>",
            "Enable a previously disabled plugin",
            commands::enable,
        ),
        command(
            "plugin:disable",
            "<name>",
            "Disable an installed plugin (third-party only)",
            commands::disable,
        ),
        command(
            "plugin:uninstall",
            "<name>",
            "Uninstall a plugin (third-party only)",
            commands::uninstall,
        ),
        command(
            "plugin:trigger",
            "<args...>",
            "Trigger an arbitrary plugin hook",
            commands::trigger,
        ),
        hidden("plugin:installed", commands::installed),
    ],
    functions: &[hook("plugin_prime_bash_completion", completion::function)],
    ..EMPTY
};

/// What the commands refuse.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PluginError {
    /// No name argument; holds the verb.
    #[error("Please specify a plugin to {0}")]
    NoName(&'static str),
    /// Core plugins stay; holds the verb.
    #[error("Cannot {0} a core plugin")]
    Core(&'static str),
    /// It is enabled.
    #[error("Plugin already enabled")]
    Enabled,
    /// It is not enabled.
    #[error("Plugin already disabled")]
    Disabled,
    /// It is not there.
    #[error("Plugin does not exist")]
    Missing,
    /// It is not there, in the words of uninstall.
    #[error("Plugin ({0}) is not currently installed")]
    NotInstalled(String),
    /// A plugin from a tarball.
    #[error("Plugin ({0}) was not installed from git: install it again to update it")]
    NotGit(String),
    /// Something of that name is there.
    #[error("Plugin ({0}) is already installed")]
    Present(String),
    /// A name that is no single path component.
    #[error("Invalid plugin name: {0}")]
    BadName(String),
    /// Neither curl nor wget.
    #[error("Please install either curl or wget to install via tar.gz")]
    NoDownloader,
}

impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        Self::text(error)
    }
}
