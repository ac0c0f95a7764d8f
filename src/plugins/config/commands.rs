//! The config commands. Reference 11 §4.

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::flags::{self, Flag, Kind};
use crate::formats::env_export;
use crate::formats::env_file::EnvMap;
use crate::plugins::config::arguments::{
    GLOBAL, MERGED, NO_RESTART, Target, go_list, nothing_more, pairs, switch,
};
use crate::plugins::config::read::{load, load_merged};
use crate::plugins::config::update::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;

const SHOW_FLAGS: &[Flag] = &[
    switch(
        "export",
        "--export: print the env as eval-compatible exports [deprecated]",
    ),
    GLOBAL,
    switch(
        "merged",
        "--merged: display the app's environment merged with the global environment",
    ),
    switch(
        "shell",
        "--shell: in a single-line for usage in command-line utilities [deprecated]",
    ),
];

const EXPORT_FLAGS: &[Flag] = &[
    // Help advertises it, upstream refuses it.
    switch("envfile", "--envfile: same as --format envfile"),
    Flag {
        name: "format",
        kind: Kind::Text("exports"),
        usage: "--format: [ exports | envfile | docker-args | shell | pretty | json | json-list ] \
                which format to export as)",
    },
    GLOBAL,
    MERGED,
];

/// `dokku config …`, which has no file of its own.
pub fn bare(ctx: &Ctx, call: &Call) -> Option<Outcome> {
    (call.name == "config").then(|| show(ctx, call))
}

/// `config:show [--global] [--merged] [--shell|--export] [<app>]`; further words are ignored.
pub fn show(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::parse("config:show", SHOW_FLAGS, call)?;
    let (target, _) = Target::take(&parsed)?;
    let scope = target.scope(ctx)?;
    let env = load_merged(ctx, &scope, parsed.is_on("merged"))?;
    match (parsed.is_on("shell"), parsed.is_on("export")) {
        (true, true) => return fail("Only one of --shell and --export can be given"),
        (true, false) => ctx.ui.write(&env_export::shell(&env)),
        (false, true) => ctx.ui.line(env_export::exports(&env)),
        (false, false) => {
            let name = match &scope {
                Scope::Global => "global",
                Scope::App(app) => app.as_str(),
            };
            ctx.ui.info2_quiet(format!("{name} env vars"));
            ctx.ui.line(env_export::pretty(&env, ""));
        }
    }
    Ok(())
}

/// `config:get [--global] [--quoted] [<app>] KEY`: silent exit 1 when there is no value.
pub fn get(ctx: &Ctx, call: &Call) -> Outcome {
    let known = [GLOBAL, switch("quoted", "--quoted: get the value quoted")];
    let parsed = flags::parse("config:get", &known, call)?;
    let (target, keys) = Target::take(&parsed)?;
    match keys.args.len() {
        0 => return fail("Expected: key"),
        1 => {}
        _ => {
            return fail(format!("Unexpected argument(s): {}", go_list(keys.rest(1))));
        }
    }
    // Compat: a wrong app is as silent as a missing key.
    let scope = target.scope(ctx).map_err(|_| Failure::Status(1))?;
    let env = load(ctx, &scope)?;
    let value = env.get(keys.arg(0)).ok_or(Failure::Status(1))?;
    if parsed.is_on("quoted") {
        ctx.ui.line(env_export::single_quoted(value));
    } else {
        ctx.ui.line(value);
    }
    Ok(())
}

/// `config:set [--encoded] [--no-restart] [--global] [<app>] KEY=VALUE…`.
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let known = [
        switch("encoded", "--encoded: interpret VALUEs as base64"),
        GLOBAL,
        NO_RESTART,
    ];
    let parsed = flags::parse("config:set", &known, call)?;
    let (target, words) = Target::take(&parsed)?;
    if words.args.is_empty() {
        return fail("At least one env pair must be given");
    }
    let pairs = pairs(&words, parsed.is_on("encoded"))?;
    let pairs: Vec<(&str, &[u8])> = pairs
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_slice()))
        .collect();
    update::set(ctx, &target.scope(ctx)?, &pairs, restart(&parsed))
}

/// `config:unset [--no-restart] [--global] [<app>] KEY…`.
pub fn unset(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::parse("config:unset", &[GLOBAL, NO_RESTART], call)?;
    let (target, keys) = Target::take(&parsed)?;
    if keys.args.is_empty() {
        return fail("At least one key must be given");
    }
    let keys: Vec<&str> = keys.args.iter().map(String::as_str).collect();
    update::unset(ctx, &target.scope(ctx)?, &keys, restart(&parsed))
}

/// `config:clear [--no-restart] [--global] [<app>]`.
pub fn clear(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::parse("config:clear", &[GLOBAL, NO_RESTART], call)?;
    let (target, rest) = Target::take(&parsed)?;
    nothing_more(&rest)?;
    update::clear(ctx, &target.scope(ctx)?, restart(&parsed))
}

/// `config:keys [--merged] [--global] [<app>]`.
pub fn keys(ctx: &Ctx, call: &Call) -> Outcome {
    for key in environment(ctx, "config:keys", call)?.keys() {
        ctx.ui.line(key);
    }
    Ok(())
}

/// `config:bundle [--merged] [--global] [<app>]`: a tar stream on stdout.
pub fn bundle(ctx: &Ctx, call: &Call) -> Outcome {
    let env = environment(ctx, "config:bundle", call)?;
    ctx.ui.write(&env_export::bundle(&env));
    Ok(())
}

/// `config:export [--format FORMAT] [--envfile] [--merged] [--global] [<app>]`.
pub fn export(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::parse("config:export", EXPORT_FLAGS, call)?;
    let (target, rest) = Target::take(&parsed)?;
    nothing_more(&rest)?;
    let env = load_merged(ctx, &target.scope(ctx)?, parsed.is_on("merged"))?;
    let format = match parsed.is_on("envfile") {
        true => "envfile",
        false => parsed.value("format").unwrap_or("exports"),
    };
    let text = match format {
        "exports" => env_export::exports(&env),
        "envfile" => env_export::envfile(&env),
        "docker-args" => env_export::docker_args(&env),
        "shell" => {
            ctx.ui
                .write(&[&env_export::shell(&env), &b" "[..]].concat());
            return Ok(());
        }
        "pretty" => env_export::pretty(&env, ""),
        "json" => env_export::json(&env),
        "json-list" => env_export::json_list(&env),
        _ => return fail(format!("Unknown export format: {format}")),
    };
    ctx.ui.line(text);
    Ok(())
}

/// The environment of a command that takes `--global`, `--merged`, an app and nothing else.
fn environment(ctx: &Ctx, canonical: &str, call: &Call) -> Outcome<EnvMap> {
    let parsed = flags::parse(canonical, &[GLOBAL, MERGED], call)?;
    let (target, rest) = Target::take(&parsed)?;
    nothing_more(&rest)?;
    load_merged(ctx, &target.scope(ctx)?, parsed.is_on("merged"))
}

fn restart(parsed: &flags::Parsed) -> Restart {
    if parsed.is_on("no-restart") {
        Restart::No
    } else {
        Restart::Yes
    }
}
