//! `DOKKU_SCALE`: how many processes of each type. Reference 31 §3.6, §4.

use thiserror::Error;

use super::procfile;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::procfile::Procfile;
use crate::formats::scale::Scale;
use crate::plugins::common::{files, images, release};
use crate::registry::Call;

const FILE: &str = "DOKKU_SCALE";
const EXTRACTED: &str = "DOKKU_SCALE.extracted";

/// Why an app can't be scaled.
#[derive(Debug, Error)]
enum ScaleError {
    #[error("Please specify an app to run the command on")]
    NoApp,
    #[error("App contains DOKKU_SCALE file and cannot be manually scaled")]
    Fixed,
    #[error("{0} is not a valid process name")]
    NoSuchProcess(String),
    #[error("ps:scale {0} is not a number")]
    NotANumber(String),
}

impl From<ScaleError> for Failure {
    fn from(error: ScaleError) -> Self {
        Self::text(error)
    }
}

/// Whether the app's scale may be changed by hand.
pub fn can_scale(ctx: &Ctx, app: &App) -> bool {
    !ctx.paths.app_file(app, EXTRACTED).exists()
}

/// `ps:scale APP [TYPE=N…]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0).is_empty() {
        return Err(ScaleError::NoApp.into());
    }
    let app = App::existing(ctx, call.arg(0))?;
    if call.rest(1).iter().all(String::is_empty) {
        return show(ctx, &app);
    }
    change(ctx, &app, call.rest(1))
}

/// The image that runs, or that the next deploy would run.
fn image(ctx: &Ctx, app: &App, tag: &str) -> Option<String> {
    images::deploying(ctx, app, tag).ok()
}

fn image_procfile(ctx: &Ctx, app: &App, image: Option<&String>) -> Option<String> {
    files::text_from_image(ctx, app, image?, "Procfile")
}

/// The scale as it stands, or as it would be generated, with every type of the Procfile.
fn current(ctx: &Ctx, app: &App, image: Option<&String>, procfile: Option<&str>) -> Outcome<Scale> {
    let parsed = procfile.map(procfile::parse).transpose()?;
    let file = ctx.paths.app_file(app, FILE);
    let Ok(text) = std::fs::read_to_string(file) else {
        let shipped = image.and_then(|image| files::text_from_image(ctx, app, image, FILE));
        return Ok(match shipped {
            Some(text) => Scale::parse(&text),
            None => Scale::generate(procfile),
        });
    };
    let mut scale = Scale::parse(&text);
    if let Some(procfile) = parsed {
        scale.declare(procfile.types());
    }
    Ok(scale)
}

fn show(ctx: &Ctx, app: &App) -> Outcome {
    let image = image(ctx, app, &images::running_tag(ctx, app));
    let procfile = image_procfile(ctx, app, image.as_ref());
    let scale = current(ctx, app, image.as_ref(), procfile.as_deref())?;
    ctx.ui.info1_quiet(format!("Scaling for {app}"));
    ctx.ui.line_quiet(columns("proctype", "qty"));
    ctx.ui.line_quiet(columns("--------", "---"));
    for (kind, count) in scale.rows() {
        ctx.ui.line(columns(&format!("{kind}:"), count));
    }
    Ok(())
}

fn columns(first: &str, second: &str) -> String {
    format!("{first:<25} {second:<25} {:<25} {:<25}", "", "")
}

fn change(ctx: &Ctx, app: &App, words: &[String]) -> Outcome {
    if !can_scale(ctx, app) {
        return Err(ScaleError::Fixed.into());
    }
    let tag = images::running_tag(ctx, app);
    set(ctx, app, &tag, words)?;
    release::redeploy(ctx, app).map(drop)
}

/// Records new counts; the next deploy of the image with this tag brings them about.
pub fn set(ctx: &Ctx, app: &App, tag: &str, words: &[String]) -> Outcome {
    let image = image(ctx, app, tag);
    if image.is_none() {
        ctx.ui
            .err(format!("App image ({}) not found", images::name(app, tag)));
    }
    let text = image_procfile(ctx, app, image.as_ref());
    let procfile = text.as_deref().map(procfile::parse).transpose()?;
    // All pairs are checked before anything is written.
    let pairs = words
        .iter()
        .map(|word| pair(word, procfile.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    ctx.store.locked(&ctx.paths.app(app), || {
        let mut scale = current(ctx, app, image.as_ref(), text.as_deref())?;
        for (kind, count) in &pairs {
            ctx.ui
                .info1_quiet(format!("Scaling {app}:{kind} to {count}"));
            scale.set(kind, count);
        }
        ctx.store
            .write(ctx.paths.app_file(app, FILE), scale.to_text())
            .map_err(Failure::from)
    })??;
    Ok(())
}

/// `TYPE=COUNT`, the count as it was given; a word without `=` is both, as upstream has it.
fn pair<'a>(word: &'a str, procfile: Option<&Procfile>) -> Result<(&'a str, &'a str), ScaleError> {
    let (kind, count) = word.split_once('=').unwrap_or((word, word));
    let unknown = procfile.is_some_and(|procfile| !procfile.contains(kind));
    if unknown && count != "0" {
        return Err(ScaleError::NoSuchProcess(kind.to_owned()));
    }
    let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    if digits && count.parse::<u32>().is_ok() {
        return Ok((kind, count));
    }
    Err(ScaleError::NotANumber(count.to_owned()))
}

/// Brings the file in line with the image before a deploy (reference 31 §4.1).
pub fn generate(ctx: &Ctx, app: &App, image: &str) -> Outcome {
    let (file, extracted) = (
        ctx.paths.app_file(app, FILE),
        ctx.paths.app_file(app, EXTRACTED),
    );
    match files::text_from_image(ctx, app, image, FILE) {
        Some(text) => {
            ctx.store.write(&file, text.clone())?;
            ctx.store.write(&extracted, text)?;
        }
        None => ctx.store.remove(&extracted)?,
    }
    if !file.exists() {
        ctx.ui.info1_quiet(
            "DOKKU_SCALE file not found in app image. Generating one based on Procfile...",
        );
        let procfile = procfile::text_of_deploy(ctx, app);
        ctx.store
            .write(&file, Scale::generate(procfile.as_deref()).to_text())?;
    }
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    ctx.ui.verbose_quiet(format!(
        "DOKKU_SCALE declares scale -> {}",
        Scale::parse(&text).summary()
    ));
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn error(word: &str) -> String {
        let procfile = Procfile::parse("web: a\n").unwrap();
        pair(word, Some(&procfile)).unwrap_err().to_string()
    }

    #[test]
    fn pairs_are_judged_as_upstream_does() {
        assert_eq!(error("web=abc"), "ps:scale abc is not a number");
        assert_eq!(error("nope=1"), "nope is not a valid process name");
        assert_eq!(pair("nope=0", None).unwrap(), ("nope", "0"));
        assert_eq!(pair("web=007", None).unwrap(), ("web", "007"));
        assert_eq!(
            pair("web", None).unwrap_err().to_string(),
            "ps:scale web is not a number"
        );
    }

    #[test]
    fn rows_are_103_wide() {
        assert_eq!(columns("web:", "1").len(), 103);
    }
}
