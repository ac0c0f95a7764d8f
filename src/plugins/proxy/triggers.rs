//! The questions that other plugins ask about an app's proxy. Reference 41 §4.

use super::{is_enabled, kind, port_maps};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::flags;
use crate::plugins::nginx_vhosts;
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

/// `ports-get APP [stdout|json]`, a trigger of newer Dokku versions: the stored mappings, one a
/// line, or as one JSON list. Reference 06 §10.
pub fn ports_get(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none(&call.name, call)?;
    let app = App::existing(ctx, call.arg(0))?;
    let maps = port_maps(ctx, &app);
    match call.arg(1) {
        "json" => ctx.ui.line(maps.to_json()),
        _ => maps.iter().for_each(|map| ctx.ui.line(map.to_string())),
    }
    Ok(())
}

/// `ports-get-available`, a trigger of newer Dokku versions: a port on which nothing listens.
pub fn ports_get_available(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.line(nginx_vhosts::random_open_port().to_string());
    Ok(())
}
