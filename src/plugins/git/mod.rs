//! The `git` plugin: pushes, repositories, rebuilds from git. Reference 12.

pub mod build;
mod commands;
mod hooks;
pub mod receive;
mod report;
mod repository;
mod transport;

use crate::app::App;
use crate::ctx::Ctx;
use crate::properties::GLOBAL;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "git",
    namespace: "git",
    dialect: Dialect::Shell,
    about: "Manage app deploys via git",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "git:initialize",
            "<app>",
            "Initialize a git repository for an app",
            commands::initialize,
        ),
        command(
            "git:report",
            "[<app>] [<flag>]",
            "Displays a git report for one or more apps",
            report::command,
        ),
        command(
            "git:set",
            "<app> <property> (<value>)",
            "Set or clear a git property for an app",
            commands::set,
        ),
    ],
    bare: Some(transport::serve),
    hooks: &[
        hook("deploy-source", hooks::deploy_source),
        hook("git-revision", hooks::git_revision),
        hook("install", hooks::install),
        hook("post-app-clone-setup", hooks::post_app_clone_setup),
        hook("post-app-rename-setup", hooks::post_app_clone_setup),
        hook("post-delete", hooks::post_delete),
        hook("receive-app", hooks::receive_app),
        hook("report", report::hook),
    ],
    functions: &[
        hook("git_build", receive::fn_build),
        hook("git_build_app_repo", receive::fn_build_app_repo),
        hook("git_receive_app", hooks::receive_app),
        hook("git_trigger_build", receive::fn_trigger_build),
        hook("fn-git-create-hook", commands::fn_create_hook),
    ],
    ..EMPTY
};

/// The branch whose push deploys: the app's property, the global one, else `master`.
pub fn deploy_branch(ctx: &Ctx, app: &App) -> String {
    let properties = ctx.properties("git");
    let own = properties.get(app, "deploy-branch");
    own.or_else(|| properties.get(GLOBAL, "deploy-branch"))
        .filter(|branch| !branch.is_empty())
        .unwrap_or_else(|| "master".to_owned())
}

/// The variable that gets the pushed revision; empty when it is switched off.
pub fn revision_variable(ctx: &Ctx, app: &App) -> String {
    ctx.properties("git").get_or(app, "rev-env-var", "GIT_REV")
}
