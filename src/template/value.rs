//! The values a template computes with: strings, numbers, booleans, nil, lists, maps and streams.
//! How they print is `printf`'s business, what functions do with them is `functions`'s.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Deepest nesting of lists and maps: keeps every walk over a value within the stack.
const MAX_DEPTH: usize = 150;

/// What one scalar counts for in [`Value::size`], in bytes.
const SCALAR_SIZE: usize = 16;

/// A template value (reference 45 §3).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing at all: a missing map key, the result of a pipeline that gave nil.
    Missing,
    /// A nil that stands somewhere: an element of a list or map, an argument.
    Nil,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// A list.
    List(Rc<List>),
    /// A map.
    Map(Rc<Map>),
    /// A stream, read once.
    Stream(Rc<Stream>),
}

/// A list; its depth and size are known without a walk.
#[derive(Debug, PartialEq)]
pub struct List {
    items: Vec<Value>,
    depth: usize,
    size: usize,
}

/// A map in key order; its depth and size are known without a walk.
#[derive(Debug, PartialEq)]
pub struct Map {
    entries: BTreeMap<Key, Value>,
    depth: usize,
    size: usize,
}

/// A key of a map: strings, but for YAML mappings.
#[derive(Debug, Clone, Copy)]
pub struct FloatKey(pub f64);

/// A key of a map: strings, but for YAML mappings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The YAML null key.
    Nil,
    /// A boolean key.
    Bool(bool),
    /// An integer key.
    Int(i64),
    /// A floating-point key.
    Float(FloatKey),
    /// A string key.
    Str(Rc<str>),
}

/// The bytes of an open file, standard input or an HTTP answer: whoever reads them first has them.
#[derive(Debug, PartialEq)]
pub struct Stream(RefCell<Vec<u8>>);

impl Value {
    /// A string value.
    pub fn str(text: impl Into<Rc<str>>) -> Self {
        Self::Str(text.into())
    }

    /// A list value; fails when the items are nested too deeply.
    pub fn list(items: Vec<Self>) -> Result<Self, String> {
        let depth = checked_depth(items.iter())?;
        let size = total_size(items.iter()).saturating_add(SCALAR_SIZE);
        Ok(Self::List(Rc::new(List { items, depth, size })))
    }

    /// A map value; fails when the values are nested too deeply.
    pub fn map(entries: BTreeMap<Key, Self>) -> Result<Self, String> {
        let depth = checked_depth(entries.values())?;
        let keys = entries
            .keys()
            .fold(SCALAR_SIZE, |sum, key| sum.saturating_add(key.size()));
        let size = total_size(entries.values()).saturating_add(keys);
        Ok(Self::Map(Rc::new(Map {
            entries,
            depth,
            size,
        })))
    }

    /// A stream over `bytes`.
    pub fn stream(bytes: Vec<u8>) -> Self {
        Self::Stream(Rc::new(Stream(RefCell::new(bytes))))
    }

    /// Whether the value is nil or missing.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Missing | Self::Nil)
    }

    /// Go's truth: false are nil, `false`, 0, `""`, empty lists and maps.
    pub fn truth(&self) -> bool {
        match self {
            Self::Missing | Self::Nil => false,
            Self::Bool(flag) => *flag,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::List(list) => !list.items.is_empty(),
            Self::Map(map) => !map.entries.is_empty(),
            Self::Stream(_) => true,
        }
    }

    /// The Go type's name, as error messages and `%T` give it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Missing | Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Str(_) => "string",
            Self::List(_) => "[]interface {}",
            Self::Map(map) if map.has_only_string_keys() => "map[string]interface {}",
            Self::Map(_) => "map[interface {}]interface {}",
            Self::Stream(_) => "sigil.NamedReader",
        }
    }

    /// Roughly how many bytes a print of the value takes, shared parts counted every time.
    pub fn size(&self) -> usize {
        match self {
            Self::Str(text) => text.len().saturating_add(SCALAR_SIZE),
            Self::List(list) => list.size,
            Self::Map(map) => map.size,
            Self::Stream(stream) => stream.0.borrow().len(),
            _ => SCALAR_SIZE,
        }
    }

    /// The value as a pipeline hands it on: a nil is nothing any more.
    pub fn unboxed(self) -> Self {
        if self == Self::Nil {
            Self::Missing
        } else {
            self
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::List(list) => list.depth,
            Self::Map(map) => map.depth,
            _ => 0,
        }
    }
}

impl List {
    /// The elements.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Map {
    /// The entries in key order.
    pub fn entries(&self) -> &BTreeMap<Key, Value> {
        &self.entries
    }

    /// The value of a string key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(&Key::from(key))
    }

    /// Whether the map could be Go's `map[string]interface {}`.
    pub fn has_only_string_keys(&self) -> bool {
        self.entries.keys().all(|key| matches!(key, Key::Str(_)))
    }
}

impl Key {
    /// The key as a value.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Nil => Value::Nil,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Int(number) => Value::Int(*number),
            Self::Float(number) => Value::Float(number.0),
            Self::Str(text) => Value::Str(text.clone()),
        }
    }

    /// The key that equals `value`; `None` for lists, maps and streams.
    pub fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Missing | Value::Nil => Some(Self::Nil),
            Value::Bool(flag) => Some(Self::Bool(*flag)),
            Value::Int(number) => Some(Self::Int(*number)),
            Value::Float(number) => Some(Self::Float(FloatKey(*number))),
            Value::Str(text) => Some(Self::Str(text.clone())),
            Value::List(_) | Value::Map(_) | Value::Stream(_) => None,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Str(text) => text.len().saturating_add(SCALAR_SIZE),
            _ => SCALAR_SIZE,
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl PartialEq for FloatKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for FloatKey {}

impl PartialOrd for FloatKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FloatKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Stream {
    /// Everything not read so far; bytes that are not UTF-8 become U+FFFD.
    pub fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.take()).into_owned()
    }
}

fn checked_depth<'v>(values: impl Iterator<Item = &'v Value>) -> Result<usize, String> {
    let depth = values.map(Value::depth).max().unwrap_or(0) + 1;
    if depth > MAX_DEPTH {
        Err("value nested too deeply".to_owned())
    } else {
        Ok(depth)
    }
}

fn total_size<'v>(values: impl Iterator<Item = &'v Value>) -> usize {
    values.fold(0, |sum, value| sum.saturating_add(value.size()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn truth_follows_go() {
        for falsy in [
            Value::Missing,
            Value::Nil,
            Value::Int(0),
            Value::str(""),
            Value::Float(0.0),
        ] {
            assert!(!falsy.truth(), "{falsy:?}");
        }
        assert!(!Value::list(vec![]).unwrap().truth());
        assert!(Value::str("false").truth());
        assert!(Value::list(vec![Value::Nil]).unwrap().truth());
    }

    #[test]
    fn lists_nest_only_so_deep() {
        let mut value = Value::Nil;
        for _ in 0..MAX_DEPTH {
            value = Value::list(vec![value]).unwrap();
        }
        assert!(Value::list(vec![value]).is_err());
    }

    #[test]
    fn size_counts_shared_parts_every_time() {
        let mut value = Value::str("x");
        for _ in 0..80 {
            value = Value::list(vec![value.clone(), value]).unwrap();
        }
        assert_eq!(value.size(), usize::MAX);
    }

    #[test]
    fn a_stream_is_read_once() {
        let Value::Stream(stream) = Value::stream(b"abc".to_vec()) else {
            return;
        };
        assert_eq!(stream.read(), "abc");
        assert_eq!(stream.read(), "");
    }
}
