//! The options of `logs`, in the grammar of GNU getopt: words and options in any order, `-n5`,
//! `--num=5`, `-tq`, unambiguous beginnings of long names. Pure. Reference 33 §2.1.

use thiserror::Error;

/// A parsed command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `-h`: show the usage.
    pub help: bool,
    /// `-t`: follow.
    pub tail: bool,
    /// `-q`: raw lines.
    pub quiet: bool,
    /// `-n`: lines of each container, a number or `all`.
    pub lines: String,
    /// `-p`: the only process type to show; empty: all.
    pub process: String,
    /// Everything that is no option.
    pub words: Vec<String>,
}

/// Why a command line is refused, in getopt's words.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OptionError {
    #[error("invalid option -- '{0}'")]
    UnknownShort(char),
    #[error("unrecognized option '--{0}'")]
    UnknownLong(String),
    #[error("option '--{0}' is ambiguous")]
    Ambiguous(String),
    #[error("option requires an argument -- '{0}'")]
    ShortNeedsArgument(char),
    #[error("option '--{0}' requires an argument")]
    LongNeedsArgument(&'static str),
    #[error("option '--{0}' doesn't allow an argument")]
    NoArgument(&'static str),
    #[error("invalid number of lines '{0}'")]
    Lines(String),
}

/// (short, long, takes an argument).
const TABLE: [(char, &str, bool); 5] = [
    ('h', "help", false),
    ('n', "num", true),
    ('p', "ps", true),
    ('q', "quiet", false),
    ('t', "tail", false),
];

/// Parses the words behind `logs`: what can be read of them, and the first complaint.
pub fn parse(args: &[String]) -> (Options, Result<(), OptionError>) {
    let mut options = Options {
        help: false,
        tail: false,
        quiet: false,
        lines: "100".to_owned(),
        process: String::new(),
        words: Vec::new(),
    };
    let mut complaint = Ok(());
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        complaint = complaint.and(options.take(arg, &mut rest));
    }
    complaint = complaint.and(options.check_lines());
    (options, complaint)
}

impl Options {
    fn take<'a>(
        &mut self,
        arg: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), OptionError> {
        if arg == "--" {
            self.words.extend(rest.cloned());
        } else if let Some(long) = arg.strip_prefix("--") {
            return self.take_long(long, rest);
        } else if let Some(cluster) = arg.strip_prefix('-').filter(|c| !c.is_empty()) {
            return self.take_cluster(cluster, rest);
        } else {
            self.words.push(arg.to_owned());
        }
        Ok(())
    }

    fn check_lines(&self) -> Result<(), OptionError> {
        let lines = self.lines.as_str();
        let is_number = !lines.is_empty() && lines.bytes().all(|b| b.is_ascii_digit());
        if is_number || lines == "all" {
            return Ok(());
        }
        Err(OptionError::Lines(lines.to_owned()))
    }

    fn take_long<'a>(
        &mut self,
        text: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), OptionError> {
        let (name, given) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let exact = TABLE.iter().find(|(_, long, _)| *long == name);
        let mut similar = TABLE.iter().filter(|(_, long, _)| long.starts_with(name));
        let (short, long, takes) = match (exact, similar.next(), similar.next()) {
            (Some(found), ..) | (None, Some(found), None) => *found,
            (None, Some(_), Some(_)) => return Err(OptionError::Ambiguous(name.to_owned())),
            (None, None, _) => return Err(OptionError::UnknownLong(name.to_owned())),
        };
        match (takes, given) {
            (false, Some(_)) => return Err(OptionError::NoArgument(long)),
            (true, None) => {
                let value = rest.next().ok_or(OptionError::LongNeedsArgument(long))?;
                self.set(short, value);
            }
            (_, given) => self.set(short, given.unwrap_or_default()),
        }
        Ok(())
    }

    fn take_cluster<'a>(
        &mut self,
        cluster: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), OptionError> {
        let mut complaint = Ok(());
        let mut letters = cluster.chars();
        while let Some(letter) = letters.next() {
            let Some((short, _, takes)) = TABLE.iter().find(|(short, ..)| *short == letter) else {
                complaint = complaint.and(Err(OptionError::UnknownShort(letter)));
                continue;
            };
            if !takes {
                self.set(*short, "");
                continue;
            }
            let value = match letters.as_str() {
                "" => rest.next().map(String::as_str),
                joined => Some(joined),
            };
            match value {
                Some(value) => self.set(*short, value),
                None => complaint = complaint.and(Err(OptionError::ShortNeedsArgument(letter))),
            }
            break;
        }
        complaint
    }

    fn set(&mut self, short: char, value: &str) {
        match short {
            'h' => self.help = true,
            'q' => self.quiet = true,
            't' => self.tail = true,
            'n' => self.lines = value.to_owned(),
            _ => self.process = value.to_owned(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options, OptionError> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let (options, complaint) = parse(&words);
        complaint.map(|()| options)
    }

    #[test]
    fn options_stand_anywhere_and_in_every_gnu_form() {
        for line in [
            "app -t -q -n 5 -p web",
            "-tqn5 -pweb app",
            "app --tail --quiet --num=5 --ps web",
            "--ta --q --nu 5 app --p=web",
        ] {
            let options = parsed(line).unwrap();
            assert!(options.tail && options.quiet, "{line}");
            assert_eq!(options.lines, "5", "{line}");
            assert_eq!(options.process, "web", "{line}");
            assert_eq!(options.words, ["app"], "{line}");
        }
    }

    #[test]
    fn a_double_dash_ends_the_options() {
        let options = parsed("-t -- -x app").unwrap();
        assert_eq!(options.words, ["-x", "app"]);
        assert_eq!(options.lines, "100");
    }

    #[test]
    fn errors_read_as_getopts() {
        let text = |line| parsed(line).unwrap_err().to_string();
        assert_eq!(text("app -tx"), "invalid option -- 'x'");
        assert_eq!(text("app --foo=1"), "unrecognized option '--foo'");
        assert_eq!(text("app -n"), "option requires an argument -- 'n'");
        assert_eq!(text("app --num"), "option '--num' requires an argument");
        assert_eq!(
            text("app --tail=1"),
            "option '--tail' doesn't allow an argument"
        );
    }

    #[test]
    fn the_app_is_found_behind_what_is_complained_about() {
        let words = ["-xn", "5", "--foo", "app"].map(str::to_owned);
        let (options, complaint) = parse(&words);
        assert_eq!(options.words, ["app"]);
        assert_eq!(complaint, Err(OptionError::UnknownShort('x')));
    }

    #[test]
    fn only_a_number_of_lines_or_all_goes_to_docker() {
        assert_eq!(parsed("app -n all").unwrap().lines, "all");
        let bad = OptionError::Lines("1;reboot".to_owned());
        assert_eq!(parsed("app -n 1;reboot"), Err(bad));
    }
}
