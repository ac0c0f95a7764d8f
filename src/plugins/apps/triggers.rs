//! The hooks of the apps plugin. Reference 10 §4.

use super::{create, destroy, report as reporting};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::flags;
use crate::registry::Call;

/// `app-create APP`.
pub fn app_create(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("app-create", call)?;
    create::create(ctx, call.arg(0)).map(|_| ())
}

/// `app-destroy APP`: asks like the command.
pub fn app_destroy(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("app-destroy", call)?;
    destroy::destroy(ctx, &App::existing(ctx, call.arg(0))?)
}

/// `app-exists APP`.
pub fn app_exists(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("app-exists", call)?;
    App::existing(ctx, call.arg(0))?;
    Ok(())
}

/// `app-maybe-create APP`.
pub fn app_maybe_create(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("app-maybe-create", call)?;
    create::maybe_create(ctx, call.arg(0))
}

/// `post-delete APP [IMAGE_TAG]`.
pub fn post_delete(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("post-delete", call)?;
    destroy::post_delete(ctx, &App::parse(call.arg(0))?);
    Ok(())
}

/// `report APP`.
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    let call = flags::none("report", call)?;
    let app = App::existing(ctx, call.arg(0))?;
    reporting::one(ctx, &app)?.print(ctx, "")
}
