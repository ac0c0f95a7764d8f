//! Receive, release and deploy: where every entry point of a deploy meets. Reference 04 §4, 20 §2.

use std::path::Path;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::{cleanup, containers, images, scheduler, undo, urls};

/// How a source tree, or an image, is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builder {
    /// By its Dockerfile.
    Dockerfile,
    /// By buildpacks.
    Herokuish,
}

impl Builder {
    /// The name that triggers and `DOKKU_APP_TYPE` use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dockerfile => "dockerfile",
            Self::Herokuish => "herokuish",
        }
    }
}

/// Builds a source tree, then releases and deploys it (`dokku_receive`).
pub fn receive(ctx: &Ctx, app: &App, builder: &str, dir: &Path) -> Outcome {
    undo::guarded(ctx, app, &[], |ctx| build(ctx, app, builder, dir))
}

fn build(ctx: &Ctx, app: &App, builder: &str, dir: &Path) -> Outcome {
    cleanup::docker_cleanup(ctx, Some(app), false)?;
    ctx.ui.info1(format!("Building {app} from {builder}..."));
    undo::set_variable(&ctx.quiet(), app, "DOKKU_APP_TYPE", builder)?;
    ctx.trigger("builder-build", &[builder, app, &dir.to_string_lossy()])?;
    release(ctx, app, "").map(drop)
}

/// Releases and deploys an app's image (tag empty: `latest`). A missing image is told when a tag
/// was asked for, and changes nothing.
pub fn release_and_deploy(ctx: &Ctx, app: &App, tag: &str) -> Outcome {
    undo::guarded(ctx, app, &[], |ctx| release(ctx, app, tag).map(drop))
}

/// The same for the image that the app runs on when its turn has come: another deploy may be at
/// work until then. Tells whether there was an image that may be deployed.
pub fn redeploy(ctx: &Ctx, app: &App) -> Outcome<bool> {
    undo::guarded(ctx, app, &[], |ctx| {
        release(ctx, app, &images::running_tag(ctx, app))
    })
}

/// Whether it was deployed, too.
fn release(ctx: &Ctx, app: &App, tag: &str) -> Outcome<bool> {
    let image = images::name(app, tag);
    let Some(found) = ctx.image(&image) else {
        containers::must_answer(ctx)?;
        // Compat: exit 0; scaling an app before its first deploy just records the setting.
        if !tag.is_empty() {
            ctx.ui.err(format!("App image ({image}) not found"));
        }
        return Ok(false);
    };
    let builder = if images::is_herokuish(ctx, app, &found) {
        Builder::Herokuish
    } else {
        record_exposed_ports(ctx, app, &found.exposed_ports)?;
        Builder::Dockerfile
    };
    ctx.ui.info1(format!("Releasing {app} ({image})..."));
    ctx.trigger("builder-release", &[builder.name(), app, tag])?;
    let is_skipped = ctx.config(app, "DOKKU_SKIP_DEPLOY") == "true";
    if is_skipped {
        ctx.ui.info1("Skipping deployment");
    } else {
        ctx.ui.info1(format!("Deploying {app} ({image})..."));
        undo::note_image(ctx, app)?;
        deploy(ctx, app, tag)?;
        ctx.ui.info2("Application deployed:");
        for url in urls::urls(ctx, app)? {
            ctx.ui.verbose(url);
        }
    }
    ctx.ui.line("");
    Ok(!is_skipped)
}

/// Hands an image to the app's scheduler (`dokku deploy`).
pub fn deploy(ctx: &Ctx, app: &App, tag: &str) -> Outcome {
    ctx.trigger(
        "scheduler-deploy",
        &[&scheduler::name(ctx, Some(app)), app, tag],
    )
}

/// Stores the ports that an image exposes when none are known yet.
fn record_exposed_ports(ctx: &Ctx, app: &App, ports: &[String]) -> Outcome {
    if ports.is_empty() || !ctx.app_config(app, "DOKKU_DOCKERFILE_PORTS").is_empty() {
        return Ok(());
    }
    let list: String = ports.iter().map(|port| format!("{port} ")).collect();
    undo::set_variable(ctx, app, "DOKKU_DOCKERFILE_PORTS", &list)
}
