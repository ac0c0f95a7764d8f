//! The `network` plugin: where an app's containers are reached (`IP.*`, `PORT.*` files), and the
//! docker networks that they are attached to. Reference 44.

mod attach;
mod commands;
mod docker_networks;
mod endpoint;
mod error;
mod info;
mod listeners;
mod property;
mod rebuild;
mod report;
mod triggers;

pub use attach::{after_create, after_deploy};
pub use endpoint::{address, container_ports, port};
pub use error::NetworkError;
pub use listeners::{listeners, write_address, write_port};
pub use property::get as property;
pub use rebuild::rebuild;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "network",
    namespace: "network",
    dialect: Dialect::Compiled,
    about: "Manage network settings for an app",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "network:create",
            "<network>",
            "Creates an attachable docker network",
            commands::create,
        ),
        command(
            "network:destroy",
            "<network>",
            "Destroys a docker network",
            commands::destroy,
        ),
        command(
            "network:exists",
            "<network>",
            "Checks if a docker network exists",
            commands::exists,
        ),
        command(
            "network:info",
            "<network>",
            "Outputs information about a docker network",
            info::info,
        ),
        command(
            "network:list",
            "",
            "Lists all docker networks",
            commands::list,
        ),
        command(
            "network:report",
            "[<app>] [<flag>]",
            "Displays a network report for one or more apps",
            report::report,
        ),
        command(
            "network:rebuild",
            "<app>",
            "Rebuilds network settings for an app",
            commands::rebuild_one,
        ),
        command(
            "network:rebuildall",
            "",
            "Rebuild network settings for all apps",
            commands::rebuild_all,
        ),
        command(
            "network:set",
            "<app> <property> (<value>)",
            "Set or clear a network property for an app",
            property::set,
        ),
    ],
    hooks: &[
        hook("core-post-deploy", triggers::core_post_deploy),
        hook("install", triggers::install),
        hook("network-build-config", triggers::build_config),
        hook("network-clear-config", triggers::clear_config),
        hook("network-compute-ports", triggers::compute_ports),
        hook("network-config-exists", triggers::config_exists),
        hook("network-get-ipaddr", triggers::get_ipaddr),
        hook("network-get-listeners", triggers::get_listeners),
        hook("network-get-port", triggers::get_port),
        hook("network-get-property", triggers::get_property),
        hook("network-write-ipaddr", triggers::write_ipaddr),
        hook("network-write-port", triggers::write_port),
        hook("post-app-clone-setup", triggers::post_app_clone_setup),
        hook("post-app-rename-setup", triggers::post_app_clone_setup),
        hook("post-container-create", triggers::post_container_create),
        hook("post-create", triggers::post_create),
        hook("post-delete", triggers::post_delete),
        hook("report", report::hook),
    ],
    ..EMPTY
};
