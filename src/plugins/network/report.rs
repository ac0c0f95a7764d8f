//! `network:report` and the `report` hook. Reference 44 §2.

use super::listeners::listeners;
use super::property::{self, ATTACH_POST_CREATE, ATTACH_POST_DEPLOY, BIND_ALL_INTERFACES};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, row, serve_or_stop};

/// `network:report [<app>] [<flag>]`. Upstream hides its errors and exits 0; an unknown app or
/// flag is an error here.
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    serve_or_stop(ctx, call, one)
}

/// The `report` hook: one app's full report.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, one)
}

fn one(ctx: &Ctx, app: &App) -> Outcome<Report> {
    let value = |key: &str| property::get(ctx, app, key);
    Ok(Report {
        title: format!("{app} network information"),
        rows: vec![
            row("--network-attach-post-create", value(ATTACH_POST_CREATE)),
            row("--network-attach-post-deploy", value(ATTACH_POST_DEPLOY)),
            row("--network-bind-all-interfaces", value(BIND_ALL_INTERFACES)),
            row(
                "--network-web-listeners",
                listeners(ctx, app, "web").join(" "),
            ),
        ],
        dialect: Dialect::Compiled,
        empty: Empty::Line,
    })
}
