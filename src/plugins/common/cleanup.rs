//! Docker cleanup: containers and images that nobody needs any more. Reference 02 §5, 30 §12.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::{containers, scheduler};
use crate::tools::inspect::Container;

/// What a cleanup says.
pub const CLEANING_UP: &str = "Cleaning up...";

/// Label values (`dokku=…`) of containers that plugins keep stopped: databases and their doors.
const KEPT: [&str; 2] = ["service", "ambassador"];

const SKIP: &str = "DOKKU_SKIP_CLEANUP";

/// Removes what an app (or the host) no longer needs, through its scheduler. Unless forced, the
/// app's `DOKKU_SKIP_CLEANUP` (whatever its value) leaves all as it is.
// Compat: when an app is built, its own value hides the environment's, even if it has none.
pub fn docker_cleanup(ctx: &Ctx, app: Option<&App>, force: bool) -> Outcome {
    if !force && app.is_some_and(|app| !ctx.app_config(app, SKIP).is_empty()) {
        return skip(ctx);
    }
    ctx.ui.info1(CLEANING_UP);
    let scheduler = scheduler::name(ctx, app);
    let name = app.map_or("", App::as_str);
    let forced = if force { "true" } else { "" };
    ctx.trigger("scheduler-docker-cleanup", &[&scheduler, name, forced])?;
    if scheduler != scheduler::DOCKER_LOCAL {
        run_docker(ctx, app);
    }
    Ok(())
}

/// The same for a caller whose variable `DOKKU_SKIP_CLEANUP` counts, too.
pub fn docker_cleanup_of_caller(ctx: &Ctx, app: Option<&App>, force: bool) -> Outcome {
    if !force && ctx.env.is_on(SKIP) {
        return skip(ctx);
    }
    docker_cleanup(ctx, app, force)
}

fn skip(ctx: &Ctx) -> Outcome {
    ctx.ui
        .info1("DOKKU_SKIP_CLEANUP set. Skipping dokku cleanup");
    Ok(())
}

/// The cleanup itself, silently: ended containers, dangling images, and for an app all of its
/// unused images, unless it is scaled to nothing and so doesn't use its own.
pub fn run_docker(ctx: &Ctx, app: Option<&App>) {
    let docker = ctx.docker();
    for status in ["exited", "dead"] {
        let listed = ctx.output(&docker.ended_containers(status, app)).text();
        let mut ids: Vec<&str> = listed.lines().collect();
        leave_recorded(ctx, app, &mut ids);
        if app.is_none() {
            leave_kept(ctx, &mut ids);
        }
        if !ids.is_empty() {
            ctx.silent(&docker.container_rm(false, &ids));
        }
    }
    let listed = ctx.output(&docker.dangling_images(app)).text();
    let images: Vec<&str> = listed.lines().collect();
    if !images.is_empty() {
        ctx.silent(&docker.image_rm(&images));
    }
    if let Some(app) = app.filter(|app| !containers::none_wanted(ctx, app)) {
        ctx.silent(&docker.image_prune(app));
    }
}

/// Takes the containers that apps are recorded to run in off a list of short ids: an app that is
/// down (stopped, or its host was) may need them, and they keep its image from being pruned.
fn leave_recorded(ctx: &Ctx, app: Option<&App>, ids: &mut Vec<&str>) {
    if ids.is_empty() {
        return;
    }
    let recorded: Vec<String> = match app {
        Some(app) => containers::ids(ctx, app),
        None => App::all(ctx)
            .iter()
            .flat_map(|app| containers::ids(ctx, app))
            .collect(),
    };
    ids.retain(|id| !recorded.iter().any(|full| full.starts_with(id)));
}

/// Takes the containers that plugins keep off a list; no app's own container is one.
fn leave_kept(ctx: &Ctx, ids: &mut Vec<&str>) {
    let mut containers = ctx.containers(ids).into_iter();
    ids.retain(|_| {
        let container = containers.next().flatten();
        !container.is_some_and(|container| is_kept(&container))
    });
}

fn is_kept(container: &Container) -> bool {
    let label = container.labels.get("dokku").map(String::as_str);
    label.is_some_and(|value| KEPT.contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopped_databases_survive_a_cleanup() {
        let labelled = |value: &str| Container {
            labels: [("dokku".to_owned(), value.to_owned())].into(),
            ..Container::default()
        };
        assert!(is_kept(&labelled("service")));
        assert!(is_kept(&labelled("ambassador")));
        assert!(!is_kept(&labelled("")));
        assert!(!is_kept(&Container::default()));
    }
}
