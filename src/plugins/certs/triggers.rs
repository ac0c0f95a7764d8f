//! The certs hooks. Reference 43 §4.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::certs::tls;
use crate::registry::Call;

/// `post-app-clone-setup OLD NEW`: a clone has no certificate.
pub fn post_app_clone_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let new = App::parse(call.arg(1))?;
    tls::remove(ctx, &new)?;
    ctx.trigger("post-certs-remove", &[&new])
}
