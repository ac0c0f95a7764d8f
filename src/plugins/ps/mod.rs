//! The `ps` plugin: an app's processes, its scale and its Procfile. Reference 31.

mod all;
mod commands;
mod functions;
mod hooks;
mod policy;
mod procfile;
pub mod procfile_util;
mod report;
mod scale;

pub use commands::restart;
pub use policy::in_effect as restart_policy;
pub use procfile::{forget as forget_procfile, of_deploy as procfile_of_deploy};

use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hidden, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "ps",
    namespace: "ps",
    dialect: Dialect::Shell,
    about: "Manage container processes",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "ps",
            "<app>",
            "List processes running in app container(s)",
            help,
        )
        .file("default"),
        command(
            "ps:inspect",
            "<app>",
            "Displays a sanitized version of docker inspect for an app",
            commands::inspect,
        ),
        command(
            "ps:rebuild",
            "<app>",
            "Rebuild an app from source",
            commands::rebuild,
        ),
        command(
            "ps:rebuildall",
            "",
            "Rebuild all apps from source",
            all::rebuild,
        ),
        command(
            "ps:report",
            "[<app>] [<flag>]",
            "Displays a process report for one or more apps",
            report::command,
        ),
        command(
            "ps:restart",
            "<app>",
            "Restart app container(s)",
            commands::restart_command,
        ),
        command(
            "ps:restart-policy",
            "<app>",
            "Shows the restart-policy for an app",
            policy::show,
        ),
        command(
            "ps:restartall",
            "",
            "Restart all deployed app containers",
            all::restart,
        ),
        command(
            "ps:restore",
            "",
            "Start previously running apps e.g. after reboot",
            commands::restore_command,
        ),
        command(
            "ps:scale",
            "<app> <proc>=<count> [<proc>=<count>...]",
            "Get/Set how many instances of a given process to run",
            scale::command,
        ),
        command(
            "ps:set-restart-policy",
            "<app> <policy>",
            "Sets app restart-policy",
            policy::set_command,
        ),
        command(
            "ps:start",
            "<app>",
            "Start app container(s)",
            commands::start_command,
        ),
        command(
            "ps:startall",
            "",
            "Starts all apps via command line",
            all::start,
        ),
        command(
            "ps:stop",
            "<app>",
            "Stop app container(s)",
            commands::stop_command,
        ),
        command("ps:stopall", "", "Stop all app container(s)", all::stop),
        hidden("ps:retire", commands::retire),
    ],
    hooks: &[
        hook("app-restart", hooks::app_restart),
        hook("core-post-deploy", hooks::core_post_deploy),
        hook("install", hooks::install),
        hook("post-app-clone", hooks::rebuild_unless_skipped),
        hook("post-app-rename", hooks::rebuild_unless_skipped),
        hook("post-create", hooks::post_create),
        hook("post-stop", hooks::post_stop),
        hook("pre-deploy", hooks::pre_deploy),
        hook("report", report::hook),
    ],
    functions: &[
        hook("extract_procfile", functions::extract_procfile),
        hook("generate_scale_file", functions::generate_scale_file),
        hook("set_scale", functions::set_scale),
    ],
    ..EMPTY
};

/// `ps`: upstream's first line promises a list, but it prints the help.
fn help(ctx: &crate::ctx::Ctx, _call: &crate::registry::Call) -> crate::failure::Outcome {
    crate::help::plugin(ctx, &PLUGIN)
}
