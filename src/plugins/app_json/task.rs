//! One deployment task: find its command, run it in a container of the image. Reference 22.

use std::ffi::OsString;

use super::commit;
use crate::app::App;
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::formats::app_json::{self, phase_script};
use crate::formats::docker_options::without_restart;
use crate::formats::procfile::{Expand, Procfile};
use crate::interrupt;
use crate::plugins::common::{docker_args, files, images};
use crate::tools::docker::Docker;

/// When a task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before any new container; the result is committed.
    Predeploy,
    /// The Procfile's `release`, on the committed image.
    Release,
    /// When the new containers serve.
    Postdeploy,
}

impl Phase {
    /// The phase of a key.
    pub fn parse(key: &str) -> Option<Self> {
        [Self::Predeploy, Self::Release, Self::Postdeploy]
            .into_iter()
            .find(|p| p.key() == key)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Predeploy => "predeploy",
            Self::Release => "release",
            Self::Postdeploy => "postdeploy",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Predeploy => "Predeploy",
            Self::Release => "Release",
            Self::Postdeploy => "Postdeploy",
        }
    }
}

/// Runs the task of a phase, if the app declares one.
pub fn run(ctx: &Ctx, app: &App, tag: &str, phase: Phase) -> Outcome {
    let image = images::deploying(ctx, app, tag)?;
    let command = declared(ctx, app, &image, phase)?;
    if command.is_empty() {
        return Ok(());
    }
    // The new set serves: a signal that came before was not meant for this task.
    let is_late = phase == Phase::Postdeploy && interrupt::asked();
    if !is_late {
        interrupt::check()?;
    }
    ctx.ui
        .exclaim(format!("{} command declared: '{command}'", phase.title()));
    ctx.store.make_dir(ctx.paths.app_file(app, "cache"))?;
    let create = create(ctx, app, tag, &image, phase, &command)?;
    let created = ctx.read(&create);
    Failure::from_status(created.status)?;
    let id = created.text();
    ctx.trigger("post-container-create", &["app", &id, app, phase.key()])?;
    let started = ctx.read(&ctx.docker().container_start(&id));
    let wait = ctx.docker().container_wait(&id);
    let waited = if is_late {
        ctx.output(&wait)
    } else {
        ctx.output_until(&wait, &ctx.docker().container_stop("", &[&id]))
    };
    show_log(ctx, &id);
    if interrupt::asked() && !is_late {
        return Err(Failure::Status(1));
    }
    let code = if waited.ok() {
        waited.text()
    } else {
        started.status.to_string()
    };
    if code.trim() != "0" {
        return fail(format!("execution of '{command}' failed!"));
    }
    if phase == Phase::Predeploy {
        commit::run(ctx, app, &image, &id)
    } else {
        Ok(())
    }
}

/// The declared command; empty when there is none.
pub fn declared(ctx: &Ctx, app: &App, image: &str, phase: Phase) -> Outcome<String> {
    files::fetch(ctx, app, image, files::OF_A_DEPLOY)?;
    let json_phase = match phase {
        Phase::Predeploy => app_json::Phase::Predeploy,
        Phase::Postdeploy => app_json::Phase::Postdeploy,
        Phase::Release => return release_command(ctx, app, image),
    };
    let Some(json) = files::from_image(ctx, app, image, "app.json") else {
        return Ok(String::new());
    };
    match phase_script(&json, json_phase) {
        Ok(script) => Ok(script.unwrap_or_default()),
        Err(error) => {
            // Upstream ignores it silently; the deploy goes on here too.
            ctx.ui.warn(error.to_string());
            Ok(String::new())
        }
    }
}

fn release_command(ctx: &Ctx, app: &App, image: &str) -> Outcome<String> {
    let Some(text) = files::text_from_image(ctx, app, image, "Procfile") else {
        return Ok(String::new());
    };
    let procfile = Procfile::parse(&text).map_err(Failure::text)?;
    let values = Expand {
        port: "5000",
        ..Expand::default()
    };
    Ok(procfile.expand("release", &values).unwrap_or_default())
}

fn create(
    ctx: &Ctx,
    app: &App,
    tag: &str,
    image: &str,
    phase: Phase,
    command: &str,
) -> Outcome<Cmd> {
    let source = ctx
        .image(image)
        .is_some_and(|found| images::is_herokuish(ctx, app, &found));
    let source = if source { "herokuish" } else { "dockerfile" };
    let text = docker_args::lenient_fragment(ctx, "docker-args-deploy", &[app, tag]);
    let mut text = without_restart(&String::from_utf8_lossy(&text)).into_bytes();
    let process = [app.as_str(), source, tag];
    text.extend(docker_args::lenient_fragment(
        ctx,
        "docker-args-process-deploy",
        &process,
    ));
    let shell = ctx.config(app, "DOKKU_APP_SHELL");
    let task = Task {
        app,
        phase,
        image,
        shell: if shell.is_empty() {
            "/bin/bash"
        } else {
            &shell
        },
        cache: ctx.paths.host_app_file(app, "cache").display().to_string(),
        trace: ctx.env.get("DOKKU_TRACE"),
    };
    Ok(task.command(
        &ctx.docker(),
        docker_args::words(ctx, &text)?,
        &script(command),
    ))
}

struct Task<'a> {
    app: &'a App,
    phase: Phase,
    image: &'a str,
    shell: &'a str,
    cache: String,
    trace: &'a str,
}

impl Task<'_> {
    fn command(&self, docker: &Docker, args: Vec<OsString>, script: &str) -> Cmd {
        let mut words = docker.labels(self.app);
        words.extend([
            "--env".to_owned(),
            format!("DOKKU_TRACE={}", self.trace),
            format!("--label=dokku_phase_script={}", self.phase.key()),
            "-v".to_owned(),
            format!("{}:/cache", self.cache),
        ]);
        docker
            .container_create(&words)
            .args(args)
            .args([self.image, self.shell, "-c", script])
    }
}

/// What the shell in the container runs around the declared command (reference 22).
fn script(command: &str) -> String {
    let mut lines = [
        "set -eo pipefail",
        "if [[ -n \"${DOKKU_TRACE:-}\" ]]; then set -x; fi",
        "if [[ -d /app ]]; then export HOME=/app; cd /app; fi",
        "if [[ -d /app/.profile.d ]]; then",
        "  for file in /app/.profile.d/*; do if [[ -e \"$file\" ]]; then source \"$file\"; fi; done",
        "fi",
        "if [[ -d /cache ]]; then rm -rf /tmp/cache; ln -sf /cache /tmp/cache; fi",
    ]
    .join("\n");
    if command.starts_with('/') {
        let binary = command.split(' ').next().unwrap_or_default();
        let quoted = shell_words::quote(binary);
        lines.push_str(&format!(
            "\nif [[ ! -x {quoted} ]]; then echo specified binary is not executable; exit 1; fi"
        ));
    }
    format!("{lines}\n{command} || exit 1\nif [[ -d /cache ]]; then rm -f /tmp/cache; fi")
}

fn show_log(ctx: &Ctx, id: &str) {
    if ctx.ui.is_quiet() {
        return;
    }
    let log = ctx.merged(&ctx.docker().container_logs(id)).stdout;
    for line in log
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        ctx.ui.verbose(line);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn a_task_container_is_created_as_recorded() {
        let ctx = Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new());
        let app = App::parse("hk-app").unwrap();
        let task = Task {
            app: &app,
            phase: Phase::Predeploy,
            image: "dokku/hk-app:latest",
            shell: "/bin/bash",
            cache: "/home/dokku/hk-app/cache".to_owned(),
            trace: "",
        };
        let cmd = task.command(&ctx.docker(), vec!["--env=USER=herokuishuser".into()], "S");
        assert_eq!(
            cmd.words().join(" "),
            "docker container create --label=com.dokku.app-name=hk-app \
             --label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku \
             --label=dokku --env DOKKU_TRACE= --label=dokku_phase_script=predeploy \
             -v /home/dokku/hk-app/cache:/cache --env=USER=herokuishuser dokku/hk-app:latest \
             /bin/bash -c S"
        );
    }

    #[test]
    fn an_absolute_command_is_checked_first() {
        assert!(script("/bin/x y").contains("[[ ! -x /bin/x ]]"));
        assert!(!script("touch /x").contains("is not executable"));
    }
}
