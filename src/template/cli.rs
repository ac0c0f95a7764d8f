//! The command line of `sigil` (reference 45 §1), parsed with Go's flag syntax. Pure: the caller
//! reads files, prints and exits.

/// The version that `sigil -v` prints.
pub const VERSION: &str = "0.4.0";

/// The usage text, for stderr.
pub const USAGE: &str = "\
Usage of sigil:
  -f string
    \tuse template file instead of STDIN
  -i string
    \tuse inline template string instead of STDIN
  -p\tpreprocess with POSIX variable expansion
  -v\tprints version
";

/// Where the template's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file: its base name is the template's name, its directory heads the search path.
    File(String),
    /// The text itself; the name is `<inline>`.
    Inline(String),
    /// Standard input; the name is `<stdin>`.
    Stdin,
}

/// What a command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Render a template: the output to stdout and exit 0, or the error to stderr and exit 1.
    Render {
        /// The template.
        source: Source,
        /// Whether it is POSIX-expanded first.
        posix: bool,
        /// The variables as given.
        vars: Vec<(String, String)>,
    },
    /// Print [`VERSION`] and a newline, exit 0.
    Version,
    /// Print [`USAGE`] to stderr, exit 0.
    Usage,
    /// Print `text` to stderr as it is, exit with `code`.
    Error {
        /// The complaint and the usage, with their newlines.
        text: String,
        /// The exit code.
        code: i32,
    },
}

/// The flags' values so far.
#[derive(Default)]
struct Flags {
    file: String,
    inline: String,
    posix: bool,
    version: bool,
}

/// Why parsing the flags ended early.
enum Stop {
    Help,
    Fault(String),
}

/// Parses the arguments after the program's name.
pub fn parse(args: &[String]) -> Command {
    let mut flags = Flags::default();
    let rest = match parse_flags(args, &mut flags) {
        Ok(rest) => rest,
        Err(Stop::Help) => return Command::Usage,
        Err(Stop::Fault(fault)) => {
            return Command::Error {
                text: format!("{fault}\n{USAGE}"),
                code: 2,
            };
        }
    };
    if flags.version {
        return Command::Version;
    }
    let source = if !flags.file.is_empty() {
        Source::File(flags.file)
    } else if !flags.inline.is_empty() {
        Source::Inline(flags.inline)
    } else {
        Source::Stdin
    };
    let pairs = rest.iter().filter_map(|arg| arg.split_once('='));
    let vars = pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    Command::Render {
        source,
        posix: flags.posix,
        vars,
    }
}

/// Takes the flags off the front; what is left are the other arguments.
fn parse_flags<'a>(args: &'a [String], flags: &mut Flags) -> Result<&'a [String], Stop> {
    let mut rest = args;
    while let [arg, others @ ..] = rest {
        if arg == "--" {
            return Ok(others);
        }
        let Some(flag) = arg.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
            return Ok(rest);
        };
        rest = parse_flag(arg, flag.strip_prefix('-').unwrap_or(flag), others, flags)?;
    }
    Ok(rest)
}

/// Takes one flag, written `arg`, with its value; what is left are the arguments behind.
fn parse_flag<'a>(
    arg: &str,
    flag: &str,
    others: &'a [String],
    flags: &mut Flags,
) -> Result<&'a [String], Stop> {
    if flag.starts_with(['-', '=']) {
        return Err(Stop::Fault(format!("bad flag syntax: {arg}")));
    }
    let (name, value) = match flag.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (flag, None),
    };
    let slot = match name {
        "f" => &mut flags.file,
        "i" => &mut flags.inline,
        "p" => {
            flags.posix = parse_bool(name, value)?;
            return Ok(others);
        }
        "v" => {
            flags.version = parse_bool(name, value)?;
            return Ok(others);
        }
        "h" | "help" => return Err(Stop::Help),
        _ => {
            return Err(Stop::Fault(format!(
                "flag provided but not defined: -{name}"
            )));
        }
    };
    match (value, others) {
        (Some(value), _) => {
            value.clone_into(slot);
            Ok(others)
        }
        (None, [value, rest @ ..]) => {
            value.clone_into(slot);
            Ok(rest)
        }
        (None, []) => Err(Stop::Fault(format!("flag needs an argument: -{name}"))),
    }
}

fn parse_bool(name: &str, value: Option<&str>) -> Result<bool, Stop> {
    match value {
        None | Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
        Some(other) => Err(Stop::Fault(format!(
            "invalid boolean value \"{other}\" for -{name}: parse error"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Command {
        parse(&args.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    fn rendered(source: Source, posix: bool, vars: &[(&str, &str)]) -> Command {
        let owned = vars
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()));
        Command::Render {
            source,
            posix,
            vars: owned.collect(),
        }
    }

    fn complaint(args: &[&str]) -> String {
        match parsed(args) {
            Command::Error { text, code: 2 } => text.lines().next().unwrap_or("").to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_file_wins_over_an_inline_template() {
        let file = Source::File("/x".to_owned());
        for args in [
            ["-i", "T", "-f", "/x"],
            ["--f", "/x", "--i", "T"],
            ["-f=/x", "-i=T", "-v=0", "-p=F"],
        ] {
            assert_eq!(
                parsed(&args),
                rendered(file.clone(), false, &[]),
                "{args:?}"
            );
        }
    }

    #[test]
    fn without_a_template_stdin_is_read() {
        assert_eq!(
            parsed(&["-i", "", "a=b"]),
            rendered(Source::Stdin, false, &[("a", "b")])
        );
        assert_eq!(parsed(&[]), rendered(Source::Stdin, false, &[]));
    }

    #[test]
    fn flags_end_at_the_first_other_argument() {
        assert_eq!(
            parsed(&["-p", "a=1", "-v"]),
            rendered(Source::Stdin, true, &[("a", "1")])
        );
        assert_eq!(parsed(&["--", "-v"]), rendered(Source::Stdin, false, &[]));
        assert_eq!(parsed(&["-", "-v"]), rendered(Source::Stdin, false, &[]));
    }

    #[test]
    fn variables_split_at_their_first_equals_sign() {
        let vars = [("a", "b=c"), ("d", ""), ("", "e")];
        assert_eq!(
            parsed(&["a=b=c", "nothing", "d=", "=e"]),
            rendered(Source::Stdin, false, &vars)
        );
    }

    #[test]
    fn version_and_usage_are_asked_for_by_flag() {
        assert_eq!(parsed(&["-v", "a=b"]), Command::Version);
        assert_eq!(parsed(&["--v=true"]), Command::Version);
        for flag in ["-h", "--help", "-help"] {
            assert_eq!(parsed(&[flag]), Command::Usage);
        }
    }

    #[test]
    fn faulty_flags_are_refused_with_the_usage() {
        assert_eq!(complaint(&["-z"]), "flag provided but not defined: -z");
        assert_eq!(
            complaint(&["-v", "-z=1"]),
            "flag provided but not defined: -z"
        );
        assert_eq!(complaint(&["-f"]), "flag needs an argument: -f");
        assert_eq!(complaint(&["---x"]), "bad flag syntax: ---x");
        assert_eq!(complaint(&["-=x"]), "bad flag syntax: -=x");
        assert_eq!(
            complaint(&["-p=x"]),
            "invalid boolean value \"x\" for -p: parse error"
        );
        let Command::Error { text, .. } = parsed(&["-z"]) else {
            return;
        };
        assert!(text.ends_with(USAGE));
    }
}
