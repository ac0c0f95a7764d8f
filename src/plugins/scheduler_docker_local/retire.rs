//! What becomes of old and of failed containers. Reference 30 §3.4–§3.6.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::app::App;
use crate::cmd::{Cmd, Effect};
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::plugins::common::containers;
use crate::registry::Call;
use crate::tools::docker::app_filter;

fn data(ctx: &Ctx) -> PathBuf {
    ctx.paths.data("scheduler-docker-local")
}

/// An app's part of the data directory; its lock is the one of the app's deploys.
pub fn app_data(ctx: &Ctx, app: &App) -> PathBuf {
    data(ctx).join(app.as_str())
}

/// Running containers of the app that nothing knows of any more: a deploy was killed half-way.
pub fn orphans(ctx: &Ctx, app: &App, old: &[String]) -> Vec<String> {
    let filter = app_filter(app);
    let words = [
        "container",
        "list",
        "--no-trunc",
        "--quiet",
        "--filter",
        &filter,
        "--filter",
        "label=com.dokku.container-type=deploy",
    ];
    let listed = ctx.output(&ctx.docker().command(&words)).text();
    let recorded = containers::ids(ctx, app);
    let dying = std::fs::read_to_string(dead_file(ctx)).unwrap_or_default();
    let unknown = listed.lines().filter(|id| {
        let is = |known: &String| known == id;
        !recorded.iter().any(is) && !old.iter().any(is) && !dying.contains(id)
    });
    unknown.map(str::to_owned).collect()
}

/// Seconds after which a process that waits looks around.
const SLICE: u64 = 10;

/// `CID TYPE.N` lines of the last failed deploy.
pub fn failed_file(ctx: &Ctx, app: &App) -> PathBuf {
    app_data(ctx, app).join("failed-containers")
}

/// `APP CID UNIXTIME` lines: when each old container may go.
fn dead_file(ctx: &Ctx) -> PathBuf {
    data(ctx).join("dead-containers")
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}

/// Changes a line file under the lock of the data directory.
fn edit(ctx: &Ctx, file: &Path, change: impl FnOnce(Vec<String>) -> Vec<String>) -> Outcome {
    ctx.store.make_dir(file.parent().unwrap_or(file))?;
    ctx.store.locked(&data(ctx), || {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let lines = change(text.lines().map(str::to_owned).collect());
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        ctx.store.write(file, text)
    })??;
    Ok(())
}

/// Remembers a container that failed, for `logs:failed`.
pub fn record_failed(ctx: &Ctx, app: &App, id: &str, process: &str) {
    let recorded = edit(ctx, &failed_file(ctx, app), |mut lines| {
        lines.push(format!("{id} {process}"));
        lines
    });
    if let Err(failure) = recorded {
        // The deploy fails anyway; only logs:failed will not find it.
        ctx.tell(crate::registry::Dialect::Shell, failure);
    }
}

/// Forgets failed containers that are gone.
pub fn forget_failed(ctx: &Ctx, app: &App, gone: &[String]) -> Outcome {
    edit(ctx, &failed_file(ctx, app), |lines| {
        let is_gone = |line: &String| gone.iter().any(|id| line.starts_with(id.as_str()));
        lines.into_iter().filter(|line| !is_gone(line)).collect()
    })
}

/// Announces the end of the old containers, notes it for `ps:retire`, and leaves a background
/// process that stops them when their time has come.
pub fn schedule(ctx: &Ctx, app: &App, old: &[String], stop_timeout: &str) -> Outcome {
    let wait = wait_seconds(ctx, app);
    ctx.ui
        .info1(format!("Shutting down old containers in {wait} seconds"));
    let due = now().saturating_add(wait);
    for id in old {
        ctx.ui.verbose_quiet(id);
    }
    edit(ctx, &dead_file(ctx), |mut lines| {
        lines.extend(old.iter().map(|id| format!("{app} {id} {due}")));
        lines
    })?;
    let program = ctx
        .paths
        .core_available()
        .join("scheduler-docker-local/retire-later");
    let later = Cmd::new(program)
        .args([wait.to_string(), app.to_string(), stop_timeout.to_owned()])
        .args(old)
        .cwd("/")
        .effect(Effect::Containers);
    ctx.detach(&later)
}

/// `DOKKU_WAIT_TO_RETIRE`: environment, app, global, else 60.
fn wait_seconds(ctx: &Ctx, app: &App) -> u64 {
    let own = ctx.env.get("DOKKU_WAIT_TO_RETIRE");
    let text = if own.is_empty() {
        ctx.config(app, "DOKKU_WAIT_TO_RETIRE")
    } else {
        own.to_owned()
    };
    text.trim().parse().unwrap_or(60)
}

/// `retire-later SECONDS APP STOP-TIMEOUT ID…`: the background process of a deploy.
pub fn later(ctx: &Ctx, call: &Call) -> Outcome {
    let ctx = &ctx.with_input(Input::Null);
    let seconds = call.arg(0).parse().map_err(Failure::text)?;
    let app = App::parse(call.arg(1))?;
    if !wait(ctx, seconds) {
        return Ok(());
    }
    for id in call.rest(3) {
        ctx.silent(&ctx.docker().no_restart(&[id]));
        let stopped = ctx.silent(&ctx.docker().container_stop(call.arg(2), &[id])) == 0
            || ctx.silent(&ctx.docker().container_kill(id)) == 0;
        if !stopped {
            // Nobody listens any more; the timer will try again.
            let _ = ctx.trigger("retire-container-failed", &[&app, id]);
        }
    }
    Ok(())
}

/// Sleeps for some seconds; `false` at once when dokku and its data are gone from the machine.
fn wait(ctx: &Ctx, seconds: u64) -> bool {
    let mut left = seconds;
    while left > 0 && data(ctx).is_dir() {
        let slice = left.min(SLICE);
        std::thread::sleep(Duration::from_secs(slice));
        left -= slice;
    }
    left == 0
}

/// `scheduler-retire`: the timer's part, which stops what still runs and removes it.
pub fn hook(ctx: &Ctx, _call: &Call) -> Outcome {
    let file = dead_file(ctx);
    let Ok(text) = std::fs::read_to_string(&file) else {
        ctx.store.write(&file, "")?;
        return Ok(());
    };
    let due: Vec<(App, String)> = text
        .lines()
        .filter_map(|line| due_line(line, now()))
        .collect();
    let mut done = Vec::new();
    let ids: Vec<&str> = due.iter().map(|(_, id)| id.as_str()).collect();
    let found = ctx.containers(&ids);
    if !due.is_empty() && found.iter().all(Option::is_none) && !containers::docker_answers(ctx) {
        // Not gone, but unknown: they may come back with docker.
        return Ok(());
    }
    for ((app, id), container) in due.iter().zip(found) {
        let status = container
            .map(|container| container.status.clone())
            .unwrap_or_default();
        if retire_one(ctx, app, id, &status)? {
            done.push(id.clone());
        }
    }
    edit(ctx, &file, |lines| {
        let is_done = |line: &String| {
            line.rsplit(' ')
                .nth(1)
                .is_some_and(|id| done.iter().any(|d| d == id))
        };
        lines.into_iter().filter(|line| !is_done(line)).collect()
    })
}

/// Shell library `fn-scheduler-docker-local-retire-container APP CID DEAD_TIME`.
pub fn fn_retire_container(ctx: &Ctx, call: &Call) -> Outcome {
    let line = call.args.join(" ");
    if let Some((app, id)) = due_line(&line, now())
        && let Some(container) = ctx.container(&id)
    {
        retire_one(ctx, &app, &id, &container.status)?;
    }
    Ok(())
}

fn due_line(line: &str, now: u64) -> Option<(App, String)> {
    // The app's name may hold blanks: id and time are the last two words.
    let mut words = line.rsplitn(3, ' ');
    let time: u64 = words.next()?.parse().ok()?;
    let id = words.next()?.to_owned();
    let app = App::parse(words.next()?).ok()?;
    (now > time).then_some((app, id))
}

/// Stops and removes one container; whether it is gone.
fn retire_one(ctx: &Ctx, app: &App, id: &str, status: &str) -> Outcome<bool> {
    if status.is_empty() {
        return Ok(true);
    }
    let docker = ctx.docker();
    if status == "restarting" {
        Failure::from_status(ctx.silent(&docker.no_restart(&[id])))?;
    }
    if !matches!(status, "dead" | "exited" | "created") {
        let timeout = ctx.app_config(app, "DOKKU_DOCKER_STOP_TIMEOUT");
        let stopped = ctx.status(&docker.container_stop(&timeout, &[id])) == 0
            || ctx.status(&docker.container_kill(id)) == 0;
        if !stopped {
            ctx.ui.warn(format!("Unable to kill container {id}"));
        }
    }
    ctx.silent(&docker.container_rm(true, &[id]));
    if ctx.container(id).is_none() {
        return Ok(true);
    }
    ctx.ui.warn(format!("Container {id} still running"));
    Ok(false)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn a_line_is_due_after_its_time_and_may_name_an_app_with_blanks() {
        assert_eq!(due_line("app id1 100", 100), None);
        let due = due_line("sp ace id1 100", 101).map(|(app, id)| (app.to_string(), id));
        assert_eq!(due, Some(("sp ace".to_owned(), "id1".to_owned())));
        assert_eq!(due_line("garbage", 101), None);
    }

    #[test]
    fn nobody_waits_for_containers_of_a_dokku_that_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let lib = dir.path().join("lib").to_string_lossy().into_owned();
        let mut env = Env::default();
        env.set("DOKKU_LIB_ROOT", lib.as_str());
        env.set("DOKKU_LIB_PATH", lib.as_str());
        let ctx = Ctx::new(env, &crate::plugins::REGISTRY, Vec::new());
        assert!(!wait(&ctx, u64::MAX));
        assert!(wait(&ctx, 0));
    }
}
