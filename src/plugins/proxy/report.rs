//! `proxy:report` and the `report` hook. Reference 41 §3.

use super::{is_enabled, kind, port_maps};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::flags;
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, row, serve_or_stop};

/// `proxy:report [<app>] [<flag>]`. Upstream cannot report on all apps, although its help and its
/// documentation say so.
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0).starts_with("--") {
        return serve_or_stop(ctx, call, one);
    }
    serve_or_stop(ctx, &flags::none(&call.name, call)?, one)
}

/// The `report` hook: one app's full report.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, one)
}

fn one(ctx: &Ctx, app: &App) -> Outcome<Report> {
    Ok(Report {
        title: format!("{app} proxy information"),
        rows: vec![
            row("--proxy-type", kind(ctx, app)),
            row("--proxy-port-map", port_maps(ctx, app).to_string()),
            row("--proxy-enabled", is_enabled(ctx, app).to_string()),
        ],
        dialect: Dialect::Compiled,
        empty: Empty::Line,
    })
}
