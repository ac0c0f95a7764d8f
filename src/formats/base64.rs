//! Base64 as Go's `encoding/base64` reads it: padded, line ends ignored, and a fault named by the
//! offset that Go would name.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// The bytes of a text.
///
/// # Errors
/// The offset of the first fault.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, usize> {
    if let Some(at) = fault(text) {
        return Err(at);
    }
    let engine = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let mut digits = text.to_vec();
    digits.retain(|byte| !is_line_end(*byte));
    engine.decode(&digits).map_err(|_| text.len())
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Digits come in groups of four; `read` are those of the present group.
fn fault(text: &[u8]) -> Option<usize> {
    let mut read = 0;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' => return fault_of_padding(text, at, read),
            b'+' | b'/' => read = (read + 1) % 4,
            byte if byte.is_ascii_alphanumeric() => read = (read + 1) % 4,
            _ => return Some(at),
        }
    }
    // Go counts back from the end, over line ends as well.
    (read > 0).then(|| text.len() - read)
}

/// The first `=` is at `at`: it and a second one behind two digits must end the text.
fn fault_of_padding(text: &[u8], at: usize, read: usize) -> Option<usize> {
    let next = |from: usize| {
        let rest = text.iter().enumerate().skip(from);
        rest.map(|(at, byte)| (at, *byte))
            .find(|(_, byte)| !is_line_end(*byte))
    };
    let end = match (read, next(at + 1)) {
        (0 | 1, _) => return Some(at),
        (2, None) => return Some(text.len()),
        (2, Some((second, b'='))) => second + 1,
        // Go names what stands in front of the byte that is no padding.
        (2, Some((other, _))) => return Some(other - 1),
        _ => at + 1,
    };
    next(end).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_ignored_and_stray_bits_forgiven() {
        assert_eq!(decode(b"aGkK\naGk="), Ok(b"hi\nhi".to_vec()));
        assert_eq!(decode(b"YQ=\r\n=\n"), Ok(b"a".to_vec()));
        assert_eq!(decode(b"YR=="), Ok(b"a".to_vec()));
        assert_eq!(decode(b"\n"), Ok(Vec::new()));
        assert_eq!(decode(b"+/+/"), Ok(vec![0xfb, 0xff, 0xbf]));
    }

    #[test]
    fn faults_are_where_go_finds_them() {
        for (text, at) in [
            ("!!!!", 0),
            ("====", 0),
            ("x===", 1),
            ("=AAA", 0),
            ("A=AA", 1),
            ("AA=A", 2),
            ("AA==A", 4),
            ("AAA=AAAA", 4),
            ("YQ==YQ==", 4),
            ("AAAAA", 4),
            ("AAAAAA", 4),
            ("aGk", 0),
            ("aGkKa\nG", 5),
            ("aGkK\n!", 5),
            ("A=", 1),
            ("A==", 1),
            ("AA=", 3),
            ("AAAAAA=", 7),
            ("YWJjZA=====", 8),
            ("A!\n", 1),
            ("A=\n", 1),
        ] {
            assert_eq!(decode(text.as_bytes()), Err(at), "{text}");
        }
    }
}
