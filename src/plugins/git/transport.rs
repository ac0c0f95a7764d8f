//! The raw git commands that arrive over ssh, and the pre-receive hook's `git-hook`.
//! Reference 12 §3, §5.1.

use std::io::Read;

use super::{deploy_branch, receive, repository};
use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::Outcome;
use crate::registry::Call;
use crate::tools::git;
use crate::triggers::Served;

/// Serves `git-*` words; others are not ours.
pub fn serve(ctx: &Ctx, call: &Call) -> Option<Outcome> {
    match call.name.as_str() {
        "git-hook" => Some(git_hook(ctx, call)),
        "git-upload-pack" => Some(upload_pack(ctx, call)),
        "git-receive-pack" => Some(receive_pack(ctx, call)),
        name if name.starts_with("git-") => Some(other(ctx, call)),
        _ => None,
    }
}

fn app_of(call: &Call) -> Outcome<App> {
    Ok(App::parse(&repository::app_name(&repository_argument(
        call,
    )))?)
}

/// The word that names the repository. One with a blank arrives in pieces, its quotes at the ends of
/// the first and the last; the first alone may name another app.
fn repository_argument(call: &Call) -> String {
    let first = call.arg(0);
    let goes_on = first.starts_with('\'') && (first.len() < 2 || !first.ends_with('\''));
    if goes_on {
        call.args.join(" ")
    } else {
        first.to_owned()
    }
}

/// Creates an app that a push names; `Re-enable app auto-creation …` when that is switched off.
fn ensure_app(ctx: &Ctx, app: &App) -> Outcome {
    let ctx = &ctx.with_input(Input::Null);
    if app.exists(ctx) {
        Ok(())
    } else {
        ctx.trigger("app-maybe-create", &[app])
    }
}

fn receive_pack(ctx: &Ctx, call: &Call) -> Outcome {
    let app = app_of(call)?;
    if !repository::exists(ctx, &app) {
        ensure_app(ctx, &app)?;
        repository::create(ctx, &app)?;
    }
    repository::quote_hook(ctx, &app)?;
    ctx.run(&git::shell(&git::receive_pack_line(ctx, &app)))
}

fn upload_pack(ctx: &Ctx, call: &Call) -> Outcome {
    let app = app_of(call)?;
    // A read creates nothing, unlike upstream; git says what is missing.
    let hooks = ctx.with_input(Input::Null);
    hooks.trigger("git-pre-pull", &[&app])?;
    ctx.run(&git::upload_pack(&ctx.paths.app(&app)))?;
    hooks.trigger("git-post-pull", &[&app])
}

fn other(ctx: &Ctx, call: &Call) -> Outcome {
    app_of(call)?;
    let line = [std::slice::from_ref(&call.name), call.args.as_slice()]
        .concat()
        .join(" ");
    ctx.run(&git::shell(&line))
}

/// `git-hook APP`: the pre-receive hook, `OLD NEW REF` lines on stdin.
fn git_hook(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    let branch = deploy_branch(ctx, &app);
    if !is_branch_name(&branch) {
        warning(
            ctx,
            &format!("Invalid branch name '{branch}' specified via DOKKU_DEPLOY_BRANCH."),
        );
        hint(
            ctx,
            "For more details, please see the man page for 'git-check-ref-format.'",
        );
        return Ok(());
    }
    let lines = pushed_refs();
    // The build gets no ref lines on its stdin.
    let ctx = &ctx.with_input(Input::Null);
    for (new, reference) in lines {
        if reference == format!("refs/heads/{branch}") {
            receive::receive_app(ctx, &app, Some(&new))?;
        } else {
            other_branch(ctx, &app, &branch, &new, &reference)?;
        }
    }
    Ok(())
}

/// New revision and name of each pushed ref. Names are bytes: one that is no text must not hide the
/// others.
fn pushed_refs() -> Vec<(String, String)> {
    let mut bytes = Vec::new();
    // An unreadable list deploys nothing; git has its own copy.
    let _ = std::io::stdin().read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes)
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        })
        .collect()
}

fn other_branch(ctx: &Ctx, app: &App, branch: &str, new: &str, reference: &str) -> Outcome {
    let foreign = ctx.bus.names().into_iter().any(|plugin| {
        ctx.bus.executable(&ctx.bus.file(&plugin, "receive-branch")) == Some(Served::Elsewhere)
    });
    if foreign {
        return ctx.trigger("receive-branch", &[app, new, reference]);
    }
    let name = reference.replacen("refs/heads/", "", 1);
    warning(
        ctx,
        &format!("deploy did not complete, you must push to {branch}."),
    );
    hint(
        ctx,
        &format!("for example, try 'git push <dokku> {name}:{branch}'"),
    );
    Ok(())
}

/// Column 1, erase to the end: hides git's `remote: ` on a terminal.
const OVERWRITE: &str = "\x1b[1G\x1b[K";

fn warning(ctx: &Ctx, text: &str) {
    ctx.ui.line(format!("{OVERWRITE}-----> WARNING: {text}"));
}

fn hint(ctx: &Ctx, text: &str) {
    ctx.ui.line(format!("{OVERWRITE}-----> {text}"));
}

/// The rules of `git check-ref-format --branch`.
pub(super) fn is_branch_name(name: &str) -> bool {
    let bad = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let part_ok =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    !name.starts_with('-')
        && name != "@"
        && name != "HEAD"
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && !name.chars().any(bad)
        && name.split('/').all(part_ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branch_names_follow_git() {
        for good in ["master", "feature/x", "v1.0"] {
            assert!(is_branch_name(good), "{good}");
        }
        for bad in [
            "", "-x", "a..b", "a b", "a:b", "/a", "a/", "x.lock", "a@{b", "a.",
        ] {
            assert!(!is_branch_name(bad), "{bad}");
        }
    }
}
