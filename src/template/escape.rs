//! Escaping of text: Go's quoting, and the builtins `html`, `js` and `urlquery`.

use std::fmt::Write as _;

/// Whether Go prints the character as it is in a quoted string.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // Behind a letter, so that Rust leaves combining marks alone as Go does.
    ['a', c].iter().collect::<String>().escape_debug().nth(1) == Some(c)
}

/// Go's `strconv.Quote`.
pub fn quote(text: &str) -> String {
    quote_with(text, '"')
}

/// Go's `strconv.QuoteRune`.
pub fn quote_char(c: char) -> String {
    quote_with(c.encode_utf8(&mut [0; 4]), '\'')
}

fn quote_with(text: &str, quote: char) -> String {
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            c => write_code(&mut out, u32::from(c)),
        }
    }
    out.push(quote);
    out
}

fn write_code(out: &mut String, code: u32) {
    // Writing to a string cannot fail.
    let _ = match code {
        0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
        ..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// `U+002D '-'`, Go's `%#U`.
pub fn unicode(c: char) -> String {
    if is_printable(c) {
        format!("U+{:04X} '{c}'", u32::from(c))
    } else {
        format!("U+{:04X}", u32::from(c))
    }
}

/// Go's `html`.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

/// Go's `js`.
pub fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let code = u32::from(c);
        // Writing to a string cannot fail.
        let _ = match c {
            '\\' | '\'' | '"' => write!(out, "\\{c}"),
            '<' | '>' | '&' | '=' | '\0'..='\x1f' => write!(out, "\\u{code:04X}"),
            c if c.is_ascii() || is_printable(c) => out.write_char(c),
            _ => write!(out, "\\u{code:04X}"),
        };
    }
    out
}

/// Go's `urlquery`.
pub fn url_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_escapes_what_does_not_print() {
        assert_eq!(quote("a\"\\\n\u{1}é\u{a0}"), r#""a\"\\\n\x01é\u00a0""#);
        assert_eq!(quote_char('\''), r"'\''");
        assert_eq!(quote("e\u{301}"), "\"e\u{301}\"");
    }

    #[test]
    fn html_js_and_urlquery_escape_like_go() {
        assert_eq!(
            html("<a href=\"x\">&'"),
            "&lt;a href=&#34;x&#34;&gt;&amp;&#39;"
        );
        assert_eq!(js("a\"<\n\\é"), "a\\\"\\u003C\\u000A\\\\é");
        assert_eq!(url_query("a b&c=d~é"), "a+b%26c%3Dd~%C3%A9");
    }
}
