//! The `app-json` plugin: deployment tasks of app.json and the Procfile's `release`. Reference 22.

mod commit;
mod task;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, hook};
use task::Phase;

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "app-json",
    namespace: "app-json",
    dialect: Dialect::Shell,
    help: HelpStyle::None,
    hooks: &[
        hook("pre-deploy", pre_deploy),
        hook("post-deploy", post_deploy),
    ],
    ..EMPTY
};

/// `pre-deploy APP TAG`: predeploy, then release.
fn pre_deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    task::run(ctx, &app, call.arg(1), Phase::Predeploy)?;
    task::run(ctx, &app, call.arg(1), Phase::Release)
}

/// `post-deploy APP PORT IP TAG`: postdeploy.
fn post_deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    task::run(ctx, &app, call.arg(3), Phase::Postdeploy)
}
