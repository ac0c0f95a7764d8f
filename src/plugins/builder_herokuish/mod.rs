//! The `builder-herokuish` plugin: builds an app by buildpacks in the herokuish image.
//! Reference 20 §9.

mod build;
mod clone;
mod release;

pub use clone::drop_cache;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::images;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "builder-herokuish",
    namespace: "builder-herokuish",
    dialect: Dialect::Shell,
    help: HelpStyle::None,
    hooks: &[
        hook("builder-build", build::hook),
        hook("builder-release", release::hook),
        hook("docker-args-build", user_argument),
        hook("docker-args-deploy", user_argument),
        hook("docker-args-run", user_argument),
        hook("pre-build-buildpack", build::pre_build_buildpack),
        hook("post-app-clone-setup", clone::post_app_clone_setup),
        hook("post-app-rename-setup", clone::post_app_rename_setup),
    ],
    ..EMPTY
};

/// `docker-args-{build,deploy,run} APP …`: the user that herokuish runs the app as.
fn user_argument(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if ctx.app_config(&app, "DOKKU_APP_TYPE") == "herokuish" {
        ctx.ui
            .write(format!(" --env=USER={}", images::app_user(ctx, &app)).as_bytes());
    }
    Ok(())
}
