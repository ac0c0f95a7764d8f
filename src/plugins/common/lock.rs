//! The deploy lock of an app: flock(2) on `$DOKKU_ROOT/APP/.deploy.lock`. Reference 02 §8, 10 §3.
//!
//! A deploy writes its pid into the file and removes it on every way out, so an *empty* file is
//! the mark of `apps:lock`: it blocks deploys, which upstream's does not (docs/deviations.md).

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::plugins::common::process;
use crate::store::{LockFile, Store};

/// What to do while somebody else holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Wait for it, with one message.
    Waiting,
    /// Fail at once.
    Exclusive,
}

/// A held deploy lock; dropping it releases it and removes the file.
#[derive(Debug)]
pub struct DeployLock {
    file: Option<LockFile>,
    store: Rc<Store>,
}

impl DeployLock {
    /// Releases the lock and reports a lock file that could not be removed.
    pub fn release(mut self) -> Outcome {
        match self.file.take() {
            Some(file) => Ok(file.remove(&self.store)?),
            None => Ok(()),
        }
    }
}

impl Drop for DeployLock {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // The lock itself ends with the descriptor, whatever becomes of the file.
            let _ = file.remove(&self.store);
        }
    }
}

/// Takes the deploy lock of an app.
pub fn acquire(ctx: &Ctx, app: &App, mode: Mode) -> Outcome<DeployLock> {
    let path: PathBuf = ctx.paths.app_file(app, ".deploy.lock");
    let mut told = false;
    loop {
        if !is_locked_by_hand(&path)
            && let Some(mut file) = ctx.store.try_lock_file(&path)?
        {
            file.mark(&std::process::id().to_string())?;
            return Ok(DeployLock {
                file: Some(file),
                store: Rc::clone(&ctx.store),
            });
        }
        let text = format!("{app} currently has a deploy lock in place.");
        if mode == Mode::Exclusive {
            return Err(Failure::Exact(format!("{text} Exiting..."), 1));
        }
        if !told {
            ctx.ui.line(format!("{text} Waiting..."));
            told = true;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Takes the lock for work that ends an app or moves it, when no deploy holds it. `None`: whoever
/// holds it this work need not wait for, `apps:lock` or a deploy that it is part of.
pub fn turn(ctx: &Ctx, app: &App) -> Outcome<Option<DeployLock>> {
    let path = ctx.paths.app_file(app, ".deploy.lock");
    let holder = || std::fs::read_to_string(&path).ok()?.trim().parse().ok();
    if is_locked_by_hand(&path) || holder().is_some_and(process::is_own_or_ancestor) {
        return Ok(None);
    }
    acquire(ctx, app, Mode::Waiting).map(Some)
}

/// Removes the empty file that upstream leaves after each failed deploy, so that it does not count as
/// `apps:lock` here.
pub fn forget_leftover(ctx: &Ctx, app: &App) -> Outcome {
    let path = ctx.paths.app_file(app, ".deploy.lock");
    if is_locked_by_hand(&path)
        && let Some(file) = ctx.store.try_lock_file(&path)?
    {
        file.remove(&ctx.store)?;
    }
    Ok(())
}

/// Whether `apps:lock` made the file: it is there and empty.
fn is_locked_by_hand(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.len() == 0)
}
