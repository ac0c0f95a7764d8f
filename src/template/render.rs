//! One rendering, outermost or nested: declare the variables, parse, execute.

use std::collections::BTreeMap;

use super::error::TemplateError;
use super::exec::{Parsed, execute};
use super::functions;
use super::literal::is_identifier;
use super::parser::{Grammar, parse};
use super::posix;
use super::printf;
use super::runtime::{EnvLayer, Runtime};
use super::value::{Key, Value};

/// Renders `source` with `vars`, which join the environment meanwhile; `directory` heads the
/// search path meanwhile.
pub fn render(
    runtime: &Runtime<'_>,
    name: &str,
    source: &str,
    vars: BTreeMap<String, Value>,
    directory: Option<String>,
) -> Result<String, TemplateError> {
    let layer: EnvLayer = vars
        .iter()
        .map(|(key, value)| (key.clone(), as_text(value)))
        .collect();
    runtime.with_layer(layer, directory, || run(runtime, name, source, vars))
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        other => printf::display(other),
    }
}

fn run(
    runtime: &Runtime<'_>,
    name: &str,
    source: &str,
    vars: BTreeMap<String, Value>,
) -> Result<String, TemplateError> {
    let options = runtime.options;
    let left = non_empty(&options.left_delim, "{{");
    let right = non_empty(&options.right_delim, "}}");
    let source = if options.posix {
        &posix::expand(runtime, source).map_err(TemplateError::Preprocess)?
    } else {
        source
    };
    let source = join_continued_lines(source, left, right);
    let named: Vec<(String, Value)> = vars
        .iter()
        .filter(|(key, _)| is_identifier(key))
        .map(|(key, value)| (format!("${key}"), value.clone()))
        .collect();
    let declared = std::iter::once("$".to_owned()).chain(named.iter().map(|(key, _)| key.clone()));
    let grammar = Grammar {
        left,
        right,
        is_function: functions::exists,
    };
    let set = parse(name, &source, declared.collect(), grammar)?;
    let entries = vars
        .into_iter()
        .map(|(key, value)| (Key::from(key.as_str()), value))
        .collect();
    let fault = |text| TemplateError::Parse {
        name: name.to_owned(),
        line: 1,
        text,
    };
    let data = Value::map(entries).map_err(fault)?;
    let mut variables = vec![("$", data.clone())];
    variables.extend(
        named
            .iter()
            .map(|(key, value)| (key.as_str(), value.clone())),
    );
    execute(
        runtime,
        Parsed {
            name,
            source: &source,
            set: &set,
        },
        &data,
        variables,
    )
}

fn non_empty<'t>(text: &'t str, default: &'t str) -> &'t str {
    if text.is_empty() { default } else { text }
}

/// sigil's addition: a backslash before the closing delimiter at the end of a line joins it with
/// an action that starts the next line.
fn join_continued_lines(source: &str, left: &str, right: &str) -> String {
    source.replace(&format!("\\{right}\n{left}"), &format!("{right}{left}"))
}
