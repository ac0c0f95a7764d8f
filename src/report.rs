//! The one renderer of every `*:report`. Shell plugins and compiled ones lay their reports out
//! differently and word their flag errors differently; both are here. Reference 02 §10, 31 §3.12.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::registry::{Call, Dialect};

/// One line of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The flag that selects it, with dashes: `--app-dir`.
    pub flag: String,
    /// Its value.
    pub value: String,
    /// What the full report shows instead of the padded value (ps:report's status rows).
    pub shown: Option<String>,
}

/// A row whose full form shows just its value.
pub fn row(flag: &str, value: impl Into<String>) -> Row {
    Row {
        flag: flag.to_owned(),
        value: value.into(),
        shown: None,
    }
}

/// What the flag form does with an empty value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// Fails with `not deployed`.
    NotDeployed,
    /// Prints nothing.
    Nothing,
    /// Prints an empty line.
    Line,
}

/// A report about one app (or the host).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Header without its arrow: `APP ps information`.
    pub title: String,
    /// Lines, in the order in which a bad flag is answered with the valid ones. Compiled plugins
    /// print them sorted by flag; shell plugins as they are.
    pub rows: Vec<Row>,
    /// Layout and error words.
    pub dialect: Dialect,
    /// How the flag form treats an empty value.
    pub empty: Empty,
}

impl Report {
    /// Prints the whole report, or the value that a flag selects (empty or `true`: the whole).
    pub fn print(&self, ctx: &Ctx, flag: &str) -> Outcome {
        if flag.is_empty() || (flag == "true" && self.dialect == Dialect::Shell) {
            ctx.ui.info2_quiet(&self.title);
            for row in self.printed() {
                ctx.ui.verbose(self.full_line(row));
            }
            return Ok(());
        }
        let Some(row) = self.rows.iter().find(|row| row.flag == flag) else {
            return fail(self.bad_flag());
        };
        match (row.value.is_empty(), self.empty) {
            (true, Empty::NotDeployed) => fail("not deployed"),
            (true, Empty::Nothing) => Ok(()),
            _ => {
                ctx.ui.line(&row.value);
                Ok(())
            }
        }
    }

    fn printed(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        if self.dialect == Dialect::Compiled {
            rows.sort_by(|a, b| a.flag.cmp(&b.flag));
        }
        rows
    }

    fn full_line(&self, row: &Row) -> String {
        let label = format!("{}:", label(&row.flag));
        match (&row.shown, self.dialect) {
            (Some(shown), _) => format!("{label:<30} {shown}"),
            (None, Dialect::Shell) => format!("{label:<30} {:<25}", row.value),
            (None, Dialect::Compiled) => format!("{label:<31}{}", row.value),
        }
    }

    fn bad_flag(&self) -> String {
        let separator = if self.dialect == Dialect::Shell {
            " "
        } else {
            ", "
        };
        let flags: Vec<&str> = self.rows.iter().map(|row| row.flag.as_str()).collect();
        format!(
            "Invalid flag passed, valid flags: {}",
            flags.join(separator)
        )
    }
}

/// `--app-deploy-source` → `App deploy source`.
fn label(flag: &str) -> String {
    let text = flag.trim_start_matches("--").replace('-', " ");
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Serves `<plugin>:report [<app>] [<flag>]`: all apps, one app, one flag of all or of one.
/// In the all-apps form a failing app is told and passed over, and the exit code stays 0.
pub fn serve(
    ctx: &Ctx,
    dialect: Dialect,
    call: &Call,
    one: impl Fn(&Ctx, &App) -> Outcome<Report>,
) -> Outcome {
    serve_with(ctx, dialect, call, |ctx, app, flag| {
        one(ctx, app)?.print(ctx, flag)
    })
}

/// Serves the `report APP` hook: one app's full report.
pub fn hook(ctx: &Ctx, call: &Call, one: impl Fn(&Ctx, &App) -> Outcome<Report>) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    one(ctx, &app)?.print(ctx, "")
}

/// `serve` for a report with a layout of its own: `print` gets the app and the flag (may be empty).
pub fn serve_with(
    ctx: &Ctx,
    dialect: Dialect,
    call: &Call,
    print: impl Fn(&Ctx, &App, &str) -> Outcome,
) -> Outcome {
    let (app, flag) = app_and_flag(call);
    if !app.is_empty() {
        let app = App::existing(ctx, app)?;
        return print(ctx, &app, flag);
    }
    for app in App::all(ctx) {
        // Told here: the other apps still get their turn.
        let _ = ctx.told(dialect, print(ctx, &app, flag));
    }
    Ok(())
}

/// Serves `<plugin>:report [<app>] [<flag>]` of a compiled plugin: as `serve`, but no app at all is
/// an error, and the first failing app ends the report.
pub fn serve_or_stop(
    ctx: &Ctx,
    call: &Call,
    one: impl Fn(&Ctx, &App) -> Outcome<Report>,
) -> Outcome {
    let (app, flag) = app_and_flag(call);
    let apps = if app.is_empty() {
        App::all(ctx)
    } else {
        vec![App::existing(ctx, app)?]
    };
    if apps.is_empty() {
        return fail("You haven't deployed any applications yet");
    }
    apps.iter()
        .try_for_each(|app| one(ctx, app)?.print(ctx, flag))
}

/// A first word with two dashes is a flag for all apps.
fn app_and_flag(call: &Call) -> (&str, &str) {
    match (call.arg(0), call.arg(1)) {
        (flag, _) if flag.starts_with("--") => ("", flag),
        (app, flag) => (app, flag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_padding_follow_the_dialect() {
        let mut report = Report {
            title: "a git information".into(),
            rows: vec![row("--git-sha", "abc")],
            dialect: Dialect::Shell,
            empty: Empty::NotDeployed,
        };
        let line = report.rows.first().map(|row| report.full_line(row));
        assert_eq!(line, Some(format!("{:<30} {:<25}", "Git sha:", "abc")));
        report.dialect = Dialect::Compiled;
        let line = report.rows.first().map(|row| report.full_line(row));
        assert_eq!(line, Some(format!("{:<31}abc", "Git sha:")));
        assert_eq!(
            report.bad_flag(),
            "Invalid flag passed, valid flags: --git-sha"
        );
    }
}
