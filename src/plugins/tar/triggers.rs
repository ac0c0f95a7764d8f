//! Hooks of the `tar` plugin. Reference 13 §B.4.

use super::{SOURCE, build};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::lock::{self, Mode};
use crate::registry::Call;

/// `receive-app APP [REV]`: builds the app's tarball again, if it has one.
pub fn receive_app(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    let archive = ctx.paths.app_file(&app, SOURCE);
    if !archive.is_file() {
        return Ok(());
    }
    let _lock = lock::acquire(ctx, &app, Mode::Waiting)?;
    let tree = build::unpack(ctx, &archive)?;
    build::build(ctx, &app, &tree)
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
