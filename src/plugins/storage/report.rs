//! `storage:report` and its trigger. Reference 25.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::docker_options::{self, PHASES};
use crate::plugins::storage::mounts;
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, row};

/// `storage:report [<app>] [<flag>]`.
pub fn run(ctx: &Ctx, call: &Call) -> Outcome {
    report::serve(ctx, Dialect::Shell, call, |ctx, app| Ok(of_app(ctx, app)))
}

/// `report APP`.
pub fn trigger(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, |ctx, app| Ok(of_app(ctx, app)))
}

fn of_app(ctx: &Ctx, app: &App) -> Report {
    let rows = PHASES.map(|phase| {
        let value: String = docker_options::lines(ctx, app, phase)
            .iter()
            .filter(|line| mounts::rest(line).is_some())
            .map(|line| format!("{line} "))
            .collect();
        row(&format!("--storage-{phase}-mounts"), value)
    });
    Report {
        title: format!("{app} storage information"),
        rows: rows.to_vec(),
        dialect: Dialect::Shell,
        empty: Empty::NotDeployed,
    }
}
