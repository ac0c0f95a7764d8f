//! Docker cleanup: containers and images that nobody needs any more. Reference 02 §5, 30 §12.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::scheduler;
use crate::tools::inspect::Container;

/// What a cleanup says.
pub const CLEANING_UP: &str = "Cleaning up...";

/// Label values (`dokku=…`) of containers that plugins keep stopped: databases and their doors.
const KEPT: [&str; 2] = ["service", "ambassador"];

/// Removes what an app (or the host) no longer needs, through its scheduler. Unless forced,
/// `DOKKU_SKIP_CLEANUP` (environment or app config, whatever its value) leaves all as it is.
pub fn docker_cleanup(ctx: &Ctx, app: Option<&App>, force: bool) -> Outcome {
    if !force && is_skipped(ctx, app) {
        ctx.ui
            .info1("DOKKU_SKIP_CLEANUP set. Skipping dokku cleanup");
        return Ok(());
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

fn is_skipped(ctx: &Ctx, app: Option<&App>) -> bool {
    let key = "DOKKU_SKIP_CLEANUP";
    ctx.env.is_on(key) || app.is_some_and(|app| !ctx.app_config(app, key).is_empty())
}

/// The cleanup itself, silently: ended containers, dangling images, and for an app all of its
/// unused images.
pub fn run_docker(ctx: &Ctx, app: Option<&App>) {
    let docker = ctx.docker();
    for status in ["exited", "dead"] {
        let listed = ctx.output(&docker.ended_containers(status, app)).text();
        let mut ids: Vec<&str> = listed.lines().collect();
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
    if let Some(app) = app {
        ctx.silent(&docker.image_prune(app));
    }
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
