//! sigil's functions on lists and maps, and `default`.

use std::collections::BTreeMap;

use super::super::glob;
use super::super::printf;
use super::super::runtime::{Runtime, STEP};
use super::super::value::{Key, Value};
use super::{Function, Outcome, Param, misuse};

const A: Param = Param::Any;
const L: Param = Param::List;
const T: Param = Param::Text;

/// The functions of this module.
pub(super) const TABLE: &[Function] = &[
    Function::fixed("append", &[A, L], append),
    Function::fixed("default", &[A, A], default),
    Function::fixed("drop", &[A, L], drop_items),
    Function::fixed("join", &[T, L], join),
    Function::fixed("joinkv", &[T, A], join_pairs),
    Function::fixed("seq", &[A], sequence),
    Function::fixed("splitkv", &[T, L], split_pairs),
    Function::variadic("uniq", &[], L, uniq),
];

/// What sigil says of both directions.
const NO_PAIRS: &str = "joinkv must be given a string map of strings";

fn append(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [item, Value::List(list)] = args else {
        return misuse();
    };
    let mut items = list.items().to_vec();
    items.push(item.clone());
    Value::list(items)
}

fn default(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [fallback, value] = args else {
        return misuse();
    };
    if matches!(value, Value::List(_) | Value::Map(_)) {
        return Err(format!(
            "runtime error: comparing uncomparable type {}",
            value.type_name()
        ));
    }
    Ok(if value.truth() {
        value.clone()
    } else {
        fallback.clone()
    })
}

fn drop_items(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [item, Value::List(list)] = args else {
        return misuse();
    };
    let mut kept = Vec::new();
    for candidate in list.items() {
        let drops = match (item, candidate) {
            (Value::Str(pattern), Value::Str(text)) => {
                runtime.charge_product(pattern.len(), text.len())?;
                glob::matches(pattern, text).map_err(|_| format!("bad pattern: {pattern}"))?
            }
            (Value::Str(_), _) => {
                return Err("all elements must be a string to drop a string".to_owned());
            }
            _ => item == candidate,
        };
        if !drops {
            kept.push(candidate.clone());
        }
    }
    Value::list(kept)
}

fn join(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(separator), Value::List(list)] = args else {
        return misuse();
    };
    runtime.charge_product(list.items().len(), separator.len())?;
    let texts: Vec<&str> = list.items().iter().filter_map(as_text).collect();
    Ok(Value::str(texts.join(separator)))
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

fn split_pairs(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(separator), Value::List(list)] = args else {
        return misuse();
    };
    let mut pairs = BTreeMap::new();
    for item in list.items() {
        let text = as_text(item).ok_or(NO_PAIRS)?;
        let (key, value) = match text.split_once(&**separator) {
            Some((key, value)) => (key, Value::str(value)),
            None => (text, Value::Bool(true)),
        };
        pairs.insert(Key::from(key), value);
    }
    Value::map(pairs)
}

fn join_pairs(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(separator), Value::Map(map)] = args else {
        return Err(NO_PAIRS.to_owned());
    };
    runtime.charge_product(map.entries().len(), separator.len())?;
    let mut pairs = Vec::new();
    for (key, value) in map.entries() {
        let (Key::Str(key), Value::Str(value)) = (key, value) else {
            return Err(NO_PAIRS.to_owned());
        };
        pairs.push(Value::str(format!("{key}{separator}{value}")));
    }
    Value::list(pairs)
}

fn sequence(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let count = match args {
        [Value::Int(count)] => Some(*count),
        [Value::Str(text)] => text.parse().ok(),
        _ => None,
    };
    let count = count.ok_or("seq must be given an integer or numeric string")?;
    let count = usize::try_from(count).map_err(|_| "seq must not be given a negative number")?;
    runtime.charge_product(count, STEP)?;
    Value::list(
        (0..count)
            .map(|number| Value::str(number.to_string()))
            .collect(),
    )
}

fn uniq(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let mut seen = std::collections::BTreeSet::new();
    let mut kept = Vec::new();
    for list in args {
        let Value::List(list) = list else {
            return misuse();
        };
        for item in list.items() {
            runtime.charge(STEP)?;
            if seen.insert((item.type_name(), printf::display(item))) {
                kept.push(item.clone());
            }
        }
    }
    Value::list(kept)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::super::{NoHost, render};

    fn shown(template: &str) -> String {
        render("t", template, &[], &NoHost).unwrap()
    }

    fn fault(template: &str) -> String {
        render("t", template, &[], &NoHost).unwrap_err().to_string()
    }

    #[test]
    fn join_leaves_out_what_is_no_string() {
        assert_eq!(
            shown(r#"{{ split "," "a,b" | append 3 | join "-" }}"#),
            "a-b"
        );
    }

    #[test]
    fn uniq_keeps_the_first_of_equals_in_order() {
        let lists = r#"{{ uniq (split "," "b,a,b") (split "," "c,a") (append 1 nil) }}"#;
        assert_eq!(shown(lists), "[b a c 1]");
    }

    #[test]
    fn drop_takes_a_pattern_or_a_value() {
        assert_eq!(shown(r#"{{ drop "a*" (split "," "ab,b") }}"#), "[b]");
        assert_eq!(shown("{{ drop 1 (append 1 (append 2 nil)) }}"), "[2]");
        assert!(fault(r#"{{ drop "a" (append 1 nil) }}"#).contains("all elements must be"));
        assert!(fault(r#"{{ drop "[" (split "," "a") }}"#).contains("bad pattern: ["));
    }

    #[test]
    fn default_refuses_lists() {
        assert!(fault(r#"{{ default "d" (split "," "a") }}"#).contains("uncomparable type"));
    }

    #[test]
    fn seq_wants_a_count() {
        assert_eq!(shown(r#"{{ seq "2" }}{{ seq 0 }}"#), "[0 1][]");
        for template in ["{{ seq -1 }}", r#"{{ seq "x" }}"#, "{{ seq nil }}"] {
            assert!(fault(template).contains("error calling seq"), "{template}");
        }
        assert!(fault("{{ seq 9999999999 }}").contains("too much work"));
    }

    #[test]
    fn pairs_are_split_once_and_joined_in_order() {
        let template = r#"{{ split "," "b=2=3,a" | splitkv "=" }}"#;
        assert_eq!(shown(template), "map[a:true b:2=3]");
        let template = r#"{{ split "," "b=2,a=1" | splitkv "=" | joinkv ":" }}"#;
        assert_eq!(shown(template), "[a:1 b:2]");
        assert!(fault(r#"{{ joinkv ":" nil }}"#).contains("string map of strings"));
    }
}
