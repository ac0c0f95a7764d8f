//! `authorized_keys` as sshcommand writes it: entries, look-ups, listings, names (reference 14
//! §1.4–1.6). Lines are bytes, for comments come in any encoding. What makes a public key valid,
//! and its fingerprint, is `public_key`.

use std::fmt;

use serde_json::Value;

pub mod public_key;
#[cfg(test)]
mod tests;

pub use public_key::PublicKey;

/// Key options of a new entry unless `SSHCOMMAND_ALLOWED_KEYS` says otherwise.
pub const DEFAULT_OPTIONS: &str =
    "no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding";

/// The name of a key: not empty, and without the characters that could break out of the forced
/// command (quotes, backslashes, `$`, backquotes, control characters).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

/// A name that [`KeyName::parse`] refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid ssh key name")]
pub struct InvalidKeyName;

impl KeyName {
    /// Validates `name`; blanks are fine.
    ///
    /// # Errors
    /// `Invalid ssh key name`
    pub fn parse(name: &str) -> Result<Self, InvalidKeyName> {
        let is_unsafe = |c: char| c.is_control() || matches!(c, '"' | '\'' | '\\' | '`' | '$');
        if name.is_empty() || name.contains(is_unsafe) {
            return Err(InvalidKeyName);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a line that sshcommand wrote says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `SHA256:…`, or the colon-separated MD5 of old entries.
    pub fingerprint: String,
    /// The key's name.
    pub name: String,
    /// The options behind the forced command.
    pub options: String,
}

/// The line of a new key, without newline. `home` is the absolute home of the user, `key` the key
/// text as given (type, base64, comment).
pub fn entry_line(
    fingerprint: &str,
    name: &KeyName,
    home: &str,
    options: &str,
    key: &[u8],
) -> Vec<u8> {
    let front = format!(
        r#"command="FINGERPRINT={fingerprint} NAME=\"{name}\" `cat {home}/.sshcommand` $SSH_ORIGINAL_COMMAND",{options} "#
    );
    [front.as_bytes(), key].concat()
}

/// The lines of the file, also those that are no entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorizedKeys(Vec<Vec<u8>>);

impl AuthorizedKeys {
    /// Reads the file; every text is accepted.
    pub fn parse(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let lines = text.split(|byte| *byte == b'\n');
        let unix = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        Self(unix.map(<[u8]>::to_vec).collect())
    }

    /// The content of the file, each line ended by a newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        let ended = self.0.iter().flat_map(|line| [line.as_slice(), b"\n"]);
        ended.collect::<Vec<_>>().concat()
    }

    /// The lines that sshcommand wrote, in file order; others are ignored.
    pub fn entries(&self) -> Vec<Entry> {
        let text = self.0.iter().map(|line| String::from_utf8_lossy(line));
        text.filter_map(|line| entry(&line)).collect()
    }

    /// Whether a key of that name is there.
    pub fn has_name(&self, name: &str) -> bool {
        self.contain(format!(r#"NAME=\"{name}\""#).as_bytes())
    }

    /// Whether the fingerprint occurs anywhere.
    pub fn has_fingerprint(&self, fingerprint: &str) -> bool {
        self.contain(fingerprint.as_bytes())
    }

    fn contain(&self, text: &[u8]) -> bool {
        self.0.iter().any(|line| contains(line, text))
    }

    /// Appends a line made by [`entry_line`].
    pub fn add(&mut self, line: Vec<u8>) {
        self.0.push(line);
    }

    /// Removes the lines of that name; tells whether there were any. Old entries with an unquoted
    /// name stay.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let text = [br#" NAME=\""#, name, br#"\" "#].concat();
        let before = self.0.len();
        self.0.retain(|line| !contains(line, &text));
        self.0.len() < before
    }

    /// The numbers (from 1) of lines that hold no valid key. Blank lines and comments are fine.
    pub fn bad_lines(&self) -> Vec<usize> {
        let is_bad = |line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#') && PublicKey::parse_line(line).is_err()
        };
        let numbered = self.0.iter().zip(1..);
        numbered
            .filter(|(line, _)| is_bad(line))
            .map(|(_, number)| number)
            .collect()
    }

    /// `FP NAME="name" SSHCOMMAND_ALLOWED_KEYS="options"` for each entry, or for those of `name`.
    pub fn list(&self, name: Option<&str>) -> Vec<String> {
        let row = |e: Entry| {
            format!(
                r#"{} NAME="{}" SSHCOMMAND_ALLOWED_KEYS="{}""#,
                e.fingerprint, e.name, e.options
            )
        };
        self.named(name).map(row).collect()
    }

    /// The same as one line of JSON; `[]` without entries.
    pub fn list_json(&self, name: Option<&str>) -> String {
        let object = |e: Entry| {
            format!(
                r#"{{ "fingerprint": {}, "name": {}, "SSHCOMMAND_ALLOWED_KEYS": {} }}"#,
                Value::from(e.fingerprint),
                Value::from(e.name),
                Value::from(e.options)
            )
        };
        format!(
            "[{}]",
            self.named(name).map(object).collect::<Vec<_>>().join(",")
        )
    }

    fn named(&self, name: Option<&str>) -> impl Iterator<Item = Entry> {
        self.entries()
            .into_iter()
            .filter(move |e| name.is_none_or(|name| e.name == name))
    }
}

fn contains(line: &[u8], text: &[u8]) -> bool {
    text.is_empty() || line.windows(text.len()).any(|part| part == text)
}

/// Matches `^command="FINGERPRINT=(\S+) NAME=(\\"|)(.*)\2 `.*",(\S+).*`, so quoted and old unquoted
/// names.
fn entry(line: &str) -> Option<Entry> {
    let rest = line.strip_prefix("command=\"FINGERPRINT=")?;
    let (fingerprint, rest) = rest.split_once(' ')?;
    let rest = rest.strip_prefix("NAME=")?;
    if fingerprint.is_empty() || fingerprint.contains(char::is_whitespace) {
        return None;
    }
    let (name, options) = name_and_options(rest, "\\\"").or_else(|| name_and_options(rest, ""))?;
    Some(Entry {
        fingerprint: fingerprint.to_owned(),
        name: name.to_owned(),
        options: options.to_owned(),
    })
}

fn name_and_options<'a>(text: &'a str, quote: &str) -> Option<(&'a str, &'a str)> {
    let text = text.strip_prefix(quote)?;
    let closing = format!("{quote} `");
    text.rmatch_indices(&closing).find_map(|(end, _)| {
        let (name, forced_command) = text.split_at_checked(end)?;
        let command = forced_command.strip_prefix(&closing)?;
        let options = command.rmatch_indices("\",").find_map(|(at, separator)| {
            let options = command
                .get(at + separator.len()..)?
                .split(char::is_whitespace)
                .next()?;
            (!options.is_empty()).then_some(options)
        })?;
        Some((name, options))
    })
}
