//! Old containers that start again because the new ones failed. Whatever stopped them had to take
//! their restart policy away, or docker would have started them at once.

use super::is_ours;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::containers;
use crate::plugins::ps;
use crate::registry::Call;

/// What stands for "never" in a container's settings and among an app's options.
const NEVER: [&str; 2] = ["no", ""];

/// Starts a container that shall have this restart policy.
pub fn start(ctx: &Ctx, id: &str, policy: &str) {
    let docker = ctx.docker();
    if !NEVER.contains(&policy) {
        ctx.silent(&docker.restart_policy(policy, &[id]));
    }
    ctx.read(&docker.container_start(id));
}

/// `scheduler-revive SCHED APP` (our own): the recorded containers that don't run start again, at
/// the proxy too, because nothing newer could be deployed.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let app = App::existing(ctx, call.arg(1))?;
    let found = ctx.containers(&containers::ids(ctx, &app));
    let down: Vec<_> = found
        .into_iter()
        .flatten()
        .filter(|container| !container.running)
        .collect();
    if down.is_empty() {
        return Ok(());
    }
    ctx.ui
        .warn(format!("Starting the containers that {app} had before"));
    let own = ps::restart_policy(ctx, &app);
    for container in down {
        // One that still has its policy may have it from an option that is gone.
        let is_lost = NEVER.contains(&container.restart_policy.as_str());
        start(ctx, &container.id, if is_lost { &own } else { "" });
    }
    let again = || ctx.trigger("proxy-build-config", &[&app]);
    ctx.quiet().ui.capture(again).1
}
