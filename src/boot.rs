//! From the process's environment to Dokku's: rc files, defaults, the variables that every child
//! sees. Reference 01 §1–§2.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nix::unistd::User;

use crate::cmd::{Cmd, Stdin};
use crate::ctx::Ctx;
use crate::env::Env;
use crate::failure::{Failure, Outcome, fail};
use crate::formats::rc;
use crate::registry::Registry;
use crate::tools::docker::GLOBAL_LABELS;
use crate::users::DOKKU_USER;

/// Names that the program exports itself, so that a plain assignment in an rc file reaches
/// children.
const EXPORTED: &[&str] = &[
    "DOCKER_BIN",
    "DOKKU_ROOT",
    "DOKKU_HOST_ROOT",
    "DOKKU_IMAGE",
    "DOKKU_LIB_PATH",
    "PLUGIN_PATH",
    "PLUGIN_AVAILABLE_PATH",
    "PLUGIN_ENABLED_PATH",
    "PLUGIN_CORE_PATH",
    "PLUGIN_CORE_AVAILABLE_PATH",
    "PLUGIN_CORE_ENABLED_PATH",
    "DOKKU_SYSTEM_GROUP",
    "DOKKU_SYSTEM_USER",
    "DOKKU_LOGS_DIR",
    "DOKKU_EVENTS_LOGFILE",
    "DOKKU_TRACE",
    "DOKKU_QUIET_OUTPUT",
];

/// Boots the `dokku` program: rc files and defaults.
pub fn full(mut env: Env, registry: &'static Registry) -> Outcome<Env> {
    // Whatever the caller's DOCKER_BIN is, only the host's files may override `docker`.
    env.set("DOCKER_BIN", "docker");
    let defaults = PathBuf::from(if env.is_on("DOKKU_RS_SYSROOT") {
        format!("{}/etc/default/dokku", env.get("DOKKU_RS_SYSROOT"))
    } else {
        "/etc/default/dokku".to_owned()
    });
    // Of this file only: one that may not be read does not count.
    if defaults.is_file()
        && let Ok(content) = std::fs::read(&defaults)
    {
        env = source(env, registry, &defaults, &content)?;
    }
    set_root(&mut env);
    for file in rc_files(&env) {
        let Ok(content) = std::fs::read(&file) else {
            return fail(format!("Unable to read {} for sourcing", file.display()));
        };
        env = source(env, registry, &file, &content)?;
    }
    set_defaults(&mut env);
    // Each `dokku` has its own, also a nested one.
    env.set("DOKKU_PID", std::process::id().to_string());
    Ok(env)
}

/// Boots a core plugin's file that somebody else runs: no rc files, just the defaults.
pub fn light(mut env: Env) -> Env {
    set_root(&mut env);
    if env.is_on("DOKKU_LIB_ROOT") {
        env.set_default("DOKKU_LIB_PATH", env.get("DOKKU_LIB_ROOT").to_owned());
    }
    set_defaults(&mut env);
    env
}

fn set_root(env: &mut Env) {
    if env.is_on("DOKKU_ROOT") {
        return;
    }
    let home = User::from_name(DOKKU_USER)
        .ok()
        .flatten()
        .map(|user| user.dir);
    env.set(
        "DOKKU_ROOT",
        home.unwrap_or_else(|| PathBuf::from("/home/dokku")),
    );
}

fn rc_files(env: &Env) -> Vec<PathBuf> {
    let root = PathBuf::from(env.get("DOKKU_ROOT"));
    let mut files = Vec::new();
    let single = root.join("dokkurc");
    if single.is_file() {
        files.push(single);
    }
    let entries = std::fs::read_dir(root.join(".dokkurc"))
        .into_iter()
        .flatten()
        .flatten();
    let mut several: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            !path
                .file_name()
                .is_some_and(|n| n.as_encoded_bytes().starts_with(b"."))
        })
        .collect();
    several.sort();
    files.extend(several);
    files
}

/// Reads one rc file: plain assignments natively, anything else by bash.
fn source(mut env: Env, registry: &'static Registry, file: &Path, content: &[u8]) -> Outcome<Env> {
    let lookup = |name: &str| {
        env.raw(name)
            .map(|value| value.to_string_lossy().into_owned())
    };
    match rc::parse(content, &lookup) {
        Ok(assignments) => {
            for assignment in assignments {
                let known = env.raw(&assignment.name).is_some();
                if assignment.exported || known || EXPORTED.contains(&assignment.name.as_str()) {
                    env.set(assignment.name, assignment.value);
                }
            }
            Ok(env)
        }
        Err(_) => source_with_bash(env, registry, file),
    }
}

fn source_with_bash(env: Env, registry: &'static Registry, file: &Path) -> Outcome<Env> {
    // What the file prints goes to stderr, so that only the environment is on stdout.
    let script = "set -e; exec 3>&1 1>&2; source \"$1\"; shift; export \"$@\"; env -0 >&3";
    let bash = Cmd::new("bash")
        .args(["-c", script, "bash"])
        .arg(file)
        .args(EXPORTED.iter().copied())
        .stdin(Stdin::Null);
    let ctx = Ctx::new(env.clone(), registry, Vec::new());
    let output = ctx.read(&bash);
    // Without an environment the file has ended its shell (`exit 0`): so it ends dokku.
    if !output.ok() || output.stdout.is_empty() {
        return Err(Failure::Status(output.status));
    }
    let mut sourced = Env::default();
    for entry in output.stdout.split(|byte| *byte == 0) {
        let Some(at) = entry.iter().position(|byte| *byte == b'=') else {
            continue;
        };
        let (name, value) = entry.split_at(at);
        let value = value.get(1..).unwrap_or_default();
        sourced.set(os(name), os(value));
    }
    for bash_own in ["_", "SHLVL", "PWD", "OLDPWD"] {
        match env.raw(bash_own) {
            Some(value) => sourced.set(bash_own, value),
            None => sourced.unset(bash_own),
        }
    }
    Ok(sourced)
}

fn os(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}

fn set_defaults(env: &mut Env) {
    let below = |env: &Env, name: &str, rest: &str| format!("{}/{rest}", env.get(name));
    env.set_default("DOCKER_BIN", "docker");
    env.set_default("DOKKU_HOST_ROOT", env.get("DOKKU_ROOT").to_owned());
    env.set("DOKKU_DISTRO", distro(env));
    env.set_default("DOKKU_IMAGE", "gliderlabs/herokuish:latest");
    let lib = env.get("DOKKU_LIB_PATH").to_owned();
    env.set(
        "DOKKU_LIB_ROOT",
        if lib.is_empty() {
            "/var/lib/dokku".to_owned()
        } else {
            lib
        },
    );
    env.set_default("PLUGIN_PATH", below(env, "DOKKU_LIB_ROOT", "plugins"));
    env.set_default(
        "PLUGIN_AVAILABLE_PATH",
        below(env, "PLUGIN_PATH", "available"),
    );
    env.set_default("PLUGIN_ENABLED_PATH", below(env, "PLUGIN_PATH", "enabled"));
    env.set_default(
        "PLUGIN_CORE_PATH",
        below(env, "DOKKU_LIB_ROOT", "core-plugins"),
    );
    env.set_default(
        "PLUGIN_CORE_AVAILABLE_PATH",
        below(env, "PLUGIN_CORE_PATH", "available"),
    );
    env.set_default(
        "PLUGIN_CORE_ENABLED_PATH",
        below(env, "PLUGIN_CORE_PATH", "enabled"),
    );
    env.set_default("DOKKU_SYSTEM_GROUP", DOKKU_USER);
    env.set_default("DOKKU_SYSTEM_USER", DOKKU_USER);
    env.set("DOKKU_API_VERSION", "1");
    env.set("DOKKU_NOT_IMPLEMENTED_EXIT", "10");
    env.set("DOKKU_VALID_EXIT", "0");
    env.set_default("DOKKU_PID", std::process::id().to_string());
    env.set_default("DOKKU_LOGS_DIR", "/var/log/dokku");
    env.set_default(
        "DOKKU_EVENTS_LOGFILE",
        below(env, "DOKKU_LOGS_DIR", "events.log"),
    );
    env.set("DOKKU_CONTAINER_LABEL", "dokku");
    env.set("DOKKU_GLOBAL_BUILD_ARGS", GLOBAL_LABELS);
    env.set("DOKKU_GLOBAL_RUN_ARGS", GLOBAL_LABELS);
}

/// `ID` of `/etc/os-release`, empty when there is none.
fn distro(env: &Env) -> String {
    let file = format!("{}/etc/os-release", env.get("DOKKU_RS_SYSROOT"));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let id = text.lines().find_map(|line| line.strip_prefix("ID="));
    id.unwrap_or_default().trim_matches('"').to_owned()
}
