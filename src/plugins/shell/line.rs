//! Lines of the prompt, and their history file.

use std::path::PathBuf;

use crate::cmd::Cmd;
use crate::confirm::read_line;
use crate::ctx::Ctx;
use crate::ui::stdin_is_terminal;

/// Line editing on a terminal is readline's, which bash has and every Dokku host has.
const EDITOR: &str = r#"
trap '' INT
bind 'set disable-completion on' 2>/dev/null
history -r "$1"
IFS= read -r -e -p 'dokku> ' line || exit 1
printf '%s' "$line"
"#;

/// The lines typed so far, kept in `~/.dokku_history`.
pub struct History {
    file: PathBuf,
    lines: Vec<String>,
}

impl History {
    /// Reads the file; a missing one is an empty history.
    pub fn load(ctx: &Ctx) -> Self {
        let file = PathBuf::from(ctx.env.get("HOME")).join(".dokku_history");
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        Self {
            file,
            lines: text.lines().map(str::to_owned).collect(),
        }
    }

    /// Adds a line and saves, unless it is empty or just the last one again.
    pub fn add(&mut self, ctx: &Ctx, line: &str) {
        if line.is_empty() || self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        self.lines.push(line.to_owned());
        let text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        // A history that can't be kept is no reason to stop.
        let _ = ctx.store.write_mode(&self.file, text, 0o600);
    }
}

/// The next line without its newline; `None` at the end of the input.
pub fn read(ctx: &Ctx, history: &History) -> Option<String> {
    if stdin_is_terminal() {
        let editor = Cmd::new("bash").args(["--norc", "-c", EDITOR, "dokku"]);
        let output = ctx.read(&editor.arg(&history.file));
        return output.ok().then(|| output.text());
    }
    let line = read_line(ctx);
    (!line.is_empty()).then_some(line)
}
