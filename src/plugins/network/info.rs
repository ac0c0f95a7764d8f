//! `network:info`: `docker network inspect`, summarised as a report. Upstream prints nothing
//! (reference 44, "Better than upstream").

use super::error::NetworkError;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::{Call, Dialect};
use crate::report::{Empty, Report, row};
use crate::tools::network::Network;

/// `network:info <network>`
pub fn info(ctx: &Ctx, call: &Call) -> Outcome {
    let name = call.arg(0);
    if name.is_empty() {
        return Err(NetworkError::NoName.into());
    }
    let output = ctx.output(&ctx.docker().network_inspect(name));
    let network = Network::parse_all(&output.stdout).into_iter().next();
    match network {
        Some(network) => summary(&network).print(ctx, ""),
        None => Err(not_shown(name, output.error_text()).into()),
    }
}

/// Docker says "No such network: NAME" or "network NAME not found", depending on its age.
fn not_shown(name: &str, error: String) -> NetworkError {
    if error.contains("No such network") || error.contains("not found") {
        NetworkError::Missing(name.to_owned())
    } else {
        NetworkError::Docker(error)
    }
}

fn summary(network: &Network) -> Report {
    Report {
        title: format!("{} network information", network.name),
        rows: vec![
            row("--network-name", &network.name),
            row("--network-id", &network.id),
            row("--network-driver", &network.driver),
            row("--network-scope", &network.scope),
            row("--network-internal", network.internal.to_string()),
            row("--network-attachable", network.attachable.to_string()),
            row("--network-subnets", network.subnets().join(" ")),
            row("--network-labels", network.labels().join(" ")),
            row("--network-containers", network.containers().join(" ")),
        ],
        dialect: Dialect::Compiled,
        empty: Empty::Line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_network_is_told_apart_from_a_failing_docker() {
        for error in [
            "Error response from daemon: network nope not found",
            "Error: No such network: nope",
        ] {
            assert_eq!(
                not_shown("nope", error.to_owned()).to_string(),
                "Network nope does not exist"
            );
        }
        let down = "Cannot connect to the Docker daemon";
        assert_eq!(not_shown("nope", down.to_owned()).to_string(), down);
    }

    #[test]
    fn the_summary_shows_what_docker_said() {
        let json = br#"[{"Name":"rec","Id":"61ad","Driver":"bridge","Attachable":true}]"#;
        let reports: Vec<Report> = Network::parse_all(json).iter().map(summary).collect();
        let values: Vec<(&str, &str)> = reports
            .iter()
            .flat_map(|report| &report.rows)
            .map(|row| (row.flag.as_str(), row.value.as_str()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        assert_eq!(
            values,
            [
                ("--network-name", "rec"),
                ("--network-id", "61ad"),
                ("--network-driver", "bridge"),
                ("--network-internal", "false"),
                ("--network-attachable", "true"),
            ]
        );
    }
}
