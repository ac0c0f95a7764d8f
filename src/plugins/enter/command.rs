//! `enter <app> [<type>[.<n>] | --container-id <id>] [command…]`. Reference 33 §1.2; upstream's
//! defects of §1.3 are not kept: one type needs no name, and the given id is used.

use std::ffi::OsString;

use thiserror::Error;

use super::PLUGIN;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::common::containers::{self, Recorded};
use crate::plugins::common::images;
use crate::registry::Call;
use crate::ui::stdin_is_terminal;

/// Why no container is entered: a warning, then what there is to choose from.
#[derive(Debug, Error, PartialEq, Eq)]
enum ChoiceError {
    #[error("No container type specified.")]
    WhichType,
    #[error("No containers found for type '{0}'")]
    NoSuchType(String),
    #[error("No container id specified.")]
    WhichId,
    #[error("Invalid container id for app")]
    NoSuchId,
}

impl ChoiceError {
    fn is_about_ids(&self) -> bool {
        matches!(self, Self::WhichId | Self::NoSuchId)
    }
}

/// `enter`.
pub fn enter(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let tag = images::running_tag(ctx, &app);
    let image = images::deploying(ctx, &app, &tag);
    // Compat: a missing image is told, and the container entered all the same.
    let image = ctx.told(PLUGIN.dialect, image).ok();
    let recorded = containers::recorded(ctx, &app);
    if recorded.is_empty() {
        ctx.ui.err(format!("App {app} has not been deployed"));
    }
    let types = types(ctx, &recorded);
    let (id, used) = match choose(&recorded, &types, call) {
        Ok(chosen) => chosen,
        Err(error) => return refuse(ctx, &app, &error, &recorded, &types),
    };
    if !ctx.container(id).is_some_and(|container| container.running) {
        return fail("Container is not running");
    }
    let herokuish = image
        .and_then(|name| ctx.image(&name))
        .is_some_and(|image| images::is_herokuish(ctx, &app, &image));
    let mut words: Vec<OsString> = call.raw.get(used..).unwrap_or_default().to_vec();
    if words.is_empty() {
        words.push(shell(ctx, &app).into());
    }
    if herokuish {
        words.insert(0, "/exec".into());
    }
    execute(ctx, id, &words)
}

fn execute(ctx: &Ctx, id: &str, words: &[OsString]) -> Outcome {
    let docker = ctx.docker();
    if stdin_is_terminal() {
        let options = ["-i".to_owned(), "-t".to_owned()];
        return Err(ctx.replace(&docker.container_exec(&options, id, words)));
    }
    let options = ctx.env.get("DOKKU_RUN_OPTS").split_whitespace();
    let options: Vec<String> = options.map(str::to_owned).collect();
    ctx.run(&docker.container_exec(&options, id, words))
}

/// The id to enter, and how many words of the call told it.
fn choose<'a>(
    recorded: &'a [Recorded],
    types: &[&str],
    call: &Call,
) -> Result<(&'a str, usize), ChoiceError> {
    let (wanted, used) = match (call.arg(1), types) {
        ("--container-id", _) => return Ok((by_id(recorded, call.arg(2))?, 3)),
        // No word, or the empty one, which stands before a command.
        ("", [only]) => (*only, call.args.len().min(2)),
        ("", [_, _, ..]) => return Err(ChoiceError::WhichType),
        (word, _) => (word, 2),
    };
    let is_wanted = |process: &&Recorded| {
        process.kind == wanted || format!("{}.{}", process.kind, process.index) == wanted
    };
    match recorded.iter().find(is_wanted) {
        Some(process) => Ok((&process.id, used)),
        None => Err(ChoiceError::NoSuchType(wanted.to_owned())),
    }
}

fn by_id<'a>(recorded: &'a [Recorded], prefix: &str) -> Result<&'a str, ChoiceError> {
    if prefix.is_empty() {
        return Err(ChoiceError::WhichId);
    }
    let found = recorded
        .iter()
        .find(|process| process.id.starts_with(prefix));
    found
        .map(|process| process.id.as_str())
        .ok_or(ChoiceError::NoSuchId)
}

fn refuse(
    ctx: &Ctx,
    app: &App,
    error: &ChoiceError,
    recorded: &[Recorded],
    types: &[&str],
) -> Outcome {
    ctx.ui.warn(error.to_string());
    if error.is_about_ids() {
        let ids: Vec<&str> = recorded.iter().map(|process| process.id.as_str()).collect();
        return fail(format!("Available ids for app ({app}): {}", ids.join(" ")));
    }
    fail(format!(
        "Available types for app ({app}): {}",
        types.join(" ")
    ))
}

/// The types of running containers, sorted; when none runs, those of all recorded ones.
fn types<'a>(ctx: &Ctx, recorded: &'a [Recorded]) -> Vec<&'a str> {
    let ids: Vec<&str> = recorded.iter().map(|process| process.id.as_str()).collect();
    let containers = ctx.containers(&ids);
    let running = recorded
        .iter()
        .zip(&containers)
        .filter(|(_, container)| container.as_ref().is_some_and(|c| c.running))
        .map(|(process, _)| process.kind.as_str());
    let mut types: Vec<&str> = running.collect();
    if types.is_empty() {
        types = recorded.iter().map(|p| p.kind.as_str()).collect();
    }
    types.sort_unstable();
    types.dedup();
    types
}

fn shell(ctx: &Ctx, app: &App) -> String {
    match ctx.config(app, "DOKKU_APP_SHELL") {
        shell if shell.is_empty() => "/bin/bash".to_owned(),
        shell => shell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded() -> Vec<Recorded> {
        let process = |kind: &str, index: &str, id: &str| Recorded {
            kind: kind.into(),
            index: index.into(),
            id: id.into(),
        };
        vec![
            process("web", "1", "aaa"),
            process("web", "2", "bbb"),
            process("worker", "1", "ccc"),
        ]
    }

    fn chosen(types: &[&str], words: &[&str]) -> Result<(String, usize), ChoiceError> {
        let recorded = recorded();
        let call = Call::of("enter", words);
        choose(&recorded, types, &call).map(|(id, used)| (id.to_owned(), used))
    }

    #[test]
    fn a_type_means_its_first_container_and_an_index_exactly_one() {
        let types = ["web", "worker"];
        assert_eq!(chosen(&types, &["a", "web", "ls"]), Ok(("aaa".into(), 2)));
        assert_eq!(chosen(&types, &["a", "web.2"]), Ok(("bbb".into(), 2)));
        let missing = Err(ChoiceError::NoSuchType("ls".into()));
        assert_eq!(chosen(&types, &["a", "ls"]), missing);
    }

    #[test]
    fn the_only_type_needs_no_name() {
        assert_eq!(chosen(&["worker"], &["a"]), Ok(("ccc".into(), 1)));
        let with_command = chosen(&["worker"], &["a", "", "ls"]);
        assert_eq!(with_command, Ok(("ccc".into(), 2)));
        let both = chosen(&["web", "worker"], &["a"]);
        assert_eq!(both, Err(ChoiceError::WhichType));
    }

    #[test]
    fn the_given_id_is_entered_and_the_words_behind_it_are_the_command() {
        let by_id = |words: &[&str]| chosen(&["web"], words);
        let expected = Ok(("ccc".into(), 3));
        assert_eq!(by_id(&["a", "--container-id", "cc", "ls"]), expected);
        let unknown = by_id(&["a", "--container-id", "x"]);
        assert_eq!(unknown, Err(ChoiceError::NoSuchId));
        assert_eq!(by_id(&["a", "--container-id"]), Err(ChoiceError::WhichId));
    }
}
