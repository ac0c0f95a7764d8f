//! `checks:disable`, `checks:enable`, `checks:skip`, `checks:report`. Reference 32 §2.

use super::{ALL, List, PLUGIN};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::report::{self, Empty, Report, row};
use crate::settings::Scope;

/// `checks:disable <app> [types]`.
pub fn disable(ctx: &Ctx, call: &Call) -> Outcome {
    move_to(ctx, call, "Disabling", List::Disabled)
}

/// `checks:skip <app> [types]`.
pub fn skip(ctx: &Ctx, call: &Call) -> Outcome {
    move_to(ctx, call, "Skipping", List::Skipped)
}

/// `checks:enable <app> [types]`.
pub fn enable(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    match types(call) {
        Types::All => {
            ctx.ui
                .info1(format!("Enabling zero downtime for app's ({app})"));
            write(ctx, &app, List::Disabled, |_| String::new())?;
            write(ctx, &app, List::Skipped, |_| String::new())
        }
        Types::These(types) => {
            ctx.ui.info1(format!(
                "Enabling zero downtime for app's ({app}) proctypes ({types})"
            ));
            for list in [List::Disabled, List::Skipped] {
                write(ctx, &app, list, |old| without(old, types))?;
            }
            Ok(())
        }
    }
}

/// Puts process types on one list and takes them off the other.
fn move_to(ctx: &Ctx, call: &Call, doing: &str, to: List) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let other = match to {
        List::Disabled => List::Skipped,
        List::Skipped => List::Disabled,
    };
    match types(call) {
        Types::All => {
            ctx.ui
                .info1(format!("{doing} zero downtime for app ({app})"));
            write(ctx, &app, to, |_| ALL.to_owned())?;
            write(ctx, &app, other, |_| String::new())
        }
        Types::These(types) => {
            ctx.ui.info1(format!(
                "{doing} zero downtime for app's ({app}) proctypes ({types})"
            ));
            for list in [List::Disabled, List::Skipped] {
                let new = if list == to { with } else { without };
                write(ctx, &app, list, |old| new(old, types))?;
            }
            Ok(())
        }
    }
}

enum Types<'a> {
    All,
    These(&'a str),
}

fn types(call: &Call) -> Types<'_> {
    match call.arg(1) {
        "" | ALL => Types::All,
        types => Types::These(types),
    }
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|entry| !entry.is_empty())
}

/// A list with more types at its end; `_all_` goes, old or new.
fn with(list: &str, types: &str) -> String {
    let mut all: Vec<&str> = Vec::new();
    for kind in entries(list).chain(entries(types)) {
        if kind != ALL && !all.contains(&kind) {
            all.push(kind);
        }
    }
    all.join(",")
}

/// A list without some types; `_all_` stays.
fn without(list: &str, types: &str) -> String {
    let left: Vec<&str> = entries(list)
        .filter(|entry| !entries(types).any(|kind| kind == *entry))
        .collect();
    left.join(",")
}

/// Changes a list under the app's lock; an empty one unsets the variable.
fn write(ctx: &Ctx, app: &App, list: List, edit: impl FnOnce(&str) -> String) -> Outcome {
    let (ctx, scope) = (&ctx.quiet(), Scope::App(app.clone()));
    config::revise(ctx, &scope, list.key(), Restart::No, |old| {
        Some(edit(old)).filter(|new| !new.is_empty())
    })
}

/// `checks:report [<app>] [<flag>]`.
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    report::serve(ctx, PLUGIN.dialect, call, report_of)
}

/// `report APP`.
pub fn report_trigger(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    report_of(ctx, &app)?.print(ctx, "")
}

fn report_of(ctx: &Ctx, app: &App) -> Outcome<Report> {
    let shown = |list: List| match list.value(ctx, app).as_str() {
        "" => "none".to_owned(),
        value => value.to_owned(),
    };
    Ok(Report {
        title: format!("{app} checks information"),
        rows: vec![
            row("--checks-disabled-list", shown(List::Disabled)),
            row("--checks-skipped-list", shown(List::Skipped)),
        ],
        dialect: PLUGIN.dialect,
        empty: Empty::NotDeployed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_types_go_to_the_end_and_once() {
        assert_eq!(with("web,worker", "cron,web"), "web,worker,cron");
        assert_eq!(with("_all_", "web"), "web");
        assert_eq!(with("cron", "web,_all_"), "cron,web");
    }

    #[test]
    fn whole_entries_are_removed() {
        let list = "web,worker,urgentworker,notifications";
        assert_eq!(without(list, "urgentworker,worker"), "web,notifications");
        assert_eq!(without("urgentworker", "worker"), "urgentworker");
        assert_eq!(without("_all_", "web"), "_all_");
    }
}
