//! `proxy:enable`, `proxy:disable` and `proxy:set`. Reference 41 §3.

use super::error::ProxyError;
use super::is_enabled;
use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::{Outcome, code_of};
use crate::flags;
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;

const DISABLED: &str = "DOKKU_DISABLE_PROXY";
const NO_RESTART: &str = "--no-restart";

/// `proxy:disable <app> [--no-restart]`
pub fn disable(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let app = App::existing(ctx, call.arg(0))?;
    if !is_enabled(ctx, &app) {
        ctx.ui.info1("Proxy is already disable for app");
        return Ok(());
    }
    ctx.ui.info1("Disabling proxy for app");
    let scope = Scope::App(app.clone());
    config::set(ctx, &scope, &[(DISABLED, b"1")], restart(&call))?;
    fire(ctx, "proxy-disable", &app, &call)
}

/// `proxy:enable <app> [--no-restart]`
pub fn enable(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let app = App::existing(ctx, call.arg(0))?;
    if is_enabled(ctx, &app) {
        ctx.ui.info1("Proxy is already enabled for app");
        return Ok(());
    }
    ctx.ui.info1("Enabling proxy for app");
    let scope = Scope::App(app.clone());
    config::unset(ctx, &scope, &[DISABLED], restart(&call))?;
    fire(ctx, "proxy-enable", &app, &call)
}

/// `proxy:set <app> <proxy-type>`: any type is stored, as its implementation may come later.
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let kind = call.bytes(1);
    if kind.is_empty() {
        return Err(ProxyError::NoType.into());
    }
    let app = App::existing(ctx, call.arg(0))?;
    let pairs = [("DOKKU_APP_PROXY_TYPE", kind)];
    config::set(ctx, &Scope::App(app), &pairs, Restart::No)
}

/// The call without flags in front of its words; no word at all is an error.
pub fn words(call: &Call) -> Outcome<Call> {
    let call = flags::none(&call.name, call)?;
    if call.args.is_empty() {
        return Err(ProxyError::NoApp.into());
    }
    Ok(call)
}

fn restart(call: &Call) -> Restart {
    if call.arg(1) == NO_RESTART {
        Restart::No
    } else {
        Restart::Yes
    }
}

/// Tells the implementation. Upstream does not pass `--no-restart` on, so the app restarts anyway.
fn fire(ctx: &Ctx, trigger: &str, app: &App, call: &Call) -> Outcome {
    let ctx = &ctx.with_input(Input::Null);
    let fired = match restart(call) {
        Restart::Yes => ctx.trigger(trigger, &[app]),
        Restart::No => ctx.trigger(trigger, &[app, NO_RESTART]),
    };
    match code_of(&fired) {
        0 => Ok(()),
        code => Err(ProxyError::Trigger(code).into()),
    }
}
