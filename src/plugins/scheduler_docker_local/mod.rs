//! The `scheduler-docker-local` plugin: runs an app's processes as plain containers on this host.
//! Reference 30.

mod checks;
mod commands;
mod curl;
mod deploy;
mod hooks;
mod install;
mod logs;
mod plan;
mod pre_deploy;
mod rename;
mod report;
mod retire;
mod revive;
mod run;

use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "scheduler-docker-local",
    namespace: "scheduler-docker-local",
    dialect: Dialect::Shell,
    about: "Manage the docker-local scheduler integration for an app",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "scheduler-docker-local:report",
            "[<app>] [<flag>]",
            "Displays a scheduler-docker-local report for one or more apps",
            report::command,
        ),
        command(
            "scheduler-docker-local:set",
            "<app> <property> (<value>)",
            "Set or clear a scheduler-docker-local property for an app",
            commands::set,
        ),
    ],
    hooks: &[
        hook("check-deploy", checks::hook),
        hook("core-post-deploy", rename::hook),
        hook("install", install::hook),
        hook("post-app-clone-setup", hooks::post_app_clone_setup),
        hook("post-app-rename-setup", hooks::post_app_clone_setup),
        hook("post-create", hooks::post_create),
        hook("post-delete", hooks::post_delete),
        hook("pre-deploy", pre_deploy::hook),
        hook("pre-restore", hooks::pre_restore),
        hook("report", report::hook),
        hook("scheduler-app-status", hooks::app_status),
        hook("scheduler-deploy", deploy::hook),
        hook("scheduler-docker-cleanup", hooks::docker_cleanup),
        hook("scheduler-inspect", hooks::inspect),
        hook("scheduler-is-deployed", hooks::is_deployed),
        hook("scheduler-logs", logs::hook),
        hook("scheduler-logs-failed", logs::failed_hook),
        hook("scheduler-retire", retire::hook),
        hook("scheduler-revive", revive::hook),
        hook("scheduler-run", run::hook),
        hook("scheduler-stop", hooks::stop),
        hook("scheduler-tags-create", hooks::tags_create),
        hook("scheduler-tags-destroy", hooks::tags_destroy),
    ],
    functions: &[hook(
        "fn-scheduler-docker-local-retire-container",
        retire::fn_retire_container,
    )],
    programs: &[hook("retire-later", retire::later)],
    ..EMPTY
};

/// The name that apps and triggers call it by.
const NAME: &str = "docker-local";

/// Whether a `scheduler-*` trigger (scheduler name first) is meant for this plugin.
fn is_ours(call: &Call) -> bool {
    call.arg(0) == NAME
}
