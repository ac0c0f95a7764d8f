//! Go's own template functions, as of Go 1.19 (reference 45 §3).

use std::cmp::Ordering;

use super::escape;
use super::functions::{Function, Outcome, Param, misuse};
use super::printf;
use super::runtime::Runtime;
use super::value::{Key, Value};

const A: Param = Param::Any;
const T: Param = Param::Text;

/// The functions of this module.
pub(super) const TABLE: &[Function] = &[
    Function::variadic("and", &[A], A, last_of),
    Function::variadic("call", &[A], A, call),
    Function::variadic("eq", &[A], A, eq),
    Function::fixed("ge", &[A, A], |_, args| {
        less(args).map(|less| Value::Bool(!less))
    }),
    Function::fixed("gt", &[A, A], |_, args| {
        less_or_equal(args).map(|le| Value::Bool(!le))
    }),
    Function::variadic("html", &[], A, |_, args| {
        Ok(Value::str(escape::html(&joined(args))))
    }),
    Function::variadic("index", &[A], A, index),
    Function::variadic("js", &[], A, |_, args| {
        Ok(Value::str(escape::js(&joined(args))))
    }),
    Function::fixed("le", &[A, A], |_, args| {
        less_or_equal(args).map(Value::Bool)
    }),
    Function::fixed("len", &[A], len),
    Function::fixed("lt", &[A, A], |_, args| less(args).map(Value::Bool)),
    Function::fixed("ne", &[A, A], ne),
    Function::fixed("not", &[A], not),
    Function::variadic("or", &[A], A, last_of),
    Function::variadic("print", &[], A, |_, args| {
        Ok(Value::str(printf::print(&read(args))))
    }),
    Function::variadic("printf", &[T], A, format),
    Function::variadic("println", &[], A, |_, args| {
        Ok(Value::str(printf::println(&read(args))))
    }),
    Function::variadic("slice", &[A], A, slice),
    Function::variadic("urlquery", &[], A, |_, args| {
        Ok(Value::str(escape::url_query(&joined(args))))
    }),
];

/// `and` and `or`: the evaluator picks the argument itself, so there is nothing left to do.
fn last_of(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    args.last().cloned().map_or_else(misuse, Ok)
}

/// No template value is a function.
fn call(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let Some(callee) = args.first() else {
        return misuse();
    };
    if callee.is_nil() {
        return Err("call of nil".to_owned());
    }
    Err(format!("non-function of type {}", callee.type_name()))
}

fn not(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [value] = args else { return misuse() };
    Ok(Value::Bool(!value.truth()))
}

fn len(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let length = match args {
        [Value::Str(text)] => text.len(),
        [Value::List(list)] => list.items().len(),
        [Value::Map(map)] => map.entries().len(),
        [value] if value.is_nil() => return Err("len of nil pointer".to_owned()),
        [value] => return Err(format!("len of type {}", value.type_name())),
        _ => return misuse(),
    };
    Ok(int(length))
}

fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn eq(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [first, others @ ..] = args else {
        return misuse();
    };
    comparable(first)?;
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        if equal(first, other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn ne(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [first, second] = args else {
        return misuse();
    };
    comparable(first)?;
    equal(first, second).map(|equal| Value::Bool(!equal))
}

fn equal(first: &Value, second: &Value) -> Result<bool, String> {
    match (first, second) {
        (Value::Nil, Value::List(_) | Value::Map(_)) => comparable(second).map(|()| false),
        (Value::Nil, _) | (_, Value::Nil) => Ok(first == second),
        (Value::Bool(_), Value::Bool(_))
        | (Value::Int(_), Value::Int(_))
        | (Value::Float(_), Value::Float(_))
        | (Value::Str(_), Value::Str(_))
        | (Value::Stream(_), Value::Stream(_)) => Ok(first == second),
        _ => Err("incompatible types for comparison".to_owned()),
    }
}

fn comparable(value: &Value) -> Result<(), String> {
    match value {
        Value::List(_) | Value::Map(_) => Err(format!(
            "uncomparable type for {}: {}",
            value.type_name(),
            printf::display(value)
        )),
        _ => Ok(()),
    }
}

/// The order of the two arguments; `None` beside a NaN.
fn order(args: &[Value]) -> Result<Option<Ordering>, String> {
    let [first, second] = args else {
        return Err("wrong arguments".to_owned());
    };
    match (first, second) {
        (Value::Int(first), Value::Int(second)) => Ok(Some(first.cmp(second))),
        (Value::Float(first), Value::Float(second)) => Ok(first.partial_cmp(second)),
        (Value::Str(first), Value::Str(second)) => Ok(Some(first.cmp(second))),
        (Value::Bool(_), Value::Bool(_)) => Err("invalid type for comparison".to_owned()),
        _ if is_basic(first) && is_basic(second) => {
            Err("incompatible types for comparison".to_owned())
        }
        _ => Err("invalid type for comparison".to_owned()),
    }
}

fn is_basic(value: &Value) -> bool {
    matches!(
        value,
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_)
    )
}

fn less(args: &[Value]) -> Result<bool, String> {
    Ok(order(args)? == Some(Ordering::Less))
}

fn less_or_equal(args: &[Value]) -> Result<bool, String> {
    Ok(matches!(
        order(args)?,
        Some(Ordering::Less | Ordering::Equal)
    ))
}

fn index(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [container, keys @ ..] = args else {
        return misuse();
    };
    if container.is_nil() {
        return Err("index of untyped nil".to_owned());
    }
    keys.iter()
        .try_fold(container.clone(), |value, key| element(&value, key))
}

fn element(container: &Value, key: &Value) -> Outcome {
    match container {
        Value::List(list) => {
            let position = position(key, list.items().len())?;
            list.items()
                .get(position)
                .cloned()
                .ok_or_else(|| out_of_range(key))
        }
        Value::Str(text) => {
            let position = position(key, text.len())?;
            let byte = text
                .as_bytes()
                .get(position)
                .ok_or_else(|| out_of_range(key))?;
            Ok(Value::Int(i64::from(*byte)))
        }
        Value::Map(map) if map.has_only_string_keys() => match key {
            Value::Str(key) => Ok(map.get(key).cloned().unwrap_or(Value::Nil)),
            Value::Nil => Err("value is nil; should be of type string".to_owned()),
            other => Err(format!(
                "value has type {}; should be string",
                other.type_name()
            )),
        },
        Value::Map(map) => {
            let found = Key::from_value(key).and_then(|key| map.entries().get(&key));
            Ok(found.cloned().unwrap_or(Value::Nil))
        }
        Value::Missing | Value::Nil => Err("index of nil pointer".to_owned()),
        other => Err(format!("can't index item of type {}", other.type_name())),
    }
}

/// A position between 0 and `length`, both included.
fn position(key: &Value, length: usize) -> Result<usize, String> {
    match key {
        Value::Int(number) => usize::try_from(*number)
            .ok()
            .filter(|position| *position <= length)
            .ok_or_else(|| out_of_range(key)),
        Value::Nil => Err("cannot index slice/array with nil".to_owned()),
        other => Err(format!(
            "cannot index slice/array with type {}",
            other.type_name()
        )),
    }
}

fn out_of_range(key: &Value) -> String {
    format!("index out of range: {}", printf::display(key))
}

fn slice(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [container, bounds @ ..] = args else {
        return misuse();
    };
    let length = match container {
        Value::Str(_) if bounds.len() == 3 => {
            return Err("cannot 3-index slice a string".to_owned());
        }
        Value::Str(text) => text.len(),
        Value::List(list) => list.items().len(),
        value if value.is_nil() => return Err("slice of untyped nil".to_owned()),
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    if bounds.len() > 3 {
        return Err(format!("too many slice indexes: {}", bounds.len()));
    }
    let mut range = [0, length, length];
    for (slot, bound) in range.iter_mut().zip(bounds) {
        *slot = position(bound, length)?;
    }
    let [from, to, capacity] = range;
    for (low, high) in [(from, to), (to, capacity)] {
        if low > high {
            return Err(format!("invalid slice index: {low} > {high}"));
        }
    }
    match container {
        Value::List(list) => Value::list(list.items().get(from..to).unwrap_or(&[]).to_vec()),
        Value::Str(text) => {
            let bytes = text.as_bytes().get(from..to).unwrap_or(b"");
            Ok(Value::str(String::from_utf8_lossy(bytes)))
        }
        _ => misuse(),
    }
}

fn format(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(format), rest @ ..] = args else {
        return misuse();
    };
    printf::printf(runtime, format, &read(rest)).map(Value::str)
}

/// The arguments with what their streams hold.
fn read(args: &[Value]) -> Vec<Value> {
    let read_one = |value: &Value| match value {
        Value::Stream(stream) => Value::str(stream.read()),
        other => other.clone(),
    };
    args.iter().map(read_one).collect()
}

/// The arguments of an escaping function as one text.
fn joined(args: &[Value]) -> String {
    let shown: Vec<Value> = read(args)
        .into_iter()
        .map(|value| {
            if value.is_nil() {
                Value::str("<no value>")
            } else {
                value
            }
        })
        .collect();
    printf::print(&shown)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{NoHost, render};

    fn shown(template: &str) -> String {
        render("t", template, &[], &NoHost).unwrap()
    }

    fn fault(template: &str) -> String {
        render("t", template, &[], &NoHost).unwrap_err().to_string()
    }

    #[test]
    fn only_like_kinds_compare() {
        assert_eq!(
            shown(r#"{{ eq 1 2 1 }} {{ ne "a" "b" }} {{ eq nil nil }}"#),
            "true true true"
        );
        assert_eq!(
            shown("{{ eq nil 1 }} {{ lt 1.5 2.5 }} {{ ge 2 2 }}"),
            "false true true"
        );
        for template in [
            "{{ eq 1 1.0 }}",
            "{{ lt 1 2.0 }}",
            "{{ eq (seq 1) (seq 1) }}",
        ] {
            fault(template);
        }
        assert!(fault("{{ lt true false }}").contains("invalid type for comparison"));
        assert!(fault("{{ eq 1 }}").contains("missing argument for comparison"));
    }

    #[test]
    fn index_reaches_into_lists_maps_and_strings() {
        assert_eq!(shown(r#"{{ index "ab" 1 }} {{ index (seq 3) 2 }}"#), "98 2");
        assert_eq!(shown(r#"{{ index . "nope" }}"#), "<no value>");
        assert!(fault("{{ index (seq 1) 1 }}").contains("index out of range: 1"));
        assert!(fault("{{ index nil 1 }}").contains("index of untyped nil"));
        assert!(fault(r#"{{ index . "a" "b" }}"#).contains("index of nil pointer"));
        assert!(fault("{{ index . 1 }}").contains("value has type int; should be string"));
    }

    #[test]
    fn slices_stay_in_bounds() {
        assert_eq!(
            shown(r#"{{ slice "abc" 1 }}{{ slice (seq 4) 1 3 }}"#),
            "bc[1 2]"
        );
        assert!(fault(r#"{{ slice "abc" 2 1 }}"#).contains("invalid slice index: 2 > 1"));
        assert!(fault(r#"{{ slice "abc" 4 }}"#).contains("index out of range: 4"));
        assert!(fault(r#"{{ slice "abc" 0 1 2 }}"#).contains("cannot 3-index"));
    }

    #[test]
    fn and_and_or_stop_early() {
        assert_eq!(
            shown(r#"{{ or 1 (index nil 1) }}{{ and 0 (index nil 1) }}"#),
            "10"
        );
    }
}
