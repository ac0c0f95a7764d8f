//! `run`: collects its options and hands over to the scheduler. Reference 04 §2, 33 §3.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::scheduler;
use crate::registry::Call;

/// `run [-e K=V | --env K=V | -e=K=V | --env=K=V]… APP [COMMAND…]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    let (variables, rest) = split(ctx, &call.raw);
    let name = rest
        .first()
        .map(|word| word.to_string_lossy().into_owned())
        .unwrap_or_default();
    let app = App::existing(ctx, &name)?;
    let mut args: Vec<OsString> = vec![
        scheduler::name(ctx, Some(&app)).into(),
        name.into(),
        variables.len().to_string().into(),
    ];
    args.extend(variables);
    args.extend(rest.iter().skip(1).cloned());
    ctx.trigger_raw("scheduler-run", &args)
}

/// The value of `-e=VALUE` and `--env=VALUE`, byte for byte.
fn attached(word: &OsStr) -> Option<&OsStr> {
    let word = word.as_bytes();
    let value = word.strip_prefix(b"-e=").or(word.strip_prefix(b"--env="));
    value.map(OsStr::from_bytes)
}

/// The variables in front of the app, and everything from the app on.
fn split<'a>(ctx: &Ctx, words: &'a [OsString]) -> (Vec<OsString>, &'a [OsString]) {
    let mut variables = Vec::new();
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let text = first.to_string_lossy();
        if text == "-e" || text == "--env" {
            match after.split_first().filter(|(value, _)| !value.is_empty()) {
                Some((value, after)) => {
                    variables.push(value.clone());
                    rest = after;
                }
                None => {
                    ctx.ui.warn(format!("expected {text} to have an argument"));
                    return (variables, &[]);
                }
            }
        } else if let Some(value) = attached(first) {
            variables.push(value.to_owned());
            rest = after;
        } else {
            break;
        }
    }
    (variables, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attached_variable_keeps_its_bytes() {
        for word in [&b"-e=K=\xff"[..], b"--env=K=\xff"] {
            let value = attached(OsStr::from_bytes(word));
            assert_eq!(value, Some(OsStr::from_bytes(b"K=\xff")));
        }
        assert_eq!(attached(OsStr::new("-ex=1")), None);
    }
}
