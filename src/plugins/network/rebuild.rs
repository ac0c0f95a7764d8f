//! Rebuilding where an app's running containers are reached (`network:rebuild`, the trigger
//! `network-build-config`). Reference 44 §2.

use super::endpoint;
use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::code_of;
use crate::formats::scale::Scale;
use crate::plugins::common::containers::{self, Recorded};

/// Records address and port of every running container of an app. Returns for how many of them
/// that failed (each is told on stderr). An app that is not deployed is passed over silently.
pub fn rebuild(ctx: &Ctx, app: &App) -> usize {
    let scale = std::fs::read_to_string(ctx.paths.app_file(app, "DOKKU_SCALE"));
    let recorded = containers::recorded(ctx, app);
    let legacy = ctx.paths.app_file(app, "CONTAINER").exists();
    let (Ok(scale), true) = (scale, legacy || !recorded.is_empty()) else {
        return 0;
    };
    let herokuish = endpoint::is_herokuish(ctx, app);
    ctx.ui.info1(format!(
        "Ensuring network configuration is in sync for {app}"
    ));
    let port = endpoint::port(ctx, app, herokuish);
    let processes = scaled(&Scale::parse(&scale), &recorded);
    let ids: Vec<&str> = processes
        .iter()
        .map(|process| process.id.as_str())
        .collect();
    let found = ctx.containers(&ids);
    let running = processes.iter().zip(found).filter_map(|(process, found)| {
        let container = found.filter(|container| container.running)?;
        Some((process, endpoint::address(&container)))
    });
    running
        .filter(|(process, address)| !record(ctx, app, process, address, &port))
        .count()
}

/// The recorded processes that the scale asks for.
fn scaled<'a>(scale: &Scale, recorded: &'a [Recorded]) -> Vec<&'a Recorded> {
    let wanted = |process: &Recorded| {
        let index = process.index.parse::<u32>().unwrap_or(0);
        index > 0
            && scale
                .count(&process.kind)
                .is_some_and(|count| index <= count)
    };
    recorded.iter().filter(|process| wanted(process)).collect()
}

/// Records one process through the triggers; whether it could be reached and recorded.
fn record(ctx: &Ctx, app: &App, process: &Recorded, address: &str, port: &str) -> bool {
    let ctx = &ctx.with_input(Input::Null);
    let (kind, index) = (process.kind.as_str(), process.index.as_str());
    if address.is_empty() {
        ctx.ui.warn(format!(
            "No address found for {app}.{kind}.{index}, it is on no network"
        ));
        return false;
    }
    let mut told = true;
    for (trigger, value) in [
        ("network-write-ipaddr", address),
        ("network-write-port", port),
    ] {
        if value.is_empty() {
            continue;
        }
        let fired = ctx.trigger(trigger, &[app, kind, index, value]);
        if fired.is_err() {
            ctx.ui.warn(format!("exit status {}", code_of(&fired)));
            told = false;
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_processes_within_the_scale_are_rebuilt() {
        let process = |kind: &str, index: &str| Recorded {
            kind: kind.into(),
            index: index.into(),
            id: format!("{kind}{index}"),
        };
        let recorded = [
            process("web", "1"),
            process("web", "3"),
            process("worker", "1"),
            process("gone", "1"),
            process("web", "x"),
        ];
        let scale = Scale::parse("web=2\nworker=0\n# gone=1\n");
        let ids: Vec<&str> = scaled(&scale, &recorded)
            .iter()
            .map(|process| process.id.as_str())
            .collect();
        assert_eq!(ids, ["web1"]);
    }
}
