//! `logs` and `logs:failed`. Reference 33 §2.1, §2.3.

use super::PLUGIN;
use super::options::{self, Options};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::plugins::common::scheduler;
use crate::registry::Call;

const USAGE: &str = "\
Usage: dokku logs <app>
 display recent log output

 -n, --num NUM        # the number of lines to display
 -p, --ps PS          # only display logs from the given process
 -t, --tail           # continually stream logs
 -q, --quiet          # display raw logs without colors, time and names";

/// `logs <app> [options]`.
pub fn logs(ctx: &Ctx, call: &Call) -> Outcome {
    let (options, complaint) = options::parse(&call.args);
    if options.help && complaint.is_ok() {
        ctx.ui.line(USAGE);
        return Ok(());
    }
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    let app = App::required(ctx, PLUGIN.dialect, &Call::of(&call.name, &words))?;
    if !scheduler::is_deployed(ctx, &app) {
        return fail(format!("App {app} has not been deployed"));
    }
    complaint.map_err(|error| Failure::Exact(format!("dokku logs: {error}\n{USAGE}"), 1))?;
    show(ctx, &app, &options)
}

fn show(ctx: &Ctx, app: &App, options: &Options) -> Outcome {
    let on = |flag: bool| if flag { "true" } else { "" };
    ctx.trigger(
        "scheduler-logs",
        &[
            &scheduler::name(ctx, Some(app)),
            app,
            &options.process,
            on(options.tail),
            on(options.quiet),
            &options.lines,
        ],
    )
}

/// `fn-logs-usage` of the shell library.
pub fn usage_function(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.line(USAGE);
    Ok(())
}

/// `logs:failed [<app>]`: without an app those of every app. The app need not exist.
// Compat: a word that can be no app's name has no failed containers, either.
pub fn failed(ctx: &Ctx, call: &Call) -> Outcome {
    if !call.arg(0).is_empty() {
        return failed_of(ctx, call.arg(0));
    }
    for app in App::all(ctx) {
        // One app's failure is told and must not hide the others' logs.
        let _ = ctx.told(PLUGIN.dialect, failed_of(ctx, &app));
    }
    Ok(())
}

fn failed_of(ctx: &Ctx, name: &str) -> Outcome {
    ctx.ui.info2_quiet(format!("{name} failed deploy logs"));
    let scheduler = scheduler::name(ctx, App::parse(name).ok().as_ref());
    ctx.trigger("scheduler-logs-failed", &[scheduler.as_str(), name])
}
