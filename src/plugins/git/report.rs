//! `git:report`. Reference 12 §2.4.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::properties::GLOBAL;
use crate::registry::{Call, Dialect};
use crate::report::{self, Empty, Report, row, serve};
use crate::tools::git;

/// `git:report [APP] [FLAG]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    serve(ctx, Dialect::Shell, call, report)
}

/// Trigger `report APP`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    report::hook(ctx, call, report)
}

fn report(ctx: &Ctx, app: &App) -> Outcome<Report> {
    let properties = ctx.properties("git");
    let value = |key: &str, default: &str| properties.get_or(app, key, default);
    let sha = ctx.output(&git::short_head(&ctx.paths.app(app)));
    let sha = if sha.ok() { sha.text() } else { String::new() };
    Ok(Report {
        title: format!("{app} git information"),
        rows: vec![
            row("--git-deploy-branch", value("deploy-branch", "master")),
            row(
                "--git-global-deploy-branch",
                properties.get_or(GLOBAL, "deploy-branch", "master"),
            ),
            row("--git-keep-git-dir", value("keep-git-dir", "false")),
            row("--git-rev-env-var", value("rev-env-var", "GIT_REV")),
            row("--git-sha", sha),
        ],
        dialect: Dialect::Shell,
        empty: Empty::NotDeployed,
    })
}
