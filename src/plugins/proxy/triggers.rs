//! The questions that other plugins ask about an app's proxy. Reference 41 §4.

use super::{is_enabled, kind};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::flags;
use crate::registry::Call;

/// `proxy-is-enabled APP`: `true` or `false`.
pub fn proxy_is_enabled(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, flags::none(&call.name, call)?.arg(0))?;
    ctx.ui.line(is_enabled(ctx, &app).to_string());
    Ok(())
}

/// `proxy-type APP`: never fails, also for what is no app.
pub fn proxy_type(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none(&call.name, call)?;
    let kind = App::parse(call.arg(0)).map(|app| kind(ctx, &app));
    ctx.ui.line(kind.unwrap_or_else(|_| "nginx".to_owned()));
    Ok(())
}
