//! Where a container is reached: its address and its port. Reference 44 §3.

use crate::app::App;
use crate::ctx::Ctx;
use crate::plugins::common::images;
use crate::tools::inspect::Container;

/// The port on which buildpack apps, and images without an exposed port, listen.
pub const DEFAULT_PORT: &str = "5000";

/// The address at which the host reaches a container: loopback with host networking, else its
/// address on the default bridge, else on any network; empty when it has none.
pub fn address(container: &Container) -> String {
    if container.network_mode == "host" {
        "127.0.0.1".to_owned()
    } else {
        container.ip_address.clone()
    }
}

/// The ports that an app's web containers listen on: `5000` for herokuish images and images
/// without exposed ports, else the exposed ones without the udp ones (possibly none).
pub fn container_ports(ctx: &Ctx, app: &App, herokuish: bool) -> Vec<String> {
    exposed(&ctx.app_config(app, "DOKKU_DOCKERFILE_PORTS"), herokuish)
}

/// The port that goes with a container's own address: the first of `container_ports`, empty when
/// only udp is exposed. Upstream gives the published host port when there is one, which nothing
/// listens on at that address.
pub fn port(ctx: &Ctx, app: &App, herokuish: bool) -> String {
    let ports = container_ports(ctx, app, herokuish);
    ports.into_iter().next().unwrap_or_default()
}

/// Whether an app's latest image was built by herokuish; an image that is not there was not.
pub fn is_herokuish(ctx: &Ctx, app: &App) -> bool {
    ctx.image(&images::name(app, ""))
        .is_some_and(|image| images::is_herokuish(ctx, app, &image))
}

fn exposed(ports: &str, herokuish: bool) -> Vec<String> {
    if herokuish || ports.trim().is_empty() {
        return vec![DEFAULT_PORT.to_owned()];
    }
    ports
        .split_whitespace()
        .filter(|port| !port.ends_with("/udp"))
        .map(|port| port.trim_end_matches("/tcp").to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposed_ports_are_the_tcp_ones() {
        assert_eq!(exposed("3001/udp 3000/tcp 3003", false), ["3000", "3003"]);
        assert!(exposed("53/udp", false).is_empty());
    }

    #[test]
    fn buildpack_images_and_images_without_ports_listen_on_5000() {
        assert_eq!(exposed("3000", true), ["5000"]);
        assert_eq!(exposed("", false), ["5000"]);
    }

    #[test]
    fn host_networking_is_reached_on_loopback() {
        let mut container = Container {
            ip_address: "172.17.0.2".into(),
            ..Default::default()
        };
        assert_eq!(address(&container), "172.17.0.2");
        container.network_mode = "host".into();
        assert_eq!(address(&container), "127.0.0.1");
    }
}
