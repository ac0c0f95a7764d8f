//! Writes YAML as go-yaml does: block style, sorted keys, lists at the column of their key, and
//! quotes where a plain text would be read as something else. Long lines are not folded.

use super::escape::is_printable;
use super::json::key_text;
use super::printf::display;
use super::value::{Key, Value};
use super::yaml::resolve;

/// Columns that each level is indented by.
const INDENT: usize = 2;

/// The value as a YAML text with a newline at its end.
pub fn print(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    if is_block(value) {
        write_entries(&mut out, value, 0)?;
    } else {
        out.push_str(&scalar(value, INDENT)?);
        out.push('\n');
    }
    Ok(out)
}

/// Whether the value is a collection with something in it.
fn is_block(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_)) && value.truth()
}

/// The entries of a collection at column `column`, where the first one already stands.
fn write_entries(out: &mut String, value: &Value, column: usize) -> Result<(), String> {
    match value {
        Value::Map(map) => {
            for (number, (key, item)) in map.entries().iter().enumerate() {
                start_line(out, number, column);
                out.push_str(&key_scalar(key));
                out.push(':');
                // A list starts at the column of its key.
                let inner = if matches!(item, Value::List(_)) {
                    column
                } else {
                    column + INDENT
                };
                write_item(out, item, column, is_block(item).then_some(inner))?;
            }
        }
        Value::List(list) => {
            for (number, item) in list.items().iter().enumerate() {
                start_line(out, number, column);
                out.push('-');
                write_item(out, item, column, None)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn start_line(out: &mut String, number: usize, column: usize) {
    if number > 0 {
        out.push_str(&" ".repeat(column));
    }
}

/// An item behind its `key:` or `-`: on lines of its own at `own_lines`, else on the same line.
fn write_item(
    out: &mut String,
    item: &Value,
    column: usize,
    own_lines: Option<usize>,
) -> Result<(), String> {
    if let Some(inner) = own_lines {
        out.push('\n');
        out.push_str(&" ".repeat(inner));
        return write_entries(out, item, inner);
    }
    out.push(' ');
    if is_block(item) {
        return write_entries(out, item, column + INDENT);
    }
    out.push_str(&scalar(item, column + INDENT)?);
    out.push('\n');
    Ok(())
}

/// A scalar or empty collection; the lines of a longer text are indented to `column`.
fn scalar(value: &Value, column: usize) -> Result<String, String> {
    Ok(match value {
        Value::Missing | Value::Nil => "null".to_owned(),
        Value::Bool(_) | Value::Int(_) => display(value),
        Value::Float(number) if number.is_nan() => ".nan".to_owned(),
        Value::Float(number) if number.is_infinite() && *number > 0.0 => ".inf".to_owned(),
        Value::Float(number) if number.is_infinite() => "-.inf".to_owned(),
        Value::Float(_) => display(value),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        Value::Str(text) if is_literal(text) => literal(text, column),
        Value::Str(text) => line(text),
        Value::Stream(_) => return Err("cannot marshal type: stream".to_owned()),
    })
}

fn key_scalar(key: &Key) -> String {
    match key {
        Key::Str(text) => line(text),
        other => key_text(other),
    }
}

/// A text on one line: plain, or in the quotes it needs.
fn line(text: &str) -> String {
    if !text.chars().all(is_printable) || !matches!(resolve(text), Value::Str(_)) {
        double_quoted(text)
    } else if is_plain(text) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

fn double_quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '\t' => "\\t".to_owned(),
            c if is_printable(c) => c.to_string(),
            c => match u32::from(c) {
                code @ ..0x100 => format!("\\x{code:02X}"),
                code @ ..0x1_0000 => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            },
        })
        .collect();
    format!("\"{escaped}\"")
}

/// Whether a text without quotes reads as itself.
fn is_plain(text: &str) -> bool {
    let second_is_blank = text.chars().nth(1).is_none_or(|c| c == ' ');
    let bad_start = match text.chars().next() {
        Some('-' | '?' | ':') => second_is_blank,
        Some(c) => " #,[]{}&*!|>'\"%@`".contains(c),
        None => true,
    };
    let is_marker = text.starts_with("---") || text.starts_with("...");
    let is_merge_key = text == "<<" || text == "=";
    !bad_start
        && !is_marker
        && !is_merge_key
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
}

/// Whether the text has several lines that a block keeps as they are.
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && text.chars().all(|c| c == '\n' || is_printable(c))
        && !text.contains(" \n")
        && !text.ends_with(' ')
}

/// The text as a literal block (`|`) whose lines stand at `column`.
fn literal(text: &str, column: usize) -> String {
    let hint = if text.starts_with([' ', '\n']) {
        "2"
    } else {
        ""
    };
    let chomp = match text.strip_suffix('\n') {
        None => "-",
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => "+",
        Some(_) => "",
    };
    let mut out = format!("|{hint}{chomp}");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(column));
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::print;
    use crate::template::json;
    use crate::template::value::Value;
    use crate::template::yaml::parse;

    fn printed(json: &str) -> String {
        print(&json::parse(json).unwrap()).unwrap()
    }

    #[test]
    fn collections_print_in_block_style() {
        let json = r#"{"b": {"c": 1.5, "d": {}}, "a": [1, [2, []], {"x": null, "y": true}]}"#;
        let yaml = "a:\n- 1\n- - 2\n  - []\n- x: null\n  \"y\": true\nb:\n  c: 1.5\n  d: {}\n";
        assert_eq!(printed(json), yaml);
        assert_eq!(printed("[]"), "[]\n");
        assert_eq!(printed("3"), "3\n");
    }

    #[test]
    fn texts_that_read_as_something_else_are_quoted() {
        for (text, yaml) in [
            ("", "\"\""),
            ("yes", "\"yes\""),
            ("1e3", "\"1e3\""),
            ("~", "\"~\""),
            ("a: b", "'a: b'"),
            ("it's", "it's"),
            ("- a", "'- a'"),
            ("-a", "-a"),
            ("#a", "'#a'"),
            ("a #b", "'a #b'"),
            ("'a'", "'''a'''"),
            ("a\tb", "\"a\\tb\""),
            (" a", "' a'"),
            ("é", "é"),
        ] {
            assert_eq!(
                print(&Value::str(text)).unwrap(),
                format!("{yaml}\n"),
                "{text}"
            );
        }
    }

    #[test]
    fn several_lines_print_as_a_literal_block() {
        assert_eq!(
            printed(r#"{"a": "x\ny\n", "b": ["p\n\nq"]}"#),
            "a: |\n  x\n  y\nb:\n- |-\n  p\n\n  q\n"
        );
        assert_eq!(printed(r#"{"a": "x\n\n"}"#), "a: |+\n  x\n\n");
    }

    #[test]
    fn what_is_printed_reads_back_the_same() {
        for text in [
            "",
            "a",
            "a\n",
            "\n",
            "\n\n",
            "a\n\n",
            " a\nb",
            "a \nb",
            "a\nb ",
            "\na",
            "x: y",
            "<<",
            "=",
            "---",
            "... a",
            "?",
            ":",
            "-",
            "a:",
            "!x",
            "%x",
            "@x",
            "`x",
            "|",
            ">",
            "[",
            "{a}",
            "null",
            "0x1",
            ".5",
            "+1",
            "on",
            "a\u{7f}\u{85}\u{2028}b",
            "\u{feff}",
            "😀",
            "\"",
            "\\",
            "a\r\nb",
            "a # b",
            "a: |",
            "\ta",
            "a\n\tb",
        ] {
            let map = [
                (text.into(), Value::str(text)),
                ("k".into(), Value::str(text)),
            ];
            let list =
                Value::list(vec![Value::str(text), Value::map(map.into()).unwrap()]).unwrap();
            let yaml = print(&list).unwrap();
            assert_eq!(parse(&yaml), Ok(list), "{text:?} as {yaml}");
        }
    }
}
