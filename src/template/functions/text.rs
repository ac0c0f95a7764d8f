//! sigil's functions on text: case, replacing, splitting, matching.

use super::super::glob;
use super::super::runtime::{Runtime, STEP};
use super::super::value::Value;
use super::{Function, Outcome, Param, misuse, text_of};

const A: Param = Param::Any;
const T: Param = Param::Text;

/// The functions of this module.
pub(super) const TABLE: &[Function] = &[
    Function::fixed("capitalize", &[A], capitalize),
    Function::fixed("indent", &[T, A], indent),
    Function::fixed("lower", &[A], lower),
    Function::fixed("match", &[T, A], matches),
    Function::fixed("replace", &[T, T, A], replace),
    Function::fixed("split", &[T, A], split),
    Function::fixed("trim", &[A], trim),
    Function::fixed("upper", &[A], upper),
];

fn capitalize(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [value] = args else { return misuse() };
    let text = text_of("capitalize", value)?;
    let mut in_word = false;
    let capitalized: String = text
        .chars()
        .map(|c| {
            let starts_word = !in_word;
            // Compat: Go's Title ends a word beyond ASCII only at white space.
            in_word = c.is_alphanumeric() || c == '_' || !(c.is_ascii() || c.is_whitespace());
            if starts_word { upper_char(c) } else { c }
        })
        .collect();
    Ok(Value::str(capitalized))
}

fn lower(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [value] = args else { return misuse() };
    let text = text_of("lower", value)?;
    let lowered: String = text
        .chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect();
    Ok(Value::str(lowered))
}

fn upper(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [value] = args else { return misuse() };
    let text = text_of("upper", value)?;
    Ok(Value::str(text.chars().map(upper_char).collect::<String>()))
}

/// The character's upper case where that is one character, as Go maps case.
fn upper_char(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

fn replace(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(old), Value::Str(new), value] = args else {
        return misuse();
    };
    let text = text_of("replace", value)?;
    runtime.charge_product(text.matches(&**old).count(), new.len())?;
    Ok(Value::str(text.replace(&**old, new)))
}

fn trim(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [value] = args else { return misuse() };
    // Compat: tabs and carriage returns stay.
    Ok(Value::str(
        text_of("trim", value)?.trim_matches([' ', '\n']),
    ))
}

fn indent(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(prefix), value] = args else {
        return misuse();
    };
    let text = text_of("indent", value)?;
    runtime.charge_product(text.matches('\n').count(), prefix.len())?;
    let mut out = String::new();
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(prefix);
            }
        }
        out.push_str(line);
    }
    Ok(Value::str(out))
}

fn matches(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(pattern), value] = args else {
        return misuse();
    };
    let text = text_of("match", value)?;
    runtime.charge_product(pattern.len(), text.len())?;
    glob::matches(pattern, &text).map(Value::Bool)
}

fn split(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(separator), value] = args else {
        return misuse();
    };
    let text = text_of("split", value)?;
    let mut pieces = Vec::new();
    if separator.is_empty() {
        for c in text.chars() {
            runtime.charge(STEP)?;
            pieces.push(Value::str(c.encode_utf8(&mut [0; 4]) as &str));
        }
    } else {
        for piece in text.split(&**separator) {
            runtime.charge(STEP)?;
            pieces.push(Value::str(piece));
        }
    }
    Value::list(pieces)
}
