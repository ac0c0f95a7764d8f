//! Locks that are held for long: flock(2) on a file that names its holder, so that a command of the
//! holder's own hooks does not wait for it. The file goes on every way out.
//!
//! The deploy lock of an app is `$DOKKU_ROOT/APP/.deploy.lock` (reference 02 §8, 10 §3). A deploy
//! writes its pid into it, so an *empty* file is the mark of `apps:lock`: it blocks deploys, which
//! upstream's does not (docs/deviations.md).

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::app::App;
use crate::cmd::Effect;
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

/// How long it takes until a lock is tried again.
const SLICE: Duration = Duration::from_millis(100);

/// What a lock's file says of us.
fn own_name() -> String {
    std::process::id().to_string()
}

/// The process that a lock's file names.
fn holder(file: &Path) -> Option<u32> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Whether somebody holds a deploy lock: `apps:lock`, a process that lives, or a tool that names none.
/// Asked of the file alone, for trying the lock would stand in the way of a deploy.
pub fn is_taken(path: &Path) -> bool {
    let lives = |pid: u32| Path::new("/proc").join(pid.to_string()).exists();
    path.exists() && holder(path).is_none_or(lives)
}

/// Whether this process is, or descends from, the one that a lock's file names.
pub fn is_own(file: &Path) -> bool {
    holder(file).is_some_and(process::is_own_or_ancestor)
}

/// Takes a lock; `waiting` is called before each wait. `None`: this is part of the work that holds
/// it, a step within the process or a command of a hook.
pub fn take(ctx: &Ctx, file: &Path, mut waiting: impl FnMut()) -> Outcome<Option<LockFile>> {
    loop {
        if let Some(lock) = ctx.store.try_lock_file(file, &own_name())? {
            return Ok(Some(lock));
        }
        if is_own(file) {
            return Ok(None);
        }
        waiting();
        std::thread::sleep(SLICE);
        // What docker said before may no longer be so.
        ctx.facts.forget(Effect::Anything);
    }
}

/// Does work that no other process must do at the same time.
pub fn alone<T>(ctx: &Ctx, file: &Path, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let Some(lock) = take(ctx, file, || ())? else {
        return work();
    };
    let done = work();
    lock.remove(&ctx.store)?;
    done
}

/// Takes the deploy lock of an app.
pub fn acquire(ctx: &Ctx, app: &App, mode: Mode) -> Outcome<DeployLock> {
    let path: PathBuf = ctx.paths.app_file(app, ".deploy.lock");
    let mut told = false;
    loop {
        if !is_locked_by_hand(&path)
            && let Some(file) = ctx.store.try_lock_file(&path, &own_name())?
        {
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
    if is_locked_by_hand(&path) || is_own(&path) {
        return Ok(None);
    }
    acquire(ctx, app, Mode::Waiting).map(Some)
}

/// Removes the empty file that upstream leaves after each failed deploy, so that it does not count as
/// `apps:lock` here.
pub fn forget_leftover(ctx: &Ctx, app: &App) -> Outcome {
    let path = ctx.paths.app_file(app, ".deploy.lock");
    if is_locked_by_hand(&path)
        && let Some(file) = ctx.store.try_lock_file(&path, &own_name())?
    {
        file.remove(&ctx.store)?;
    }
    Ok(())
}

/// Whether `apps:lock` made the file: it is there and empty.
fn is_locked_by_hand(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.len() == 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn a_step_of_the_work_that_holds_a_lock_does_not_wait_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("lock");
        let ctx = Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new());
        let inner = || alone(&ctx, &file, || Ok(file.exists()));
        assert!(alone(&ctx, &file, inner).unwrap());
        assert!(!file.exists());
    }

    #[test]
    fn a_holder_is_named_by_its_pid() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("lock");
        for (text, pid) in [("12\n", Some(12)), ("", None), ("shell", None)] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(holder(&file), pid, "{text}");
        }
    }
}
