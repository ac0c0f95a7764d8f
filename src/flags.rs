//! The grammar of Go's flag package, which Dokku's compiled plugins speak: flags only in front of
//! the first word, `-x` = `--x`, errors with usage and exit code 2. Reference 10 §1.2.
//! (clap does not know this grammar; a normaliser in front of it would be longer than this.)

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::failure::{Failure, Outcome};
use crate::registry::Call;

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or `=true`/`=false`.
    Bool,
    /// A string, with the default that usage shows.
    Text(&'static str),
    /// A whole number.
    Int,
}

/// A flag that a command defines.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Name without dashes.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Usage text.
    pub usage: &'static str,
}

/// A parsed command line.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    values: BTreeMap<&'static str, String>,
    /// The words behind the flags, as a call of the same name.
    pub call: Call,
}

impl Parsed {
    /// Whether a boolean flag is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| value == "true")
    }

    /// The value of a string or number flag, when given.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// Parses the flags in front of a call's words. `canonical` is the command's name in usage texts.
pub fn parse(canonical: &str, flags: &[Flag], call: &Call) -> Outcome<Parsed> {
    parse_words(canonical, flags, call, false)
}

/// Parses flags in front of a call's words and between them: for commands whose words never begin
/// with a dash, so that nothing is lost when somebody puts the flag last.
pub fn permuted(canonical: &str, flags: &[Flag], call: &Call) -> Outcome<Parsed> {
    parse_words(canonical, flags, call, true)
}

fn parse_words(canonical: &str, flags: &[Flag], call: &Call, permute: bool) -> Outcome<Parsed> {
    let mut parsed = Parsed::default();
    let mut rest = call.raw.iter();
    let mut words: Vec<OsString> = Vec::new();
    while let Some(raw) = rest.next() {
        let text = raw.to_string_lossy();
        if text == "--" {
            break;
        }
        if !text.starts_with('-') || text == "-" {
            words.push(raw.clone());
            if permute {
                continue;
            }
            break;
        }
        let usage = |line: String| Failure::Exact(with_usage(line, canonical, flags), 2);
        let (name, given) = name_and_value(&text);
        let given = given.map(str::to_owned);
        let Some(flag) = flags.iter().find(|flag| flag.name == name) else {
            return Err(usage(complaint(&text).unwrap_or_default()));
        };
        let value = match (flag.kind, given) {
            (Kind::Bool, None) => "true".to_owned(),
            (Kind::Bool, Some(value)) => boolean(&value)
                .ok_or_else(|| {
                    usage(format!(
                        "invalid boolean value \"{value}\" for -{name}: parse error"
                    ))
                })?
                .to_string(),
            (_, Some(value)) => value,
            (_, None) => match rest.next() {
                Some(word) => word.to_string_lossy().into_owned(),
                None => return Err(usage(format!("flag needs an argument: -{name}"))),
            },
        };
        if flag.kind == Kind::Int && value.parse::<i64>().is_err() {
            return Err(usage(format!(
                "invalid value \"{value}\" for flag -{name}: parse error"
            )));
        }
        parsed.values.insert(flag.name, value);
    }
    words.extend(rest.cloned());
    parsed.call = Call::new(&call.name, words);
    Ok(parsed)
}

/// The parts of `-NAME`, `--NAME` and `-NAME=VALUE`.
fn name_and_value(word: &str) -> (&str, Option<&str>) {
    let body = word.strip_prefix('-').unwrap_or(word);
    let body = body.strip_prefix('-').unwrap_or(body);
    match body.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (body, None),
    }
}

/// What Go's flag package says of a flag that nobody defines; `None`: it is one for help.
pub fn complaint(word: &str) -> Option<String> {
    match name_and_value(word).0 {
        "h" | "help" => None,
        name if name.is_empty() || name.starts_with('-') => {
            Some(format!("bad flag syntax: {word}"))
        }
        name => Some(format!("flag provided but not defined: -{name}")),
    }
}

/// Parses the line of a command that defines no flag.
pub fn none(canonical: &str, call: &Call) -> Outcome<Call> {
    Ok(parse(canonical, &[], call)?.call)
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn with_usage(line: String, canonical: &str, flags: &[Flag]) -> String {
    let mut flags: Vec<&Flag> = flags.iter().collect();
    flags.sort_by_key(|flag| flag.name);
    let mut lines = vec![format!("Usage of {canonical}:")];
    for flag in flags {
        let (kind, default) = match flag.kind {
            Kind::Bool => ("", String::new()),
            Kind::Int => (" int", String::new()),
            Kind::Text("") => (" string", String::new()),
            Kind::Text(default) => (" string", format!(" (default \"{default}\")")),
        };
        lines.push(format!(
            "  -{}{kind}\n    \t{}{default}",
            flag.name, flag.usage
        ));
    }
    let usage = lines.join("\n");
    if line.is_empty() {
        usage
    } else {
        format!("{line}\n{usage}")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[
        Flag {
            name: "skip-deploy",
            kind: Kind::Bool,
            usage: "--skip-deploy: skip",
        },
        Flag {
            name: "format",
            kind: Kind::Text("exports"),
            usage: "--format: which",
        },
        Flag {
            name: "index",
            kind: Kind::Int,
            usage: "--index: place",
        },
    ];

    fn error(args: &[&str]) -> String {
        match parse("x:y", FLAGS, &Call::of("x:y", args)) {
            Err(Failure::Exact(text, 2)) => text.lines().next().unwrap_or_default().to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn flags_stop_at_the_first_word_and_one_dash_equals_two() {
        let parsed = parse(
            "x:y",
            FLAGS,
            &Call::of("x:y", &["-skip-deploy", "--format", "json", "a", "--index"]),
        )
        .unwrap();
        assert!(parsed.is_on("skip-deploy"));
        assert_eq!(parsed.value("format"), Some("json"));
        assert_eq!(parsed.call.args, ["a", "--index"]);
    }

    #[test]
    fn a_double_dash_ends_the_flags_and_is_dropped() {
        let parsed = parse("x:y", FLAGS, &Call::of("x:y", &["--", "--format"])).unwrap();
        assert_eq!(parsed.call.args, ["--format"]);
    }

    #[test]
    fn permuted_flags_may_follow_the_words_until_a_double_dash() {
        let line = &["a", "--format", "json", "b", "--", "--format"];
        let parsed = permuted("x:y", FLAGS, &Call::of("x:y", line)).unwrap();
        assert_eq!(parsed.value("format"), Some("json"));
        assert_eq!(parsed.call.args, ["a", "b", "--format"]);
    }

    #[test]
    fn errors_read_as_gos() {
        assert_eq!(error(&["--nope"]), "flag provided but not defined: -nope");
        assert_eq!(
            error(&["--skip-deploy=maybe"]),
            "invalid boolean value \"maybe\" for -skip-deploy: parse error"
        );
        assert_eq!(error(&["--format"]), "flag needs an argument: -format");
        assert_eq!(error(&["---x"]), "bad flag syntax: ---x");
        assert_eq!(
            error(&["--index=a"]),
            "invalid value \"a\" for flag -index: parse error"
        );
        assert_eq!(error(&["-h"]), "Usage of x:y:");
    }
}
