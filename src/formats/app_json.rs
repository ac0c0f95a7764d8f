//! The deployment tasks of `app.json` (reference 22): `scripts.dokku.predeploy` and `postdeploy`.
//! Every other key is ignored. The `release` task comes from the Procfile.

use serde_json::Value;

/// A deployment task that `app.json` may declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before any container of the new release is created.
    Predeploy,
    /// After the new release runs.
    Postdeploy,
}

impl Phase {
    /// The key in the file, also the value of the label `dokku_phase_script`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Predeploy => "predeploy",
            Self::Postdeploy => "postdeploy",
        }
    }
}

/// The file isn't JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid app.json: {0}")]
pub struct InvalidAppJson(String);

/// The command of `phase` as `jq -r` prints it; `None` when none is declared, also when the file has
/// another structure.
///
/// # Errors
/// The content isn't JSON (upstream treats it as not declared, silently).
pub fn phase_script(content: &[u8], phase: Phase) -> Result<Option<String>, InvalidAppJson> {
    let json: Value =
        serde_json::from_slice(content).map_err(|error| InvalidAppJson(error.to_string()))?;
    let value = ["scripts", "dokku", phase.key()]
        .iter()
        .try_fold(&json, |value, key| value.get(key));
    Ok(match value {
        None | Some(Value::Null) => None,
        Some(Value::String(command)) => Some(command.clone()),
        Some(other) => Some(format!("{other:#}")),
    }
    .filter(|command| !command.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predeploy(json: &str) -> Option<String> {
        phase_script(json.as_bytes(), Phase::Predeploy)
            .ok()
            .flatten()
    }

    #[test]
    fn each_phase_has_its_command() {
        let json =
            br#"{"name":"x","scripts":{"dokku":{"predeploy":"touch /a \"b\"","postdeploy":"c"}}}"#;
        assert_eq!(
            phase_script(json, Phase::Predeploy),
            Ok(Some("touch /a \"b\"".to_owned()))
        );
        assert_eq!(
            phase_script(json, Phase::Postdeploy),
            Ok(Some("c".to_owned()))
        );
    }

    #[test]
    fn what_is_missing_empty_or_of_another_structure_is_not_declared() {
        for json in [
            "{}",
            "[]",
            "5",
            r#"{"scripts":"x"}"#,
            r#"{"scripts":{"dokku":["predeploy"]}}"#,
            r#"{"scripts":{"postdeploy":"x"}}"#,
            r#"{"scripts":{"dokku":{"predeploy":null}}}"#,
            r#"{"scripts":{"dokku":{"predeploy":""}}}"#,
        ] {
            assert_eq!(
                phase_script(json.as_bytes(), Phase::Predeploy),
                Ok(None),
                "{json}"
            );
        }
    }

    #[test]
    fn other_values_are_printed_as_jq_does() {
        for (value, printed) in [
            ("5", "5"),
            ("false", "false"),
            ("[\"a\",1]", "[\n  \"a\",\n  1\n]"),
            ("[]", "[]"),
        ] {
            let json = format!(r#"{{"scripts":{{"dokku":{{"predeploy":{value}}}}}}}"#);
            assert_eq!(predeploy(&json).as_deref(), Some(printed));
        }
    }

    #[test]
    fn a_file_that_is_not_json_is_told_apart() {
        let error = phase_script(b"{\"scripts\": }", Phase::Predeploy).map_err(|e| e.to_string());
        assert!(error.is_err_and(|text| text.starts_with("Invalid app.json: ")));
    }
}
