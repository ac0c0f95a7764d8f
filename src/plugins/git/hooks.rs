//! The git plugin's triggers. Reference 12 §9, §1.

use super::{PLUGIN, receive, repository, revision_variable};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::properties::GLOBAL;
use crate::registry::Call;
use crate::settings::Scope;

/// `receive-app APP [REV]`: rebuilds from the stored source.
pub fn receive_app(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    let revision = Some(call.arg(1)).filter(|revision| !revision.is_empty());
    receive::receive_app(ctx, &app, revision)
}

/// `deploy-source APP`.
pub fn deploy_source(ctx: &Ctx, call: &Call) -> Outcome {
    if repository::exists(ctx, &App::parse(call.arg(0))?) {
        ctx.ui.line("git");
    }
    Ok(())
}

/// `git-revision APP`: the value of the revision variable.
pub fn git_revision(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    let value = ctx.app_config(&app, &revision_variable(ctx, &app));
    if !value.is_empty() {
        ctx.ui.line(value);
    }
    Ok(())
}

/// `install`: the property store, and `DOKKU_DEPLOY_BRANCH` of old versions becomes a property.
pub fn install(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.properties("git").setup()?;
    let everywhere = std::iter::once((GLOBAL.to_owned(), Scope::Global));
    let apps = App::all(ctx)
        .into_iter()
        .map(|app| (app.to_string(), Scope::App(app)));
    for (name, scope) in everywhere.chain(apps) {
        // One app's failure is told and must not keep the others from being moved.
        let _ = ctx.told(PLUGIN.dialect, move_branch(ctx, &name, &scope));
    }
    Ok(())
}

fn move_branch(ctx: &Ctx, name: &str, scope: &Scope) -> Outcome {
    let branch = ctx
        .settings(scope)?
        .text("DOKKU_DEPLOY_BRANCH")
        .unwrap_or_default();
    if branch.is_empty() {
        return Ok(());
    }
    ctx.properties("git").set(name, "deploy-branch", &branch)?;
    config::unset(&ctx.quiet(), scope, &["DOKKU_DEPLOY_BRANCH"], Restart::No)
}

/// `post-app-clone-setup OLD NEW`, `post-app-rename-setup OLD NEW`.
pub fn post_app_clone_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let (old, new) = (App::parse(call.arg(0))?, App::parse(call.arg(1))?);
    repository::retarget_hook(ctx, &old, &new)?;
    ctx.properties("git").clone_to(&old, &new)
}

/// `post-delete APP`.
pub fn post_delete(ctx: &Ctx, call: &Call) -> Outcome {
    ctx.properties("git").delete_hook(call)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests lay files out"
)]
mod tests {
    use super::*;
    use crate::plugins::testing::{run, world};

    #[test]
    fn a_config_that_cannot_be_read_keeps_no_other_apps_branch_from_moving() {
        let (root, ctx, _) = world();
        std::fs::create_dir(root.path().join("b")).unwrap();
        std::fs::write(root.path().join("a/ENV"), "no separator\n").unwrap();
        std::fs::write(root.path().join("b/ENV"), "DOKKU_DEPLOY_BRANCH=\"main\"\n").unwrap();
        assert_eq!(run(&ctx, install, &[]).1, None);
        let branch = ctx.properties("git").get("b", "deploy-branch");
        assert_eq!(branch, Some("main".to_owned()));
        let left = std::fs::read_to_string(root.path().join("b/ENV")).unwrap();
        assert!(!left.contains("BRANCH"), "{left}");
    }
}
