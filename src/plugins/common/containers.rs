//! The container ids that an app's state files record. Reference 02 §4.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::formats::scale::Scale;

/// One recorded process: `CONTAINER.<kind>.<index>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Process type.
    pub kind: String,
    /// Index from 1, as text of the file name.
    pub index: String,
    /// Full container id.
    pub id: String,
}

/// All recorded processes in file-name order (`web.1`, `web.10`, `web.2`, `worker.1`).
pub fn recorded(ctx: &Ctx, app: &App) -> Vec<Recorded> {
    let entries = std::fs::read_dir(ctx.paths.app(app))
        .into_iter()
        .flatten()
        .flatten();
    let mut files: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|file| {
            let (kind, index) = file.strip_prefix("CONTAINER.")?.rsplit_once('.')?;
            let id = first_line(ctx, app, file)?;
            Some(Recorded {
                kind: kind.to_owned(),
                index: index.to_owned(),
                id,
            })
        })
        .collect()
}

/// Ids of all recorded containers; the legacy `CONTAINER` file counts when there is no other.
pub fn ids(ctx: &Ctx, app: &App) -> Vec<String> {
    let ids: Vec<String> = recorded(ctx, app)
        .into_iter()
        .map(|process| process.id)
        .collect();
    if ids.is_empty() {
        first_line(ctx, app, "CONTAINER").into_iter().collect()
    } else {
        ids
    }
}

/// Whether an app is scaled to nothing: it has no container that would keep its image, but will be
/// scaled up from it.
pub fn none_wanted(ctx: &Ctx, app: &App) -> bool {
    let text = std::fs::read_to_string(ctx.paths.app_file(app, "DOKKU_SCALE")).unwrap_or_default();
    let entries = Scale::parse(&text).entries();
    !entries.is_empty() && entries.iter().all(|entry| entry.count == 0) && ids(ctx, app).is_empty()
}

/// Whether docker can be asked: what it does not know may otherwise be there after all.
pub fn docker_answers(ctx: &Ctx) -> bool {
    must_answer(ctx).is_ok()
}

/// The failure of work on something that docker does not know, when it does not answer at all.
pub fn must_answer(ctx: &Ctx) -> Outcome {
    let words = ["container", "list", "--quiet"];
    let output = ctx.output(&ctx.docker().command(&words));
    match output.ok() {
        true => Ok(()),
        false => fail(output.error_text()),
    }
}

fn first_line(ctx: &Ctx, app: &App, file: &str) -> Option<String> {
    let text = std::fs::read_to_string(ctx.paths.app_file(app, file)).ok()?;
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(str::to_owned)
}
