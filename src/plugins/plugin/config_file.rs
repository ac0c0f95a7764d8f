//! `$PLUGIN_PATH/config.toml`: a table per plugin, string values only. Reference 03 §2, §3.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};

/// Values by plugin and key.
pub type Values = BTreeMap<String, BTreeMap<String, String>>;

fn file(ctx: &Ctx) -> PathBuf {
    ctx.paths.plugins().join("config.toml")
}

/// Reads the file; a missing one is empty, one that holds anything else is an error, so that it is
/// never overwritten.
pub fn read(ctx: &Ctx) -> Outcome<Values> {
    let file = file(ctx);
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    match toml::from_str(&text) {
        Ok(values) => Ok(values),
        Err(error) => fail(format!("Unable to read {}: {error}", file.display())),
    }
}

/// Sets one value.
pub fn set(ctx: &Ctx, plugin: &str, key: &str, value: &str) -> Outcome {
    let mut values = read(ctx)?;
    let table = values.entry(plugin.to_owned()).or_default();
    table.insert(key.to_owned(), value.to_owned());
    ctx.store.write(file(ctx), to_text(&values))?;
    Ok(())
}

fn to_text(values: &Values) -> String {
    let mut text = String::new();
    for (plugin, table) in values {
        text.push_str(&format!("[{}]\n", quoted(plugin)));
        for (key, value) in table {
            text.push_str(&format!("{} = {}\n", quoted(key), quoted(value)));
        }
    }
    text
}

/// A basic string of TOML. JSON's escapes are a part of TOML's; DEL is what JSON lets through.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn any_value_survives_the_file() {
        let mut values = Values::new();
        let table = values.entry("my-plugin".into()).or_default();
        table.insert("key".into(), "a \"b\"\n\\ \u{7f} é".into());
        table.insert("odd key".into(), String::new());
        let back: Values = toml::from_str(&to_text(&values)).unwrap();
        assert_eq!(back, values);
    }
}
