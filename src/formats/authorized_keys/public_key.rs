//! Public keys in OpenSSH's one-line form: structure, and the SHA-256 fingerprint that
//! `ssh-keygen -l` prints. Certificates aren't keys here.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

/// A public key whose blob fits its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: String,
    blob: Vec<u8>,
}

/// A text that is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid ssh public key")]
pub struct InvalidKey;

impl PublicKey {
    /// Reads `TYPE BASE64 [COMMENT]`, without options in front.
    ///
    /// # Errors
    /// Unknown type, bad base64, a blob of another structure, more than one line.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim();
        let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
        let (Some(kind), Some(base64)) = (words.next(), words.next()) else {
            return Err(InvalidKey);
        };
        let blob = STANDARD.decode(base64).map_err(|_| InvalidKey)?;
        if text.contains('\n') || has_structure(kind, &blob).is_none() {
            return Err(InvalidKey);
        }
        Ok(Self {
            kind: kind.to_owned(),
            blob,
        })
    }

    /// Reads a line of `authorized_keys`, where options may stand in front of the key.
    ///
    /// # Errors
    /// As [`PublicKey::parse`].
    pub fn parse_line(line: &str) -> Result<Self, InvalidKey> {
        Self::parse(line).or_else(|_| Self::parse(behind_options(line.trim_start())))
    }

    /// The key type, e.g. `ssh-ed25519`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `SHA256:` and the unpadded base64 of the blob's hash.
    pub fn fingerprint(&self) -> String {
        format!(
            "SHA256:{}",
            STANDARD_NO_PAD.encode(Sha256::digest(&self.blob))
        )
    }
}

/// What follows the first blank outside of double quotes.
fn behind_options(line: &str) -> &str {
    let mut quoted = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.as_str().starts_with('"') => {
                chars.next();
            }
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => break,
            _ => {}
        }
    }
    chars.as_str()
}

/// `Some` when `blob` is a complete key of type `kind` (RFC 4253, 5656, 8709; PROTOCOL.u2f).
fn has_structure(kind: &str, blob: &[u8]) -> Option<()> {
    const SMALLEST_RSA_BYTES: usize = 128;
    let mut fields = Fields(blob);
    fields.exactly(kind.as_bytes())?;
    match kind {
        "ssh-rsa" => {
            fields.integer()?;
            fields
                .integer()
                .filter(|modulus| modulus.len() >= SMALLEST_RSA_BYTES)?;
        }
        "ssh-dss" => {
            for _parameter in ["p", "q", "g", "y"] {
                fields.integer()?;
            }
        }
        "ssh-ed25519" => fields.sized(32)?,
        "sk-ssh-ed25519@openssh.com" => {
            fields.sized(32)?;
            fields.string()?;
        }
        "ecdsa-sha2-nistp256" => fields.curve_point(b"nistp256", 32)?,
        "ecdsa-sha2-nistp384" => fields.curve_point(b"nistp384", 48)?,
        "ecdsa-sha2-nistp521" => fields.curve_point(b"nistp521", 66)?,
        "sk-ecdsa-sha2-nistp256@openssh.com" => {
            fields.curve_point(b"nistp256", 32)?;
            fields.string()?;
        }
        _ => return None,
    }
    fields.0.is_empty().then_some(())
}

/// The length-prefixed fields of a blob that haven't been read yet.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn string(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(value)
    }

    /// A positive integer without its leading zeros.
    fn integer(&mut self) -> Option<&'a [u8]> {
        let value = self.string()?;
        let is_negative = value.first().is_some_and(|b| *b >= 0x80);
        let significant = value.iter().position(|b| *b != 0)?;
        if is_negative {
            None
        } else {
            value.get(significant..)
        }
    }

    fn exactly(&mut self, expected: &[u8]) -> Option<()> {
        self.string().filter(|value| *value == expected).map(|_| ())
    }

    fn sized(&mut self, size: usize) -> Option<()> {
        self.string()
            .filter(|value| value.len() == size)
            .map(|_| ())
    }

    /// The curve's name and an uncompressed point with coordinates of `size` bytes.
    fn curve_point(&mut self, curve: &[u8], size: usize) -> Option<()> {
        self.exactly(curve)?;
        let point = self.string()?;
        (point.len() == 1 + 2 * size && point.first() == Some(&4)).then_some(())
    }
}
