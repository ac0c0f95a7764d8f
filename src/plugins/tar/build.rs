//! From a tarball to a build: unpack, then hand the tree to the builders. Reference 13 §B.2.

use std::path::Path;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::git;
use crate::plugins::git::build::WorkDir;
use crate::tools::tar;

/// Unpacks a tarball into a temporary directory, without the directories that all entries share.
pub fn unpack(ctx: &Ctx, archive: &Path) -> Outcome<WorkDir> {
    let tree = git::build::work_dir(ctx, "tar_build")?;
    // Compat: an unreadable archive is noticed only by the extraction, so tar complains twice.
    let depth = tar::shared_depth(&ctx.read(&tar::list(archive)).text());
    ctx.ui.info1_quiet(format!(
        "Striping {depth} worth of directories from tarball"
    ));
    let extracted = ctx.run(&tar::extract(archive, tree.path(), depth));
    ctx.run(&tar::make_readable(tree.path()))?;
    extracted.map(|()| tree)
}

/// Builds and deploys an unpacked tree.
pub fn build(ctx: &Ctx, app: &App, tree: &WorkDir) -> Outcome {
    let ctx = &ctx.with_cwd(tree.path());
    let build = || git::build::trigger_build(ctx, app, tree.path(), "");
    if ctx.config(app, "DOKKU_DISABLE_ANSI_PREFIX_REMOVAL") == "true" {
        build()
    } else {
        ctx.ui.prefixed(build)
    }
}
