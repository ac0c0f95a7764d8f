//! `report`: about the host, then about apps. Reference 04 §6, §16. Upstream stops at the first
//! tool that fails; here one that can't be asked says `n/a`, and the rest follows.

use std::ffi::OsString;

use crate::app::App;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::dispatch;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;

/// `report [<app> | --all]`, hidden.
pub fn report(ctx: &Ctx, call: &Call) -> Outcome {
    host(ctx)?;
    match call.arg(0) {
        "" => Ok(()),
        "--all" => App::all(ctx)
            .iter()
            .try_for_each(|app| ctx.trigger("report", &[app])),
        app => ctx.trigger("report", &[app]),
    }
}

fn host(ctx: &Ctx) -> Outcome {
    let docker = ctx.docker();
    line(ctx, "uname", &read(ctx, &Cmd::new("uname").arg("-a")));
    block(ctx, "memory", &read(ctx, &Cmd::new("free").arg("-m")));
    let version = docker.command(&["version"]);
    block(ctx, "docker version", &read(ctx, &version));
    let info = docker.command(&["-D", "system", "info"]);
    block(ctx, "docker daemon info", &read(ctx, &info));
    line(
        ctx,
        "sigil version",
        &read(ctx, &Cmd::new("sigil").arg("-v")),
    );
    herokuish(ctx)?;
    let (version, _) = ctx.ui.capture(|| dispatch::version(ctx));
    line(ctx, "dokku version", &version);
    block(ctx, "dokku plugins", &plugins(ctx));
    Ok(())
}

/// What herokuish says of itself. Recorded: one that was started and failed ends the report with
/// its own status.
fn herokuish(ctx: &Ctx) -> Outcome {
    let docker = ctx.docker();
    let run = ["container", "run"].map(str::to_owned);
    let version = ["--rm", ctx.env.get("DOKKU_IMAGE"), "herokuish", "version"];
    let words: Vec<String> = run
        .into_iter()
        .chain(docker.run_args().to_vec())
        .chain(version.map(str::to_owned))
        .collect();
    let said = ctx.read(&docker.command(&words));
    block(ctx, "herokuish version", &said.stdout);
    // From 125 on docker could not start it; an image without a word to say is asked no further.
    if said.status < 125 && !said.stdout.is_empty() {
        return Failure::from_status(said.status);
    }
    Ok(())
}

fn plugins(ctx: &Ctx) -> Vec<u8> {
    let words = vec![OsString::from("plugin:list")];
    let (list, _) = ctx.ui.capture(|| match ctx.registry.plugin("plugin") {
        Some(plugin) => dispatch::subcommand(ctx, plugin, "list", words),
        None => Ok(()),
    });
    list
}

fn read(ctx: &Ctx, cmd: &Cmd) -> Vec<u8> {
    ctx.read(cmd).stdout
}

fn line(ctx: &Ctx, name: &str, output: &[u8]) {
    ctx.ui.info1(format!("{name}: {}", text(output).trim_end()));
}

fn block(ctx: &Ctx, name: &str, output: &[u8]) {
    ctx.ui.info1(format!("{name}: "));
    for line in text(output).lines() {
        ctx.ui.verbose(line);
    }
}

/// A tool's output, or `n/a` when it said nothing.
fn text(output: &[u8]) -> String {
    match String::from_utf8_lossy(output) {
        text if text.trim().is_empty() => "n/a".to_owned(),
        text => text.into_owned(),
    }
}
