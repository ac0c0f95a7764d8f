//! `buildpacks:*`: changing and showing an app's list. Reference 21, "Commands".

use thiserror::Error;

use super::{LIST, NAME, PLUGIN, source, urls};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::flags::{self, Flag, Kind, Parsed};
use crate::registry::Call;
use crate::report::{self, Empty, Report, row};

const INDEX: &[Flag] = &[Flag {
    name: "index",
    kind: Kind::Int,
    usage: "--index: the 1-based index of the URL in the list of URLs",
}];

/// Why a list cannot be changed.
#[derive(Debug, Error)]
enum ListError {
    #[error("Index must be greater than zero")]
    Negative,
    #[error("Please choose either index or Buildpack, but not both")]
    Both,
    #[error("Must specify a buildpack to remove, either by index or URL")]
    Neither,
    #[error("No buildpacks were found, next release on {0} will detect buildpack normally")]
    NoneSet(App),
    #[error("Index not found")]
    NoSuchIndex,
    #[error("Value not found")]
    NoSuchValue,
}

impl From<ListError> for Failure {
    fn from(error: ListError) -> Self {
        Self::text(error)
    }
}

/// `buildpacks:add [--index N] <app> <buildpack>`: inserts in front of position N.
pub fn add(ctx: &Ctx, call: &Call) -> Outcome {
    let (parsed, app) = parse(ctx, "buildpacks:add", call)?;
    let url = source::url(parsed.call.arg(1))?;
    let index = index(&parsed)?;
    ctx.properties(NAME).edit_list(&app, LIST, |list| {
        match index.filter(|at| *at < list.len()) {
            Some(at) => list.insert(at, url),
            None => list.push(url),
        }
        Ok(())
    })
}

/// `buildpacks:set [--index N] <app> <buildpack>`: replaces position N, else the first.
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let (parsed, app) = parse(ctx, "buildpacks:set", call)?;
    let url = source::url(parsed.call.arg(1))?;
    let index = index(&parsed)?.unwrap_or(0);
    ctx.properties(NAME).edit_list(&app, LIST, |list| {
        match list.get_mut(index) {
            Some(entry) => *entry = url,
            None => list.push(url),
        }
        Ok(())
    })
}

/// `buildpacks:remove [--index N] <app> [<buildpack>]`. By index is broken upstream; it does here
/// what its documentation says.
pub fn remove(ctx: &Ctx, call: &Call) -> Outcome {
    let (parsed, app) = parse(ctx, "buildpacks:remove", call)?;
    let word = parsed.call.arg(1);
    let wanted = match (index(&parsed)?, word.is_empty()) {
        (Some(_), false) => return Err(ListError::Both.into()),
        (None, true) => return Err(ListError::Neither.into()),
        (Some(at), true) => Wanted::Index(at),
        (None, false) => Wanted::Url(source::url(word)?),
    };
    if urls(ctx, &app).is_empty() {
        return Err(ListError::NoneSet(app).into());
    }
    ctx.properties(NAME).edit_list(&app, LIST, |list| {
        let url = match wanted {
            Wanted::Index(at) if at < list.len() => list.remove(at),
            Wanted::Index(_) => return Err(ListError::NoSuchIndex.into()),
            Wanted::Url(url) if list.contains(&url) => {
                list.retain(|entry| *entry != url);
                url
            }
            Wanted::Url(_) => return Err(ListError::NoSuchValue.into()),
        };
        ctx.ui.info1_quiet(format!("Removing {url}"));
        Ok(())
    })
}

enum Wanted {
    Index(usize),
    Url(String),
}

/// `buildpacks:clear <app>`.
pub fn clear(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("buildpacks:clear", call)?;
    let app = App::required(ctx, PLUGIN.dialect, &call)?;
    let properties = ctx.properties(NAME);
    match properties.get(&app, LIST) {
        Some(_) => properties.delete(&app, LIST),
        None => Ok(()),
    }
}

/// `buildpacks:list <app>`.
pub fn list(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("buildpacks:list", call)?;
    let app = App::required(ctx, PLUGIN.dialect, &call)?;
    ctx.ui.info1_quiet(format!("{app} buildpack urls"));
    for url in urls(ctx, &app) {
        ctx.ui.verbose(url);
    }
    Ok(())
}

/// `buildpacks:report [<app>] [<flag>]`.
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    report::serve(ctx, PLUGIN.dialect, call, report_of)
}

/// The report of one app.
pub fn report_of(ctx: &Ctx, app: &App) -> Outcome<Report> {
    Ok(Report {
        title: format!("{app} buildpacks information"),
        rows: vec![row("--buildpacks-list", urls(ctx, app).join(","))],
        dialect: PLUGIN.dialect,
        empty: Empty::Line,
    })
}

fn parse(ctx: &Ctx, canonical: &str, call: &Call) -> Outcome<(Parsed, App)> {
    let parsed = flags::permuted(canonical, INDEX, call)?;
    let app = App::required(ctx, PLUGIN.dialect, &parsed.call)?;
    Ok((parsed, app))
}

/// The 0-based position that `--index` names; 0 is the same as no index.
fn index(parsed: &Parsed) -> Result<Option<usize>, ListError> {
    let number: i64 = match parsed.value("index") {
        Some(text) => text.parse().map_err(|_| ListError::Negative)?,
        None => 0,
    };
    match usize::try_from(number) {
        Ok(number) => Ok(number.checked_sub(1)),
        Err(_) => Err(ListError::Negative),
    }
}
