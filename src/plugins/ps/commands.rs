//! start, stop, restart, rebuild, restore, inspect, retire. Reference 31 §3.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::common::{release, scheduler, undo};
use crate::registry::Call;

fn named_app(ctx: &Ctx, call: &Call) -> Outcome<App> {
    if call.arg(0).is_empty() {
        return fail("Please specify an app to run the command on");
    }
    Ok(App::existing(ctx, call.arg(0))?)
}

/// Whether the app is deployed; if not, the warning that every command gives.
pub fn deployed_or_warned(ctx: &Ctx, app: &str) -> Option<App> {
    let parsed = App::parse(app)
        .ok()
        .filter(|app| scheduler::is_deployed(ctx, app));
    if parsed.is_none() {
        ctx.ui.warn(format!("App {app} has not been deployed"));
    }
    parsed
}

/// `ps:start APP`.
pub fn start_command(ctx: &Ctx, call: &Call) -> Outcome {
    start(ctx, &named_app(ctx, call)?)
}

/// Starts what does not run, and brings the proxy in line.
pub fn start(ctx: &Ctx, app: &App) -> Outcome {
    if deployed_or_warned(ctx, app).is_none() {
        return Ok(());
    }
    ctx.trigger("pre-start", &[app])?;
    let state = state(ctx, app);
    if state == "mixed" {
        ctx.ui.warn("App is running in mixed mode, releasing");
    }
    if state == "true" {
        ctx.ui.warn(format!("App {app} already running"));
        undo::finish_left(ctx, app)?;
    } else {
        deploy_or_revive(ctx, app)?;
    }
    ctx.trigger("proxy-build-config", &[app])
}

/// Deploys the running image again. When that fails (what a check needs is not up yet, the image is
/// gone) or may not be, the containers that the app had serve on, unless it was stopped by hand.
fn deploy_or_revive(ctx: &Ctx, app: &App) -> Outcome {
    let deployed = release::redeploy(ctx, app);
    if !matches!(deployed, Ok(true)) && wants_restore(ctx, app) {
        ctx.trigger("scheduler-revive", &[&scheduler::name(ctx, Some(app)), app])?;
    }
    deployed.map(drop)
}

/// `true`, `false` or `mixed`: the second word of `scheduler-app-status`.
pub fn state(ctx: &Ctx, app: &App) -> String {
    let sched = scheduler::name(ctx, Some(app));
    let text = ctx.trigger_text("scheduler-app-status", &[&sched, app]);
    text.split_whitespace().nth(1).unwrap_or("false").to_owned()
}

/// `ps:stop APP`.
pub fn stop_command(ctx: &Ctx, call: &Call) -> Outcome {
    stop(ctx, &named_app(ctx, call)?)
}

/// Stops the app's containers; they stay, stopped.
pub fn stop(ctx: &Ctx, app: &App) -> Outcome {
    if deployed_or_warned(ctx, app).is_none() {
        return Ok(());
    }
    ctx.ui.line_quiet(format!("Stopping {app} ..."));
    // A deploy that runs would start what is stopped here.
    undo::alone(ctx, app, |ctx| {
        ctx.trigger("scheduler-stop", &[&scheduler::name(ctx, Some(app)), app])?;
        ctx.trigger("post-stop", &[app])
    })
}

/// `ps:restart APP`.
pub fn restart_command(ctx: &Ctx, call: &Call) -> Outcome {
    restart(ctx, &named_app(ctx, call)?)
}

/// Restarts a deployed app by releasing and deploying its running image again.
pub fn restart(ctx: &Ctx, app: &App) -> Outcome {
    if deployed_or_warned(ctx, app).is_none() {
        return Ok(());
    }
    release::redeploy(ctx, app).map(drop)
}

/// `ps:rebuild APP`.
pub fn rebuild(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0).is_empty() {
        return fail("Please specify an app to run the command on");
    }
    // Compat: an app that does not exist only gets the warning, exit 0.
    match deployed_or_warned(ctx, call.arg(0)) {
        Some(app) => rebuild_app(ctx, &app),
        None => Ok(()),
    }
}

/// Rebuilds an app from its stored source.
pub fn rebuild_app(ctx: &Ctx, app: &App) -> Outcome {
    ctx.trigger("receive-app", &[app])
}

/// `ps:restore [APP]`.
pub fn restore_command(ctx: &Ctx, call: &Call) -> Outcome {
    let name = call.arg(0);
    let sched = scheduler::name(ctx, App::parse(name).ok().as_ref());
    ctx.trigger("pre-restore", &[&sched, name])?;
    if name.is_empty() {
        return super::all::restore(ctx);
    }
    let Some(app) = deployed_or_warned(ctx, name) else {
        return Ok(());
    };
    if wants_restore(ctx, &app) && start(ctx, &app).is_err() {
        ctx.ui.warn(format!("dokku ps:restore {app} failed"));
    }
    Ok(())
}

/// Whether the app ran when the host went down (`ps:stop` says no).
pub fn wants_restore(ctx: &Ctx, app: &App) -> bool {
    ctx.app_config(app, "DOKKU_APP_RESTORE") != "0"
}

/// `ps:inspect APP`.
pub fn inspect(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    ctx.trigger(
        "scheduler-inspect",
        &[&scheduler::name(ctx, Some(&app)), &app],
    )
}

/// `ps:retire`: the timer's command.
pub fn retire(ctx: &Ctx, _call: &Call) -> Outcome {
    let dir = ctx.paths.data("ps");
    ctx.store.make_dir(&dir)?;
    let Some(lock) = ctx.store.try_lock_file(&dir.join("retire"), "")? else {
        return fail("Failed to acquire ps:retire lock");
    };
    let retired = ctx.trigger("scheduler-retire", &[&scheduler::name(ctx, None)]);
    lock.remove(&ctx.store)?;
    retired
}
