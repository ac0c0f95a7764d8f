//! Splitting docker-args fragments into words (reference 20 §7): POSIX quoting and environment
//! variables, but no command substitution, no globbing and no comments.

use super::procfile::Lookup;

/// A quote that isn't closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Unexpected end of docker arguments while looking for matching {0}")]
pub struct UnclosedQuote(pub char);

/// Splits `text`. `$VAR` and `${VAR}` are replaced by what `getenv` returns (nothing when unset);
/// outside of quotes their values are split at blanks. `$(…)`, backquotes, `*` and `#` are literal.
///
/// # Errors
/// A quote that isn't closed.
pub fn split_args(text: &str, getenv: Lookup) -> Result<Vec<String>, UnclosedQuote> {
    let lookup = |name: &str| getenv(name).map(String::into_bytes);
    let words = split_args_bytes(text.as_bytes(), &lookup)?;
    Ok(words
        .iter()
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect())
}

/// [`split_args`] for fragments with values that are no UTF-8.
///
/// # Errors
/// A quote that isn't closed.
pub fn split_args_bytes(
    text: &[u8],
    getenv: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, UnclosedQuote> {
    let mut words = Words::default();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b' ' | b'\t' | b'\n' => words.finish(),
            b'\'' => {
                let end = rest
                    .iter()
                    .position(|b| *b == b'\'')
                    .ok_or(UnclosedQuote('\''))?;
                let (literal, after) = rest.split_at_checked(end).unwrap_or_default();
                words.current().extend_from_slice(literal);
                rest = after.get(1..).unwrap_or_default();
            }
            b'"' => rest = double_quoted(rest, words.current(), getenv)?,
            b'\\' => match rest.split_first() {
                Some((b'\n', after)) => rest = after,
                Some((escaped, after)) => {
                    words.current().push(*escaped);
                    rest = after;
                }
                None => words.current().push(b'\\'),
            },
            b'$' => match variable(rest) {
                Some((name, after)) => {
                    words.push_split(&getenv(name).unwrap_or_default());
                    rest = after;
                }
                None => words.current().push(b'$'),
            },
            _ => words.current().push(byte),
        }
    }
    words.finish();
    Ok(words.finished)
}

/// Reads up to the closing quote; returns what follows it.
fn double_quoted<'t>(
    text: &'t [u8],
    word: &mut Vec<u8>,
    getenv: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<&'t [u8], UnclosedQuote> {
    let mut rest = text;
    loop {
        let (&byte, after) = rest.split_first().ok_or(UnclosedQuote('"'))?;
        rest = after;
        match (byte, rest.split_first()) {
            (b'"', _) => return Ok(rest),
            (b'\\', Some((b'\n', after))) => rest = after,
            (b'\\', Some((escaped @ (b'$' | b'`' | b'"' | b'\\'), after))) => {
                word.push(*escaped);
                rest = after;
            }
            (b'$', _) => match variable(rest) {
                Some((name, after)) => {
                    word.extend_from_slice(&getenv(name).unwrap_or_default());
                    rest = after;
                }
                None => word.push(b'$'),
            },
            _ => word.push(byte),
        }
    }
}

/// The name behind a dollar sign, bare or in braces, and what follows it.
fn variable(text: &[u8]) -> Option<(&str, &[u8])> {
    let braced = text.strip_prefix(b"{");
    let text = braced.unwrap_or(text);
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let end = text.iter().position(|b| !is_name(b)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let rest = if braced.is_some() {
        rest.strip_prefix(b"}")?
    } else {
        rest
    };
    let name = std::str::from_utf8(name).ok()?;
    let starts_well = name.starts_with(|c: char| !c.is_ascii_digit());
    starts_well.then_some((name, rest))
}

#[derive(Default)]
struct Words {
    finished: Vec<Vec<u8>>,
    open: Option<Vec<u8>>,
}

impl Words {
    fn current(&mut self) -> &mut Vec<u8> {
        self.open.get_or_insert_default()
    }

    fn finish(&mut self) {
        self.finished.extend(self.open.take());
    }

    /// Adds the value of an unquoted variable, which may end words but starts none when empty.
    fn push_split(&mut self, value: &[u8]) {
        for byte in value {
            match byte {
                b' ' | b'\t' | b'\n' => self.finish(),
                _ => self.current().push(*byte),
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn split(text: &str) -> Result<Vec<String>, UnclosedQuote> {
        split_args(text, &|name| match name {
            "HOME" => Some("/root".to_owned()),
            "TWO" => Some(" a b ".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        })
    }

    #[test]
    fn quoting_follows_posix() {
        for (text, words) in [
            (
                "--link a:b  -v /x:/y ",
                vec!["--link", "a:b", "-v", "/x:/y"],
            ),
            ("--env \"A=b c\"", vec!["--env", "A=b c"]),
            (r"--env=Q='it'\''s'", vec!["--env=Q=it's"]),
            (
                "--env=M='line one\nline two' x",
                vec!["--env=M=line one\nline two", "x"],
            ),
            (
                r#"a\ b "\$x \" \\ \n \`" '\n'"#,
                vec!["a b", "$x \" \\ \\n `", "\\n"],
            ),
            ("'' \"\" x", vec!["", "", "x"]),
            ("a\\\nb \"c\\\nd\"", vec!["ab", "cd"]),
            ("x\\", vec!["x\\"]),
            ("", vec![]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
    }

    #[test]
    fn variables_expand_and_unquoted_ones_are_split() {
        for (text, words) in [
            ("$HOME/x ${HOME}y", vec!["/root/x", "/rooty"]),
            ("\"$HOME $NOPE.\"", vec!["/root ."]),
            ("'$HOME' \\$HOME", vec!["$HOME", "$HOME"]),
            ("x${TWO}y \"x${TWO}y\"", vec!["x", "a", "b", "y", "x a b y"]),
            ("$EMPTY $NOPE \"$EMPTY\"", vec![""]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
    }

    #[test]
    fn everything_else_that_a_shell_would_interpret_is_literal() {
        for (text, words) in [
            ("$(id -u) `id`", vec!["$(id", "-u)", "`id`"]),
            ("\"$(id) `id`\"", vec!["$(id) `id`"]),
            ("a #b c#d", vec!["a", "#b", "c#d"]),
            (
                "* ? [a] ~ {a,b} ; | & < >",
                vec!["*", "?", "[a]", "~", "{a,b}", ";", "|", "&", "<", ">"],
            ),
            (
                "$ $1 $$ ${HOME:-x} ${ ${}",
                vec!["$", "$1", "$$", "${HOME:-x}", "${", "${}"],
            ),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
    }

    #[test]
    fn an_unclosed_quote_is_an_error() {
        assert_eq!(split("a 'b"), Err(UnclosedQuote('\'')));
        assert_eq!(split("a \"b\\\""), Err(UnclosedQuote('"')));
    }

    #[test]
    fn config_exported_as_docker_args_splits_into_its_values() {
        use crate::formats::{env_export::docker_args, env_file::EnvMap};
        let values: [&[u8]; 6] = [
            b"",
            b"it's",
            b"a\nb",
            b"$HOME `id` $(id) #",
            b"\xff\\\"",
            b" x  y ",
        ];
        let env: EnvMap = values
            .iter()
            .enumerate()
            .map(|(i, v)| (format!("K{i}"), *v))
            .collect();
        let words = split_args_bytes(&docker_args(&env), &|_| None).unwrap();
        let expected: Vec<Vec<u8>> = env
            .iter()
            .map(|(k, v)| [b"--env=", k.as_bytes(), b"=", v].concat())
            .collect();
        assert_eq!(words, expected);
    }
}
