//! `apps:clone` and `apps:rename`. What is copied is up to the setup hooks of all plugins.
//! Reference 10 §3.

use super::commands::app_word;
use super::{AppsError, create, destroy, fire};
use crate::app::{App, NameError};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::flags::{Flag, Kind, Parsed, parse};
use crate::interrupt;
use crate::plugins::builder_herokuish;
use crate::plugins::common::undo;
use crate::registry::Call;

const SKIP_DEPLOY: Flag = Flag {
    name: "skip-deploy",
    kind: Kind::Bool,
    usage: "--skip-deploy: skip deploy of the new app",
};
const IGNORE_EXISTING: Flag = Flag {
    name: "ignore-existing",
    kind: Kind::Bool,
    usage: "--ignore-existing: exit 0 if new app already exists",
};

/// A validated command line of clone or rename.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    old: App,
    new: App,
    skip_deploy: bool,
    ignore_existing: bool,
}

/// `apps:clone [--skip-deploy] [--ignore-existing] OLD NEW`.
pub fn clone_command(ctx: &Ctx, call: &Call) -> Outcome {
    let request = request("apps:clone", &[SKIP_DEPLOY, IGNORE_EXISTING], call)?;
    old_exists(ctx, &request)?;
    if request.ignore_existing && request.new.exists(ctx) {
        ctx.ui.warn(AppsError::Taken.to_string());
        return Ok(());
    }
    let Request { old, new, .. } = &request;
    new_is_free(ctx, &request)?;
    ctx.ui.info1_quiet(format!("Cloning {old} to {new}"));
    set_up(ctx, "post-app-clone-setup", &request)?;
    fire(&rebuild_ctx(ctx, &request), "post-app-clone", &[old, new])
}

/// `apps:rename [--skip-deploy] OLD NEW`.
pub fn rename_command(ctx: &Ctx, call: &Call) -> Outcome {
    let request = request("apps:rename", &[SKIP_DEPLOY], call)?;
    old_exists(ctx, &request)?;
    new_is_free(ctx, &request)?;
    let Request { old, new, .. } = &request;
    ctx.ui.info1_quiet(format!("Renaming {old} to {new}"));
    let ctx = &ctx.with_env("DOKKU_APPS_FORCE_DELETE", "1");
    undo::alone(ctx, old, |ctx| {
        set_up(ctx, "post-app-rename-setup", &request)?;
        builder_herokuish::drop_cache(ctx, old);
        destroy::destroy(ctx, old)
    })?;
    fire(&rebuild_ctx(ctx, &request), "post-app-rename", &[old, new])
}

fn request(canonical: &str, flags: &[Flag], call: &Call) -> Outcome<Request> {
    let parsed = parse(canonical, flags, call)?;
    let (trailing, words): (Vec<&str>, Vec<&str>) = parsed
        .call
        .args
        .iter()
        .map(String::as_str)
        .partition(|word| is_flag(flags, word));
    let words = Call::of(&call.name, &words);
    let old = App::parse(app_word(&words)?);
    let new = words.args.get(1).ok_or(AppsError::NoNewName)?;
    let given = |flag: Flag| has(&parsed, &trailing, flag);
    Ok(Request {
        old: old?,
        new: App::parse(new)?,
        skip_deploy: given(SKIP_DEPLOY),
        ignore_existing: given(IGNORE_EXISTING),
    })
}

/// Upstream silently ignores a flag behind the names, and deploys anyway.
fn is_flag(flags: &[Flag], word: &str) -> bool {
    flags
        .iter()
        .any(|flag| word.strip_prefix("--") == Some(flag.name))
}

fn has(parsed: &Parsed, trailing: &[&str], flag: Flag) -> bool {
    parsed.is_on(flag.name) || trailing.iter().any(|word| is_flag(&[flag], word))
}

fn old_exists(ctx: &Ctx, request: &Request) -> Outcome {
    if request.old.exists(ctx) {
        return Ok(());
    }
    Err(NameError::Missing(request.old.to_string()).into())
}

fn new_is_free(ctx: &Ctx, request: &Request) -> Outcome {
    if request.new.exists(ctx) {
        return Err(AppsError::Taken.into());
    }
    Ok(())
}

/// The context of the rebuild hooks.
fn rebuild_ctx(ctx: &Ctx, request: &Request) -> Ctx {
    if request.skip_deploy {
        ctx.with_env("SKIP_REBUILD", "true")
    } else {
        ctx.clone()
    }
}

/// Creates the new app and lets the setup hooks fill it. When one of them fails, all of the new app
/// goes and the old one is as it was.
fn set_up(ctx: &Ctx, hook: &str, request: &Request) -> Outcome {
    let Request { old, new, .. } = request;
    create::make_dir(ctx, new)?;
    // A signal must not leave half a copy either.
    let fill = || {
        fire(ctx, "post-create", &[new])?;
        fire(ctx, hook, &[old, new])?;
        interrupt::check()
    };
    let filled = interrupt::hold(fill).map_err(Failure::from).flatten();
    if filled.is_err() {
        undo(ctx, new);
    }
    filled
}

/// Takes back a copy that this command made and could not finish, so that it can be tried again.
fn undo(ctx: &Ctx, new: &App) {
    if new.exists(ctx) {
        let _ = fire(ctx, "post-delete", &[new, ""]);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn asked(args: &[&str]) -> Outcome<Request> {
        request(
            "apps:clone",
            &[SKIP_DEPLOY, IGNORE_EXISTING],
            &Call::of("apps:clone", args),
        )
    }

    fn text(args: &[&str]) -> String {
        match asked(args) {
            Err(Failure::Text(text)) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn flags_count_in_front_of_the_names_and_behind_them() {
        for args in [
            ["--skip-deploy", "a", "b"],
            ["a", "b", "--skip-deploy"],
            ["a", "--skip-deploy", "b"],
        ] {
            let request = asked(&args).unwrap();
            assert_eq!((&*request.old, &*request.new), ("a", "b"), "{args:?}");
            assert!(request.skip_deploy && !request.ignore_existing, "{args:?}");
        }
    }

    #[test]
    fn missing_names_are_told_before_bad_ones() {
        assert_eq!(text(&[]), AppsError::NoApp.to_string());
        assert_eq!(text(&["BAD"]), AppsError::NoNewName.to_string());
        assert!(matches!(
            asked(&["ok", "BAD"]),
            Err(Failure::Name(NameError::Invalid))
        ));
    }
}
