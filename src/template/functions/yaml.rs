//! sigil's functions on YAML: `yaml`, `toyaml`.

use super::super::runtime::Runtime;
use super::super::value::Value;
use super::super::{yaml, yaml_print};
use super::files::read_source;
use super::{Function, Outcome, Param, misuse};

/// The functions of this module.
pub(super) const TABLE: &[Function] = &[
    Function::fixed("toyaml", &[Param::Any], to_yaml),
    Function::fixed("yaml", &[Param::Any], parse_yaml),
];

fn parse_yaml(runtime: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [source] = args else { return misuse() };
    yaml::parse(&read_source(runtime, source)?)
}

fn to_yaml(_: &Runtime<'_>, args: &[Value]) -> Outcome {
    let [value] = args else { return misuse() };
    yaml_print::print(value).map(Value::str)
}

#[cfg(test)]
mod tests {
    use crate::template::fake_host::FakeHost;
    use crate::template::render;

    fn shown(template: &str) -> String {
        let yaml = "on: 1\nports:\n  80: web\n  list: [a, b]\n";
        let host = FakeHost::with_files(&[("y", yaml)]);
        render("t", template, &[], &host).unwrap_or_else(|error| format!("fault: {error}"))
    }

    #[test]
    fn yaml_data_can_be_pointed_into_and_printed() {
        assert_eq!(shown(r#"{{ yaml "y" | pointer "/ports/80" }}"#), "web");
        assert_eq!(shown(r#"{{ yaml "y" | pointer "/ports/list/1" }}"#), "b");
        assert_eq!(shown(r#"{{ (yaml "y").ports.list }}"#), "[a b]");
        let json = r#"{"ports":{"80":"web","list":["a","b"]},"true":1}"#;
        assert_eq!(shown(r#"{{ yaml "y" | tojson }}"#), json);
        let yaml = "true: 1\nports:\n  80: web\n  list:\n  - a\n  - b\n";
        assert_eq!(shown(r#"{{ yaml "y" | toyaml }}"#), yaml);
    }

    #[test]
    fn a_string_is_a_path_and_no_yaml() {
        assert!(shown(r#"{{ yaml "a: 1" }}"#).ends_with("Not found in path: a: 1 []"));
        assert_eq!(shown(r#"{{ "a: 1" | printf "%s" | toyaml }}"#), "'a: 1'\n");
    }
}
