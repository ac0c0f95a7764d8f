//! The `shell` plugin: a prompt that runs dokku commands. Reference 03 §8.

mod line;

use std::sync::Arc;

use signal_hook::consts::SIGINT;

use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect, EMPTY, HelpStyle, Plugin, command};

/// Its table.
pub const PLUGIN: Plugin = Plugin {
    name: "shell",
    namespace: "shell",
    dialect: Dialect::Shell,
    about: "Interactive dokku prompt",
    help: HelpStyle::Summary,
    commands: &[command("shell", "", "Spawn dokku shell", run).file("default")],
    ..EMPTY
};

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    Nothing,
    Clear,
    Leave,
    Command(Vec<&'a str>),
}

/// `shell`: reads lines until `exit`, `quit` or the end of the input.
fn run(ctx: &Ctx, _call: &Call) -> Outcome {
    ignore_interrupts();
    let mut history = line::History::load(ctx);
    while let Some(text) = line::read(ctx, &history) {
        history.add(ctx, text.trim());
        match asked(&text) {
            Asked::Nothing => {}
            Asked::Clear => ctx.ui.write(b"\x1b[H\x1b[2J\x1b[3J"),
            Asked::Leave => return Ok(()),
            Asked::Command(words) => {
                // What became of one command does not end the prompt.
                ctx.status(&Cmd::new("dokku").args(words).effect(Effect::Anything));
            }
        }
    }
    ctx.ui.line("");
    Ok(())
}

/// Words are split at blanks; quotes mean nothing, as over ssh. (Upstream also expands globs.)
fn asked(text: &str) -> Asked<'_> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.first() {
        None => Asked::Nothing,
        Some(&"clear") => Asked::Clear,
        Some(&"quit" | &"exit") => Asked::Leave,
        Some(_) => Asked::Command(words),
    }
}

/// Ctrl-C ends the command that runs, never the prompt: a handler that does nothing, for children
/// start with the default again, while they would inherit a blocked or ignored signal.
fn ignore_interrupts() {
    // Without it Ctrl-C would leave the prompt: no reason not to offer one.
    let _ = signal_hook::flag::register(SIGINT, Arc::default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_at_blanks_and_quotes_stay() {
        assert_eq!(asked("  \t"), Asked::Nothing);
        assert_eq!(asked(" quit now"), Asked::Leave);
        assert_eq!(asked("clear"), Asked::Clear);
        assert_eq!(
            asked("run app  'a b'"),
            Asked::Command(vec!["run", "app", "'a", "b'"])
        );
    }
}
