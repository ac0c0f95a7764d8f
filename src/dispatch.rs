//! From a command line to the function that serves it: global flags, user switch, ssh and auth
//! gates, look-up on disk, fall-through to `commands` files. Reference 01 §3–§5.

mod flags;
mod gates;

use std::ffi::OsString;

use crate::cmd::{Cmd, Effect};
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::formats::ssh_command;
use crate::help;
use crate::install;
use crate::registry::{Call, Dialect, HelpStyle, Plugin};
use crate::triggers::Served;
use crate::ui::stdin_is_terminal;

/// Exit code of a `commands` file that does not know the command.
pub const NOT_IMPLEMENTED: i32 = 10;

/// Runs `dokku WORDS…`.
pub fn dokku(ctx: &Ctx, words: Vec<OsString>) -> Outcome {
    let ctx = &ctx.with_whole_env(flags::scan(&ctx.env, &words));
    let words = flags::strip_leading(words);
    let command = words
        .first()
        .map(|w| w.to_string_lossy().into_owned())
        .unwrap_or_default();
    if install::serves(ctx, &command) {
        return install::run(ctx, &words);
    }
    let ctx = &gates::switch_user(ctx, &command)?;
    if ctx.env.is_on("SSH_ORIGINAL_COMMAND") {
        return over_ssh(ctx, &command);
    }
    let ctx = &gates::authorise(ctx, &words)?;
    let headers = !ctx.ui.is_quiet() && stdin_is_terminal();
    match command.as_str() {
        "" | "help" => help::overview(
            ctx,
            words.get(1).is_some_and(|word| word == "--all"),
            headers,
        ),
        "version" | "-v" | "--version" => version(ctx),
        _ => serve(ctx, &command, words),
    }
}

/// Runs the command of an ssh session, split by our own rules instead of a shell's.
fn over_ssh(ctx: &Ctx, command: &str) -> Outcome {
    let text = ctx.env.raw("SSH_ORIGINAL_COMMAND").unwrap_or_default();
    let inner = &ctx.without_env("SSH_ORIGINAL_COMMAND");
    if !ssh_command::honours_quotes(command) {
        return dokku(inner, ssh_command::split_plain(text));
    }
    let words =
        ssh_command::split_quoted(text).map_err(|error| Failure::Exact(error.to_string(), 1))?;
    // As an input of its own, so that a third-party command is a child whose status we see.
    let inner = &inner.with_input(Input::own_stdin());
    let outcome = dokku(inner, words);
    // Compat: upstream runs these through xargs, which turns any failure into 123.
    ctx.told(Dialect::Shell, outcome)
        .map_err(|failure| match failure.code() {
            0 => Failure::Status(0),
            255 => Failure::Status(124),
            _ => Failure::Status(123),
        })
}

/// `dokku version`.
pub fn version(ctx: &Ctx) -> Outcome {
    let read = |name: &str| std::fs::read_to_string(ctx.paths.lib().join(name)).ok();
    match read("STABLE_VERSION").or_else(|| read("VERSION")) {
        Some(text) => {
            ctx.ui
                .line(format!("dokku version {}", text.trim_end_matches('\n')));
            Ok(())
        }
        None => Err(Failure::text("Unable to determine dokku's version")),
    }
}

fn serve(ctx: &Ctx, command: &str, mut words: Vec<OsString>) -> Outcome {
    if command.contains('/') {
        return unknown(ctx, &words);
    }
    let command = match alias(ctx, command) {
        Some(own) => {
            words.splice(..1, [OsString::from(own)]);
            own
        }
        None => command,
    };
    let directory = plugin_directory(ctx, command);
    let space = directory
        .split_once(':')
        .map_or(directory.as_str(), |(space, _)| space);
    let words = insert_app(ctx, space, command, words);
    for (plugin, file) in candidates(command, &directory, space) {
        let path = ctx.bus.file(&plugin, format!("subcommands/{file}"));
        match ctx.bus.executable(&path) {
            None => {}
            Some(Served::Here) => {
                let Some(own) = ctx.registry.plugin(&plugin) else {
                    continue;
                };
                return subcommand(ctx, own, &file, words);
            }
            Some(Served::Elsewhere) => {
                return hand_over(ctx, &Cmd::new(&path).args(words).effect(Effect::Anything));
            }
        }
    }
    fall_through(ctx, words)
}

/// The command that a word of a newer Dokku version means, unless a plugin has that namespace.
fn alias(ctx: &Ctx, command: &str) -> Option<&'static str> {
    let (space, _) = command.split_once(':').unwrap_or((command, ""));
    let own = ctx.registry.alias(command)?;
    (!ctx.bus.names().iter().any(|name| name == space)).then_some(own)
}

/// Becomes a third-party subcommand, so that Ctrl-C is its own affair (in a database prompt it
/// ends the query, not the program). Under an input of its own it runs as a child.
fn hand_over(ctx: &Ctx, cmd: &Cmd) -> Outcome {
    if matches!(ctx.input, Input::Inherit) {
        Err(ctx.replace(cmd))
    } else {
        ctx.run(cmd)
    }
}

/// The plugin directory of a command word, with what follows its colon.
fn plugin_directory(ctx: &Ctx, command: &str) -> String {
    match ctx.registry.directory_of(command) {
        Some(directory) => match command.split_once(':') {
            Some((_, rest)) => format!("{directory}:{rest}"),
            None => directory.to_owned(),
        },
        None => command.to_owned(),
    }
}

/// `(plugin directory, file below subcommands/)` in the order in which they are tried.
fn candidates(command: &str, directory: &str, space: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if !directory.contains(':') {
        found.push((directory.to_owned(), "default".to_owned()));
        found.push((directory.to_owned(), command.to_owned()));
    }
    let sub = command.split_once(':').map_or(command, |(_, sub)| sub);
    if !sub.is_empty() && !space.is_empty() {
        found.push((space.to_owned(), sub.to_owned()));
    }
    found
}

/// `--app NAME` goes in front of a core plugin's arguments (reference 01 §5.2).
fn insert_app(ctx: &Ctx, space: &str, command: &str, mut words: Vec<OsString>) -> Vec<OsString> {
    let app = ctx.env.get("DOKKU_APP_NAME");
    let core = std::fs::canonicalize(ctx.bus.file(space, ""))
        .is_ok_and(|path| path.to_string_lossy().contains("core-plugins"));
    if app.is_empty() || !core {
        return words;
    }
    let moves = command.starts_with("config") && words.get(1).is_some_and(|w| w == "--no-restart");
    words.insert(if moves { 2 } else { 1 }, app.into());
    words
}

/// Runs a subcommand file of a core plugin; `words` begins with the command word.
pub fn subcommand(ctx: &Ctx, plugin: &'static Plugin, file: &str, words: Vec<OsString>) -> Outcome {
    let mut words = words.into_iter();
    let name = words
        .next()
        .map(|w| w.to_string_lossy().into_owned())
        .unwrap_or_default();
    let run = plugin.command_by_file(file).and_then(|command| command.run);
    let outcome = match run {
        Some(run) => run(ctx, &Call::new(&name, words.collect())),
        None if file == "default" && plugin.has_default() => help::plugin(ctx, plugin),
        None => Err(Failure::Status(NOT_IMPLEMENTED)),
    };
    ctx.told(plugin.dialect, outcome)
}

/// Runs a core plugin's `commands` file; `None`: not one of its commands.
pub fn commands_file(ctx: &Ctx, plugin: &'static Plugin, words: Vec<OsString>) -> Option<Outcome> {
    let mut words = words.into_iter();
    let name = words.next()?.to_string_lossy().into_owned();
    if name == "help" {
        let all = gates::parent_asks_for_all();
        ctx.ui.write(help::commands_help(plugin, all).as_bytes());
        return Some(Ok(()));
    }
    if plugin.help == HelpStyle::Lines {
        let command = name.strip_suffix(":help")?;
        return help::single(ctx, plugin, command).then_some(Ok(()));
    }
    let call = Call::new(&name, words.collect());
    let own = plugin.bare.and_then(|bare| bare(ctx, &call));
    if let Some(outcome) = own {
        return Some(ctx.told(plugin.dialect, outcome));
    }
    let asks_help = name == plugin.namespace || name == format!("{}:help", plugin.namespace);
    (plugin.help == HelpStyle::Summary && asks_help).then(|| help::plugin(ctx, plugin))
}

/// No subcommand file matched: core `commands` first, then third-party ones in order.
fn fall_through(ctx: &Ctx, words: Vec<OsString>) -> Outcome {
    let first = words
        .first()
        .map(|w| w.to_string_lossy().into_owned())
        .unwrap_or_default();
    if first.starts_with('-') && first != "-" {
        // Compat: upstream's compiled apps plugin parses such a word as its own flag, exit 2.
        if let Some(apps) = ctx.registry.plugin("apps") {
            help::plugin(ctx, apps)?;
        }
        let text = crate::flags::complaint(&first).unwrap_or_default();
        return Err(Failure::Exact(text, 2));
    }
    for name in ctx.bus.names() {
        let served = ctx.bus.executable(&ctx.bus.file(&name, "commands"));
        let own = ctx
            .registry
            .plugin(&name)
            .filter(|_| served == Some(Served::Here));
        if let Some(outcome) = own.and_then(|own| commands_file(ctx, own, words.clone())) {
            return outcome;
        }
    }
    let mut implemented = false;
    for name in ctx.bus.names() {
        let path = ctx.bus.file(&name, "commands");
        if ctx.bus.executable(&path) != Some(Served::Elsewhere) {
            continue;
        }
        match ctx.status(&Cmd::new(&path).args(words.clone()).effect(Effect::Anything)) {
            0 => implemented = true,
            NOT_IMPLEMENTED => {}
            status => return Err(Failure::Status(status)),
        }
    }
    if implemented {
        Ok(())
    } else {
        unknown(ctx, &words)
    }
}

fn unknown(ctx: &Ctx, words: &[OsString]) -> Outcome {
    let line: Vec<String> = words
        .iter()
        .map(|w| w.to_string_lossy().into_owned())
        .collect();
    ctx.ui
        .warn(format!("`{}` is not a dokku command.", line.join(" ")));
    ctx.ui
        .warn("See `dokku help` for a list of available commands.");
    Err(Failure::Status(1))
}
