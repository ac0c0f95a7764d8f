//! `nginx:access-logs` and `nginx:error-logs`. Reference 40 §3.

use std::path::Path;

use super::error::NginxError;
use super::property;
use crate::app::App;
use crate::cmd::{Cmd, Stdin};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

/// `nginx:access-logs <app> [-t]`
pub fn access_logs(ctx: &Ctx, call: &Call) -> Outcome {
    show(ctx, call, "access", property::ACCESS_LOG_PATH)
}

/// `nginx:error-logs <app> [-t]`
pub fn error_logs(ctx: &Ctx, call: &Call) -> Outcome {
    show(ctx, call, "error", property::ERROR_LOG_PATH)
}

fn show(ctx: &Ctx, call: &Call, kind: &'static str, key: &str) -> Outcome {
    if call.arg(0).is_empty() {
        return Err(NginxError::NoApp.into());
    }
    let app = App::existing(ctx, call.arg(0))?;
    let path = property::get(ctx, &app, key);
    if path == "off" || path == "/dev/null" {
        return Err(NginxError::LogsDisabled(kind).into());
    }
    let path = located(ctx, path);
    if call.arg(1) == "-t" {
        return Err(ctx.replace(&follow(&path)));
    }
    ctx.run(&last_lines(&path))
}

/// Where a log is; a relative path counts from the working directory, as upstream's does.
fn located(ctx: &Ctx, path: String) -> String {
    if Path::new(&path).is_absolute() {
        ctx.paths.system(&path).to_string_lossy().into_owned()
    } else {
        path
    }
}

fn follow(path: &str) -> Cmd {
    Cmd::new("tail").args(["-F", path]).stdin(Stdin::Null)
}

fn last_lines(path: &str) -> Cmd {
    Cmd::new("tail").args(["-n", "20", path]).stdin(Stdin::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_followed_by_name_or_shown_by_twenty_lines() {
        assert_eq!(follow("/l").to_string(), "tail -F /l");
        assert_eq!(last_lines("/l").to_string(), "tail -n 20 /l");
    }
}
