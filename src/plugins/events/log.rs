//! The log line of a trigger. Reference 03 §7.1.

use crate::cmd::{Cmd, Stdin};
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

/// The hook of every logged trigger: prints nothing, reads nothing, never fails.
pub fn log(ctx: &Ctx, call: &Call) -> Outcome {
    if ctx.env.is_on("DOKKU_EVENTS") {
        let (name, fingerprint) = (ctx.env.get("NAME"), ctx.env.get("FINGERPRINT"));
        ctx.silent(&logger(&call.name, &call.args, name, fingerprint));
    }
    Ok(())
}

/// `logger` with the line that rsyslog routes to the events file by its tag.
fn logger(trigger: &str, args: &[String], name: &str, fingerprint: &str) -> Cmd {
    let line = format!(
        "INVOKED: {trigger}( {} ) NAME={name} FINGERPRINT={fingerprint}",
        args.join(" ")
    );
    Cmd::new("logger")
        .args(["-t", "dokku-event", "-i", "--"])
        .arg(line)
        .stdin(Stdin::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_line_names_trigger_arguments_and_key() {
        let args = ["pythonapp".to_owned(), "12".to_owned()];
        let cmd = logger("pre-deploy", &args, "admin", "SHA256:abc");
        assert_eq!(
            cmd.words(),
            [
                "logger",
                "-t",
                "dokku-event",
                "-i",
                "--",
                "INVOKED: pre-deploy( pythonapp 12 ) NAME=admin FINGERPRINT=SHA256:abc"
            ]
        );
    }
}
