//! `cleanup`, `url`, `urls`, `deploy`, `version`, `help`. Reference 04 §3–§7.

use super::PLUGIN;
use crate::app::App;
use crate::ctx::Ctx;
use crate::dispatch;
use crate::failure::Outcome;
use crate::help;
use crate::plugins::common::{cleanup as docker, scheduler, urls as app_urls};
use crate::registry::Call;

/// `cleanup [<app>]`: `DOKKU_SKIP_CLEANUP` does not count. The app need not exist any more, and
/// what can't be an app has nothing to clean up.
pub fn cleanup(ctx: &Ctx, call: &Call) -> Outcome {
    match call.arg(0) {
        "" | "--global" => docker::docker_cleanup(ctx, None, true),
        name => match App::parse(name) {
            Ok(app) => docker::docker_cleanup(ctx, Some(&app), true),
            Err(_) => {
                ctx.ui.info1(docker::CLEANING_UP);
                Ok(())
            }
        },
    }
}

/// `url <app>`.
pub fn url(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    print(ctx, &app_urls::url(ctx, &app)?);
    Ok(())
}

/// `urls <app>`.
pub fn urls(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    print(ctx, &app_urls::urls(ctx, &app)?);
    Ok(())
}

fn print(ctx: &Ctx, urls: &[String]) {
    for url in urls {
        ctx.ui.line(url);
    }
}

/// `deploy <app> [<tag>]`, hidden: hands an image to the scheduler, without a release.
pub fn deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let scheduler = scheduler::name(ctx, Some(&app));
    ctx.trigger("scheduler-deploy", &[&scheduler, &app, call.arg(1)])
}

/// `version`.
pub fn version(ctx: &Ctx, _call: &Call) -> Outcome {
    dispatch::version(ctx)
}

/// `help [--all]`.
pub fn help(ctx: &Ctx, call: &Call) -> Outcome {
    help::overview(ctx, call.arg(0) == "--all", !ctx.ui.is_quiet())
}
