//! Docker's command lines: flags and the words behind them. A flag that is not named is an error.

use crate::Refusal;

/// Which flags a command knows.
pub struct Grammar {
    /// Flags that take a value, `--label -l`.
    pub valued: &'static str,
    /// Flags that take none.
    pub plain: &'static str,
    /// The first other word ends the flags (`create`, `run`, `exec`).
    pub ends_at_word: bool,
}

/// A parsed command line.
#[derive(Debug, Default)]
pub struct Words {
    flags: Vec<(String, String)>,
    /// What is no flag.
    pub rest: Vec<String>,
}

impl Words {
    /// Parses the words behind a command.
    pub fn parse(words: &[String], grammar: &Grammar) -> Result<Self, Refusal> {
        let mut parsed = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if parsed.ended(grammar) || !word.starts_with('-') || word == "-" {
                parsed.rest.push(word.clone());
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            if has(grammar.valued, name) {
                let value = value.or_else(|| words.next().cloned());
                let value = value.ok_or_else(|| Refusal(format!("{name} needs a value")))?;
                parsed.flags.push((name.to_owned(), value));
            } else if has(grammar.plain, name) {
                let value = value.unwrap_or_else(|| "true".to_owned());
                parsed.flags.push((name.to_owned(), value));
            } else {
                return Err(Refusal(format!("unknown flag {name}")));
            }
        }
        Ok(parsed)
    }

    fn ended(&self, grammar: &Grammar) -> bool {
        grammar.ends_at_word && !self.rest.is_empty()
    }

    /// All values of a flag, in order; the names are its spellings.
    pub fn all(&self, names: &str) -> Vec<&str> {
        let hits = self.flags.iter().filter(|(name, _)| has(names, name));
        hits.map(|(_, value)| value.as_str()).collect()
    }

    /// The last value of a flag, or an empty text.
    pub fn last(&self, names: &str) -> &str {
        self.all(names).last().copied().unwrap_or_default()
    }

    /// Whether a plain flag is set.
    pub fn is(&self, names: &str) -> bool {
        !matches!(self.last(names), "" | "false")
    }

    /// The n-th word.
    pub fn word(&self, at: usize) -> Result<&str, Refusal> {
        let word = self.rest.get(at).map(String::as_str);
        word.ok_or_else(|| Refusal(format!("word {} is missing", at + 1)))
    }
}

fn has(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}
