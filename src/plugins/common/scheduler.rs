//! Which scheduler an app has, and whether it is deployed. Reference 02 §2.

use crate::app::App;
use crate::ctx::Ctx;

/// The scheduler that Dokku brings along.
pub const DOCKER_LOCAL: &str = "docker-local";

/// The scheduler's name: app config `DOKKU_SCHEDULER`, else the global one, else `docker-local`.
pub fn name(ctx: &Ctx, app: Option<&App>) -> String {
    let configured = match app {
        Some(app) => ctx.config(app, "DOKKU_SCHEDULER"),
        None => ctx.global_config("DOKKU_SCHEDULER"),
    };
    if configured.is_empty() {
        DOCKER_LOCAL.to_owned()
    } else {
        configured
    }
}

/// Whether the app is deployed: what its scheduler's `scheduler-is-deployed` says.
pub fn is_deployed(ctx: &Ctx, app: &App) -> bool {
    ctx.trigger("scheduler-is-deployed", &[&name(ctx, Some(app)), app])
        .is_ok()
}
