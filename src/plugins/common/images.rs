//! Image names of an app. Reference 02 §3, 20 §3.

use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::{Outcome, fail};
use crate::plugins::common::containers;
use crate::tools::inspect::Image;

/// `dokku/APP:TAG`, with `latest` for an empty tag.
pub fn name(app: &App, tag: &str) -> String {
    format!(
        "dokku/{app}:{}",
        if tag.is_empty() { "latest" } else { tag }
    )
}

/// The tag of the first recorded container's image; empty when there is none.
pub fn running_tag(ctx: &Ctx, app: &App) -> String {
    let first = containers::ids(ctx, app).into_iter().next();
    let container = first.and_then(|id| ctx.container(&id));
    container
        .map(|container| container.image_tag().to_owned())
        .unwrap_or_default()
}

/// The image that is being deployed, after the `deployed-app-*` triggers; it must be there.
pub fn deploying(ctx: &Ctx, app: &App, tag: &str) -> Outcome<String> {
    let ctx = &ctx.with_input(Input::Null);
    let remote = ctx.trigger_text("deployed-app-repository", &[app]);
    let other_tag = ctx.trigger_text("deployed-app-image-tag", &[app]);
    let repo = ctx.trigger_text("deployed-app-image-repo", &[app]);
    let repo = if repo.is_empty() {
        format!("dokku/{app}")
    } else {
        repo
    };
    let tag = [other_tag.as_str(), tag, "latest"]
        .into_iter()
        .find(|tag| !tag.is_empty());
    let image = format!("{remote}{repo}:{}", tag.unwrap_or_default());
    match ctx.image(&image) {
        Some(_) => Ok(image),
        None => fail(format!("App image ({image}) not found")),
    }
}

/// The image that builds an app: `DOKKU_IMAGE` of the app or the host.
pub fn builder(ctx: &Ctx, app: &App) -> String {
    let own = ctx.app_config(app, "DOKKU_IMAGE");
    if own.is_empty() {
        ctx.env.get("DOKKU_IMAGE").to_owned()
    } else {
        own
    }
}

/// The user that herokuish runs an app as.
pub fn app_user(ctx: &Ctx, app: &App) -> String {
    let user = ctx.app_config(app, "DOKKU_APP_USER");
    if user.is_empty() {
        "herokuishuser".to_owned()
    } else {
        user
    }
}

/// Whether an image was built by herokuish, for this app's user.
pub fn is_herokuish(ctx: &Ctx, app: &App, image: &Image) -> bool {
    image.has_user(&app_user(ctx, app))
}
