//! Which face of the binary was called: `dokku`, a program of the same binary (`plugn`, `sigil` …),
//! or a file of a core plugin. The process environment is read here and nowhere else.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use nix::sys::stat::{Mode, umask};

use crate::boot;
use crate::ctx::Ctx;
use crate::dispatch;
use crate::env::Env;
use crate::failure::{Failure, Outcome, code_of};
use crate::install;
use crate::plugins;
use crate::registry::{Call, Dialect, Plugin, Registry};
use crate::triggers::run_hook;

/// Exit code of a program whose reader went away (128 + SIGPIPE).
const BROKEN_PIPE: i32 = 141;

/// Runs the binary.
pub fn main() -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().collect();
    let env = Env::from_pairs(std::env::vars_os());
    let code = run(&plugins::REGISTRY, argv, env);
    ExitCode::from(u8::try_from(code.rem_euclid(256)).unwrap_or(1))
}

enum Face {
    Dokku,
    Program(crate::registry::Hook),
    PluginFile {
        plugin: &'static Plugin,
        subcommand: bool,
        file: String,
    },
}

fn run(registry: &'static Registry, argv: Vec<OsString>, env: Env) -> i32 {
    let own = argv.first().cloned().unwrap_or_default();
    let words: Vec<OsString> = argv.get(1..).unwrap_or_default().to_vec();
    if words.first().is_some_and(|word| word == "layout") && env.is_on("DOKKU_RS_USER") {
        return lay_world(registry, env, argv, &words);
    }
    let face = face_of(registry, Path::new(&own));
    if matches!(face, Face::Dokku) {
        // What git and hooks create has the usual modes whatever the login's umask is: Debian 13's
        // sshd gives user dokku 002, and nginx cannot read below 077.
        umask(Mode::from_bits_truncate(0o022));
    }
    let (ctx, outcome) = match face {
        Face::Dokku => match boot::full(env.clone(), registry) {
            Ok(env) => {
                let ctx = Ctx::new(env, registry, argv);
                let outcome = dispatch::dokku(&ctx, words);
                (ctx, outcome)
            }
            Err(failure) => (Ctx::new(env, registry, argv), Err(failure)),
        },
        Face::Program(program) => {
            let ctx = Ctx::new(env, registry, argv);
            let outcome = (program.run)(&ctx, &Call::new(program.name, words));
            (ctx, outcome)
        }
        Face::PluginFile {
            plugin,
            subcommand,
            file,
        } => {
            let ctx = Ctx::new(boot::light(env), registry, argv);
            let outcome = plugin_file(&ctx, plugin, subcommand, &file, words);
            (ctx, outcome)
        }
    };
    let code = code_of(&ctx.told(Dialect::Shell, outcome));
    if code == 0 && ctx.ui.is_broken() {
        BROKEN_PIPE
    } else {
        code
    }
}

fn face_of(registry: &'static Registry, own: &Path) -> Face {
    // `./config-get` in a plugin's directory: the directory's name is needed, links unresolved.
    let absolute = std::path::absolute(own).ok();
    let with_directory = own.components().count() > 1;
    let own = absolute
        .as_deref()
        .filter(|_| with_directory)
        .unwrap_or(own);
    let part = |path: Option<&Path>| -> String {
        path.and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let file = part(Some(own));
    let parent = part(own.parent());
    if parent == "subcommands" {
        let directory = part(own.parent().and_then(Path::parent));
        if let Some(plugin) = registry.plugin(&directory) {
            return Face::PluginFile {
                plugin,
                subcommand: true,
                file,
            };
        }
    }
    if let Some(program) = registry.faces.iter().find(|face| face.name == file) {
        return Face::Program(*program);
    }
    match registry.plugin(&parent) {
        Some(plugin) if file != "dokku" => Face::PluginFile {
            plugin,
            subcommand: false,
            file,
        },
        _ => Face::Dokku,
    }
}

/// `dokku layout BINARY`: lays the plugin tree of a test world.
fn lay_world(
    registry: &'static Registry,
    env: Env,
    argv: Vec<OsString>,
    words: &[OsString],
) -> i32 {
    let ctx = Ctx::new(boot::light(env), registry, argv);
    let binary = words.get(1).map(PathBuf::from).unwrap_or_default();
    code_of(&ctx.told(Dialect::Shell, install::tree::lay(&ctx, &binary)))
}

/// Runs a file of a core plugin, as third-party code does by path.
fn plugin_file(
    ctx: &Ctx,
    plugin: &'static Plugin,
    subcommand: bool,
    file: &str,
    words: Vec<OsString>,
) -> Outcome {
    if subcommand {
        return dispatch::subcommand(ctx, plugin, file, words);
    }
    if file == "commands" {
        return dispatch::commands_file(ctx, plugin, words).unwrap_or(Err(Failure::Status(10)));
    }
    if let Some(program) = plugin.program(file) {
        return ctx.told(plugin.dialect, (program.run)(ctx, &Call::new(file, words)));
    }
    run_hook(ctx, plugin, file, words)
}
