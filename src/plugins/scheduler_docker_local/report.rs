//! `scheduler-docker-local:report`. Reference 30 §2.2.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, row, serve};

/// `scheduler-docker-local:report [APP] [FLAG]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    serve(ctx, Dialect::Shell, call, report)
}

/// Trigger `report APP`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, report)
}

fn report(ctx: &Ctx, app: &App) -> Outcome<Report> {
    let value = ctx
        .properties("scheduler-docker-local")
        .get_or(app, "disable-chown", "");
    Ok(Report {
        title: format!("{app} scheduler-docker-local information"),
        rows: vec![row("--scheduler-docker-local-disable-chown", value)],
        dialect: Dialect::Shell,
        empty: Empty::NotDeployed,
    })
}
