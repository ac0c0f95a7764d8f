//! `docker-options:report` and its trigger. Reference 24.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::docker_options::report_value;
use crate::plugins::docker_options::{PHASES, text};
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, Row};

/// `docker-options:report [<app>] [<flag>]`.
pub fn run(ctx: &Ctx, call: &Call) -> Outcome {
    report::serve(ctx, Dialect::Shell, call, |ctx, app| Ok(of_app(ctx, app)))
}

/// `report APP`.
pub fn trigger(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, |ctx, app| Ok(of_app(ctx, app)))
}

fn of_app(ctx: &Ctx, app: &App) -> Report {
    let rows = PHASES.map(|phase| {
        let value = report_value(&text(ctx, app, phase));
        Row {
            flag: format!("--docker-options-{phase}"),
            shown: Some(format!("{value:<25}")),
            // Compat: the flag form ends with an empty line.
            value: if value.is_empty() {
                value
            } else {
                format!("{value}\n")
            },
        }
    });
    Report {
        title: format!("{app} docker options information"),
        rows: rows.to_vec(),
        dialect: Dialect::Shell,
        empty: Empty::Line,
    }
}
