//! The scheduler's smaller triggers. Reference 30 §5.

use std::collections::BTreeSet;

use serde_json::Value;

use super::is_ours;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::plugins::common::{cleanup, containers, scheduler};
use crate::registry::Call;
use crate::tools::inspect::Container;

/// `scheduler-is-deployed SCHED APP`: is there a recorded container?
pub fn is_deployed(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let deployed = App::parse(call.arg(1)).is_ok_and(|app| !containers::ids(ctx, &app).is_empty());
    if deployed {
        Ok(())
    } else {
        Err(Failure::Status(1))
    }
}

/// `scheduler-app-status SCHED APP`: `COUNT true|false|mixed`.
pub fn app_status(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let app = App::existing(ctx, call.arg(1))?;
    let ids = containers::ids(ctx, &app);
    let running = ctx
        .containers(&ids)
        .into_iter()
        .flatten()
        .filter(|c| c.running)
        .count();
    let state = match running {
        0 => "false",
        n if n == ids.len() => "true",
        _ => "mixed",
    };
    ctx.ui.line(format!("{} {state}", ids.len()));
    Ok(())
}

/// `scheduler-stop SCHED APP [REMOVE]`.
pub fn stop(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let app = App::existing(ctx, call.arg(1))?;
    let recorded = containers::ids(ctx, &app);
    let found = recorded.iter().zip(ctx.containers(&recorded));
    let (ids, known): (Vec<&str>, Vec<_>) = found
        .filter(|(_, container)| {
            !container
                .as_ref()
                .is_some_and(|it| is_anothers(ctx, &app, it))
        })
        .map(|(id, container)| (id.as_str(), container))
        .unzip();
    let known: Vec<_> = known.into_iter().flatten().collect();
    if known.is_empty() && !ids.is_empty() {
        // They may run on, or come back with docker.
        containers::must_answer(ctx)?;
    }
    let running: Vec<&str> = known
        .iter()
        .filter(|c| c.running)
        .map(|container| container.id.as_str())
        .collect();
    if !running.is_empty() {
        let timeout = ctx.app_config(&app, "DOKKU_DOCKER_STOP_TIMEOUT");
        ctx.silent(&ctx.docker().no_restart(&running));
        ctx.output(&ctx.docker().container_stop(&timeout, &running));
    }
    if call.arg(2) == "true" && !ids.is_empty() {
        ctx.silent(&ctx.docker().container_rm(true, &ids));
    }
    Ok(())
}

/// Whether a recorded container is one of another app, whose directory was once copied half-way.
fn is_anothers(ctx: &Ctx, app: &App, container: &Container) -> bool {
    let owner = container.labels.get("com.dokku.app-name");
    let other = owner.filter(|owner| owner.as_str() != app.as_str());
    other.is_some_and(|name| App::parse(name).is_ok_and(|other| other.exists(ctx)))
}

/// `scheduler-docker-cleanup SCHED APP FORCE`.
pub fn docker_cleanup(ctx: &Ctx, call: &Call) -> Outcome {
    if is_ours(call) {
        let app = App::parse(call.arg(1)).ok();
        cleanup::run_docker(ctx, app.as_ref());
    }
    Ok(())
}

/// `scheduler-tags-create SCHED APP SOURCE TARGET`.
pub fn tags_create(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    ctx.run(&ctx.docker().image_tag(call.arg(2), call.arg(3)))
}

/// `scheduler-tags-destroy SCHED APP REPO TAG`.
pub fn tags_destroy(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let image = format!("{}:{}", call.arg(2), call.arg(3));
    ctx.run(&ctx.docker().image_rm(&[&image]))
}

/// `pre-restore SCHED [APP]`: old containers that a swap renamed and that have stopped go, but not
/// those that an app got back when its deploy failed after the swap.
pub fn pre_restore(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let words = [
        "container",
        "list",
        "--all",
        "--no-trunc",
        "--format",
        "{{.ID}} {{.Names}}",
        "--filter",
        "label=dokku",
    ];
    let listed = ctx.output(&ctx.docker().command(&words)).text();
    let apps = App::all(ctx);
    let recorded: BTreeSet<String> = apps
        .iter()
        .flat_map(|app| containers::ids(ctx, app))
        .collect();
    let retired: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(id, name)| is_retired_name(name) && !recorded.contains(*id))
        .map(|(_, name)| name)
        .collect();
    if !retired.is_empty() {
        ctx.silent(&ctx.docker().container_rm(false, &retired));
    }
    Ok(())
}

/// `app.web.1.1586900000`: two dots more than a process's index and a time.
fn is_retired_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let number = |part: Option<&&str>| {
        part.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
    };
    parts.len() >= 4
        && number(parts.last())
        && number(parts.get(parts.len() - 2))
        && parts.first().is_some_and(|part| !part.is_empty())
}

/// `scheduler-inspect SCHED APP`: what docker says, with secrets masked.
pub fn inspect(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let app = App::existing(ctx, call.arg(1))?;
    let ids = containers::ids(ctx, &app);
    if ids.is_empty() {
        return fail(format!("App {app} has not been deployed"));
    }
    let words: Vec<&str> = ids.iter().map(String::as_str).collect();
    let output = ctx.read(&ctx.docker().container_inspect(&words));
    Failure::from_status(output.status)?;
    let mut all: Vec<Value> = serde_json::from_slice(&output.stdout).map_err(Failure::text)?;
    all.iter_mut().for_each(mask_secrets);
    ctx.ui.line(ascii_json(&all)?);
    Ok(())
}

/// Every environment value but those that Dokku itself sets becomes `XXXXXX`.
fn mask_secrets(container: &mut Value) {
    const OPEN: &[&str] = &[
        "CACHE_PATH=",
        "DOCKER_",
        "DOKKU_",
        "DYNO=",
        "PATH=",
        "PORT=",
        "USER=",
    ];
    let env = container
        .pointer_mut("/Config/Env")
        .and_then(Value::as_array_mut);
    for entry in env.into_iter().flatten() {
        let Some(text) = entry.as_str() else { continue };
        if !OPEN.iter().any(|open| text.starts_with(open)) {
            let key = text.split('=').next().unwrap_or_default();
            *entry = Value::String(format!("{key}=XXXXXX"));
        }
    }
}

/// JSON with sorted keys, an indent of four, and everything but ASCII escaped.
fn ascii_json(value: &[Value]) -> Outcome<String> {
    use serde::Serialize;
    let mut bytes = Vec::new();
    let indent = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, indent);
    value.serialize(&mut serializer).map_err(Failure::text)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            escaped.push(c);
            continue;
        }
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    Ok(escaped)
}

/// `post-create APP`: the app's data directory.
pub fn post_create(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    ctx.store
        .make_dir(ctx.paths.data("scheduler-docker-local").join(app.as_str()))?;
    Ok(())
}

/// `post-delete APP`: whatever containers are left of its images, then data and properties.
pub fn post_delete(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::parse(call.arg(0))?;
    if scheduler::name(ctx, None) == super::NAME {
        remove_containers(ctx, &app);
        remove_images(ctx, &app);
    }
    ctx.store
        .remove_tree(ctx.paths.data("scheduler-docker-local").join(app.as_str()))?;
    ctx.properties("scheduler-docker-local").destroy(&app)
}

fn remove_containers(ctx: &Ctx, app: &App) {
    let text = ctx.output(&ctx.docker().app_containers(app)).text();
    let ids: Vec<&str> = text.lines().collect();
    if !ids.is_empty() {
        ctx.silent(&ctx.docker().container_rm(true, &ids));
    }
}

/// Removes all images of an app, by id as upstream does. An id that another app shares, because
/// both were built from the same source, docker only gives up name by name.
fn remove_images(ctx: &Ctx, app: &App) {
    let docker = ctx.docker();
    let repository = format!("dokku/{app}");
    let listed = |format: &[&str]| {
        let words = [&["image", "list"], format, &[&repository]].concat();
        ctx.output(&docker.command(&words)).text()
    };
    let ids = listed(&["--quiet"]);
    let ids: Vec<&str> = ids.lines().collect();
    if ids.is_empty() || ctx.silent(&docker.image_rm(&ids)) == 0 {
        return;
    }
    let names = listed(&["--format", "{{.Repository}}:{{.Tag}}"]);
    let names: Vec<&str> = names.lines().collect();
    if !names.is_empty() {
        ctx.silent(&docker.image_untag(&names));
    }
}

/// `post-app-clone-setup OLD NEW`, `post-app-rename-setup OLD NEW`: the new app has no containers
/// yet.
pub fn post_app_clone_setup(ctx: &Ctx, call: &Call) -> Outcome {
    let new = App::parse(call.arg(1))?;
    ctx.properties("scheduler-docker-local")
        .clone_to(call.arg(0), &new)?;
    for process in containers::recorded(ctx, &new) {
        let file = format!("CONTAINER.{}.{}", process.kind, process.index);
        ctx.store.remove(ctx.paths.app_file(&new, file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_renamed_containers_count_as_retired() {
        assert!(is_retired_name("node-app.web.1.1795344837"));
        assert!(is_retired_name("my.app.web.1.1795344837"));
        assert!(!is_retired_name("node-app.web.1"));
        assert!(!is_retired_name("node-app.run.123"));
    }

    #[test]
    fn foreign_values_are_masked_whole() {
        let mut container =
            serde_json::json!({"Config": {"Env": ["A=b=c", "PORT=5000", "DOKKU_X=1"]}});
        mask_secrets(&mut container);
        assert_eq!(
            container["Config"]["Env"],
            serde_json::json!(["A=XXXXXX", "PORT=5000", "DOKKU_X=1"])
        );
    }
}
