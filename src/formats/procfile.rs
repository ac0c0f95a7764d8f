//! The Procfile as procfile-util 0.6.0 reads and expands it (reference 31 §5.3, §5.4), and the
//! looser reading that generates `DOKKU_SCALE` (§4.1). The command line of procfile-util is `cli`.

use super::env_file::EnvMap;

pub mod cli;
#[cfg(test)]
mod tests;

/// The entries of a Procfile in file order; there is at least one and no type occurs twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procfile(Vec<(String, String)>);

/// Why a Procfile is refused; the texts are those of procfile-util.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcfileError {
    /// A process type occurs twice, be it through an unresolved merge conflict.
    #[error("process names must be unique")]
    DuplicateType,
    /// No line is an entry.
    #[error("no entries found in Procfile")]
    NoEntries,
    /// A line of 64 KiB or more, which the reader of procfile-util can't hold.
    #[error("bufio.Scanner: token too long")]
    LineTooLong,
}

/// A look-up of environment variables.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What variables of a command expand to.
#[derive(Clone, Copy, Default)]
pub struct Expand<'a> {
    /// `$PORT`; may be empty.
    pub port: &'a str,
    /// The environment (`--allow-getenv`): non-empty values win over `port` and the type name, and
    /// `$(` survives.
    pub getenv: Option<Lookup<'a>>,
    /// Variables that win over everything (`--env-file`).
    pub env_file: Option<&'a EnvMap>,
}

const LONGEST_LINE: usize = 64 * 1024;

impl Procfile {
    /// Reads a Procfile. Lines that are no entries are ignored silently, as 0.6.0 does.
    ///
    /// # Errors
    /// A type that occurs twice, no entry at all, or a line of 64 KiB.
    pub fn parse(text: &str) -> Result<Self, ProcfileError> {
        Self::parse_delimited(text, ":")
    }

    /// Reads a Procfile whose type and command are separated by `delimiter`, taken literally.
    ///
    /// # Errors
    /// As [`Procfile::parse`].
    pub fn parse_delimited(text: &str, delimiter: &str) -> Result<Self, ProcfileError> {
        let mut entries: Vec<(String, String)> = Vec::new();
        for line in text.split('\n') {
            if line.len() >= LONGEST_LINE {
                return Err(ProcfileError::LineTooLong);
            }
            let line = line.strip_suffix('\r').unwrap_or(line);
            let Some((name, command)) = entry(line, delimiter) else {
                continue;
            };
            if entries.iter().any(|(known, _)| known == name) {
                return Err(ProcfileError::DuplicateType);
            }
            entries.push((name.to_owned(), without_comment(command).to_owned()));
        }
        if entries.is_empty() {
            return Err(ProcfileError::NoEntries);
        }
        Ok(Self(entries))
    }

    /// The process types in file order.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether the file declares `process_type`.
    pub fn contains(&self, process_type: &str) -> bool {
        self.command(process_type).is_some()
    }

    /// The command of `process_type` as written, without its trailing comment.
    pub fn command(&self, process_type: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == process_type)
            .map(|(_, command)| command.as_str())
    }

    /// The command of `process_type` with its variables replaced.
    pub fn expand(&self, process_type: &str, values: &Expand) -> Option<String> {
        self.command(process_type)
            .map(|command| expand(command, process_type, values))
    }
}

/// Splits `name DELIMITER blanks command`; the name is the longest one that a delimiter follows.
fn entry<'a>(line: &'a str, delimiter: &str) -> Option<(&'a str, &'a str)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let longest = line.find(|c: char| !is_name(c)).unwrap_or(line.len());
    let (name, rest) = (1..=longest).rev().find_map(|end| {
        let (name, rest) = line.split_at_checked(end)?;
        Some((name, rest.strip_prefix(delimiter)?))
    })?;
    let command = rest.trim_start_matches(is_blank);
    if !command.is_empty() {
        return Some((name, command));
    }
    // Compat: nothing but blanks is a command that consists of the last one.
    rest.char_indices()
        .next_back()
        .and_then(|(last, _)| Some((name, rest.get(last..)?)))
}

/// Cuts at the last blank and `#` that something follows.
fn without_comment(command: &str) -> &str {
    command
        .char_indices()
        .rev()
        .filter(|(_, c)| is_blank(*c))
        .find(|(at, _)| {
            command
                .get(at + 1..)
                .and_then(|rest| rest.strip_prefix('#'))
                .is_some_and(|c| !c.is_empty())
        })
        .and_then(|(at, _)| command.get(..at))
        .unwrap_or(command)
}

/// The blanks of Go's `\s`.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

/// Replaces `$NAME` and `${ANYTHING}` by the rules of Go's `os.Expand`; quotes and backslashes have
/// no meaning.
fn expand(command: &str, process_type: &str, values: &Expand) -> String {
    let mut expanded = String::with_capacity(command.len());
    let mut rest = command;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        // Compat: 0.6.0 loses the two characters `$(` unless the environment may be read.
        if let Some(after) = after.strip_prefix('(') {
            if values.getenv.is_some() {
                expanded.push_str("$(");
            }
            rest = after;
            continue;
        }
        match reference(after) {
            Reference::None => {
                expanded.push('$');
                rest = after;
            }
            Reference::Malformed(remaining) => rest = remaining,
            Reference::Name(name, remaining) => {
                expanded.push_str(&value(name, process_type, values));
                rest = remaining;
            }
        }
    }
    expanded.push_str(rest);
    expanded
}

enum Reference<'a> {
    /// The dollar sign stands for itself.
    None,
    /// `${}` or an unclosed `${`, dropped; what follows it.
    Malformed(&'a str),
    /// A variable and what follows it.
    Name(&'a str, &'a str),
}

/// What stands behind a dollar sign.
fn reference(after: &str) -> Reference<'_> {
    if let Some(braced) = after.strip_prefix('{') {
        return match braced.split_once('}') {
            None => Reference::Malformed(braced),
            Some(("", remaining)) => Reference::Malformed(remaining),
            Some((name, remaining)) => Reference::Name(name, remaining),
        };
    }
    let is_special = |c: char| "*#$@!?-".contains(c) || c.is_ascii_digit();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = if after.starts_with(is_special) {
        1
    } else {
        after.find(|c: char| !is_name(c)).unwrap_or(after.len())
    };
    match after.split_at_checked(end) {
        Some((name, remaining)) if !name.is_empty() => Reference::Name(name, remaining),
        _ => Reference::None,
    }
}

fn value(name: &str, process_type: &str, values: &Expand) -> String {
    if let Some(value) = values.env_file.and_then(|file| file.text(name)) {
        return value;
    }
    let from_env = values
        .getenv
        .and_then(|getenv| getenv(name))
        .filter(|value| !value.is_empty());
    from_env.unwrap_or_else(|| match name {
        "PORT" => values.port.to_owned(),
        "PS" => process_type.to_owned(),
        _ => String::new(),
    })
}

/// The process types that a generated `DOKKU_SCALE` lists, sorted and without duplicates: the text
/// before the first colon of every line that isn't a comment (reference 31 §4.1 step 3, looser than
/// [`Procfile::parse`]).
pub fn scale_types(text: &str) -> Vec<String> {
    let mut types: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect();
    types.sort_unstable();
    types.dedup();
    types
}
