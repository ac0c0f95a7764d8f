//! Building a source tree. Stub: being written.

use std::path::Path;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// Fires `post-extract` and `pre-receive-app`, then receives a source tree. Reference 12 §5.5.
pub fn trigger_build(ctx: &Ctx, app: &App, dir: &Path, _rev: &str) -> Outcome {
    ctx.ui
        .info1(format!("stub: building {app} from {}", dir.display()));
    Ok(())
}
