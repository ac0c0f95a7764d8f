//! The `tags` plugin: tagged images of an app and their deploy. Reference 13 §C.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::common::lock::{self, Mode};
use crate::plugins::common::{images, release, scheduler, undo};
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, command};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "tags",
    namespace: "tags",
    dialect: Dialect::Shell,
    about: "Manage docker image tags",
    help: HelpStyle::Summary,
    commands: &[
        command("tags", "<app>", "List all app image tags", list).file("default"),
        command(
            "tags:create",
            "<app> <tag>",
            "Add tag to latest running app image",
            create,
        ),
        command(
            "tags:deploy",
            "<app> <tag>",
            "Deploy tagged app image",
            deploy,
        ),
        command(
            "tags:destroy",
            "<app> <tag>",
            "Remove app image tag",
            destroy,
        ),
    ],
    ..EMPTY
};

/// The tag that Dokku deploys by itself.
const LATEST: &str = "latest";

/// `tags <app>`: docker's own table.
fn list(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    let repository = repository(&app);
    ctx.ui.info2_quiet(format!("Image tags for {repository}"));
    ctx.run(&ctx.docker().command(&["image", "list", &repository]))
}

/// `tags:create <app> <tag>`.
fn create(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    let (tag, repository) = (call.arg(1), repository(&app));
    tag_image(ctx, &app, LATEST, tag)?;
    ctx.ui
        .info2_quiet(format!("Added {tag} tag to {repository}"));
    ctx.trigger("tags-create", &[&app, tag])
}

/// `tags:deploy <app> <tag>`: afterwards `latest` is the deployed image.
fn deploy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    let tag = call.arg(1);
    let image = images::name(&app, tag);
    if ctx.image(&image).is_none() {
        return fail(format!("App image ({image}) not found"));
    }
    let _lock = lock::acquire(ctx, &app, Mode::Exclusive)?;
    // No other deploy of the app may come before `latest` is the image that runs.
    undo::guarded(ctx, &app, &[], |ctx| {
        release::release_and_deploy(ctx, &app, tag)?;
        match tag {
            "" | LATEST => Ok(()),
            tag => tag_image(ctx, &app, tag, LATEST),
        }
    })
}

/// `tags:destroy <app> <tag>`.
fn destroy(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, call)?;
    let (tag, repository) = (call.arg(1), repository(&app));
    if tag == LATEST {
        return fail(format!(
            "You can't remove internal dokku tag ({LATEST}) for {repository}"
        ));
    }
    let scheduler = scheduler::name(ctx, Some(&app));
    ctx.trigger(
        "scheduler-tags-destroy",
        &[&scheduler, &app, &repository, tag],
    )?;
    ctx.trigger("tags-destroy", &[&app, tag])
}

fn tag_image(ctx: &Ctx, app: &App, from: &str, to: &str) -> Outcome {
    let scheduler = scheduler::name(ctx, Some(app));
    let repository = repository(app);
    let (from, to) = (format!("{repository}:{from}"), format!("{repository}:{to}"));
    ctx.trigger("scheduler-tags-create", &[&scheduler, app, &from, &to])
}

fn repository(app: &App) -> String {
    format!("dokku/{app}")
}
