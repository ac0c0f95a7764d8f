//! The `buildpacks` plugin: the list of buildpack urls that an app is built with. Reference 21.
//! The list is a property; `post-extract` hands it to the build as `.buildpacks`.

mod commands;
mod source;
mod triggers;

use crate::ctx::Ctx;
use crate::registry::{Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: NAME,
    namespace: NAME,
    dialect: Dialect::Compiled,
    about: "Manage buildpack settings for an app",
    help_about: "Manage buildpacks settings for an app",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "buildpacks:add",
            "[--index 1] <app> <buildpack>",
            "Add new app buildpack while inserting into list of buildpacks if necessary",
            commands::add,
        ),
        command(
            "buildpacks:clear",
            "<app>",
            "Clear all buildpacks set on the app",
            commands::clear,
        ),
        command(
            "buildpacks:list",
            "<app>",
            "List all buildpacks for an app",
            commands::list,
        ),
        command(
            "buildpacks:remove",
            "<app> <buildpack>",
            "Remove a buildpack set on the app",
            commands::remove,
        ),
        command(
            "buildpacks:report",
            "[<app>] [<flag>]",
            "Displays a buildpack report for one or more apps",
            commands::report,
        ),
        command(
            "buildpacks:set",
            "[--index 1] <app> <buildpack>",
            "Set new app buildpack at a given position defaulting to the first buildpack if no index is specified",
            commands::set,
        ),
    ],
    hooks: &[
        hook("install", triggers::install),
        hook("post-app-clone-setup", triggers::clone),
        hook("post-app-rename-setup", triggers::clone),
        hook("post-delete", triggers::delete),
        hook("post-extract", triggers::post_extract),
        hook("report", triggers::report),
    ],
    ..EMPTY
};

const NAME: &str = "buildpacks";
/// The property that holds the list.
const LIST: &str = "buildpacks";

/// The buildpack urls of an app, in order.
pub fn urls(ctx: &Ctx, app: &str) -> Vec<String> {
    ctx.properties(NAME).list(app, LIST)
}
