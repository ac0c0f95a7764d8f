//! The `app-json` plugin: deployment tasks of app.json and the Procfile's `release`. Reference 22.

mod commit;
mod task;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::images;
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
    functions: &[
        hook("execute_script", fn_execute_script),
        hook("get_phase_script", fn_get_phase_script),
        hook("get_release_cmd", fn_get_release_cmd),
    ],
    ..EMPTY
};

/// Shell library `execute_script APP TAG KEY`.
fn fn_execute_script(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    match Phase::parse(call.arg(2)) {
        Some(phase) => task::run(ctx, &app, call.arg(1), phase),
        None => Ok(()),
    }
}

/// Shell library `get_phase_script APP IMAGE KEY`.
fn fn_get_phase_script(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    match Phase::parse(call.arg(2)) {
        Some(phase) => show(ctx, &task::declared(ctx, &app, call.arg(1), phase)?),
        None => Ok(()),
    }
}

/// Shell library `get_release_cmd APP TAG`.
fn fn_get_release_cmd(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let image = images::deploying(ctx, &app, call.arg(1))?;
    show(ctx, &task::declared(ctx, &app, &image, Phase::Release)?)
}

fn show(ctx: &Ctx, command: &str) -> Outcome {
    if !command.is_empty() {
        ctx.ui.line(command);
    }
    Ok(())
}

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
