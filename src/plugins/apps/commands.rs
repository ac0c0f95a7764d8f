//! `apps:*` but clone, rename and report. Reference 10 §3.

use super::{AppsError, create as creation, destroy as destruction};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::flags;
use crate::plugins::common::lock;
use crate::registry::Call;

/// The app argument, which must be given.
pub fn app_word(call: &Call) -> Result<&str, AppsError> {
    call.args
        .first()
        .map(String::as_str)
        .ok_or(AppsError::NoApp)
}

fn existing(ctx: &Ctx, call: &Call) -> Outcome<App> {
    Ok(App::existing(ctx, app_word(call)?)?)
}

/// `apps:create APP`.
pub fn create(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("apps:create", call)?;
    creation::create(ctx, app_word(&call)?).map(|_| ())
}

/// `apps:destroy APP [force]`.
pub fn destroy(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("apps:destroy", call)?;
    if app_word(&call)? == "tls" {
        return Err(AppsError::Tls.into());
    }
    let app = existing(ctx, &call)?;
    if call.arg(1) == "force" {
        return destruction::destroy(&ctx.with_env("DOKKU_APPS_FORCE_DELETE", "1"), &app);
    }
    destruction::destroy(ctx, &app)
}

/// `apps:exists APP`.
pub fn exists(ctx: &Ctx, call: &Call) -> Outcome {
    existing(ctx, &flags::none("apps:exists", call)?).map(|_| ())
}

/// `apps:list`. No apps is a warning, exit 0.
pub fn list(ctx: &Ctx, call: &Call) -> Outcome {
    flags::none("apps:list", call)?;
    ctx.ui.info2_quiet("My Apps");
    let apps = App::all(ctx);
    if apps.is_empty() {
        ctx.ui.warn(AppsError::NoApps.to_string());
    }
    for app in apps {
        ctx.ui.line(app.as_str());
    }
    Ok(())
}

/// `apps:lock APP`: leaves an empty lock file, which a deploy respects. A running deploy's file is
/// left alone: it is that very file that it has locked.
pub fn lock_command(ctx: &Ctx, call: &Call) -> Outcome {
    let app = existing(ctx, &flags::none("apps:lock", call)?)?;
    let file = ctx.paths.app_file(&app, ".deploy.lock");
    match ctx.store.try_lock_file(&file, "") {
        Ok(_) => ctx.ui.info1("Deploy lock created"),
        Err(_) => return Err(AppsError::LockNotCreated.into()),
    }
    Ok(())
}

/// `apps:locked APP`: exit 0 when the lock file is there.
pub fn locked(ctx: &Ctx, call: &Call) -> Outcome {
    let app = existing(ctx, &flags::none("apps:locked", call)?)?;
    if !is_locked(ctx, &app) {
        return Err(AppsError::NotLocked.into());
    }
    ctx.ui.line_quiet("Deploy lock exists");
    Ok(())
}

/// `apps:unlock APP`.
pub fn unlock(ctx: &Ctx, call: &Call) -> Outcome {
    let app = existing(ctx, &flags::none("apps:unlock", call)?)?;
    let file = ctx.paths.app_file(&app, ".deploy.lock");
    if !file.exists() {
        return Err(AppsError::LockNotRemoved.into());
    }
    ctx.ui.warn("A deploy may be in progress.");
    ctx.ui
        .warn("Removing the app lock will not stop in progress deploys.");
    ctx.store
        .remove(file)
        .map_err(|_| Failure::from(AppsError::LockNotRemoved))?;
    ctx.ui.info1("Deploy lock removed");
    Ok(())
}

/// Whether a deploy or `apps:lock` holds the lock; what a killed deploy left of it does not.
pub fn is_locked(ctx: &Ctx, app: &App) -> bool {
    lock::is_taken(&ctx.paths.app_file(app, ".deploy.lock"))
}
