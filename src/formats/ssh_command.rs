//! Splitting `SSH_ORIGINAL_COMMAND` into words (reference 01 §4.3, 14 §3): with quotes for the
//! `config` and `docker-options` commands, at white space for all others. Nothing is expanded. A
//! command is bytes: values needn't be UTF-8.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// A quote without its partner; the texts are those of xargs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnmatchedQuote {
    /// `"`
    #[error(
        "xargs: unmatched double quote; by default quotes are special to xargs unless you use the -0 option"
    )]
    Double,
    /// `'`
    #[error(
        "xargs: unmatched single quote; by default quotes are special to xargs unless you use the -0 option"
    )]
    Single,
}

/// Whether the command line of `command` (its first word) honours quotes.
// Compat: the tests of upstream aren't anchored, so `nginx:show-config` is among them.
pub fn honours_quotes(command: &str) -> bool {
    command.contains("config") || command.contains("docker-option")
}

/// Splits at blanks and newlines. `'…'` and `"…"` group literally, a backslash outside of them takes
/// the next character literally. Unlike xargs, quotes may span lines.
///
/// # Errors
/// A quote that isn't closed.
pub fn split_quoted(text: &OsStr) -> Result<Vec<OsString>, UnmatchedQuote> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b' ' | b'\t' | b'\n' => words.extend(word.take()),
            b'\'' | b'"' => {
                let (group, after) = split_once(rest, byte).ok_or(if byte == b'"' {
                    UnmatchedQuote::Double
                } else {
                    UnmatchedQuote::Single
                })?;
                word.get_or_insert_default().extend_from_slice(group);
                rest = after;
            }
            b'\\' => {
                let (escaped, after) = rest.split_at(rest.len().min(1));
                word.get_or_insert_default().extend_from_slice(escaped);
                rest = after;
            }
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    Ok(words.into_iter().map(OsString::from_vec).collect())
}

fn split_once(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == at)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// Splits at white space only; quotes are literal characters (`git-receive-pack 'app'`).
pub fn split_plain(text: &OsStr) -> Vec<OsString> {
    text.as_bytes()
        .split(|byte| matches!(byte, b' ' | b'\t' | b'\n'))
        .filter(|word| !word.is_empty())
        .map(|word| OsStr::from_bytes(word).to_owned())
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Result<Vec<OsString>, UnmatchedQuote> {
        split_quoted(OsStr::new(text))
    }

    #[test]
    fn quotes_and_backslashes_group_as_in_xargs() {
        for (text, words) in [
            (r#"a "b c" d"#, vec!["a", "b c", "d"]),
            ("'' x", vec!["", "x"]),
            (r#"a"b"c"#, vec!["abc"]),
            (r#"\\ \"q"#, vec!["\\", "\"q"]),
            (r#""a\b" 'c\'"#, vec!["a\\b", "c\\"]),
            ("a\\\nb c", vec!["a\nb", "c"]),
            ("é \"ü ö\"\t\n", vec!["é", "ü ö"]),
            ("it\"'\"s", vec!["it's"]),
            ("a\rb\x0b", vec!["a\rb\x0b"]),
            ("", vec![]),
            (
                "$HOME `id` $(id) * #x",
                vec!["$HOME", "`id`", "$(id)", "*", "#x"],
            ),
        ] {
            assert_eq!(quoted(text).unwrap(), words, "{text}");
        }
    }

    #[test]
    fn the_documented_remote_config_set_keeps_its_values() {
        let text = r#"config:set --global A="hello world" B="with\nnewline" C=double\"quotes"#;
        let expected = [
            "config:set",
            "--global",
            "A=hello world",
            r"B=with\nnewline",
            "C=double\"quotes",
        ];
        assert_eq!(quoted(text).unwrap(), expected);
        let unquoted = quoted("config:set app A=b c D=e f").unwrap();
        assert_eq!(unquoted, ["config:set", "app", "A=b", "c", "D=e", "f"]);
    }

    #[test]
    fn newlines_may_be_quoted() {
        assert_eq!(quoted("A='x\ny' b").unwrap(), ["A=x\ny", "b"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let words = split_quoted(OsStr::from_bytes(b"A='\xff \xe2' \xfe"));
        let expected: [&[u8]; 2] = [b"A=\xff \xe2", b"\xfe"];
        assert_eq!(words.unwrap(), expected.map(OsStr::from_bytes));
    }

    #[test]
    fn an_unmatched_quote_is_reported_in_the_words_of_xargs() {
        let tail = "by default quotes are special to xargs unless you use the -0 option";
        for (text, kind) in [
            ("a\"b", "double"),
            ("a'b", "single"),
            ("x 'y\" z", "single"),
        ] {
            let message = quoted(text).unwrap_err().to_string();
            assert_eq!(message, format!("xargs: unmatched {kind} quote; {tail}"));
        }
    }

    #[test]
    fn the_plain_splitter_leaves_quotes_alone() {
        assert_eq!(
            split_plain(OsStr::new(" git-receive-pack  'app'\n")),
            ["git-receive-pack", "'app'"]
        );
        assert_eq!(
            split_plain(OsStr::new("a \"b c\" *")),
            ["a", "\"b", "c\"", "*"]
        );
    }

    #[test]
    fn config_and_docker_option_commands_honour_quotes() {
        for command in [
            "config",
            "config:set",
            "docker-options:add",
            "nginx:show-config",
        ] {
            assert!(honours_quotes(command), "{command}");
        }
        assert!(!honours_quotes("ps:scale") && !honours_quotes("git-receive-pack"));
    }
}
