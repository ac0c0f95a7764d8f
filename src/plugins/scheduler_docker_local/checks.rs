//! `check-deploy`: does a new container work? Reference 32 §4.

use std::time::Duration;

use regex::Regex;

use super::{curl, deploy};
use crate::app::App;
use crate::cmd::Effect;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::formats::checks_file::{Check, ChecksFile, Seconds, parse_attempts};
use crate::interrupt;
use crate::plugins::common::{containers, files, images};
use crate::plugins::{certs, checks};
use crate::registry::Call;

/// One container under test.
struct Subject<'a> {
    app: &'a App,
    id: String,
    kind: &'a str,
    port: String,
    ip: String,
}

/// `check-deploy APP [CID] [TYPE] [PORT] [IP]`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if !deploy::runs(ctx, &app) {
        return Ok(());
    }
    let kind = call.arg(2);
    if checks::is_skipped(ctx, &app, kind) {
        ctx.ui.info2_quiet(format!(
            "Zero downtime checks for app ({app}) have been skipped. moving on..."
        ));
        return Ok(());
    }
    let or_file = |given: &str, file: &str| {
        if !given.is_empty() {
            return given.to_owned();
        }
        let path = ctx.paths.app_file(&app, file);
        std::fs::read_to_string(path)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let first = || {
        containers::ids(ctx, &app)
            .into_iter()
            .next()
            .unwrap_or_default()
    };
    let subject = Subject {
        id: if call.arg(1).is_empty() {
            first()
        } else {
            call.arg(1).to_owned()
        },
        port: or_file(call.arg(3), "PORT"),
        ip: or_file(call.arg(4), "IP"),
        app: &app,
        kind,
    };
    let result = match checks_file(ctx, &subject)? {
        Some(file) => subject.requests(ctx, &file),
        None => return subject.default_check(ctx),
    };
    let result = ctx.told(crate::registry::Dialect::Shell, result);
    subject.show_log(ctx);
    result
}

/// The CHECKS file of the image that the container was made of; only `web` is asked by HTTP.
fn checks_file(ctx: &Ctx, subject: &Subject) -> Outcome<Option<ChecksFile>> {
    if subject.kind != "web" {
        return Ok(None);
    }
    let image = match ctx.container(&subject.id) {
        Some(container) => container.image.clone(),
        None => images::deploying(ctx, subject.app, "")?,
    };
    match files::text_from_image(ctx, subject.app, &image, "CHECKS") {
        Some(text) => Ok(Some(ChecksFile::parse(&text).map_err(Failure::text)?)),
        None => Ok(None),
    }
}

/// A number of seconds from config (app, global, environment) or a default.
fn seconds(ctx: &Ctx, app: &App, key: &str, default: &str) -> Outcome<Seconds> {
    Seconds::parse(key, &setting(ctx, app, key, default)).map_err(Failure::text)
}

fn setting(ctx: &Ctx, app: &App, key: &str, default: &str) -> String {
    let configured = ctx.config(app, key);
    [configured.as_str(), ctx.env.get(key), default]
        .into_iter()
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_owned()
}

impl Subject<'_> {
    /// Wait, then see whether it still runs and has never been restarted.
    fn default_check(&self, ctx: &Ctx) -> Outcome {
        let wait = seconds(ctx, self.app, "DOKKU_DEFAULT_CHECKS_WAIT", "10")?;
        ctx.ui
            .verbose(format!("Waiting for {} seconds ...", wait.text));
        interrupt::pause(wait.duration);
        if interrupt::asked() {
            self.show_log(ctx);
            return interrupt::check();
        }
        ctx.facts.forget(Effect::Containers);
        let container = ctx.container(&self.id);
        let running = container
            .as_ref()
            .is_some_and(|container| container.running);
        let restarted = container.as_ref().is_some_and(|c| c.restart_count != 0);
        if running && !restarted {
            ctx.ui.verbose("Default container check successful!");
            return Ok(());
        }
        if restarted && !self.is_recorded(ctx) {
            ctx.silent(&ctx.docker().no_restart(&[&self.id]));
            ctx.status(&ctx.docker().container_stop("", &[&self.id]));
        }
        ctx.ui.err("App container failed to start!!");
        self.show_log(ctx);
        Err(Failure::Status(1))
    }

    /// A container that serves already (`checks:run`) is never stopped by its check.
    fn is_recorded(&self, ctx: &Ctx) -> bool {
        containers::ids(ctx, self.app).contains(&self.id)
    }

    fn requests(&self, ctx: &Ctx, file: &ChecksFile) -> Outcome {
        let or = |given: &Option<Seconds>, key: &str, default: &str| match given {
            Some(seconds) => Ok(seconds.clone()),
            None => seconds(ctx, self.app, key, default),
        };
        let wait = or(&file.wait, "DOKKU_CHECKS_WAIT", "5")?;
        let timeout = or(&file.timeout, "DOKKU_CHECKS_TIMEOUT", "30")?;
        let key = "DOKKU_CHECKS_ATTEMPTS";
        let attempts = match file.attempts {
            Some(attempts) => attempts,
            None => {
                parse_attempts(key, &setting(ctx, self.app, key, "5")).map_err(Failure::text)?
            }
        };
        let failed = file
            .checks
            .iter()
            .filter(|check| !self.passes(ctx, check, &wait, timeout.duration, attempts))
            .count();
        interrupt::check()?;
        if failed > 0 {
            return fail(format!("Could not start due to {failed} failed checks."));
        }
        ctx.ui.verbose("All checks successful!");
        Ok(())
    }

    fn passes(
        &self,
        ctx: &Ctx,
        check: &Check,
        wait: &Seconds,
        timeout: Duration,
        attempts: u32,
    ) -> bool {
        let (url, expected) = (check.shown_url(), &check.expected);
        ctx.ui.verbose("CHECKS expected result:");
        ctx.ui.verbose(format!("{url} => \"{expected}\""));
        let tls = certs::is_enabled(ctx, self.app);
        let request = curl::request(check, &self.ip, &self.port, timeout, tls);
        if ctx.env.is_on("DOKKU_TRACE") {
            ctx.ui.verbose(format!("$ {request}"));
        }
        for attempt in 1..=attempts {
            ctx.ui.verbose(format!(
                "Attempt {attempt}/{attempts}. Waiting for {} seconds ...",
                wait.text
            ));
            interrupt::pause(wait.duration);
            if interrupt::asked() {
                return false;
            }
            let answer = ctx.output(&request);
            if answer.ok() && matches(expected, &String::from_utf8_lossy(&answer.stdout)) {
                return true;
            }
            if answer.ok() {
                ctx.ui.warn(format!(
                    "{url}: expected to but did not find: \"{expected}\""
                ));
            } else {
                ctx.ui.warn(answer.error_text());
            }
            ctx.ui
                .warn(format!("Check attempt {attempt}/{attempts} failed."));
        }
        false
    }

    /// The container's output so far, between two lines.
    fn show_log(&self, ctx: &Ctx) {
        if ctx.ui.is_quiet() {
            return;
        }
        let log = ctx.merged(&ctx.docker().container_logs(&self.id)).stdout;
        ctx.ui
            .info2(format!("{} {} container output:", self.app, self.kind));
        for line in log
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            ctx.ui.verbose(line);
        }
        ctx.ui
            .info2(format!("end {} {} container output", self.app, self.kind));
    }
}

/// An extended regular expression; one that does not compile is looked for as it stands.
fn matches(expected: &str, answer: &str) -> bool {
    match Regex::new(expected) {
        Ok(pattern) => pattern.is_match(answer),
        Err(_) => answer.contains(expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_is_a_regex_and_else_a_text() {
        assert!(matches("(World)", "Hello World"));
        assert!(matches("", "anything"));
        assert!(matches("$(function()", "x $(function() y"));
        assert!(!matches("^World", "Hello World"));
    }
}
