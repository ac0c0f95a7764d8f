//! The Procfile of the image that is being deployed. While a deploy runs, a copy stands in
//! `$DOKKU_ROOT/APP/DOKKU_PROCFILE`, where third-party hooks look for it. Reference 31 §5.1.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::procfile::Procfile;
use crate::plugins::common::files;

const FILE: &str = "DOKKU_PROCFILE";

/// Takes the Procfile out of the image for a deploy, with its messages.
pub fn extract(ctx: &Ctx, app: &App, image: &str) -> Outcome {
    forget(ctx, app)?;
    let Some(text) = files::text_from_image(ctx, app, image, "Procfile") else {
        ctx.ui.info1_quiet("No Procfile found in app image");
        return Ok(());
    };
    let file = ctx.paths.app_file(app, FILE);
    ctx.ui
        .info1_quiet(format!("App Procfile file found ({})", file.display()));
    parse(&text)?;
    ctx.store.write(file, text)?;
    Ok(())
}

/// Removes the copy.
pub fn forget(ctx: &Ctx, app: &App) -> Outcome {
    ctx.store.remove(ctx.paths.app_file(app, FILE))?;
    Ok(())
}

/// The copy of the deploy that runs.
pub fn of_deploy(ctx: &Ctx, app: &App) -> Option<Procfile> {
    let text = std::fs::read_to_string(ctx.paths.app_file(app, FILE)).ok()?;
    Procfile::parse(&text).ok()
}

/// The text of the copy.
pub fn text_of_deploy(ctx: &Ctx, app: &App) -> Option<String> {
    std::fs::read_to_string(ctx.paths.app_file(app, FILE)).ok()
}

/// Parses a Procfile; the error is procfile-util's text.
pub fn parse(text: &str) -> Outcome<Procfile> {
    Procfile::parse(text).map_err(Failure::text)
}
