//! Making an app's directory and telling the other plugins.

use super::{AppsError, fire};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// Creates an app: its directory, then trigger `post-create`, whose failure leaves the directory.
pub fn create(ctx: &Ctx, name: &str) -> Outcome<App> {
    let app = App::parse(name)?;
    make_dir(ctx, &app)?;
    fire(ctx, "post-create", &[&app])?;
    Ok(app)
}

/// Test and creation under one lock, so that of two callers one is told that the name is taken.
pub fn make_dir(ctx: &Ctx, app: &App) -> Outcome {
    ctx.store.locked(ctx.paths.root(), || {
        if app.exists(ctx) {
            return Err(AppsError::Taken.into());
        }
        ctx.ui.info1_quiet(format!("Creating {app}..."));
        ctx.store.make_dir(ctx.paths.app(app))?;
        Ok(())
    })?
}

/// Creates an app that is missing, unless the host forbids it; what that prints is shown only when
/// it fails.
pub fn maybe_create(ctx: &Ctx, name: &str) -> Outcome {
    if App::existing(ctx, name).is_ok() {
        return Ok(());
    }
    if ctx.global_config("DOKKU_DISABLE_APP_AUTOCREATION") == "true" {
        ctx.ui.warn("App auto-creation disabled.");
        return Err(AppsError::NoAutoCreation(name.to_owned()).into());
    }
    let (printed, created) = ctx.ui.capture(|| create(ctx, name));
    if created.is_err() {
        ctx.ui.write(&printed);
    }
    created.map(|_| ())
}
