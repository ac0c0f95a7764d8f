//! The restart policy: a `--restart=` line among the deploy options. Reference 31 §3.7–§3.8.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::formats::docker_options::{is_restart_policy, restart_policies, set_restart_policy};
use crate::plugins::docker_options;
use crate::registry::Call;

/// The policy of new apps.
pub const DEFAULT: &str = "on-failure:10";

const FILE: &str = "DOCKER_OPTIONS_DEPLOY";

fn named_app(ctx: &Ctx, call: &Call) -> Outcome<App> {
    if call.arg(0).is_empty() {
        return fail("Please specify an app to run the command on");
    }
    Ok(App::existing(ctx, call.arg(0))?)
}

/// The app's policies, one a line (normally one).
pub fn of(ctx: &Ctx, app: &App) -> String {
    let text = std::fs::read_to_string(ctx.paths.app_file(app, FILE)).unwrap_or_default();
    restart_policies(&text).collect::<Vec<&str>>().join("\n")
}

/// The policy that docker follows: the last one, without the options that share its line.
pub fn in_effect(ctx: &Ctx, app: &App) -> String {
    let all = of(ctx, app);
    let last = all.lines().last().unwrap_or_default();
    last.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// `ps:restart-policy APP`.
pub fn show(ctx: &Ctx, call: &Call) -> Outcome {
    let app = named_app(ctx, call)?;
    ctx.ui.info2_quiet(format!("{app} restart-policy:"));
    if !ctx.paths.app_file(&app, FILE).exists() {
        return Err(Failure::Status(1));
    }
    let policies = of(ctx, &app);
    if !policies.is_empty() {
        ctx.ui.line(policies);
    }
    Ok(())
}

/// `ps:set-restart-policy APP POLICY`.
pub fn set_command(ctx: &Ctx, call: &Call) -> Outcome {
    let app = named_app(ctx, call)?;
    let policy = call.arg(1);
    if !is_restart_policy(policy) {
        return fail(
            "Please specify an valid restart policy matching the following regex: \
             ^(no|unless-stopped|always|on-failure(:[1-9][0-9]*)?)$",
        );
    }
    ctx.ui
        .info1_quiet(format!("Setting restart policy: {policy}"));
    set(ctx, &app, policy)
}

/// Replaces the policy.
pub fn set(ctx: &Ctx, app: &App, policy: &str) -> Outcome {
    docker_options::change(ctx, app, "deploy", |text| set_restart_policy(text, policy))
}
