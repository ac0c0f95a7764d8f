//! The destructive confirmation of the compiled plugins. Reference 02 §10.

use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;

use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome, fail};

/// Asks the user to type `name` before a `kind` (`app`, `network`) is destroyed; nothing is asked
/// when `DOKKU_APPS_FORCE_DELETE` is exactly `1`.
pub fn destruction(ctx: &Ctx, kind: &str, name: &str) -> Outcome {
    if ctx.env.get("DOKKU_APPS_FORCE_DELETE") == "1" {
        return Ok(());
    }
    ctx.ui.warn("WARNING: Potentially Destructive Action");
    ctx.ui
        .warn(format!("This command will destroy {kind} {name}."));
    ctx.ui.warn(format!("To proceed, type \"{name}\""));
    ctx.ui.write(b"> ");
    judge(name, &read_line(ctx))
}

fn judge(name: &str, line: &str) -> Outcome {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [word] if *word == name => Ok(()),
        [_] => Err(Failure::Exact(
            "Confirmation did not match test. Aborted.".into(),
            1,
        )),
        [] if line.is_empty() => fail("EOF"),
        [] => fail("unexpected newline"),
        _ => fail("expected newline"),
    }
}

/// One line of the input, its newline included; byte by byte and unbuffered, so that nothing behind
/// it is lost for those who read next.
pub fn read_line(ctx: &Ctx) -> String {
    let source = match &ctx.input {
        Input::Inherit => std::io::stdin()
            .as_fd()
            .try_clone_to_owned()
            .map(File::from),
        Input::Null => File::open("/dev/null"),
        Input::File(file) => file.try_clone(),
    };
    let mut line = Vec::new();
    let mut byte = [0];
    while let Ok(Ok(1)) = source.as_ref().map(|mut file| file.read(&mut byte)) {
        line.extend(byte);
        if byte == *b"\n" {
            break;
        }
    }
    String::from_utf8_lossy(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        match judge("app", line) {
            Ok(()) => "go".into(),
            Err(Failure::Text(text) | Failure::Exact(text, _)) => text,
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn only_the_exact_name_goes_on() {
        assert_eq!(said("app\n"), "go");
        assert_eq!(said("app"), "go");
        assert_eq!(said("other\n"), "Confirmation did not match test. Aborted.");
        assert_eq!(said("\n"), "unexpected newline");
        assert_eq!(said(""), "EOF");
        assert_eq!(said("app app\n"), "expected newline");
    }
}
