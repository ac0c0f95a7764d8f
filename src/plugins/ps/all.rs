//! The commands over all apps: one app's failure is told and the others go on. Reference 31 §3.10.

use super::commands;
use crate::app::App;
use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::interrupt;
use crate::plugins::common::scheduler;
use crate::registry::{Call, Dialect};

/// `ps:startall`.
pub fn start(ctx: &Ctx, _call: &Call) -> Outcome {
    each(ctx, "start", commands::start)
}

/// `ps:stopall`.
pub fn stop(ctx: &Ctx, _call: &Call) -> Outcome {
    each(ctx, "stop", commands::stop)
}

/// `ps:restartall`.
pub fn restart(ctx: &Ctx, _call: &Call) -> Outcome {
    each(ctx, "restart", commands::restart)
}

/// `ps:rebuildall`.
pub fn rebuild(ctx: &Ctx, _call: &Call) -> Outcome {
    each(ctx, "rebuild", commands::rebuild_app)
}

/// `ps:restore` without app. A host that comes up must not stay half down because of one app, so
/// only warnings tell of failures (its unit has nobody to read an exit code).
pub fn restore(ctx: &Ctx) -> Outcome {
    let _ = each(ctx, "restore", commands::start);
    Ok(())
}

fn each(ctx: &Ctx, verb: &str, work: fn(&Ctx, &App) -> Outcome) -> Outcome {
    let apps = App::all(ctx);
    if apps.is_empty() {
        ctx.ui.info1("No apps detected");
        return Ok(());
    }
    if has_parallel(ctx) {
        return in_parallel(ctx, verb, &apps);
    }
    ctx.ui
        .info1(format!("Running 'dokku ps:{verb}' in serially"));
    let mut failed = 0;
    for app in &apps {
        // A signal that the deploy of one app has held back is meant for all of them.
        interrupt::check()?;
        failed += usize::from(!serially(ctx, verb, app, work));
    }
    Failure::from_status(i32::try_from(failed).unwrap_or(1).min(100))
}

/// Does one app's turn; whether it went well.
fn serially(ctx: &Ctx, verb: &str, app: &App, work: fn(&Ctx, &App) -> Outcome) -> bool {
    if !scheduler::is_deployed(ctx, app) {
        ctx.ui.warn(format!("App {app} has not been deployed"));
        return true;
    }
    if verb == "restore" && !commands::wants_restore(ctx, app) {
        return true;
    }
    ctx.ui
        .verbose(format!("Running 'dokku ps:{verb} {app}' ..."));
    let done = ctx.told(Dialect::Shell, work(ctx, app)).is_ok();
    if !done {
        ctx.ui.warn(format!("dokku ps:{verb} {app} failed"));
    }
    done
}

/// Compat: a host with a `parallel` program works on its apps at the same time.
fn has_parallel(ctx: &Ctx) -> bool {
    std::env::split_paths(ctx.env.get("PATH")).any(|dir| dir.join("parallel").is_file())
}

/// One `dokku ps:VERB APP` process an app, as many at once as there are processors (`-j N` of
/// `DOKKU_PARALLEL_ARGUMENTS`); the exit code is the number of apps that failed.
fn in_parallel(ctx: &Ctx, verb: &str, apps: &[App]) -> Outcome {
    ctx.ui
        .info1(format!("Running 'dokku ps:{verb}' in parallel"));
    let commands: Vec<Cmd> = apps
        .iter()
        .map(|app| {
            Cmd::new("dokku")
                .args([&format!("ps:{verb}"), app.as_str()])
                .effect(Effect::Anything)
        })
        .collect();
    let mut failed = 0;
    for group in commands.chunks(jobs(ctx)) {
        // Each app's lines stay together, in app order.
        for output in ctx.together(group) {
            ctx.ui.write(&output.stdout);
            ctx.ui.err_bytes(&output.stderr);
            failed += usize::from(!output.ok());
        }
    }
    Failure::from_status(i32::try_from(failed).unwrap_or(1).min(100))
}

fn jobs(ctx: &Ctx) -> usize {
    let words: Vec<&str> = ctx
        .env
        .get("DOKKU_PARALLEL_ARGUMENTS")
        .split_whitespace()
        .collect();
    let given = words.iter().enumerate().find_map(|(at, word)| match *word {
        "-j" | "--jobs" => words.get(at + 1)?.parse().ok(),
        _ => word
            .trim_start_matches("--jobs=")
            .trim_start_matches("-j")
            .parse()
            .ok(),
    });
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    given.filter(|jobs| *jobs > 0).unwrap_or(processors)
}
