//! `scheduler-logs` and `scheduler-logs-failed`. Reference 33 §2.2–§2.3.

use super::{is_ours, retire};
use crate::app::App;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::interrupt;
use crate::plugins::common::containers;
use crate::registry::Call;
use crate::tools::docker::Docker;

const COLOURS: [u8; 5] = [36, 33, 32, 35, 31];

/// `scheduler-logs SCHED APP TYPE TAIL RAW NUM`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let app = App::existing(ctx, call.arg(1))?;
    let (kind, tail, raw) = (call.arg(2), call.arg(3) == "true", call.arg(4) == "true");
    let number = if call.arg(5).is_empty() {
        "100"
    } else {
        call.arg(5)
    };
    let mut shown = containers::recorded(ctx, &app);
    shown.retain(|process| {
        let name = format!("{}.{}", process.kind, process.index);
        kind.is_empty() || process.kind == kind || name == kind
    });
    let docker = ctx.docker();
    let commands: Vec<Cmd> = shown
        .iter()
        .map(|process| command(&docker, tail, raw, number, &process.id))
        .collect();
    let show = |index: usize, line: &[u8]| {
        let process = shown.get(index).filter(|_| !raw);
        let name = process.map(|process| format!("{}.{}", process.kind, process.index));
        match name.and_then(|name| coloured(index, &name, line)) {
            Some(line) => ctx.ui.write(&line),
            None => ctx.ui.write(line),
        }
    };
    // A signal that ended only us would leave docker following.
    let statuses = interrupt::hold(|| ctx.concurrently(&commands, show))?;
    interrupt::check()?;
    if ctx.ui.is_broken() {
        return Ok(());
    }
    Failure::from_status(statuses.last().copied().unwrap_or(0))
}

/// `docker logs [-t] [--follow] --tail NUM CID`.
fn command(docker: &Docker, tail: bool, raw: bool, number: &str, id: &str) -> Cmd {
    let mut words = vec!["logs"];
    if !raw {
        words.push("-t");
    }
    if tail {
        words.push("--follow");
    }
    words.extend(["--tail", number, id]);
    docker.command(&words)
}

/// Time and process name in the process's colour; `None` for a line without a time.
fn coloured(index: usize, name: &str, line: &[u8]) -> Option<Vec<u8>> {
    let end = line.iter().position(|byte| *byte == b'Z')?;
    let (time, message) = line.split_at_checked(end + 1)?;
    let message = message.strip_prefix(b" ")?;
    let colour = COLOURS.get(index % COLOURS.len())?;
    let mut shown = format!("\x1b[{colour}m").into_bytes();
    shown.extend_from_slice(time);
    shown.extend(format!(" app[{name}]:\x1b[0m ").into_bytes());
    shown.extend_from_slice(message);
    Some(shown)
}

/// `scheduler-logs-failed SCHED APP`.
pub fn failed_hook(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let Ok(app) = App::parse(call.arg(1)) else {
        return none_failed(ctx);
    };
    let text = std::fs::read_to_string(retire::failed_file(ctx, &app)).unwrap_or_default();
    let ids: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let mut kept = Vec::new();
    let mut gone = Vec::new();
    for (id, container) in ids.iter().zip(ctx.containers(&ids)) {
        if container.is_some() {
            kept.push(ctx.docker().command(&["logs", id]));
        } else {
            ctx.ui.warn(format!("App container {id} no longer running"));
            gone.push((*id).to_owned());
        }
    }
    if !gone.is_empty() {
        retire::forget_failed(ctx, &app, &gone)?;
    }
    if kept.is_empty() {
        return none_failed(ctx);
    }
    ctx.concurrently(&kept, |_, line| ctx.ui.write(line));
    Ok(())
}

fn none_failed(ctx: &Ctx) -> Outcome {
    ctx.ui.warn("No failed containers found");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_time_is_coloured_and_named() {
        let line = coloured(0, "web.1", b"2020-04-15T01:02:03.000000000Z message\n");
        let want = b"\x1b[36m2020-04-15T01:02:03.000000000Z app[web.1]:\x1b[0m message\n".to_vec();
        assert_eq!(line, Some(want));
        assert_eq!(coloured(0, "web.1", b"no time\n"), None);
    }
}
