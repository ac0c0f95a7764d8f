//! `domains:report` and its trigger. Reference 42 §3.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::domains::{is_enabled, vhosts};
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, Row, row};

/// `domains:report [<app>|--global] [<flag>]`.
pub fn run(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0) == "--global" {
        return of_host(ctx).print(ctx, call.arg(1));
    }
    report::serve(ctx, Dialect::Shell, call, |ctx, app| Ok(of_app(ctx, app)))
}

/// `report APP`.
pub fn trigger(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, |ctx, app| Ok(of_app(ctx, app)))
}

fn of_app(ctx: &Ctx, app: &App) -> Report {
    let own = vhosts::lines(&vhosts::app_file(ctx, app)).unwrap_or_default();
    let mut rows = vec![
        row("--domains-app-enabled", is_enabled(ctx, app).to_string()),
        row("--domains-app-vhosts", own.join(" ")),
    ];
    rows.extend(global_rows(ctx));
    report(app, rows)
}

fn of_host(ctx: &Ctx) -> Report {
    report("Global", global_rows(ctx))
}

fn global_rows(ctx: &Ctx) -> Vec<Row> {
    let global = vhosts::global(ctx);
    vec![
        row("--domains-global-enabled", global.is_some().to_string()),
        row(
            "--domains-global-vhosts",
            global.unwrap_or_default().join(" "),
        ),
    ]
}

fn report(whose: &str, rows: Vec<Row>) -> Report {
    Report {
        title: format!("{whose} domains information"),
        rows,
        dialect: Dialect::Shell,
        empty: Empty::Nothing,
    }
}
