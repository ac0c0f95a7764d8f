//! Go's literals: names, numbers, quoted strings and character constants.

use super::value::Value;

/// Whether Go's lexer takes the character as part of a name.
pub fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether a variable of this name can be written `$NAME` and `.NAME`.
pub fn is_identifier(name: &str) -> bool {
    !name.starts_with(char::is_numeric) && !name.is_empty() && name.chars().all(is_alphanumeric)
}

/// The value of a number token: an integer, or a float if it is written as one.
pub fn number(text: &str) -> Result<Value, String> {
    let bad = || format!("bad number syntax: {}", super::escape::quote(text));
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if !underscores_separate_digits(digits) {
        return Err(bad());
    }
    let digits = digits.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let is_prefixed = lower.starts_with("0x") || lower.starts_with("0b") || lower.starts_with("0o");
    if !is_prefixed && lower.contains(['.', 'e']) {
        let value: f64 = lower.parse().map_err(|_| bad())?;
        if value.is_infinite() {
            return Err(bad());
        }
        return Ok(Value::Float(if negative { -value } else { value }));
    }
    let (radix, body) = match (lower.get(..2), lower.get(2..)) {
        (Some("0x"), Some(body)) => (16, body),
        (Some("0o"), Some(body)) => (8, body),
        (Some("0b"), Some(body)) => (2, body),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.as_str()),
        _ => (10, lower.as_str()),
    };
    if body.is_empty() || !body.chars().all(|c| c.is_digit(radix)) {
        return Err(bad());
    }
    let overflow = || format!("integer overflow: {}", super::escape::quote(text));
    let magnitude = i128::from_str_radix(body, radix).map_err(|_| overflow())?;
    let value = if negative { -magnitude } else { magnitude };
    i64::try_from(value).map(Value::Int).map_err(|_| overflow())
}

fn underscores_separate_digits(digits: &str) -> bool {
    let after_prefix = digits.len() > 1 && digits.starts_with('0');
    !digits.ends_with('_') && !digits.contains("__") && (after_prefix || !digits.starts_with('_'))
}

/// The character a `'c'` token stands for.
pub fn char_constant(text: &str) -> Result<char, String> {
    let malformed = || format!("malformed character constant: {text}");
    let body = text
        .strip_prefix('\'')
        .and_then(|t| t.strip_suffix('\''))
        .ok_or_else(malformed)?;
    let mut rest = body.chars();
    let first = unescape(&mut rest, '\'')
        .and_then(to_char)
        .ok_or_else(malformed)?;
    if rest.next().is_some() {
        Err(malformed())
    } else {
        Ok(first)
    }
}

/// The text a `"…"` token or a token in backquotes stands for.
pub fn unquote(text: &str) -> Result<String, String> {
    if let Some(raw) = text.strip_prefix('`').and_then(|t| t.strip_suffix('`')) {
        return Ok(raw.replace('\r', ""));
    }
    let body = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(text);
    let mut rest = body.chars();
    let mut bytes = Vec::new();
    while !rest.as_str().is_empty() {
        match unescape(&mut rest, '"').ok_or("invalid syntax")? {
            Unescaped::Char(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            Unescaped::Byte(byte) => bytes.push(byte),
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

enum Unescaped {
    Char(char),
    Byte(u8),
}

fn to_char(unescaped: Unescaped) -> Option<char> {
    Some(match unescaped {
        Unescaped::Char(c) => c,
        Unescaped::Byte(byte) => char::from(byte),
    })
}

/// One character or escape of a literal quoted with `quote`; `None` where Go finds a fault.
fn unescape(rest: &mut std::str::Chars<'_>, quote: char) -> Option<Unescaped> {
    let c = rest.next()?;
    if c != '\\' {
        return (c != quote).then_some(Unescaped::Char(c));
    }
    let escaped = match rest.next()? {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        c @ ('\'' | '"') if c == quote => c,
        'x' => return u8::try_from(digits(rest, 2, 16)?).ok().map(Unescaped::Byte),
        'u' => char::from_u32(digits(rest, 4, 16)?)?,
        'U' => char::from_u32(digits(rest, 8, 16)?)?,
        first @ '0'..='7' => {
            let number = first.to_digit(8)? * 64 + digits(rest, 2, 8)?;
            return u8::try_from(number).ok().map(Unescaped::Byte);
        }
        _ => return None,
    };
    Some(Unescaped::Char(escaped))
}

fn digits(rest: &mut std::str::Chars<'_>, count: usize, radix: u32) -> Option<u32> {
    (0..count).try_fold(0u32, |number, _| {
        number
            .checked_mul(radix)?
            .checked_add(rest.next()?.to_digit(radix)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_bases_of_go() {
        for (text, value) in [
            ("0x10", 16),
            ("010", 8),
            ("0b11", 3),
            ("1_000", 1000),
            ("-2", -2),
        ] {
            assert_eq!(number(text), Ok(Value::Int(value)), "{text}");
        }
        assert_eq!(number("1e3"), Ok(Value::Float(1000.0)));
        assert_eq!(number("0x1e"), Ok(Value::Int(30)));
        for text in [
            "08",
            "1__0",
            "1_",
            "-",
            "0x",
            "99999999999999999999",
            "1e999",
        ] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn strings_have_the_escapes_of_go() {
        assert_eq!(unquote(r#""a\tb\u00e9\x41\101""#), Ok("a\tbéAA".to_owned()));
        assert_eq!(unquote("`a\\n`"), Ok("a\\n".to_owned()));
        assert!(unquote(r#""\q""#).is_err());
        assert!(unquote(r#""\ud800""#).is_err());
    }

    #[test]
    fn a_character_constant_is_one_character() {
        assert_eq!(char_constant("'a'"), Ok('a'));
        assert_eq!(char_constant(r"'\n'"), Ok('\n'));
        assert!(char_constant("'ab'").is_err());
        assert!(char_constant("''").is_err());
    }

    #[test]
    fn names_start_with_a_letter() {
        assert!(is_identifier("_a1") && is_identifier("é"));
        assert!(!is_identifier("1a") && !is_identifier("a-b") && !is_identifier(""));
    }
}
