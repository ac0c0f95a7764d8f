//! `dokku help`, `<plugin>:help` and the completion list, made from the registry; only third-party
//! plugins are asked by running their `commands help`. Reference 01 §7.

use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::columns;
use crate::registry::{Dialect, HelpStyle, Plugin};
use crate::triggers::Served;

const HEADER: &str = "\
Usage: dokku [--quiet|--trace|--rm-container|--rm|--force] COMMAND <app> [command-specific-options]

Primary help options, type \"dokku COMMAND:help\" for more details, or dokku help --all to see all commands.

Commands:
";

/// `dokku help [--all]`; `headers` is off when quiet or when stdin is no terminal.
pub fn overview(ctx: &Ctx, all: bool, headers: bool) -> Outcome {
    if headers {
        ctx.ui.line(HEADER);
    }
    let core: Vec<String> = ctx
        .bus
        .names()
        .iter()
        .filter_map(|name| own_plugin(ctx, name))
        .flat_map(|plugin| lines(plugin, all))
        .filter(|line| all || !line.contains(':'))
        .map(|line| {
            if all {
                line
            } else {
                columns::cut_arguments(&line)
            }
        })
        .collect();
    show(ctx, core);
    let (found, community) = community_lines(ctx);
    if found || all {
        if headers {
            ctx.ui.line("\nCommunity plugin commands:\n");
        }
        show(ctx, community);
    }
    Ok(())
}

fn own_plugin(ctx: &Ctx, name: &str) -> Option<&'static Plugin> {
    let served = ctx.bus.executable(&ctx.bus.file(name, "commands"));
    if served == Some(Served::Here) {
        ctx.registry.plugin(name)
    } else {
        None
    }
}

/// Help lines (four blanks, `name args, about`) that a plugin contributes.
pub fn lines(plugin: &Plugin, all: bool) -> Vec<String> {
    let listed = || plugin.commands.iter().filter(|command| command.listed);
    match (plugin.help, all) {
        (HelpStyle::None, _) => Vec::new(),
        (HelpStyle::Summary, false) => {
            vec![format!("    {}, {}", plugin.namespace, plugin.about)]
        }
        _ => listed()
            .map(|command| format!("    {}", command.help_line()))
            .collect(),
    }
}

/// What `commands help` of a core plugin prints: compiled ones put an empty line in front.
pub fn commands_help(plugin: &Plugin, all: bool) -> String {
    let body = lines(plugin, all).join("\n");
    match (plugin.dialect, all) {
        (Dialect::Shell, _) => format!("{body}\n"),
        (Dialect::Compiled, false) => format!("\n{body}\n"),
        (Dialect::Compiled, true) => format!("\n{body}\n\n"),
    }
}

fn community_lines(ctx: &Ctx) -> (bool, Vec<String>) {
    let mut found = false;
    let mut lines = Vec::new();
    for name in ctx.bus.names() {
        let file = ctx.bus.file(&name, "commands");
        if ctx.bus.executable(&file) != Some(Served::Elsewhere) {
            continue;
        }
        found = true;
        // A plugin asks its parent's command line for `--all`: this process is that parent.
        let output = ctx.read(&Cmd::new(&file).arg("help").env("LC_ALL", "C"));
        if !output.ok() {
            ctx.ui.warn(format!(
                "{name}: `commands help` failed with status {}",
                output.status
            ));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        lines.extend(text.lines().map(str::to_owned));
    }
    (found, lines)
}

fn show(ctx: &Ctx, mut lines: Vec<String>) {
    lines.sort();
    for line in columns::comma_columns(lines.iter().map(String::as_str)) {
        ctx.ui.line(line);
    }
}

/// `<plugin>:help`, and the bare command of plugins without own behaviour.
pub fn plugin(ctx: &Ctx, plugin: &Plugin) -> Outcome {
    let about = match plugin.help_about {
        "" => plugin.about,
        about => about,
    };
    ctx.ui.line(format!(
        "Usage: dokku {}[:COMMAND]\n\n{about}\n\nAdditional commands:",
        plugin.namespace
    ));
    let lines = lines(plugin, true);
    match plugin.dialect {
        Dialect::Shell => show(ctx, lines),
        Dialect::Compiled => {
            let rows: Vec<Vec<&str>> = lines
                .iter()
                .map(|line| line.splitn(2, ',').collect())
                .collect();
            for line in columns::go_columns(&rows, "    ") {
                ctx.ui.line(line);
            }
            ctx.ui.line("    ");
        }
    }
    Ok(())
}

/// `<command>:help` of a plugin whose lines stand alone: that one line.
pub fn single(ctx: &Ctx, plugin: &Plugin, command: &str) -> bool {
    // Compat: `help:help` is no command.
    let row = plugin
        .commands
        .iter()
        .find(|row| row.listed && row.name == command && command != "help");
    let Some(row) = row else { return false };
    show(ctx, vec![format!("    {}", row.help_line())]);
    true
}
