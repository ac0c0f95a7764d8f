//! What the config commands are called with: their flags, whose environment is meant, the pairs.
//! Reference 11 §2.

use std::os::unix::ffi::OsStrExt;

use thiserror::Error;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::flags::{Flag, Kind, Parsed};
use crate::formats::base64;
use crate::registry::Call;
use crate::settings::Scope;

/// A switch with its usage text.
pub const fn switch(name: &'static str, usage: &'static str) -> Flag {
    Flag {
        name,
        kind: Kind::Bool,
        usage,
    }
}

/// `--global`.
pub const GLOBAL: Flag = switch("global", "--global: use the global environment");

/// `--merged` of most commands.
pub const MERGED: Flag = switch(
    "merged",
    "--merged: merge app environment and global environment",
);

/// `--no-restart`.
pub const NO_RESTART: Flag = switch("no-restart", "--no-restart: no restart");

/// Whose environment the words name; an app is not looked up yet, since other complaints about
/// the command line come first.
pub enum Target {
    /// `--global`.
    Global,
    /// An app, by a name that may be wrong.
    Named(String),
}

impl Target {
    /// Takes the target off a command line; the rest are keys or pairs.
    pub fn take(parsed: &Parsed) -> Outcome<(Self, Call)> {
        let call = &parsed.call;
        if parsed.is_on("global") {
            return Ok((Self::Global, call.clone()));
        }
        match call.raw.split_first() {
            Some((name, rest)) if !name.is_empty() => Ok((
                Self::Named(call.arg(0).to_owned()),
                Call::new(&call.name, rest.to_vec()),
            )),
            _ => fail("Please specify an app or --global"),
        }
    }

    /// The scope; an app must exist.
    pub fn scope(&self, ctx: &Ctx) -> Outcome<Scope> {
        match self {
            Self::Global => Ok(Scope::Global),
            Self::Named(name) => Ok(Scope::App(App::existing(ctx, name)?)),
        }
    }
}

/// Stops when words are left over.
pub fn nothing_more(rest: &Call) -> Outcome {
    if rest.args.is_empty() {
        Ok(())
    } else {
        fail(format!("Trailing argument(s): {}", go_list(&rest.args)))
    }
}

/// Words as Go prints a list: `[a b]`.
pub fn go_list(words: &[String]) -> String {
    format!("[{}]", words.join(" "))
}

/// A word of `config:set` that can't be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PairError {
    /// No `=` in it.
    #[error("Invalid env pair: {0}")]
    NoValue(String),
    /// A value that is no base64, of `--encoded`.
    #[error("illegal base64 data at input byte {at} for key '{key}'")]
    Base64 {
        /// Offset of the first bad byte.
        at: usize,
        /// The variable.
        key: String,
    },
}

impl From<PairError> for Failure {
    fn from(error: PairError) -> Self {
        Self::text(error)
    }
}

/// The `KEY=VALUE` words of a call; values are bytes, decoded from base64 when `encoded`.
pub fn pairs(rest: &Call, encoded: bool) -> Result<Vec<(String, Vec<u8>)>, PairError> {
    let split = rest.raw.iter().map(|word| {
        let bytes = word.as_bytes();
        let Some(equals) = bytes.iter().position(|byte| *byte == b'=') else {
            return Err(PairError::NoValue(word.to_string_lossy().into_owned()));
        };
        let (key, value) = bytes.split_at(equals);
        let key = String::from_utf8_lossy(key).into_owned();
        let value = value.get(1..).unwrap_or_default();
        match encoded {
            true => base64::decode(value)
                .map(|value| (key.clone(), value))
                .map_err(|at| PairError::Base64 { at, key }),
            false => Ok((key, value.to_vec())),
        }
    });
    split.collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn call(words: &[&[u8]]) -> Call {
        let raw = words.iter().map(|w| OsString::from_vec(w.to_vec()));
        Call::new("config:set", raw.collect())
    }

    #[test]
    fn a_pair_splits_at_the_first_equals_sign_and_keeps_every_byte() {
        let found = pairs(&call(&[b"A=b=c\xff\n", b"E="]), false).unwrap();
        assert_eq!(
            found,
            [
                ("A".to_owned(), b"b=c\xff\n".to_vec()),
                ("E".to_owned(), Vec::new())
            ]
        );
        let error = pairs(&call(&[b"A=1", b"FOO"]), false).unwrap_err();
        assert_eq!(error.to_string(), "Invalid env pair: FOO");
    }

    #[test]
    fn encoded_values_are_decoded_and_bad_ones_named_as_go_names_them() {
        let found = pairs(&call(&[b"A=aGkK\naGk="]), true).unwrap();
        assert_eq!(found, [("A".to_owned(), b"hi\nhi".to_vec())]);
        let error = pairs(&call(&[b"A=YQ==", b"B=aGkKaG"]), true).unwrap_err();
        assert_eq!(
            error.to_string(),
            "illegal base64 data at input byte 4 for key 'B'"
        );
    }
}
