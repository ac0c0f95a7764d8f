//! `apps:report` and the `report` hook. Reference 10 §3.

use super::AppsError;
use super::commands::{app_word, is_locked};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::flags;
use crate::registry::{Call, Dialect};
use crate::report::{Empty, Report, row, serve};

/// `apps:report APP [FLAG]`, `apps:report FLAG`, `apps:report "" [FLAG]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    let known = ["--app-deploy-source", "--app-dir", "--app-locked"];
    // Upstream refuses a leading flag, although its help says that the app may be left out.
    let call = if known.contains(&call.arg(0)) {
        call.clone()
    } else {
        flags::none("apps:report", call)?
    };
    // Compat: no argument at all is an error, recorded; the empty word reports all apps.
    let app = app_word(&call)?;
    if (app.is_empty() || app.starts_with("--")) && App::all(ctx).is_empty() {
        return Err(AppsError::NoApps.into());
    }
    serve(ctx, Dialect::Compiled, &call, one)
}

/// An app's report.
pub fn one(ctx: &Ctx, app: &App) -> Outcome<Report> {
    let dir = ctx.paths.app(app).to_string_lossy().into_owned();
    Ok(Report {
        title: format!("{app} app information"),
        rows: vec![
            // Compat: recorded empty for deployed apps too; `deploy-source` is not asked.
            row("--app-deploy-source", ""),
            row("--app-locked", is_locked(ctx, app).to_string()),
            row("--app-dir", dir),
        ],
        dialect: Dialect::Compiled,
        empty: Empty::Line,
    })
}
