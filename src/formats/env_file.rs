//! The `ENV` file of an app or of the whole host (reference 11 §1): reading the dotenv dialect,
//! writing it back, and the map of variables in between. Export formats live in `env_export`.

use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The variables of one scope, sorted bytewise by name. Values are bytes: any string without NUL
/// survives [`EnvMap::to_file`] and [`EnvMap::parse`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnvMap(BTreeMap<String, Vec<u8>>);

/// Why an `ENV` file can't be read. The file must then not be overwritten.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvParseError {
    /// A line that has neither `=` nor `:`; `line` counts from 1.
    #[error("Line {line} has no separator between key and value")]
    NoSeparator {
        /// Number of the offending line.
        line: usize,
    },
}

/// Whether `key` may name a variable: `^[a-zA-Z_][a-zA-Z0-9_]*$`.
pub fn is_valid_key(key: &str) -> bool {
    is_valid_key_bytes(key.as_bytes())
}

fn is_valid_key_bytes(key: &[u8]) -> bool {
    let head = key
        .first()
        .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    head && key.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

impl EnvMap {
    /// An environment without variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the content of an `ENV` file (reference 11 §1.2). The second value lists the invalid
    /// keys that were dropped, sorted; the caller reports them and rewrites the file.
    ///
    /// # Errors
    /// A line without separator: nothing of the file can be trusted then.
    pub fn parse(content: &[u8]) -> Result<(Self, Vec<String>), EnvParseError> {
        let mut env = Self::new();
        let mut invalid = BTreeMap::new();
        for (index, line) in content.split(|b| *b == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let Some((key, value)) = parse_line(line, index + 1)? else {
                continue;
            };
            match String::from_utf8(key) {
                Ok(key) if is_valid_key(&key) => {
                    env.0.insert(key, value);
                }
                Ok(key) => {
                    invalid.insert(key, ());
                }
                Err(error) => {
                    invalid.insert(String::from_utf8_lossy(error.as_bytes()).into_owned(), ());
                }
            }
        }
        Ok((env, invalid.into_keys().collect()))
    }

    /// The content of the `ENV` file: `KEY="ESCAPED"` lines sorted as whole lines, without a final
    /// newline; nothing at all for an empty environment (reference 11 §1.1).
    pub fn to_file(&self) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = self
            .iter()
            .map(|(key, value)| file_line(key, value))
            .collect();
        lines.sort_unstable();
        lines.join(&b'\n')
    }

    /// Global variables overridden by those of the app.
    pub fn merge(global: &Self, app: &Self) -> Self {
        let mut merged = global.clone();
        merged.0.extend(
            app.0
                .iter()
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        merged
    }

    /// The raw value of `key`.
    pub fn get(&self, key: &str) -> Option<&[u8]> {
        self.0.get(key).map(Vec::as_slice)
    }

    /// The value of `key` as text; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)
            .map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// Sets `key`, which the caller has checked with [`is_valid_key`].
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.insert(key.into(), value.into());
    }

    /// Removes `key`; tells whether it was set.
    pub fn unset(&mut self, key: &str) -> bool {
        self.0.remove(key).is_some()
    }

    /// Whether `key` is set, be it to an empty value.
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// All names in byte order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All variables in byte order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_slice()))
    }

    /// Number of variables.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no variable at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V: Into<Vec<u8>>> FromIterator<(K, V)> for EnvMap {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

/// `KEY="ESCAPED"`: one line of the file, whatever the value holds.
fn file_line(key: &str, value: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(key.len() + value.len() + 3);
    line.extend_from_slice(key.as_bytes());
    line.extend_from_slice(b"=\"");
    for &byte in value {
        match byte {
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\\' | b'"' | b'!' | b'$' | b'`' => line.extend_from_slice(&[b'\\', byte]),
            _ => line.push(byte),
        }
    }
    line.push(b'"');
    line
}

type Pair = (Vec<u8>, Vec<u8>);

/// One line: `None` for blank lines and comments.
fn parse_line(line: &[u8], number: usize) -> Result<Option<Pair>, EnvParseError> {
    match line.trim_ascii_start().first() {
        None | Some(b'#') => Ok(None),
        Some(_) => match parse_written_line(line) {
            Some(pair) => Ok(Some(pair)),
            None => parse_dialect_line(line)
                .map(Some)
                .ok_or(EnvParseError::NoSeparator { line: number }),
        },
    }
}

/// A line as [`file_line`] writes it: the key is taken literally (also one that begins with
/// `export`) and the value ends at the first quote that isn't escaped, so `#` is harmless.
/// `None` when the line has another shape: then it was written by hand.
fn parse_written_line(line: &[u8]) -> Option<Pair> {
    let equals = line.iter().position(|b| *b == b'=')?;
    let (key, rest) = line.split_at_checked(equals)?;
    let text = rest.strip_prefix(b"=\"")?;
    if !is_valid_key_bytes(key) {
        return None;
    }
    let mut value = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    loop {
        match bytes.next()? {
            b'\\' => value.push(unescape(*bytes.next()?)),
            b'"' => break,
            byte => value.push(*byte),
        }
    }
    bytes.all(|b| *b == b' ').then(|| (key.to_vec(), value))
}

/// The old dotenv dialect (reference 11 §1.2), for every line that wasn't written by us.
fn parse_dialect_line(line: &[u8]) -> Option<Pair> {
    let line = without_comment(line);
    let equals = line.iter().position(|b| *b == b'=');
    let colon = line.iter().position(|b| *b == b':');
    let separator = match (equals, colon) {
        (Some(equals), Some(colon)) => equals.min(colon),
        (equals, colon) => equals.or(colon)?,
    };
    let (key, value) = line.split_at_checked(separator)?;
    // Compat: the letters alone are enough, no blank needs to follow them.
    let key = key.strip_prefix(b"export").unwrap_or(key);
    Some((
        trim_spaces(key).to_vec(),
        dialect_value(trim_spaces(value.get(1..)?)),
    ))
}

/// The value between its outer quotes with escapes decoded, or literally when it has none.
fn dialect_value(text: &[u8]) -> Vec<u8> {
    let (Some(first @ (b'"' | b'\'')), Some(last)) = (text.first(), text.last()) else {
        return text.to_vec();
    };
    let inner = text.get(1..text.len() - 1);
    match inner {
        Some(inner) if first == last && text.len() > 1 => {
            let mut value = Vec::with_capacity(inner.len());
            let mut bytes = inner.iter();
            while let Some(&byte) = bytes.next() {
                let escaped = if byte == b'\\' { bytes.next() } else { None };
                value.push(escaped.map_or(byte, |e| unescape(*e)));
            }
            value
        }
        _ => text.to_vec(),
    }
}

fn unescape(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        other => other,
    }
}

/// Removes a trailing comment by counting quotes between the `#`s, as the old reader does.
fn without_comment(line: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut open = false;
    for segment in line.split(|b| *b == b'#') {
        let count = |quote| segment.iter().filter(|b| **b == quote).count();
        let toggles = count(b'"') == 1 || count(b'\'') == 1;
        let closes = toggles && open;
        if toggles {
            open = !open;
        }
        if closes || kept.is_empty() || open {
            kept.push(segment);
        }
    }
    kept.join(&b'#')
}

fn trim_spaces(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| *b != b' ').unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|b| *b != b' ')
        .map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}
