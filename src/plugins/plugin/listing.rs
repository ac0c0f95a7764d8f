//! The table of plugins that `plugin:list` and `plugn list` print. Reference 03 §3.

use std::path::Path;

use super::tree;
use crate::ctx::Ctx;

/// A line per available plugin.
pub fn lines(ctx: &Ctx) -> Vec<String> {
    tree::names(tree::available(ctx))
        .iter()
        .map(|name| {
            let [version, description] = about(&name.available(ctx));
            let state = if name.is_enabled(ctx) {
                "enabled"
            } else {
                "disabled"
            };
            line(name.as_str(), &version, state, &description)
        })
        .collect()
}

fn line(name: &str, version: &str, state: &str, description: &str) -> String {
    format!("  {name:<20} {version:<5} {state:<10} {description}")
}

/// Version and description out of `plugin.toml`; empty when it does not say.
fn about(plugin: &Path) -> [String; 2] {
    let text = std::fs::read_to_string(plugin.join("plugin.toml")).unwrap_or_default();
    let table: toml::Table = text.parse().unwrap_or_default();
    let value = |key: &str| {
        let value = table.get("plugin").and_then(|plugin| plugin.get(key));
        value
            .and_then(toml::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    [value("version"), value("description")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_push_the_columns_to_the_right() {
        assert_eq!(
            line("apps", "0.20.4", "enabled", "x"),
            "  apps                 0.20.4 enabled    x"
        );
        assert_eq!(
            line("scheduler-docker-local", "0.20.4", "enabled", "x"),
            "  scheduler-docker-local 0.20.4 enabled    x"
        );
    }
}
