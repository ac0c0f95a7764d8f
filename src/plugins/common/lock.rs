//! The deploy lock of an app. Stub: being written.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// What to do while somebody else holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Wait for it, with one message.
    Waiting,
    /// Fail at once.
    Exclusive,
}

/// A held deploy lock; dropping it releases it.
#[derive(Debug)]
pub struct DeployLock;

/// Takes the deploy lock of an app.
pub fn acquire(_ctx: &Ctx, _app: &App, _mode: Mode) -> Outcome<DeployLock> {
    Ok(DeployLock)
}
