//! `install`: settings of Dokku 0.5 and older become today's lists. Reference 32 §6.

use super::{ALL, List};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;

/// The switches of versions before 0.5.
const OLDEST: [&str; 2] = ["DOKKU_SKIP_ALL_CHECKS", "DOKKU_SKIP_DEFAULT_CHECKS"];
/// The switch of version 0.5.
const OLD: &str = "DOKKU_CHECKS_ENABLED";

/// `install`.
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    let apps = App::all(ctx);
    for app in &apps {
        from_oldest(ctx, app)?;
    }
    if OLDEST.iter().any(|key| !ctx.global_config(key).is_empty()) {
        ctx.ui.info1("Removing global zero downtime settings");
        config::unset(&ctx.quiet(), &Scope::Global, &OLDEST, Restart::No)?;
    }
    apps.iter().try_for_each(|app| from_old(ctx, app))
}

fn from_oldest(ctx: &Ctx, app: &App) -> Outcome {
    let (quiet, scope) = (&ctx.quiet(), Scope::App(app.clone()));
    let is_true =
        |key: &&str| ctx.app_config(app, key) == "true" || ctx.global_config(key) == "true";
    if OLDEST.iter().any(is_true) {
        ctx.ui.info1(
            "Migrating zero downtime env variables to 0.5.x. The following variables have been deprecated",
        );
        ctx.ui.info2(OLDEST.join(" "));
        ctx.ui.info2(
            "Please use dokku checks:[disable|enable] <app> to control zero downtime functionality",
        );
        ctx.ui.info2("");
        tell_disabled(ctx, app);
        config::set(quiet, &scope, &[(OLD, b"0")], Restart::No)?;
    }
    if OLDEST
        .iter()
        .any(|key| !ctx.app_config(app, key).is_empty())
    {
        config::unset(quiet, &scope, &OLDEST, Restart::No)?;
    }
    Ok(())
}

fn from_old(ctx: &Ctx, app: &App) -> Outcome {
    let (quiet, scope) = (&ctx.quiet(), Scope::App(app.clone()));
    let value = ctx.app_config(app, OLD);
    if value.is_empty() {
        return Ok(());
    }
    let new = List::Skipped.key();
    ctx.ui.info1(
        "Migrating zero downtime env variables to 0.6.x. The following variables will be migrated",
    );
    ctx.ui.info2(format!("{OLD} -> {new}"));
    if value == "0" {
        ctx.ui.info2("");
        tell_disabled(ctx, app);
        config::set(quiet, &scope, &[(new, ALL.as_bytes())], Restart::No)?;
    }
    config::unset(quiet, &scope, &[OLD], Restart::No)
}

fn tell_disabled(ctx: &Ctx, app: &App) {
    ctx.ui
        .info2(format!("zero downtime checks disabled for app ({app})"));
}
