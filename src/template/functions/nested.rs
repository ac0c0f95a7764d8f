//! sigil's functions that render or read variables: `include`, `render`, `var`.

use std::collections::BTreeMap;

use super::super::render::render as render_text;
use super::super::runtime::Runtime;
use super::super::value::{Key, Value};
use super::files;
use super::{Function, Outcome, Param, misuse};

/// The functions of this module.
pub(super) const TABLE: &[Function] = &[
    Function::variadic("include", &[Param::Text], Param::Any, include),
    Function::variadic("render", &[], Param::Any, render),
    Function::fixed("var", &[Param::Text], var),
];

fn var(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(name)] = args else {
        return misuse();
    };
    Ok(Value::str(runtime.env(name).unwrap_or_default()))
}

fn include(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [Value::Str(path), rest @ ..] = args else {
        return misuse();
    };
    let path = files::find(runtime, path)?;
    let source = files::read(runtime, &path)?;
    let (directory, name) = match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((directory, name)) => (directory, name),
        None => (".", path.as_str()),
    };
    nested(runtime, name, &source, rest, Some(directory.to_owned()))
}

fn render(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [rest @ .., Value::Str(source)] = args else {
        return Err("render must be given a string".to_owned());
    };
    nested(runtime, "<render>", source, rest, None)
}

fn nested(
    runtime: &Runtime<'_>,
    name: &str,
    source: &str,
    args: &[Value],
    directory: Option<String>,
) -> Outcome {
    runtime.enter()?;
    let result = render_text(runtime, name, source, variables(args), directory);
    runtime.leave();
    result.map(Value::str).map_err(|error| error.to_string())
}

/// The variables of a nested rendering: `k=v` strings and maps; anything else is ignored.
fn variables(args: &[Value]) -> BTreeMap<String, Value> {
    let mut variables = BTreeMap::new();
    for arg in args {
        match arg {
            Value::Str(pair) => {
                if let Some((key, value)) = pair.split_once('=') {
                    variables.insert(key.to_owned(), Value::str(value));
                }
            }
            Value::Map(map) => {
                for (key, value) in map.entries() {
                    if let Key::Str(key) = key {
                        variables.insert(key.to_string(), value.clone());
                    }
                }
            }
            _ => {}
        }
    }
    variables
}
