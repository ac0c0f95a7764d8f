//! Reads YAML 1.1 as go-yaml does: `yes`, `on` and `y` are booleans, mappings may have any scalar
//! as key. Writing is `yaml_print`'s business.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::value::{Key, Value};

/// The value of the first document of a YAML text; nil if there is none.
pub fn parse(text: &str) -> Result<Value, String> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| format!("yaml: {error}"))?;
        let at_line = |fault| format!("yaml: line {}: {fault}", span.start.line());
        if builder.take(event).map_err(at_line)? {
            break;
        }
    }
    Ok(builder.root.unwrap_or(Value::Nil))
}

/// Most entries that the merge keys of a text may bring along: they can name a large mapping often.
const MAX_MERGED: usize = 1_000_000;

/// A collection under construction, with its anchor (0: none).
enum Frame {
    List {
        anchor: usize,
        items: Vec<Value>,
    },
    Map {
        anchor: usize,
        entries: BTreeMap<Key, Value>,
        merged: Vec<Value>,
        key: Pending,
    },
}

/// What a mapping waits for.
enum Pending {
    Key,
    Value(Key),
    /// The mappings behind the merge key `<<`.
    Merge,
}

#[derive(Default)]
struct Builder {
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, Value>,
    root: Option<Value>,
    merged: usize,
}

impl Builder {
    /// Takes the next event; true when the document is complete.
    fn take(&mut self, event: Event<'_>) -> Result<bool, String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag)?,
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or("unknown anchor")?;
                self.add(value)?;
            }
            Event::SequenceStart(anchor, _) => {
                self.frames.push(Frame::List {
                    anchor,
                    items: Vec::new(),
                });
            }
            Event::MappingStart(anchor, _) => self.frames.push(Frame::Map {
                anchor,
                entries: BTreeMap::new(),
                merged: Vec::new(),
                key: Pending::Key,
            }),
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            Event::DocumentEnd => return Ok(true),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(false)
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
    ) -> Result<(), String> {
        let is_plain = style == ScalarStyle::Plain;
        if let Some(Frame::Map {
            key: key @ Pending::Key,
            ..
        }) = self.frames.last_mut()
            && is_plain
            && tag.is_none()
            && text == "<<"
        {
            *key = Pending::Merge;
            return Ok(());
        }
        let wants_text = tag.is_some_and(|tag| matches!(tag.suffix.as_str(), "str" | "!"));
        let value = if is_plain && !wants_text {
            resolve(text)
        } else {
            Value::str(text)
        };
        self.anchor(anchor, &value);
        self.add(value)
    }

    fn anchor(&mut self, anchor: usize, value: &Value) {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let (anchor, value) = match self.frames.pop() {
            Some(Frame::List { anchor, items }) => (anchor, Value::list(items)?),
            Some(Frame::Map {
                anchor,
                mut entries,
                merged,
                ..
            }) => {
                for value in merged {
                    self.merge(&mut entries, &value)?;
                }
                (anchor, Value::map(entries)?)
            }
            None => return Ok(()),
        };
        self.anchor(anchor, &value);
        self.add(value)
    }

    /// Adds a complete value to the innermost collection.
    fn add(&mut self, value: Value) -> Result<(), String> {
        match self.frames.last_mut() {
            None => self.root = Some(value),
            Some(Frame::List { items, .. }) => items.push(value),
            Some(Frame::Map {
                entries,
                merged,
                key,
                ..
            }) => {
                *key = match std::mem::replace(key, Pending::Key) {
                    Pending::Key => Pending::Value(to_key(&value)?),
                    Pending::Value(key) => {
                        entries.insert(key, value);
                        Pending::Key
                    }
                    Pending::Merge => {
                        merged.push(value);
                        Pending::Key
                    }
                };
            }
        }
        Ok(())
    }

    /// Adds the entries of a mapping, or of each mapping in a list, that are not there yet.
    fn merge(&mut self, entries: &mut BTreeMap<Key, Value>, value: &Value) -> Result<(), String> {
        match value {
            Value::Map(map) => {
                self.merged = self.merged.saturating_add(map.entries().len());
                if self.merged > MAX_MERGED {
                    return Err("map merges take too much work".to_owned());
                }
                for (key, value) in map.entries() {
                    entries.entry(key.clone()).or_insert_with(|| value.clone());
                }
                Ok(())
            }
            Value::List(list)
                if list
                    .items()
                    .iter()
                    .all(|item| matches!(item, Value::Map(_))) =>
            {
                list.items()
                    .iter()
                    .try_for_each(|item| self.merge(entries, item))
            }
            _ => Err("map merge requires map or sequence of maps as the value".to_owned()),
        }
    }
}

fn to_key(value: &Value) -> Result<Key, String> {
    Key::from_value(value).ok_or_else(|| "invalid map key".to_owned())
}

/// The value of a plain scalar.
pub fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Nil,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Value::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Value::str(text);
    }
    let digits = text.replace('_', "");
    let number = integer(&digits)
        .map(Value::Int)
        .or_else(|| float(&digits).map(Value::Float));
    number.unwrap_or_else(|| Value::str(text))
}

/// An integer with Go's prefixes for its base.
fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match (lower.get(..2), lower.get(2..)) {
        (Some("0x"), Some(digits)) => (16, digits),
        (Some("0o"), Some(digits)) => (8, digits),
        (Some("0b"), Some(digits)) => (2, digits),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.as_str()),
        _ => (10, lower.as_str()),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    i64::try_from(sign * i128::from_str_radix(digits, radix).ok()?).ok()
}

/// A float of digits, at most one point and an exponent: no words such as `inf`.
fn float(text: &str) -> Option<f64> {
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::parse;
    use crate::template::json;
    use crate::template::printf::display;
    use crate::template::torture::{Dice, mutate};

    fn as_json(text: &str) -> String {
        json::print(&parse(text).unwrap()).unwrap()
    }

    #[test]
    fn plain_scalars_resolve_like_yaml_1_1() {
        let text = "[y, No, on, ~, 1, 0x10, 010, 1_000, 1.5, 1e3, -2, 1.2.3, 08, 2016-01-02, a]";
        let expected =
            r#"[true,false,true,null,1,16,8,1000,1.5,1000,-2,"1.2.3",8,"2016-01-02","a"]"#;
        assert_eq!(as_json(text), expected);
        assert_eq!(
            as_json("['1', \"y\", !!str 1, ! 2]"),
            r#"["1","y","1","2"]"#
        );
    }

    #[test]
    fn mappings_keep_the_kind_of_their_keys() {
        assert_eq!(
            display(&parse("1: a\nb: {c: [d]}\n").unwrap()),
            "map[1:a b:map[c:[d]]]"
        );
        assert_eq!(as_json("1: a\ntrue: b\n"), r#"{"1":"a","true":"b"}"#);
        assert!(parse("? [a]\n: b\n").is_err());
    }

    #[test]
    fn anchors_and_merges_are_followed() {
        let text = "a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\nc: *x\n";
        assert_eq!(
            as_json(text),
            r#"{"a":{"p":1,"q":2},"b":{"p":1,"q":3},"c":{"p":1,"q":2}}"#
        );
        assert!(parse("<<: 1\n").is_err());
    }

    #[test]
    fn only_the_first_document_counts() {
        assert_eq!(as_json("--- 1\n--- 2\n"), "1");
        assert_eq!(as_json(""), "null");
    }

    #[test]
    fn broken_or_hostile_yaml_is_an_error() {
        assert!(parse("a: [").is_err());
        assert!(parse("*x").is_err());
        assert!(parse(&"[".repeat(10_000)).is_err());
        assert!(parse(&"- ".repeat(10_000)).is_err());
    }

    #[test]
    fn mutated_yaml_neither_panics_nor_hangs_and_prints_what_it_reads() {
        let samples = [
            "a: &x {p: 1, q: [2, ~]}\nb:\n  <<: *x\n  q: 3\nc: *x\n",
            "- |2-\n   lit\n- >\n  fold\n  ed\n- 'it''s'\n- \"\\x41\\n\"\n- ? k\n  : v\n",
            "%YAML 1.1\n---\n!!str 1: !t [on, 1.5, .inf, 0x1f, 1_0]\n...\n--- # c\n",
        ]
        .map(str::to_owned);
        let mut dice = Dice(42);
        for round in 0..3000 {
            let mut bytes = samples[round % samples.len()].clone().into_bytes();
            for _ in 0..=dice.roll(5) {
                mutate(&mut bytes, &samples, &mut dice);
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Ok(value) = parse(&text) else { continue };
            let printed = crate::template::yaml_print::print(&value).unwrap();
            let again = parse(&printed).map(|value| display(&value));
            assert_eq!(again, Ok(display(&value)), "{text:?} as {printed:?}");
        }
    }

    #[test]
    fn a_large_mapping_is_not_merged_without_end() {
        let keys: Vec<String> = (0..2000).map(|n| format!("k{n}: 1")).collect();
        let aliases = |count| vec!["*m"; count].join(", ");
        let text = |count| {
            let (keys, aliases) = (keys.join(", "), aliases(count));
            format!("m: &m {{{keys}}}\nx:\n  <<: [{aliases}]\n")
        };
        assert!(parse(&text(2)).is_ok());
        let fault = parse(&text(1000)).unwrap_err();
        assert!(fault.ends_with("map merges take too much work"), "{fault}");
    }

    #[test]
    fn aliases_that_double_stay_small() {
        let lines: String = (1..60)
            .map(|n| format!("- &a{n} [*a{0}, *a{0}]\n", n - 1))
            .collect();
        let value = parse(&format!("- &a0 x\n{lines}")).unwrap();
        assert_eq!(value.size(), usize::MAX);
    }
}
