//! Signals that ask a command to end (INT, TERM, HUP). By default they end it at once; work that
//! must not stop half-way holds them back, sees that they came, and cleans up. Reference 30 §3.4.

use std::io;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use crate::failure::{Failure, Outcome};

/// How long a pause goes on after a signal, at most.
const SLICE: Duration = Duration::from_millis(50);

/// Signals belong to the process, and so does what is known of them.
struct State {
    /// A signal came while they were held back.
    asked: Arc<AtomicBool>,
    /// Nothing holds them back: they end the process.
    idle: Arc<AtomicBool>,
}

static STATE: LazyLock<State> = LazyLock::new(|| State {
    asked: Arc::default(),
    idle: Arc::new(AtomicBool::new(true)),
});

/// Runs `work` with the signals held back. Children get them as ever.
///
/// # Errors
/// When the handlers cannot be set, and nothing was done.
pub fn hold<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register_conditional_default(signal, Arc::clone(&STATE.idle))?;
        flag::register(signal, Arc::clone(&STATE.asked))?;
    }
    let before = STATE.idle.swap(false, Ordering::SeqCst);
    let done = work();
    STATE.idle.store(before, Ordering::SeqCst);
    Ok(done)
}

/// Whether the command was asked to end while it held the signals back.
pub fn asked() -> bool {
    STATE.asked.load(Ordering::SeqCst)
}

/// The failure of work that was asked to end.
///
/// # Errors
/// Status 1 when it was.
pub fn check() -> Outcome {
    if asked() {
        return Err(Failure::Status(1));
    }
    Ok(())
}

/// Sleeps, but no longer than until the command is asked to end.
pub fn pause(time: Duration) {
    let start = Instant::now();
    while let Some(left) = time.checked_sub(start.elapsed()) {
        if asked() || left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(SLICE));
    }
}
