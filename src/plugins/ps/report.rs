//! `ps:report`. Reference 31 §3.12.

use super::{commands, policy, scale};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::{containers, scheduler};
use crate::registry::{Call, Dialect};
use crate::report::{Empty, Report, Row, row, serve};

/// `ps:report [APP] [FLAG]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    serve(ctx, Dialect::Shell, call, report)
}

/// Trigger `report APP`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    report(ctx, &App::existing(ctx, call.arg(0))?)?.print(ctx, call.arg(1))
}

fn report(ctx: &Ctx, app: &App) -> Outcome<Report> {
    let sched = scheduler::name(ctx, Some(app));
    let status = ctx.trigger_text("scheduler-app-status", &[&sched, app]);
    let (processes, running) = status.split_once(' ').unwrap_or(("0", "false"));
    let mut rows = vec![
        row("--processes", processes),
        row("--deployed", scheduler::is_deployed(ctx, app).to_string()),
        row("--running", running),
        row("--restore", commands::wants_restore(ctx, app).to_string()),
        row("--restart-policy", policy::of(ctx, app)),
        row("--ps-can-scale", scale::can_scale(ctx, app).to_string()),
    ];
    rows.extend(status_rows(ctx, app));
    Ok(Report {
        title: format!("{app} ps information"),
        rows,
        dialect: Dialect::Shell,
        empty: Empty::NotDeployed,
    })
}

/// `Status web.1: running (CID: …)` of every recorded process, by one inspect.
fn status_rows(ctx: &Ctx, app: &App) -> Vec<Row> {
    let recorded = containers::recorded(ctx, app);
    let ids: Vec<&str> = recorded.iter().map(|process| process.id.as_str()).collect();
    recorded
        .iter()
        .zip(ctx.containers(&ids))
        .map(|(process, container)| {
            let status = container.map_or_else(|| "missing".to_owned(), |c| c.status.clone());
            let short = process.id.get(..12).unwrap_or(&process.id);
            Row {
                flag: format!("--status-{}.{}", process.kind, process.index),
                shown: Some(format!("{status:<10} (CID: {short})")),
                value: status,
            }
        })
        .collect()
}
