//! `scheduler-run`: a one-off container. Reference 33 §3.3.

use std::ffi::OsString;

use super::is_ours;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::procfile::{Expand, Procfile};
use crate::plugins::common::{docker_args, files, images};
use crate::registry::Call;
use crate::ui::stdin_is_terminal;

/// `scheduler-run SCHED APP ENV_COUNT ENV… COMMAND…`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    if !is_ours(call) {
        return Ok(());
    }
    let app = App::existing(ctx, call.arg(1))?;
    let (variables, command) = split(call);
    let tag = images::running_tag(ctx, &app);
    let image = images::deploying(ctx, &app, &tag)?;
    let herokuish = ctx
        .image(&image)
        .is_some_and(|i| images::is_herokuish(ctx, &app, &i));
    let run = Run {
        ctx,
        app: &app,
        tag: &tag,
        image: &image,
        herokuish,
    };
    let command = run.expand_process_type(command.to_vec())?;
    run.start(variables, command)
}

/// Variables and command; a count beyond the words takes them all.
fn split(call: &Call) -> (&[OsString], &[OsString]) {
    let count: usize = call.arg(2).parse().unwrap_or(0);
    let words = call.raw.get(3..).unwrap_or_default();
    words.split_at(count.min(words.len()))
}

struct Run<'a> {
    ctx: &'a Ctx,
    app: &'a App,
    tag: &'a str,
    image: &'a str,
    herokuish: bool,
}

impl Run<'_> {
    /// A first word that is a process type stands for that type's command.
    fn expand_process_type(&self, mut command: Vec<OsString>) -> Outcome<Vec<OsString>> {
        let ctx = self.ctx;
        let Some(first) = command
            .first()
            .map(|word| word.to_string_lossy().into_owned())
        else {
            return Ok(command);
        };
        let Some(text) = files::text_from_image(ctx, self.app, self.image, "Procfile") else {
            return Ok(command);
        };
        let procfile = Procfile::parse(&text).map_err(Failure::text)?;
        let Some(found) = procfile.expand(
            &first,
            &Expand {
                port: "",
                ..Expand::default()
            },
        ) else {
            return Ok(command);
        };
        ctx.ui
            .info1_quiet(format!("Found '{first}' in Procfile, running that command"));
        // Herokuish's /exec splits the one word again; for other images split it as a deploy does.
        let words: Vec<OsString> = if self.herokuish {
            vec![found.into()]
        } else {
            found.split_whitespace().map(OsString::from).collect()
        };
        command.splice(..1, words);
        Ok(command)
    }

    fn start(&self, variables: &[OsString], command: Vec<OsString>) -> Outcome {
        let (ctx, app) = (self.ctx, self.app);
        let terminal = stdin_is_terminal();
        let docker = ctx.docker();
        let mut words = vec!["--label=com.dokku.container-type=run".to_owned()];
        words.extend(docker.labels(app));
        let mut create = docker
            .container_create(&words)
            .args(self.options(terminal)?);
        for variable in variables {
            let mut word = OsString::from("--env=");
            word.push(variable);
            create = create.arg(word);
        }
        let flags = ctx.env.get("DOKKU_GLOBAL_FLAGS").split_whitespace();
        create = create
            .args(flags.filter(|flag| flag.starts_with("--label")))
            .arg(self.image);
        if self.herokuish {
            create = create.arg("/exec");
        }
        let created = ctx.read(&create.args(command));
        Failure::from_status(created.status)?;
        let id = created.text();
        ctx.trigger("post-container-create", &["app", &id, app, "run"])?;
        let code = self.follow(&id, terminal);
        ctx.trigger(
            "scheduler-post-run",
            &["docker-local", app, &id, &code.to_string()],
        )?;
        Failure::from_status(code)
    }

    fn options(&self, terminal: bool) -> Outcome<Vec<OsString>> {
        let (ctx, app, tag) = (self.ctx, self.app.as_str(), self.tag);
        let source = if self.herokuish {
            "herokuish"
        } else {
            "dockerfile"
        };
        let mut text = docker_args::lenient_fragment(ctx, "docker-args-run", &[app, tag]);
        text.extend_from_slice(docker_args::trace_fragment(ctx));
        let process = [app, source, tag];
        text.extend(docker_args::fragment(
            ctx,
            "docker-args-process-run",
            &process,
        )?);
        let number = random_number();
        let mut words = docker_args::words(ctx, &text)?;
        let mut own = vec![
            "-e".to_owned(),
            format!("DYNO=run.{number}"),
            "--name".to_owned(),
            format!("{app}.run.{number}"),
        ];
        let remove = ctx.env.is_on("DOKKU_RM_CONTAINER")
            || !ctx.config(self.app, "DOKKU_RM_CONTAINER").is_empty();
        if remove {
            own.push("--rm".to_owned());
        }
        if terminal {
            own.extend(["--interactive".to_owned(), "--tty".to_owned()]);
        }
        words.extend(own.into_iter().map(OsString::from));
        Ok(words)
    }

    /// Starts the container; attached, its exit code is ours; detached, its id is printed.
    fn follow(&self, id: &str, terminal: bool) -> i32 {
        let (ctx, docker) = (self.ctx, self.ctx.docker());
        if ctx.env.is_on("DOKKU_DETACH_CONTAINER") {
            let started = ctx.read(&docker.container_start(id));
            ctx.ui.line(id);
            return started.status;
        }
        let mut words = vec!["container", "start", "--attach"];
        if terminal {
            words.push("--interactive");
        }
        words.push(id);
        let start = docker
            .command(&words)
            .effect(crate::cmd::Effect::Containers);
        let status = ctx.status(&start);
        let waited = ctx.output(&docker.container_wait(id));
        waited.text().trim().parse().unwrap_or(status)
    }
}

/// 0–32767, like bash's `$RANDOM`.
fn random_number() -> u32 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    // A fresh RandomState is seeded by the system's random source.
    (RandomState::new().build_hasher().finish() % 32768) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_beyond_the_words_is_no_crash() {
        let words = |count| ["docker-local", "a", count, "A=1", "ls"];
        let lengths = |count| {
            let call = Call::of("scheduler-run", &words(count));
            let (variables, command) = split(&call);
            (variables.len(), command.len())
        };
        assert_eq!(lengths("1"), (1, 1));
        assert_eq!(lengths("18446744073709551615"), (2, 0));
        assert_eq!(lengths(""), (0, 2));
    }
}
