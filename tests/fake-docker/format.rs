//! Answers as text: `--format` templates, filters, inspect documents.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::state::{Container, Image, State};
use crate::{Outcome, Refusal, Reply};

/// `KEY=VALUE`, or `KEY` with an empty value.
pub fn key_value(text: &str) -> (String, String) {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    (key.to_owned(), value.to_owned())
}

/// Fills the `{{ .Field }}` actions of a template; any other action is refused.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, Refusal> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, action)) = rest.split_once("{{") {
        let (field, after) = action.split_once("}}").unwrap_or((action, ""));
        let unknown = || Refusal(format!("unknown template action {field}"));
        text.push_str(before);
        text.push_str(&value(field.trim()).ok_or_else(unknown)?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text.replace("\\t", "\t"))
}

/// What `inspect` prints of documents: JSON, or each in a template; with what it did not find it
/// ends with 1.
pub fn inspected(template: &str, documents: &[Value], missing: String) -> Outcome {
    let stdout = if template.is_empty() {
        format!("{}\n", json!(documents))
    } else {
        let filled = documents
            .iter()
            .map(|document| fill(template, |path| field(document, path)));
        let lines: Vec<String> = filled.collect::<Result<_, _>>()?;
        lines.iter().map(|line| format!("{line}\n")).collect()
    };
    Ok(Reply {
        status: u8::from(!missing.is_empty()),
        stdout: stdout.into_bytes(),
        stderr: missing.into_bytes(),
    })
}

/// Looks a `.Path.Of.Fields` up in an inspect document.
pub fn field(document: &Value, path: &str) -> Option<String> {
    let keys = path.strip_prefix('.')?;
    let value = keys
        .split('.')
        .try_fold(document, |value, key| value.get(key))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether labels satisfy `KEY` or `KEY=VALUE`.
pub fn has_label(labels: &BTreeMap<String, String>, wanted: &str) -> bool {
    match wanted.split_once('=') {
        Some((key, value)) => labels.get(key).is_some_and(|label| label == value),
        None => labels.contains_key(wanted),
    }
}

/// What `image inspect` says about an image.
pub fn image(image: &Image) -> Value {
    let ports: BTreeMap<&String, Value> = image.ports.iter().map(|p| (p, json!({}))).collect();
    json!({
        "Id": image.id,
        "RepoTags": image.names,
        "Created": "2020-04-01T12:00:00Z",
        "Config": {
            "Env": image.env,
            "WorkingDir": image.workdir,
            "ExposedPorts": if ports.is_empty() { Value::Null } else { json!(ports) },
            "Cmd": words(&image.cmd),
            "Entrypoint": words(&image.entrypoint),
            "Labels": image.labels,
        },
    })
}

fn words(words: &[String]) -> Value {
    if words.is_empty() {
        Value::Null
    } else {
        json!(words)
    }
}

/// What `container inspect` says about a container.
pub fn container(state: &State, container: &Container) -> Value {
    let running = container.status == "running";
    let image = state.image(&container.image).map(|image| image.id.clone());
    json!({
        "Id": container.id,
        "Name": format!("/{}", container.name),
        "Created": "2020-04-01T12:00:00Z",
        "Image": image.unwrap_or_default(),
        "RestartCount": 0,
        "State": {
            "Status": container.status,
            "Running": running,
            "Restarting": false,
            "ExitCode": container.exit,
            "StartedAt": "2020-04-01T12:00:00Z",
        },
        "Config": {
            "Hostname": container.id.chars().take(12).collect::<String>(),
            "Image": container.image,
            "Env": container.env,
            "Cmd": words(&container.cmd),
            "Labels": container.labels,
        },
        "HostConfig": {
            "NetworkMode": container.network_mode,
            "Binds": container.binds,
            "RestartPolicy": restart_policy(&container.restart),
        },
        "NetworkSettings": network_settings(container, running),
        "Mounts": [],
    })
}

fn restart_policy(option: &str) -> Value {
    let (name, count) = option.split_once(':').unwrap_or((option, "0"));
    json!({ "Name": name, "MaximumRetryCount": count.parse::<u32>().unwrap_or_default() })
}

fn network_settings(container: &Container, running: bool) -> Value {
    let ip = if running { container.ip.as_str() } else { "" };
    let first = match container.network_mode.as_str() {
        "default" => "bridge",
        other => other,
    };
    let networks: BTreeMap<&str, Value> = std::iter::once(first)
        .chain(container.networks.iter().map(String::as_str))
        .map(|name| (name, json!({ "IPAddress": ip })))
        .collect();
    let ports: BTreeMap<&String, Value> = container
        .published
        .iter()
        .map(|(port, host)| (port, json!([{ "HostIp": "0.0.0.0", "HostPort": host }])))
        .collect();
    json!({
        "IPAddress": if first == "bridge" { ip } else { "" },
        "Networks": networks,
        "Ports": ports,
    })
}
