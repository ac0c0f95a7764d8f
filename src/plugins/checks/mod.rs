//! The `checks` plugin: which process types are deployed without downtime, and which of them are
//! checked. Reference 32 §1–§2, §6–§7. The check itself is the scheduler's `check-deploy`.

mod commands;
mod install;
mod run;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, command, hook};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "checks",
    namespace: "checks",
    dialect: Dialect::Shell,
    about: "Manage zero-downtime settings",
    help: HelpStyle::Summary,
    commands: &[
        command(
            "checks:disable",
            "<app> [process-type(s)]",
            "Disable zero-downtime deployment for all processes (or comma-separated process-type list) ***WARNING: this will cause downtime during deployments***",
            commands::disable,
        ),
        command(
            "checks:enable",
            "<app> [process-type(s)]",
            "Enable zero-downtime deployment for all processes (or comma-separated process-type list)",
            commands::enable,
        ),
        command(
            "checks:report",
            "[<app>] [<flag>]",
            "Displays a checks report for one or more apps",
            commands::report,
        ),
        command(
            "checks:run",
            "<app> [process-type(s)]",
            "Runs zero-downtime checks for all processes (or comma-separated process-type list)",
            run::run,
        ),
        command(
            "checks:skip",
            "<app> [process-type(s)]",
            "Skip zero-downtime checks for all processes (or comma-separated process-type list)",
            commands::skip,
        ),
    ],
    hooks: &[
        hook("install", install::install),
        hook("report", commands::report_trigger),
    ],
    functions: &[
        hook("is_app_proctype_checks_disabled", disabled_function),
        hook("is_app_proctype_checks_skipped", skipped_function),
    ],
    ..EMPTY
};

/// The list entry that stands for every process type, when it is the only one.
const ALL: &str = "_all_";

/// One of the two lists of process types in an app's config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    /// Deployed with downtime and without checks.
    Disabled,
    /// Deployed without downtime and without checks.
    Skipped,
}

impl List {
    /// The config variable.
    fn key(self) -> &'static str {
        match self {
            Self::Disabled => "DOKKU_CHECKS_DISABLED",
            Self::Skipped => "DOKKU_CHECKS_SKIPPED",
        }
    }

    /// The stored value; empty when unset.
    fn value(self, ctx: &Ctx, app: &App) -> String {
        ctx.app_config(app, self.key())
    }
}

/// Whether zero-downtime deployment is disabled for a process type.
pub fn is_disabled(ctx: &Ctx, app: &App, kind: &str) -> bool {
    holds(&List::Disabled.value(ctx, app), kind)
}

/// Whether checks are skipped for a process type.
pub fn is_skipped(ctx: &Ctx, app: &App, kind: &str) -> bool {
    holds(&List::Skipped.value(ctx, app), kind)
}

fn holds(list: &str, kind: &str) -> bool {
    list == ALL || list.split(',').any(|entry| entry == kind)
}

fn disabled_function(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    ctx.ui.line(is_disabled(ctx, &app, call.arg(1)).to_string());
    Ok(())
}

fn skipped_function(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    ctx.ui.line(is_skipped(ctx, &app, call.arg(1)).to_string());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_counts_only_as_the_entire_value() {
        assert!(holds("_all_", "web"));
        assert!(!holds("_all_,worker", "web"));
    }

    #[test]
    fn entries_are_compared_whole() {
        assert!(holds("urgentworker,web", "web"));
        assert!(!holds("urgentworker,web", "worker"));
        assert!(!holds("", "web"));
    }
}
