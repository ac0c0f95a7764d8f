//! Docker's network commands: argv and the parts of `docker network inspect` that Dokku shows.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::cmd::{Cmd, Effect};
use crate::tools::docker::Docker;

impl Docker {
    /// `network list --format '{{ .Name }}'`: a name a line.
    pub fn network_list(&self) -> Cmd {
        self.command(&["network", "list", "--format", "{{ .Name }}"])
    }

    /// `network inspect NAME`.
    pub fn network_inspect(&self, name: &str) -> Cmd {
        self.command(&["network", "inspect", name])
    }

    /// `network create --attachable --label com.dokku.network-name=NAME NAME`.
    pub fn network_create(&self, name: &str) -> Cmd {
        let label = format!("com.dokku.network-name={name}");
        self.command(&["network", "create", "--attachable", "--label", &label, name])
            .effect(Effect::Containers)
    }

    /// `network rm NAME`.
    pub fn network_rm(&self, name: &str) -> Cmd {
        self.command(&["network", "rm", name])
            .effect(Effect::Containers)
    }

    /// `network connect [--alias ALIAS …] NAME CONTAINER`.
    pub fn network_connect(&self, aliases: &[String], name: &str, container: &str) -> Cmd {
        let mut cmd = self.command(&["network", "connect"]);
        for alias in aliases {
            cmd = cmd.args(["--alias", alias]);
        }
        cmd.args([name, container]).effect(Effect::Containers)
    }
}

/// A docker network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Network {
    /// Name.
    pub name: String,
    /// Full id.
    pub id: String,
    /// `bridge`, `overlay`, `host`, `null` …
    pub driver: String,
    /// `local` or `swarm`.
    pub scope: String,
    /// Whether it has no way out of the host.
    pub internal: bool,
    /// Whether containers may be attached by hand.
    pub attachable: bool,
    labels: Option<BTreeMap<String, String>>,
    #[serde(rename = "IPAM")]
    ipam: Ipam,
    containers: Option<BTreeMap<String, Member>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Ipam {
    config: Option<Vec<Range>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Range {
    subnet: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Member {
    name: String,
}

impl Network {
    /// Parses an inspect answer (a JSON array); anything unreadable is dropped.
    pub fn parse_all(json: &[u8]) -> Vec<Self> {
        serde_json::from_slice(json).unwrap_or_default()
    }

    /// `KEY=VALUE` labels, sorted.
    pub fn labels(&self) -> Vec<String> {
        let labels = self.labels.iter().flatten();
        labels
            .map(|(key, value)| format!("{key}={value}"))
            .collect()
    }

    /// Address ranges, such as `172.18.0.0/16`.
    pub fn subnets(&self) -> Vec<String> {
        let ranges = self.ipam.config.iter().flatten();
        ranges.map(|range| range.subnet.clone()).collect()
    }

    /// Names of the attached containers, sorted.
    pub fn containers(&self) -> Vec<String> {
        let members = self.containers.iter().flatten();
        let mut names: Vec<String> = members.map(|(_, member)| member.name.clone()).collect();
        names.sort();
        names
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::ctx::Ctx;
    use crate::env::Env;

    fn docker() -> Docker {
        Ctx::new(Env::default(), &crate::plugins::REGISTRY, Vec::new()).docker()
    }

    #[test]
    fn network_commands_read_as_recorded() {
        let docker = docker();
        assert_eq!(
            docker.network_create("a b").words(),
            [
                "docker",
                "network",
                "create",
                "--attachable",
                "--label",
                "com.dokku.network-name=a b",
                "a b"
            ]
        );
        let aliases = ["app.web".to_owned(), "h.app.web".to_owned()];
        assert_eq!(
            docker.network_connect(&aliases, "net", "cid").to_string(),
            "docker network connect --alias app.web --alias h.app.web net cid"
        );
        assert_eq!(
            docker.network_rm("net").to_string(),
            "docker network rm net"
        );
        assert_eq!(
            docker.network_list().to_string(),
            "docker network list --format '{{ .Name }}'"
        );
        assert_eq!(
            docker.network_inspect("net").to_string(),
            "docker network inspect net"
        );
    }

    #[test]
    fn an_inspect_answer_is_read_with_and_without_its_optional_parts() {
        let json = br#"[{"Name":"rec","Id":"61ad","Scope":"local","Driver":"bridge",
            "IPAM":{"Config":[{"Subnet":"172.18.0.0/16"}]},"Internal":false,"Attachable":true,
            "Containers":{"2":{"Name":"web.2"},"1":{"Name":"web.1"}},"Labels":{"a":"b"}},
            {"Name":"host","IPAM":{"Config":null},"Labels":null}]"#;
        let networks = Network::parse_all(json);
        let [full, bare] = networks.as_slice() else {
            unreachable!("two networks")
        };
        assert!(full.attachable && !full.internal);
        assert_eq!(full.labels(), ["a=b"]);
        assert_eq!(full.subnets(), ["172.18.0.0/16"]);
        assert_eq!(full.containers(), ["web.1", "web.2"]);
        assert!(bare.labels().is_empty() && bare.subnets().is_empty());
        assert!(Network::parse_all(b"no json").is_empty());
        assert_eq!(serde_json::from_slice::<Vec<Network>>(b"[]").unwrap(), []);
    }
}
