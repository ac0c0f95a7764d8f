//! Who may run what: the switch to user dokku, root-only commands, `user-auth`. Reference 01 §4.

use std::ffi::OsString;

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::triggers::Served;
use crate::users::{self, DOKKU_USER};

/// Becomes user dokku, or stays as the caller for the commands that need it.
pub fn switch_user(ctx: &Ctx, command: &str) -> Outcome<Ctx> {
    let me = users::current(&ctx.env);
    let keys = matches!(command, "ssh-keys:add" | "ssh-keys:remove");
    if me != DOKKU_USER && !command.contains("plugin") && !keys {
        return Ok(ctx.with_whole_env(users::become_dokku(ctx, &me)?));
    }
    let plugin = command.starts_with("plugin:");
    if (plugin && !matches!(command, "plugin:help" | "plugin:list")) || keys {
        if me != "root" {
            return fail("This command must be run as root");
        }
        return Ok(ctx.with_env("SSH_USER", "root"));
    }
    Ok(ctx.clone())
}

/// Asks the `user-auth` hooks of third-party plugins, when there are any.
pub fn authorise(ctx: &Ctx, words: &[OsString]) -> Outcome<Ctx> {
    let mut env = (*ctx.env).clone();
    env.set_default("SSH_USER", env.get("USER").to_owned());
    let name = env.get("NAME").to_owned();
    env.set(
        "SSH_NAME",
        if name.is_empty() {
            "default".to_owned()
        } else {
            name
        },
    );
    let ctx = ctx.with_whole_env(env);
    let foreign = ctx.bus.names().into_iter().any(|plugin| {
        ctx.bus.executable(&ctx.bus.file(&plugin, "user-auth")) == Some(Served::Elsewhere)
    });
    if foreign {
        let mut args: Vec<OsString> = vec![
            ctx.env.get("SSH_USER").into(),
            ctx.env.get("SSH_NAME").into(),
        ];
        args.extend(words.iter().cloned());
        if ctx.trigger_raw("user-auth", &args).is_err() {
            return Err(Failure::Exact("Access denied".into(), 1));
        }
    }
    Ok(ctx)
}

/// Whether the parent process was called with `--all`: how `commands help` learns what to list.
pub fn parent_asks_for_all() -> bool {
    let parent = nix::unistd::getppid();
    let line = std::fs::read(format!("/proc/{parent}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line)
        .replace('\0', " ")
        .contains("--all")
}
