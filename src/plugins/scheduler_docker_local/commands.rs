//! `scheduler-docker-local:set`. Reference 30 §2.1.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::registry::Call;

/// `scheduler-docker-local:set APP PROPERTY [VALUE]`.
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, key, value) = (call.arg(0), call.arg(1), call.arg(2));
    if app.is_empty() {
        return fail("Please specify an app to run the command on");
    }
    if key.is_empty() {
        return fail("No key specified");
    }
    if key != "disable-chown" {
        return fail("Invalid key specified, valid keys include: disable-chown");
    }
    App::parse(app)?;
    let properties = ctx.properties("scheduler-docker-local");
    if value.is_empty() {
        ctx.ui.info2_quiet(format!("Unsetting {key}"));
        properties.delete(app, key)
    } else {
        ctx.ui.info2_quiet(format!("Setting {key} to {value}"));
        properties.set(app, key, value)
    }
}
