//! The list of commands that bash completes, `/var/cache/dokku-completion`. Reference 03 §5.

use crate::cmd::{Cmd, Stdin};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::registry::Call;

/// Rewrites the list.
pub fn prime(ctx: &Ctx) -> Outcome {
    ctx.ui.info1_quiet("Priming bash-completion cache");
    // A process of its own: third-party plugins look for `--all` in their parent's arguments.
    let help = Cmd::new("dokku").args(["--quiet", "help", "--all"]);
    let output = ctx.read(&help.stdin(Stdin::Null));
    if !output.ok() {
        return Err(Failure::Status(output.status));
    }
    let file = ctx.paths.system("/var/cache/dokku-completion");
    if let Some(dir) = file.parent() {
        ctx.store.make_dir(dir)?;
    }
    ctx.store.write(file, words(&output.text()))?;
    Ok(())
}

/// The shell library's function of that name.
pub fn function(ctx: &Ctx, _call: &Call) -> Outcome {
    prime(ctx)
}

/// First word of each line that begins with four blanks, sorted.
fn words(help: &str) -> String {
    let mut words: Vec<&str> = help
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.split_whitespace().next())
        .collect();
    words.sort_unstable();
    words.iter().map(|word| format!("{word}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_each_help_line_is_completed() {
        let help = "Usage: x\n\n    ps <app>    List\n    apps:list   List your apps\n";
        assert_eq!(words(help), "apps:list\nps\n");
    }
}
