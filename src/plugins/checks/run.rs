//! `checks:run`: the checks of a deploy against what runs now. Reference 32 §2.2.

use thiserror::Error;

use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::formats::scale::{Scale, ScaleEntry};
use crate::plugins::common::{containers, images};
use crate::registry::Call;

/// What cannot be checked.
#[derive(Debug, Error)]
enum RunError {
    #[error("{0}: No such file or directory")]
    NoScale(String),
    #[error("Invalid process type specified ({0}.{1})")]
    Type(App, String),
    #[error("Invalid container index specified ({0}.{1}.{2})")]
    Index(App, String, String),
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::text(error)
    }
}

/// `checks:run <app> [types]`.
pub fn run(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    ctx.ui.info1("Running pre-flight checks");
    let runner = Runner { ctx, app };
    match call.arg(1) {
        "" => runner
            .scale()?
            .iter()
            .try_for_each(|entry| runner.check_type(entry)),
        types => types
            .split(',')
            .filter(|word| !word.is_empty())
            .try_for_each(|word| runner.check_word(word)),
    }
}

struct Runner<'a> {
    ctx: &'a Ctx,
    app: App,
}

impl Runner<'_> {
    fn scale(&self) -> Outcome<Vec<ScaleEntry>> {
        let path = self.ctx.paths.app_file(&self.app, "DOKKU_SCALE");
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Scale::parse(&text).entries()),
            Err(_) => Err(RunError::NoScale(path.display().to_string()).into()),
        }
    }

    /// `TYPE`, or `TYPE.N` even if the type is disabled.
    fn check_word(&self, word: &str) -> Outcome {
        if let Some((kind, index)) = word.split_once('.') {
            return self.check(kind, index);
        }
        let scale = self.scale()?;
        let mut entries = scale
            .iter()
            .filter(|entry| entry.process_type == word)
            .peekable();
        if entries.peek().is_none() {
            return Err(RunError::Type(self.app.clone(), word.to_owned()).into());
        }
        entries.try_for_each(|entry| self.check_type(entry))
    }

    fn check_type(&self, entry: &ScaleEntry) -> Outcome {
        let kind = &entry.process_type;
        if super::is_disabled(self.ctx, &self.app, kind) {
            self.ctx.ui.info1(format!(
                "Zero downtime is disabled for app ({}.{kind}). Skipping checks",
                self.app
            ));
            return Ok(());
        }
        (1..=entry.count).try_for_each(|index| self.check(kind, &index.to_string()))
    }

    fn check(&self, kind: &str, index: &str) -> Outcome {
        let app = &self.app;
        let recorded = containers::recorded(self.ctx, app);
        let Some(process) = recorded
            .iter()
            .find(|process| process.kind == kind && process.index == index)
        else {
            let (kind, index) = (kind.to_owned(), index.to_owned());
            return Err(RunError::Index(app.clone(), kind, index).into());
        };
        self.ctx
            .ui
            .info1(format!("Running checks for app ({app}.{kind}.{index})"));
        let ctx = &self.ctx.with_input(Input::Null);
        let herokuish = ctx
            .image(&images::name(app, ""))
            .is_some_and(|image| images::is_herokuish(ctx, app, &image));
        let address = ctx.trigger_answer("network-get-ipaddr", &[app, kind, &process.id])?;
        let of_port = [app, kind, &process.id, &herokuish.to_string()];
        let port = ctx.trigger_answer("network-get-port", &of_port)?;
        ctx.trigger("check-deploy", &[app, &process.id, kind, &port, &address])
    }
}
