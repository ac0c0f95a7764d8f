//! The `apps` plugin: creating, listing, locking, copying and destroying apps. Reference 10.

mod commands;
mod create;
mod destroy;
mod duplicate;
mod report;
mod triggers;

pub use create::{create, maybe_create};
pub use destroy::destroy;

use thiserror::Error;

use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "apps",
    namespace: "apps",
    dialect: Dialect::Compiled,
    about: "Manage apps",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "apps:clone",
            "<old-app> <new-app>",
            "Clones an app",
            duplicate::clone_command,
        ),
        command("apps:create", "<app>", "Create a new app", commands::create),
        command(
            "apps:destroy",
            "<app>",
            "Permanently destroy an app",
            commands::destroy,
        ),
        command(
            "apps:exists",
            "<app>",
            "Checks if an app exists",
            commands::exists,
        ),
        command("apps:list", "", "List your apps", commands::list),
        command(
            "apps:lock",
            "<app>",
            "Locks an app for deployment",
            commands::lock_command,
        ),
        command(
            "apps:locked",
            "<app>",
            "Checks if an app is locked for deployment",
            commands::locked,
        ),
        command(
            "apps:rename",
            "<old-app> <new-app>",
            "Rename an app",
            duplicate::rename_command,
        ),
        command(
            "apps:report",
            "[<app>] [<flag>]",
            "Display report about an app",
            report::command,
        ),
        command(
            "apps:unlock",
            "<app>",
            "Unlocks an app for deployment",
            commands::unlock,
        ),
    ],
    hooks: &[
        hook("app-create", triggers::app_create),
        hook("app-destroy", triggers::app_destroy),
        hook("app-exists", triggers::app_exists),
        hook("app-maybe-create", triggers::app_maybe_create),
        hook("post-delete", triggers::post_delete),
        hook("report", triggers::report),
    ],
    ..EMPTY
};

/// What the commands refuse, besides bad names.
#[derive(Debug, Error)]
pub enum AppsError {
    /// No app argument.
    #[error("Please specify an app to run the command on")]
    NoApp,
    /// No second argument of clone and rename.
    #[error("Please specify an new app name")]
    NoNewName,
    /// The new app exists.
    #[error("Name is already taken")]
    Taken,
    /// `tls` is no app.
    #[error("Unable to destroy tls directory")]
    Tls,
    /// The host has no app.
    #[error("You haven't deployed any applications yet")]
    NoApps,
    /// The lock file can't be made.
    #[error("Unable to create deploy lock")]
    LockNotCreated,
    /// There is no lock file.
    #[error("Deploy lock does not exist")]
    NotLocked,
    /// There is no lock file to remove, or it can't be removed.
    #[error("Unable to remove deploy lock")]
    LockNotRemoved,
    /// The host does not create apps on push.
    #[error("Re-enable app auto-creation or create an app with 'dokku apps:create {0}'")]
    NoAutoCreation(String),
}

impl From<AppsError> for Failure {
    fn from(error: AppsError) -> Self {
        Self::text(error)
    }
}

/// Fires a trigger as Dokku's compiled plugins do: on empty stdin, and a failing hook's status
/// becomes the text `exit status N` (reference 10 §1.5).
fn fire(ctx: &Ctx, name: &str, args: &[&str]) -> Outcome {
    ctx.with_input(Input::Null)
        .trigger(name, args)
        .map_err(|failure| Failure::text(format!("exit status {}", failure.code())))
}
