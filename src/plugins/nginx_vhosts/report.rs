//! `nginx:report` and the `report` hook. Reference 40 §3.

use super::property;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, row, serve};

/// Properties in output order; the flag is `--nginx-` and the name.
const ROWS: &[&str] = &[
    property::ACCESS_LOG_PATH,
    property::BIND_ADDRESS_IPV4,
    property::BIND_ADDRESS_IPV6,
    property::ERROR_LOG_PATH,
    property::HSTS,
    property::HSTS_INCLUDE_SUBDOMAINS,
    property::HSTS_MAX_AGE,
    property::HSTS_PRELOAD,
];

/// `nginx:report [<app>] [<flag>]`
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    serve(ctx, Dialect::Shell, call, one)
}

/// The `report` hook: one app's full report.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, one)
}

fn one(ctx: &Ctx, app: &App) -> Outcome<Report> {
    let rows = ROWS
        .iter()
        .map(|key| row(&format!("--nginx-{key}"), property::get(ctx, app, key)));
    Ok(Report {
        title: format!("{app} nginx information"),
        rows: rows.collect(),
        dialect: Dialect::Shell,
        empty: Empty::NotDeployed,
    })
}
