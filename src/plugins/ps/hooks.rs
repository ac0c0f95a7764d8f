//! The ps plugin's triggers. Reference 31 §6.

use super::{commands, policy, procfile, scale};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::install::REPLACING;
use crate::plugins::common::images;
use crate::plugins::common::lock;
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;

/// `pre-deploy APP TAG`: Procfile and scale of the image.
pub fn pre_deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let image = images::deploying(ctx, &app, call.arg(1))?;
    procfile::extract(ctx, &app, &image)?;
    scale::generate(ctx, &app, &image)
}

/// `core-post-deploy APP …`.
pub fn core_post_deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    procfile::forget(ctx, &app)?;
    set_restore(ctx, &app, "1")
}

/// `post-stop APP`.
pub fn post_stop(ctx: &Ctx, call: &Call) -> Outcome {
    set_restore(ctx, &App::existing(ctx, call.arg(0))?, "0")
}

fn set_restore(ctx: &Ctx, app: &App, value: &str) -> Outcome {
    let pairs: &[(&str, &[u8])] = &[("DOKKU_APP_RESTORE", value.as_bytes())];
    config::set(&ctx.quiet(), &Scope::App(app.clone()), pairs, Restart::No)
}

/// `app-restart APP`.
pub fn app_restart(ctx: &Ctx, call: &Call) -> Outcome {
    commands::restart(ctx, &App::existing(ctx, call.arg(0))?)
}

/// `post-create APP`.
pub fn post_create(ctx: &Ctx, call: &Call) -> Outcome {
    policy::set(ctx, &App::existing(ctx, call.arg(0))?, policy::DEFAULT)
}

/// `post-app-clone OLD NEW`, `post-app-rename OLD NEW`.
pub fn rebuild_unless_skipped(ctx: &Ctx, call: &Call) -> Outcome {
    if ctx.env.get("SKIP_REBUILD") == "true" {
        return Ok(());
    }
    commands::rebuild_app(ctx, &App::existing(ctx, call.arg(1))?)
}

/// `install`: the lock's directory; every app gets a restart policy.
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.store.make_dir(ctx.paths.data("ps"))?;
    for app in App::all(ctx) {
        if ctx.env.get(REPLACING) == "true" {
            lock::forget_leftover(ctx, &app)?;
        }
        if policy::of(ctx, &app).is_empty() {
            policy::set(ctx, &app, policy::DEFAULT)?;
        }
    }
    Ok(())
}
