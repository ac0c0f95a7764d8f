//! Attaching containers to docker networks, after their creation or after a deploy.
//! Reference 44 §5.

use super::docker_networks;
use super::error::NetworkError;
use super::property::{self, ATTACH_POST_CREATE, ATTACH_POST_DEPLOY, TLD};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::common::containers;
use crate::tools::inspect::Container;

/// Attaches a container that was just created to the app's `attach-post-create` network, if any.
/// `kind` is its process type, given with the phase `deploy` only.
pub fn after_create(ctx: &Ctx, app: &App, container: &str, phase: &str, kind: &str) -> Outcome {
    let network = property::get(ctx, app, ATTACH_POST_CREATE);
    if network.is_empty() {
        return Ok(());
    }
    check_network(ctx, &network)?;
    let aliases = match phase {
        "deploy" => aliases_of(ctx, app, container, kind),
        _ => Vec::new(),
    };
    Ok(attach(ctx, &network, container, &aliases)?)
}

/// Attaches all running containers of an app to its `attach-post-deploy` network, if any.
pub fn after_deploy(ctx: &Ctx, app: &App) -> Outcome {
    let network = property::get(ctx, app, ATTACH_POST_DEPLOY);
    if network.is_empty() {
        return Ok(());
    }
    ctx.ui
        .info1_quiet(format!("Associating app with network {network}"));
    let ids = containers::ids(ctx, app);
    if ids.is_empty() {
        return Err(NetworkError::NotDeployed(app.clone()).into());
    }
    check_network(ctx, &network)?;
    // Asked at once, before attaching changes the answers.
    let found = ctx.containers(&ids);
    for (id, container) in ids.iter().zip(found) {
        let Some(container) = container.filter(|container| container.running) else {
            continue;
        };
        let kind = process_type(&container);
        let aliases = aliases(
            app,
            &kind,
            &property::get(ctx, app, TLD),
            &container.hostname,
        );
        attach(ctx, &network, id, &aliases)?;
    }
    Ok(())
}

fn check_network(ctx: &Ctx, network: &str) -> Outcome {
    if docker_networks::exists(ctx, network)? {
        Ok(())
    } else {
        Err(NetworkError::Missing(network.to_owned()).into())
    }
}

fn process_type(container: &Container) -> String {
    let label = container.labels.get("com.dokku.process-type");
    label.cloned().unwrap_or_default()
}

fn aliases_of(ctx: &Ctx, app: &App, id: &str, kind: &str) -> Vec<String> {
    let hostname = ctx
        .container(id)
        .map(|container| container.hostname.clone());
    if hostname.is_none() {
        ctx.ui.warn(format!("Unable to inspect container {id}"));
    }
    let tld = property::get(ctx, app, TLD);
    aliases(app, kind, &tld, &hostname.unwrap_or_default())
}

/// `APP.TYPE[.TLD]` and the same behind the container's hostname, when that is known.
fn aliases(app: &App, kind: &str, tld: &str, hostname: &str) -> Vec<String> {
    let suffix = if tld.is_empty() {
        String::new()
    } else {
        format!(".{tld}")
    };
    let name = format!("{app}.{kind}{suffix}");
    if hostname.is_empty() {
        return vec![name];
    }
    vec![name.clone(), format!("{hostname}.{name}")]
}

fn attach(
    ctx: &Ctx,
    network: &str,
    container: &str,
    aliases: &[String],
) -> Result<(), NetworkError> {
    let output = ctx.output(&ctx.docker().network_connect(aliases, network, container));
    let error = output.error_text();
    // Attached is what was asked for; upstream aborts the deploy here.
    if output.ok() || is_attached_already(&error, network) {
        return Ok(());
    }
    Err(NetworkError::Attach(error))
}

/// `Error response from daemon: endpoint with name NAME already exists in network NETWORK`.
fn is_attached_already(error: &str, network: &str) -> bool {
    error.contains(&format!("already exists in network {network}"))
        || error.contains("is already attached to network")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn aliases_carry_the_top_level_domain_and_the_hostname() {
        let app = App::parse("app").unwrap();
        assert_eq!(aliases(&app, "web", "", ""), ["app.web"]);
        assert_eq!(
            aliases(&app, "web", "test", "c0ffee"),
            ["app.web.test", "c0ffee.app.web.test"]
        );
    }

    #[test]
    fn attaching_twice_is_no_error() {
        let error = "Error response from daemon: endpoint with name web.1 already exists in \
                     network net";
        assert!(is_attached_already(error, "net"));
        assert!(!is_attached_already(
            "Error response from daemon: network net not found",
            "net"
        ));
    }
}
