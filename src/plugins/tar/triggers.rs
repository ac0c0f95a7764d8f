//! Hooks of the `tar` plugin. Reference 13 §B.4.

use std::path::Path;

use super::{SOURCE, build};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::lock::{self, Mode};
use crate::plugins::git;
use crate::registry::Call;

/// `receive-app APP [REV]`: builds the app's tarball again, if it has one.
pub fn receive_app(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    if !ctx.paths.app_file(&app, SOURCE).is_file() {
        return Ok(());
    }
    let _lock = lock::acquire(ctx, &app, Mode::Waiting)?;
    rebuild(ctx, &app)
}

/// `tar_build APP`: the same without the lock.
pub fn build_function(ctx: &Ctx, call: &Call) -> Outcome {
    rebuild(ctx, &App::existing(ctx, call.arg(0))?)
}

/// `tar_trigger_build APP DIR [REV]`: builds a tree that is unpacked already.
pub fn trigger_build_function(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    git::build::trigger_build(ctx, &app, Path::new(call.arg(1)), call.arg(2))
}

fn rebuild(ctx: &Ctx, app: &App) -> Outcome {
    let tree = build::unpack(ctx, &ctx.paths.app_file(app, SOURCE))?;
    build::build(ctx, app, &tree)
}

/// `deploy-source APP`: what another hook said on stdin, else `tar`.
pub fn deploy_source(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    let said = ctx.read_input()?;
    if !said.is_empty() {
        ctx.ui.write(&said);
    } else if ctx.paths.app_file(&app, SOURCE).is_file() {
        ctx.ui.line("tar");
    }
    Ok(())
}
