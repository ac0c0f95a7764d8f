//! The parts of `docker image inspect` and `docker container inspect` that Dokku asks for.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// Full id.
    pub id: String,
    /// `KEY=VALUE` lines of its environment.
    pub env: Vec<String>,
    /// Working directory, may be empty.
    pub working_dir: String,
    /// `3000/tcp` …, sorted.
    pub exposed_ports: Vec<String>,
    /// Entrypoint words.
    pub entrypoint: Vec<String>,
    /// Command words.
    pub cmd: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// A container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Full id.
    pub id: String,
    /// Name without the leading slash.
    pub name: String,
    /// Image name as given at creation.
    pub image: String,
    /// Host name inside.
    pub hostname: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Command words.
    pub cmd: Vec<String>,
    /// `running`, `exited` …
    pub status: String,
    /// Whether it runs.
    pub running: bool,
    /// How often docker restarted it.
    pub restart_count: i64,
    /// When docker restarts it, as `--restart` takes it: `no`, `on-failure:10` …
    pub restart_policy: String,
    /// `default`, `host`, a network's name …
    pub network_mode: String,
    /// Address on the default bridge, else on any attached network; empty when none.
    pub ip_address: String,
    /// Published host ports: container port (`3000/tcp`) to host port.
    pub published: Vec<(String, String)>,
}

impl Image {
    /// Parses an inspect answer (a JSON array); anything unreadable is dropped.
    pub fn parse_all(json: &[u8]) -> Vec<Self> {
        let raw: Vec<RawImage> = serde_json::from_slice(json).unwrap_or_default();
        raw.into_iter().map(Self::from).collect()
    }

    /// Whether its environment holds exactly `USER=<user>`: built by herokuish (reference 20 §6).
    pub fn has_user(&self, user: &str) -> bool {
        self.env
            .iter()
            .any(|line| line.strip_prefix("USER=") == Some(user))
    }
}

impl Container {
    /// Parses an inspect answer (a JSON array); anything unreadable is dropped.
    pub fn parse_all(json: &[u8]) -> Vec<Self> {
        let raw: Vec<RawContainer> = serde_json::from_slice(json).unwrap_or_default();
        raw.into_iter().map(Self::from).collect()
    }

    /// The tag of its image: what follows the first colon behind the last slash, may be empty.
    pub fn image_tag(&self) -> &str {
        let last = self.image.rsplit('/').next().unwrap_or_default();
        last.split_once(':').map_or("", |(_, tag)| tag)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct RawImage {
    id: String,
    config: Option<RawConfig>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RawConfig {
    env: Option<Vec<String>>,
    working_dir: Option<String>,
    exposed_ports: Option<BTreeMap<String, serde_json::Value>>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    labels: Option<BTreeMap<String, String>>,
    image: Option<String>,
    hostname: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RawContainer {
    id: String,
    name: String,
    restart_count: i64,
    config: RawConfig,
    state: RawState,
    host_config: RawHostConfig,
    network_settings: RawNetworkSettings,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RawState {
    status: String,
    running: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RawHostConfig {
    network_mode: String,
    restart_policy: RawRestartPolicy,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RawRestartPolicy {
    name: String,
    maximum_retry_count: u32,
}

impl RawRestartPolicy {
    fn as_option(&self) -> String {
        match self.maximum_retry_count {
            0 => self.name.clone(),
            count => format!("{}:{count}", self.name),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawNetworkSettings {
    #[serde(rename = "IPAddress")]
    ip_address: String,
    #[serde(rename = "Networks")]
    networks: Option<BTreeMap<String, RawNetwork>>,
    #[serde(rename = "Ports")]
    ports: Option<BTreeMap<String, Option<Vec<RawPort>>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawNetwork {
    #[serde(rename = "IPAddress")]
    ip_address: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RawPort {
    host_port: String,
}

impl From<RawImage> for Image {
    fn from(raw: RawImage) -> Self {
        let config = raw.config.unwrap_or_default();
        Self {
            id: raw.id,
            env: config.env.unwrap_or_default(),
            working_dir: config.working_dir.unwrap_or_default(),
            exposed_ports: config
                .exposed_ports
                .unwrap_or_default()
                .into_keys()
                .collect(),
            entrypoint: config.entrypoint.unwrap_or_default(),
            cmd: config.cmd.unwrap_or_default(),
            labels: config.labels.unwrap_or_default(),
        }
    }
}

impl RawNetworkSettings {
    fn address(&self) -> String {
        let networks = self.networks.iter().flatten();
        let bridge = networks.clone().find(|(name, _)| *name == "bridge");
        let candidates = bridge
            .map(|(_, network)| network.ip_address.clone())
            .into_iter()
            .chain(std::iter::once(self.ip_address.clone()))
            .chain(networks.map(|(_, network)| network.ip_address.clone()));
        candidates
            .into_iter()
            .find(|address| !address.is_empty())
            .unwrap_or_default()
    }

    fn published(&self) -> Vec<(String, String)> {
        let ports = self.ports.iter().flatten();
        ports
            .filter_map(|(port, hosts)| {
                let host = hosts.as_ref()?.first()?;
                Some((port.clone(), host.host_port.clone()))
            })
            .collect()
    }
}

impl From<RawContainer> for Container {
    fn from(raw: RawContainer) -> Self {
        Self {
            ip_address: raw.network_settings.address(),
            published: raw.network_settings.published(),
            id: raw.id,
            name: raw.name.trim_start_matches('/').to_owned(),
            image: raw.config.image.unwrap_or_default(),
            hostname: raw.config.hostname.unwrap_or_default(),
            labels: raw.config.labels.unwrap_or_default(),
            cmd: raw.config.cmd.unwrap_or_default(),
            status: raw.state.status,
            running: raw.state.running,
            restart_count: raw.restart_count,
            restart_policy: raw.host_config.restart_policy.as_option(),
            network_mode: raw.host_config.network_mode,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_behind_a_registry_with_a_port() {
        let tag = |image: &str| {
            Container {
                image: image.into(),
                ..Default::default()
            }
            .image_tag()
            .to_owned()
        };
        assert_eq!(tag("dokku/app:v1"), "v1");
        assert_eq!(tag("host:5000/dokku/app:v2"), "v2");
        assert_eq!(tag("host:5000/dokku/app"), "");
    }

    #[test]
    fn a_restart_policy_reads_as_the_option_that_sets_it() {
        let policy = |json: &str| {
            let json = format!(r#"[{{"HostConfig":{{"RestartPolicy":{json}}}}}]"#);
            let found = Container::parse_all(json.as_bytes());
            found
                .first()
                .map(|container| container.restart_policy.clone())
        };
        let limited = r#"{"Name":"on-failure","MaximumRetryCount":10}"#;
        assert_eq!(policy(limited), Some("on-failure:10".to_owned()));
        let plain = r#"{"Name":"no","MaximumRetryCount":0}"#;
        assert_eq!(policy(plain), Some("no".to_owned()));
    }

    #[test]
    fn an_inspect_answer_with_nulls_is_read() {
        let json = br#"[{"Id":"abc","Config":{"Env":null,"WorkingDir":"/app","ExposedPorts":{"3000/tcp":{}},"Cmd":["npm"],"Entrypoint":null,"Labels":null}}]"#;
        let images = Image::parse_all(json);
        assert_eq!(images.len(), 1);
        assert_eq!(
            images.first().map(|i| i.exposed_ports.clone()),
            Some(vec!["3000/tcp".to_owned()])
        );
    }
}
