//! Many commands in one snapshot: whole transcripts, or a short form for tables.

use std::fmt::Write as _;

use crate::normal;
use crate::run::Run;
use crate::world::World;

/// Runs lines of shell in one world, each on its own; their transcripts, one after the other.
pub fn told(world: &World, lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}\n", world.invocation().shell(line));
    }
    text.trim_end().to_owned()
}

/// Runs commands of `dokku` in one world, as lines of shell; what `shortened` tells of each.
pub fn short(world: &World, commands: &[String]) -> String {
    let run = |command: &String| {
        let run = world.invocation().shell(&format!("dokku {command}"));
        shortened(command, &run)
    };
    let texts: Vec<String> = commands.iter().map(run).collect();
    texts.join("\n")
}

/// `command → exit status`, what was printed, docker's calls and the names of changed files.
pub fn shortened(command: &str, run: &Run) -> String {
    let mut text = format!("{command} → {}\n", run.status);
    for (stream, content) in [("out", &run.stdout), ("err", &run.stderr)] {
        for line in content.lines() {
            let _ = writeln!(text, "  {stream} |{line}|");
        }
        if !content.is_empty() && !content.ends_with('\n') {
            let _ = writeln!(text, "  {stream} has no final newline");
        }
    }
    for call in run.docker_calls() {
        let _ = writeln!(text, "  docker {}", call.join(" "));
    }
    for name in run.changes.keys() {
        let _ = writeln!(text, "  changed {name}");
    }
    normal::volatile(text.trim_end())
}
