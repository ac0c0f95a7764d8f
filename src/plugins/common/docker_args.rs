//! Docker options that plugins contribute by the `docker-args-*` triggers. Reference 05 §5.5, 20 §7.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome};
use crate::formats::args::split_args_bytes;

/// What the hooks of a trigger print, with an empty stdin; a failing hook stops the caller.
pub fn fragment(ctx: &Ctx, trigger: &str, args: &[&str]) -> Outcome<Vec<u8>> {
    let (text, fired) = ctx.with_input(Input::Null).trigger_output(trigger, args);
    fired.map(|()| text)
}

/// The same where upstream ignores a failing hook and uses what was printed.
pub fn lenient_fragment(ctx: &Ctx, trigger: &str, args: &[&str]) -> Vec<u8> {
    ctx.with_input(Input::Null).trigger_output(trigger, args).0
}

/// Splits a fragment into words: shell quoting and variables, but nothing is executed.
pub fn words(ctx: &Ctx, fragment: &[u8]) -> Outcome<Vec<OsString>> {
    let lookup = |name: &str| ctx.env.raw(name).map(|value| value.as_bytes().to_vec());
    let words = split_args_bytes(fragment, &lookup).map_err(Failure::text)?;
    Ok(words.into_iter().map(OsString::from_vec).collect())
}

/// ` -e TRACE=true ` while tracing.
pub fn trace_fragment(ctx: &Ctx) -> &'static [u8] {
    if ctx.env.is_on("DOKKU_TRACE") {
        b" -e TRACE=true "
    } else {
        b""
    }
}
