//! `git:initialize` and `git:set`. Reference 12 §2.

use thiserror::Error;

use super::repository;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;

const PROPERTIES: &[&str] = &["deploy-branch", "keep-git-dir", "rev-env-var"];

/// Why a property can't be set.
#[derive(Debug, Error)]
enum SetError {
    #[error("Please specify an app to run the command on")]
    NoApp,
    #[error("No key specified")]
    NoKey,
    #[error("Invalid key specified, valid keys include: {}", PROPERTIES.join(", "))]
    BadKey,
}

impl From<SetError> for Failure {
    fn from(error: SetError) -> Self {
        Self::text(error)
    }
}

/// `git:initialize APP`.
pub fn initialize(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    ctx.ui
        .info1_quiet(format!("Initializing git repository for {app}"));
    repository::create(ctx, &App::existing(ctx, &app)?)
}

/// `git:set APP KEY [VALUE]`.
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, key, value) = (call.arg(0), call.arg(1), call.arg(2));
    if app.is_empty() {
        return Err(SetError::NoApp.into());
    }
    if key.is_empty() {
        return Err(SetError::NoKey.into());
    }
    if !PROPERTIES.contains(&key) {
        return Err(SetError::BadKey.into());
    }
    if app != crate::properties::GLOBAL {
        // Upstream accepts any word; a word that is no app name would become a path.
        App::parse(app)?;
    }
    let properties = ctx.properties("git");
    if !value.is_empty() {
        ctx.ui.info2_quiet(format!("Setting {key} to {value}"));
        return properties.set(app, key, value);
    }
    ctx.ui.info2_quiet(format!("Unsetting {key}"));
    if key == "rev-env-var" {
        // An empty value switches the variable off; no file would bring GIT_REV back.
        return properties.set(app, key, "");
    }
    properties.delete(app, key)
}

/// Shell library `fn-git-create-hook APP`.
pub fn fn_create_hook(ctx: &Ctx, call: &Call) -> Outcome {
    repository::create(ctx, &App::existing(ctx, call.arg(0))?)
}
