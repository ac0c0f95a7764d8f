//! The urls of an app. Reference 04 §3.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// What `dokku urls APP` prints, a url a line.
pub fn urls(_ctx: &Ctx, _app: &App) -> Outcome<Vec<String>> {
    Ok(Vec::new())
}
