//! sigil's functions on structured data: `json`, `tojson`, `pointer`. Those on YAML are in
//! `yaml`.

use super::super::json;
use super::super::runtime::Runtime;
use super::super::value::{Map, Value};
use super::files::read_source;
use super::{Function, Outcome, Param, misuse};

const A: Param = Param::Any;

/// The functions of this module.
pub(super) const TABLE: &[Function] = &[
    Function::fixed("json", &[A], parse_json),
    Function::fixed("pointer", &[Param::Text, A], pointer),
    Function::fixed("tojson", &[A], to_json),
];

fn parse_json(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [source] = args else { return misuse() };
    json::parse(&read_source(runtime, source)?)
}

fn to_json(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [value] = args else { return misuse() };
    json::print(value).map(Value::str)
}

fn pointer(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(path), root @ Value::Map(_)] = args else {
        return Err("pointer needs a map type".to_owned());
    };
    let mut rest = path.chars();
    // Compat: the first character is dropped whatever it is.
    if rest.next().is_none() {
        return Ok(root.clone());
    }
    let mut value = root.clone();
    for token in rest.as_str().split('/') {
        let token = token.replace("~1", "/").replace("~0", "~");
        let found = match &value {
            Value::Map(map) => in_map(map, &token),
            Value::List(list) => token
                .parse::<usize>()
                .ok()
                .and_then(|position| list.items().get(position)),
            _ => None,
        };
        match found.cloned() {
            Some(inner) => value = inner,
            None => return Ok(Value::Nil),
        }
    }
    Ok(value)
}

/// The value whose key reads `token`: YAML mappings have other keys than strings.
fn in_map<'m>(map: &'m Map, token: &str) -> Option<&'m Value> {
    let by_text = || {
        let mut entries = map.entries().iter();
        entries
            .find(|(key, _)| json::key_text(key) == token)
            .map(|(_, value)| value)
    };
    map.get(token).or_else(by_text)
}

#[cfg(test)]
mod tests {
    use crate::template::fake_host::FakeHost;
    use crate::template::render;

    fn shown(template: &str) -> String {
        let json = r#"{"a/b": {"~": [1, {"c": "z"}]}, "n": null}"#;
        let host = FakeHost::with_files(&[("j", json)]);
        render("t", template, &[], &host).unwrap_or_else(|error| format!("fault: {error}"))
    }

    #[test]
    fn pointers_reach_through_maps_and_lists() {
        assert_eq!(shown(r#"{{ json "j" | pointer "/a~1b/~0/1/c" }}"#), "z");
        assert_eq!(shown(r#"{{ json "j" | pointer "xn" }}"#), "<no value>");
        assert_eq!(
            shown(r#"{{ json "j" | pointer "/a~1b/~0/9" }}"#),
            "<no value>"
        );
        assert!(shown(r#"{{ pointer "/a" "x" }}"#).ends_with("pointer needs a map type"));
    }

    #[test]
    fn a_nil_within_data_has_no_fields() {
        assert_eq!(shown(r#"{{ (json "j").n }}"#), "<no value>");
        assert!(shown(r#"{{ (json "j").n.x }}"#).contains("nil pointer evaluating interface {}.x"));
        assert_eq!(shown(r#"{{ (json "j").no.x }}"#), "<no value>");
    }
}
