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
    runtime.enter_rendering()?;
    let result = render_text(runtime, name, source, variables(args), directory);
    runtime.leave_rendering();
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::template::fake_host::FakeHost;
    use crate::template::{NoHost, render};

    #[test]
    fn nested_variables_come_from_pairs_and_maps_and_the_last_wins() {
        let map = r#"(split "," "a=2,b=3" | splitkv "=")"#;
        let template =
            format!(r#"{{{{ render "a=1" {map} 7 "b=4" "{{{{ .a }}}}{{{{ $b }}}}" }}}}"#);
        assert_eq!(render("t", &template, &[], &NoHost).unwrap(), "24");
    }

    #[test]
    fn render_without_a_text_is_an_error() {
        for template in ["{{ render }}", "{{ render 1 }}"] {
            let error = render("t", template, &[], &NoHost).unwrap_err().to_string();
            assert!(error.ends_with("render must be given a string"), "{error}");
        }
    }

    #[test]
    fn a_fault_within_names_both_templates() {
        let error = render("t", r#"{{ render "{{ end }}" }}"#, &[], &NoHost).unwrap_err();
        let expected = "error calling render: template: <render>:1: unexpected {{end}}";
        assert!(error.to_string().ends_with(expected), "{error}");
    }

    #[test]
    fn a_file_that_includes_itself_ends_in_an_error() {
        let host = FakeHost::with_files(&[("F", r#"{{ include "F" }}"#)]);
        let error = render("t", r#"{{ include "F" }}"#, &[], &host).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("exceeded maximum template depth"),
            "{error}"
        );
    }
}
