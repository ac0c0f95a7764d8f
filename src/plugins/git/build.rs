//! From a source tree to a build: choose the builder, tell the plugins, receive. Shared by git and
//! tar deploys. Reference 12 §5.4–§5.5, 20 §1.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::release::{self, Builder};

/// A temporary directory for a source tree, readable for all (docker may not be dokku).
pub fn work_dir(ctx: &Ctx, purpose: &str) -> Outcome<TempDir> {
    let prefix = format!("dokku-{}-{purpose}.", ctx.env.get("DOKKU_PID"));
    Ok(tempfile::Builder::new()
        .prefix(&prefix)
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir()?)
}

/// Runs a source build with `ESC[1G` in front of each line of stdout, unless
/// `DOKKU_DISABLE_ANSI_PREFIX_REMOVAL` is `true`.
pub fn filtered(ctx: &Ctx, app: &App, work: impl FnOnce() -> Outcome) -> Outcome {
    if ctx.config(app, "DOKKU_DISABLE_ANSI_PREFIX_REMOVAL") == "true" {
        work()
    } else {
        ctx.ui.prefixed(work)
    }
}

/// Builds and deploys the source tree in `dir`; `revision` is empty for tarballs.
pub fn trigger_build(ctx: &Ctx, app: &App, dir: &Path, revision: &str) -> Outcome {
    let ctx = &ctx.with_cwd(dir);
    let tree = dir.to_string_lossy();
    ctx.trigger("post-extract", &[app, &tree, revision])?;
    let builder = detect(dir, &ctx.app_config(app, "BUILDPACK_URL"));
    ctx.trigger("pre-receive-app", &[app, builder.name(), &tree, revision])?;
    release::receive(ctx, app, builder, dir)
}

/// A Dockerfile wins unless the tree or the app names a buildpack (reference 20 §1).
fn detect(dir: &Path, buildpack_url: &str) -> Builder {
    let env = std::fs::read(dir.join(".env")).unwrap_or_default();
    let names_buildpack = String::from_utf8_lossy(&env).contains("BUILDPACK_URL")
        || dir.join(".buildpacks").is_file()
        || !buildpack_url.is_empty();
    if dir.join("Dockerfile").is_file() && !names_buildpack {
        Builder::Dockerfile
    } else {
        Builder::Herokuish
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_dockerfile_yields_to_any_named_buildpack() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        assert_eq!(detect(dir.path(), ""), Builder::Herokuish);
        write("Dockerfile", "FROM x\n");
        assert_eq!(detect(dir.path(), ""), Builder::Dockerfile);
        assert_eq!(detect(dir.path(), "http://b"), Builder::Herokuish);
        write(".env", "# BUILDPACK_URL\n");
        assert_eq!(detect(dir.path(), ""), Builder::Herokuish);
        write(".env", "");
        write(".buildpacks", "");
        assert_eq!(detect(dir.path(), ""), Builder::Herokuish);
    }
}
