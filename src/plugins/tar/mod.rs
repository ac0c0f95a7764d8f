//! The `tar` plugin: deploys of tarballs. Reference 13 §B. The last good tarball stays as
//! `src.tar` in the app's directory: rebuilds use it.

mod build;
mod commands;
mod triggers;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "tar",
    namespace: "tar",
    dialect: Dialect::Shell,
    about: "Manage app deploys via tar",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "tar:in",
            "<app>",
            "Reads an tarball containing the app from stdin",
            commands::from_input,
        ),
        command(
            "tar:from",
            "<app> <url>",
            "Loads an app tarball from url",
            commands::from_url,
        ),
    ],
    hooks: &[
        hook("deploy-source", triggers::deploy_source),
        hook("receive-app", triggers::receive_app),
    ],
    functions: &[
        hook("tar_build", triggers::build_function),
        hook("tar_receive_app", triggers::receive_app),
        hook("tar_trigger_build", triggers::trigger_build_function),
    ],
    ..EMPTY
};

/// The app's tarball, below its directory.
const SOURCE: &str = "src.tar";
