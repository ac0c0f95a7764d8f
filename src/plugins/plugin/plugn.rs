//! The program `plugn` as scripts call it. Reference 03 §3, 05 §1.

use std::rc::Rc;

use super::tree::{self, Name};
use super::{PluginError, config_file, fetch, listing, update};
use crate::boot;
use crate::ctx::Ctx;
use crate::env::Env;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;
use crate::triggers::{Bus, PLUGN_VERSION, add_declared_config};

/// Name, arguments, description.
type Line = (&'static str, &'static str, &'static str);

const COMMANDS: &[Line] = &[
    ("config", "", "Plugin configuration"),
    ("disable", "<name>", "Disable a plugin"),
    ("enable", "<name>", "Enable a plugin"),
    ("help", "[command]", "Shows help information for a command"),
    ("init", "", "Initialize an empty plugin path"),
    (
        "install",
        "<url> [name]",
        "Install a new plugin from a Git URL",
    ),
    ("list", "", "List all local plugins"),
    ("source", "", "Source commands for sourcable plugins"),
    (
        "trigger",
        "<hook> [args...]",
        "Triggers hook in enabled plugins",
    ),
    (
        "uninstall",
        "<name>",
        "Remove plugin from available plugins",
    ),
    (
        "update",
        "<name> [committish]",
        "Update plugin and optionally pin to commit/tag/branch",
    ),
    ("version", "", "Show version"),
];

const CONFIG_COMMANDS: &[Line] = &[
    ("export", "<plugin>", "Export plugin configuration"),
    ("get", "<plugin> <name>", "Get plugin configuration"),
    ("set", "<plugin> <name> <value>", "Set plugin configuration"),
];

/// `plugn COMMAND ARGS…`. A file `.plugn` in the directory is not honoured: it would let a pushed
/// source tree choose the plugins.
pub fn face(ctx: &Ctx, call: &Call) -> Outcome {
    if !ctx.env.is_on("PLUGIN_PATH") {
        ctx.ui.line("!! PLUGIN_PATH is not set in environment");
        return Err(Failure::Status(2));
    }
    let ctx = &at_plugin_path(ctx);
    let name = || Name::parse(call.arg(1)).map_err(Failure::from);
    match call.arg(0) {
        "" => show(ctx, COMMANDS),
        "help" => help(ctx, call.arg(1)),
        "version" => ctx.ui.line(format!("plugn: {PLUGN_VERSION}")),
        "init" => init(ctx)?,
        "install" => install(ctx, call)?,
        "uninstall" => tree::remove(ctx, &name()?)?,
        "enable" => tree::enable(ctx, &name()?)?,
        "disable" => disable(ctx, &name()?)?,
        "update" => update::update(ctx, call.arg(1), call.arg(2))?,
        "list" => listing::lines(ctx)
            .iter()
            .for_each(|line| ctx.ui.line(line)),
        "trigger" => return trigger(ctx, call),
        "source" => source(ctx),
        "config" => return config(ctx, call),
        unknown => return Err(no_such(ctx, unknown, COMMANDS)),
    }
    Ok(())
}

/// The context of a program that has only its environment: whatever `PLUGIN_PATH` says is the
/// tree, also when other variables tell of another one.
fn at_plugin_path(ctx: &Ctx) -> Ctx {
    let env = boot::light((*ctx.env).clone());
    let ctx = Ctx::new(env, ctx.registry, (*ctx.argv).clone());
    let bus = Bus::new(&tree::enabled(&ctx));
    Ctx {
        bus: Rc::new(bus),
        ..ctx
    }
}

fn show(ctx: &Ctx, commands: &[Line]) {
    ctx.ui.line("\nAvailable commands:");
    for (name, _, about) in commands {
        ctx.ui.line(format!("  {name:<28} {about}"));
    }
    ctx.ui.line("");
}

fn no_such(ctx: &Ctx, name: &str, commands: &[Line]) -> Failure {
    ctx.ui.line(format!("No such command: {name}"));
    show(ctx, commands);
    Failure::Status(2)
}

fn help(ctx: &Ctx, name: &str) {
    match COMMANDS.iter().find(|(known, _, _)| *known == name) {
        Some((name, args, about)) => ctx.ui.line(format!("{name} {args}\n  {about}\n")),
        None => show(ctx, COMMANDS),
    }
}

fn init(ctx: &Ctx) -> Outcome {
    tree::init(ctx)?;
    let root = ctx.paths.plugins().display();
    ctx.ui
        .line(format!("Initialized empty Plugn plugin path in {root}"));
    Ok(())
}

fn install(ctx: &Ctx, call: &Call) -> Outcome {
    let url = call.arg(1);
    let last = url.rsplit('/').next().unwrap_or_default();
    let base = [".git", ".tar.gz", ".tgz"]
        .iter()
        .find_map(|suffix| last.strip_suffix(suffix));
    let default = base.unwrap_or(last);
    let name = match call.arg(2) {
        "" => default,
        name => name,
    };
    fetch::fetch(ctx, url, &Name::parse(name)?)
}

fn disable(ctx: &Ctx, name: &Name) -> Outcome {
    if !name.is_enabled(ctx) {
        return Err(PluginError::Disabled.into());
    }
    tree::disable(ctx, name)
}

fn trigger(ctx: &Ctx, call: &Call) -> Outcome {
    match call.arg(1) {
        "" => Err(Failure::Status(1)),
        hook => ctx.trigger_raw(hook, call.raw.get(2..).unwrap_or_default()),
    }
}

fn source(ctx: &Ctx) {
    for name in tree::names(tree::enabled(ctx)) {
        let file = name.enabled(ctx).join(format!("{}.sh", name.as_str()));
        if file.is_file() {
            ctx.ui.line(format!("source {}", file.display()));
        }
    }
}

fn config(ctx: &Ctx, call: &Call) -> Outcome {
    let (plugin, key) = (call.arg(2), call.arg(3));
    match call.arg(1) {
        "" => {
            ctx.ui.line("Plugin configuration");
            show(ctx, CONFIG_COMMANDS);
        }
        "get" => {
            let values = config_file::read(ctx)?;
            if let Some(value) = values.get(plugin).and_then(|table| table.get(key)) {
                ctx.ui.line(value);
            }
        }
        "set" => config_file::set(ctx, plugin, key, call.arg(4))?,
        "export" => {
            let mut declared = Env::default();
            add_declared_config(ctx, plugin, &mut declared);
            for (name, value) in declared.pairs() {
                let value = value.to_string_lossy();
                let value = shell_words::quote(&value);
                ctx.ui
                    .line(format!("export {}={value}", name.to_string_lossy()));
            }
        }
        unknown => return Err(no_such(ctx, unknown, CONFIG_COMMANDS)),
    }
    Ok(())
}
