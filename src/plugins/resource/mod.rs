//! The `resource` plugin: limits and reservations of an app's process types. Reference 23.
//! A value is a property `<process type>.<limit|reserve>.<key>`; docker gets them at each deploy.

mod commands;
mod docker_args;
mod report;
mod triggers;

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: NAME,
    namespace: NAME,
    dialect: Dialect::Compiled,
    about: "Manage resource settings for an app",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "resource:limit",
            "[--process-type <process-type>] [RESOURCE_OPTS...] <app>",
            "Limit resources for a given app/process-type combination",
            commands::limit,
        ),
        command(
            "resource:limit-clear",
            "[--process-type <process-type>] <app>",
            "Limit resources for a given app/process-type combination",
            commands::limit_clear,
        ),
        command(
            "resource:report",
            "[<app>] [<flag>]",
            "Displays a resource report for one or more apps",
            report::command,
        ),
        command(
            "resource:reserve",
            "[--process-type <process-type>] [RESOURCE_OPTS...] <app>",
            "Reserve resources for a given app/process-type combination",
            commands::reserve,
        ),
        command(
            "resource:reserve-clear",
            "[--process-type <process-type>] <app>",
            "Reserve resources for a given app/process-type combination",
            commands::reserve_clear,
        ),
    ],
    hooks: &[
        hook("docker-args-process-deploy", triggers::docker_args),
        hook("install", triggers::install),
        hook("post-app-clone-setup", triggers::clone),
        hook("post-app-rename-setup", triggers::clone),
        hook("post-delete", triggers::delete),
        hook("report", report::trigger),
        hook("resource-get-property", triggers::get_property),
    ],
    ..EMPTY
};

const NAME: &str = "resource";
/// The process type whose values hold for all others.
const DEFAULTS: &str = "_default_";
/// What can be limited or reserved, in display order.
const KEYS: [&str; 7] = [
    "cpu",
    "memory",
    "memory-swap",
    "network",
    "network-ingress",
    "network-egress",
    "nvidia-gpu",
];

/// What is asked of docker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    /// No more than this.
    Limit,
    /// At least this.
    Reserve,
}

impl Request {
    /// Its word in property names.
    fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Reserve => "reserve",
        }
    }
}

/// The property of a value.
fn property(process_type: &str, request: Request, key: &str) -> String {
    format!("{process_type}.{}.{key}", request.name())
}
