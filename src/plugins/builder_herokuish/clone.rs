//! Copying an app's directory for `apps:clone` and `apps:rename`. Reference 20 §9.5, §9.6.

use std::path::Path;

use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::plugins::common::{images, state};
use crate::registry::Call;
use crate::tools::tar;

/// `post-app-clone-setup OLD NEW`: copies the directory, without the build cache.
pub fn post_app_clone_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let (old, new) = (App::parse(call.arg(0))?, App::parse(call.arg(1))?);
    copy(ctx, &old, &new)?;
    open_cache(ctx, &new, &old, &new);
    ctx.store.remove_tree(ctx.paths.app_file(&new, "cache"))?;
    Ok(())
}

/// `post-app-rename-setup OLD NEW`: opens the old build cache, which goes when nothing can fail any
/// more, and copies the directory.
pub fn post_app_rename_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let (old, new) = (App::parse(call.arg(0))?, App::parse(call.arg(1))?);
    open_cache(ctx, &old, &old, &new);
    copy(ctx, &old, &new)
}

/// Removes an opened build cache. What can't be removed is left to `pre-delete` and its container.
pub fn drop_cache(ctx: &Ctx, app: &App) {
    let _ = ctx.store.remove_tree(ctx.paths.app_file(app, "cache"));
}

/// Copies everything but top-level dot files and any `cache` or `.cache`, with modes and times, and but
/// for what says where the old app runs: a copy that is killed half-way must neither stand in nginx's
/// way nor own the old app's containers. (Upstream copies that too; later hooks remove it.)
fn copy(ctx: &Ctx, old: &App, new: &App) -> Outcome {
    let source = ctx.paths.app(old);
    let names = visible_names(&source)?;
    if names.is_empty() {
        return Ok(());
    }
    let pack = tar::create_without_caches(&source, &names);
    let unpack = tar::extract_preserving(&ctx.paths.app(new));
    let output = ctx.with_input(Input::Null).pipeline(&pack, &unpack);
    ctx.ui.err_bytes(&output.stderr);
    Failure::from_status(output.status)
}

/// Names in an app's directory that are copied, sorted.
fn visible_names(dir: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && name != "cache" && !is_live(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Whether a file says where the old app runs.
fn is_live(name: &str) -> bool {
    name == "nginx.conf" || state::is_state(name)
}

/// Gives everybody the right to remove an app's build cache, whose files belong to root. A cache
/// that stays shut is only a warning: what it is for can be built again.
fn open_cache(ctx: &Ctx, owner: &App, old: &App, new: &App) {
    let cache = ctx.paths.app_file(owner, "cache");
    let has_files = std::fs::read_dir(&cache).is_ok_and(|mut files| files.next().is_some());
    if !has_files {
        return;
    }
    // Without this test docker would look for the app's image in the public registry.
    let image = match ctx.image(&images::name(old, "")) {
        Some(_) => format!("dokku/{old}"),
        None => images::builder(ctx, old),
    };
    let host_cache = ctx.paths.host_app_file(owner, "cache");
    let open = ctx.docker().open_cache(new, &host_cache, &image);
    if ctx.status(&open) != 0 {
        ctx.ui
            .warn(format!("Unable to open the build cache of {owner}"));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests make their own files")]
    fn dot_files_the_cache_and_what_runs_are_not_copied() {
        let dir = tempfile::tempdir().unwrap();
        for name in [".deploy.lock", "ENV", "cache", "-odd", "IPS"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        for live in ["nginx.conf", "CONTAINER.web.1", "IP.web.1", "PORT"] {
            std::fs::write(dir.path().join(live), "").unwrap();
        }
        assert_eq!(visible_names(dir.path()).unwrap(), ["-odd", "ENV", "IPS"]);
    }
}
