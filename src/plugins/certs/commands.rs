//! Adding and removing an app's certificate. Reference 43 §2.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::certs::{CRT, KEY, dir, import, install};
use crate::registry::Call;

/// `certs:add` and `certs:update <app> [CRT KEY]`: from files, or from a tar archive on stdin.
pub fn add(ctx: &Ctx, call: &Call) -> Outcome {
    let app = named_app(ctx, call)?;
    let pair = import::read(ctx, call.raw.get(1), call.raw.get(2))?;
    pair.check(ctx)?;
    install(ctx, &app, &[(CRT, &pair.crt), (KEY, &pair.key)])?;
    ctx.trigger("post-certs-update", &[&app])?;
    ctx.trigger("post-domains-update", &[&app])
}

/// `certs:remove <app>`.
pub fn remove(ctx: &Ctx, call: &Call) -> Outcome {
    let app = named_app(ctx, call)?;
    let dir = dir(ctx, &app);
    if !dir.is_dir() {
        return fail("An app-specific SSL endpoint is not defined");
    }
    ctx.ui.info1(format!("Removing SSL endpoint from {app}"));
    ctx.store.remove_tree(dir)?;
    ctx.trigger("post-certs-remove", &[&app])?;
    ctx.trigger("post-domains-update", &[&app])
}

/// The app that a command is about.
pub fn named_app(ctx: &Ctx, call: &Call) -> Outcome<App> {
    if call.arg(0).is_empty() {
        return fail("Please specify an app to run the command on");
    }
    Ok(App::existing(ctx, call.arg(0))?)
}
