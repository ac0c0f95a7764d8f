//! JSON as Go reads and writes it: numbers are floats, keys sorted, `<`, `>` and `&` escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::printf;
use super::value::{Key, Value};

/// The value of a JSON text.
pub fn parse(text: &str) -> Result<Value, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    to_value(json)
}

fn to_value(json: Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Nil,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::str(text),
        Json::Array(items) => {
            Value::list(items.into_iter().map(to_value).collect::<Result<_, _>>()?)?
        }
        Json::Object(entries) => {
            let mut map = BTreeMap::new();
            for (key, value) in entries {
                map.insert(Key::Str(key.into()), to_value(value)?);
            }
            Value::map(map)?
        }
    })
}

/// The value as compact JSON.
pub fn print(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    write_value(&mut out, value)?;
    Ok(out)
}

/// A key as JSON needs it: a text.
pub fn key_text(key: &Key) -> String {
    match key {
        Key::Nil => "null".to_owned(),
        Key::Str(text) => text.to_string(),
        other => printf::display(&other.to_value()),
    }
}

fn write_value(out: &mut String, value: &Value) -> Result<(), String> {
    match value {
        Value::Missing | Value::Nil => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&float(*number)?),
        Value::Str(text) => write_string(out, text),
        Value::List(list) => {
            out.push('[');
            for (number, item) in list.items().iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write_value(out, item)?;
            }
            out.push(']');
        }
        Value::Map(map) => {
            let entries: BTreeMap<String, &Value> = map
                .entries()
                .iter()
                .map(|(key, value)| (key_text(key), value))
                .collect();
            out.push('{');
            for (number, (key, item)) in entries.into_iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write_string(out, &key);
                out.push(':');
                write_value(out, item)?;
            }
            out.push('}');
        }
        Value::Stream(_) => return Err("json: unsupported type: stream".to_owned()),
    }
    Ok(())
}

/// A float with an exponent only below 1e-6 and from 1e21 on.
fn float(number: f64) -> Result<String, String> {
    if !number.is_finite() {
        return Err(format!(
            "json: unsupported value: {}",
            printf::display(&Value::Float(number))
        ));
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        // Rust's `1e21`, Go's `1e+21`.
        let text = format!("{number:e}");
        return Ok(if magnitude < 1.0 {
            text
        } else {
            text.replace('e', "e+")
        });
    }
    Ok(number.to_string())
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{parse, print};
    use crate::template::value::Value;

    #[test]
    fn json_is_compact_sorted_and_escaped() {
        let value = parse(r#"{"b": [1, 1.5, null, true], "a": "<&>\n\u0001\""}"#).unwrap();
        let expected = r#"{"a":"\u003c\u0026\u003e\n\u0001\"","b":[1,1.5,null,true]}"#;
        assert_eq!(print(&value).unwrap(), expected);
    }

    #[test]
    fn floats_have_exponents_only_at_the_far_ends() {
        for (number, expected) in [
            (1e6, "1000000"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (-2.0, "-2"),
        ] {
            assert_eq!(print(&Value::Float(number)).unwrap(), expected);
        }
        assert!(print(&Value::Float(f64::NAN)).is_err());
    }

    #[test]
    fn broken_json_is_an_error() {
        assert!(parse("{").is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
