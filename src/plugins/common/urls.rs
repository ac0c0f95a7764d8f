//! The urls of an app. Reference 04 §3, 42 §1.

use std::collections::BTreeSet;

use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::{Failure, Outcome, fail};
use crate::formats::port_map::PortMaps;
use crate::plugins::common::containers;
use crate::plugins::domains;

/// What `dokku urls APP` prints, a url a line.
pub fn urls(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    match of_trigger(ctx, app, "urls") {
        Some(given) => Ok(given),
        None => own_urls(ctx, app),
    }
}

/// The same without asking third-party plugins.
pub fn own_urls(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    match of_proxy(ctx, app) {
        Some(urls) => Ok(urls),
        None => without_proxy(ctx, app),
    }
}

/// What `dokku url APP` prints: the first url, with certificates the first https one (exit 1 when
/// there is none); for an app that the proxy does not know yet, all of them.
pub fn url(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    match of_trigger(ctx, app, "url") {
        Some(given) => Ok(given),
        None => own_url(ctx, app),
    }
}

/// The same without asking third-party plugins.
pub fn own_url(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    let Some(urls) = of_proxy(ctx, app) else {
        return without_proxy(ctx, app);
    };
    let encrypted = has_certificate(ctx, app);
    let first = urls
        .into_iter()
        .find(|url| !encrypted || url.contains("https"));
    match first {
        Some(url) => Ok(vec![url]),
        None => Err(Failure::Status(1)),
    }
}

/// What third-party plugins answer in place of the built-in list.
fn of_trigger(ctx: &Ctx, app: &App, kind: &str) -> Option<Vec<String>> {
    let text = ctx
        .with_input(Input::Null)
        .trigger_text("app-urls", &[app, kind]);
    if text.is_empty() {
        return None;
    }
    let mut urls: Vec<String> = text.lines().map(str::to_owned).collect();
    urls.sort();
    Some(urls)
}

/// The lines of `URLS`, which the proxy wrote, and each domain at each mapped port.
fn of_proxy(ctx: &Ctx, app: &App) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(ctx.paths.app_file(app, "URLS")).unwrap_or_default();
    if text.is_empty() {
        return None;
    }
    let written = text.lines().filter(|line| !line.starts_with('#'));
    let mut urls: BTreeSet<String> = written.map(str::to_owned).collect();
    let domains = domains::app_domains(ctx, app);
    for map in port_maps(ctx, app).iter() {
        for domain in &domains {
            urls.insert(match map.host_port {
                80 | 443 => format!("{}://{domain}", map.scheme),
                port => format!("{}://{domain}:{port}", map.scheme),
            });
        }
    }
    if urls.is_empty() {
        // Compat: a file of comments alone yields an empty line.
        urls.insert(String::new());
    }
    Some(urls.into_iter().collect())
}

/// The urls of an app that the proxy doesn't serve, or not yet.
fn without_proxy(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    let raw_ports = raw_tcp_ports(&ctx.app_config(app, "DOKKU_DOCKERFILE_PORTS"));
    let proxied = ctx
        .with_input(Input::Null)
        .trigger_text("proxy-is-enabled", &[app])
        != "false";
    if !proxied {
        return if raw_ports.is_empty() {
            of_listeners(ctx, app)
        } else {
            of_published_ports(ctx, app)
        };
    }
    let maps = port_maps(ctx, app);
    if !maps.is_empty() {
        let host = host_name(ctx)?;
        let url = |scheme: &str, port: u16| format!("{scheme}://{host}:{port}");
        return Ok(maps.iter().map(|m| url(&m.scheme, m.host_port)).collect());
    }
    if !raw_ports.is_empty() {
        let host = host_name(ctx)?;
        let url = |port| format!("http://{host}:{port}");
        return Ok(raw_ports.into_iter().map(url).collect());
    }
    of_global_domains(ctx, app)
}

fn of_listeners(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    let text = ctx
        .with_input(Input::Null)
        .trigger_text("network-get-listeners", &[app, "web"]);
    let (scheme, host) = (scheme(ctx, app), host_name(ctx)?);
    let ports = text.split_whitespace().map(|listener| {
        let port = listener.rsplit(':').next().unwrap_or_default();
        format!("{scheme}://{host}:{port} (container)")
    });
    Ok(ports.collect())
}

fn of_published_ports(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    let last = containers::ids(ctx, app).pop();
    let Some(container) = last.and_then(|id| ctx.container(&id)) else {
        return Ok(Vec::new());
    };
    let host = host_name(ctx)?;
    let url =
        |(port, host_port): &(String, String)| format!("{host}:{host_port}->{port} (container)");
    Ok(container.published.iter().map(url).collect())
}

fn of_global_domains(ctx: &Ctx, app: &App) -> Outcome<Vec<String>> {
    let scheme = scheme(ctx, app);
    let text = std::fs::read_to_string(ctx.paths.root().join("VHOST")).unwrap_or_default();
    let domains: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    if domains.is_empty() {
        return Ok(vec![format!("{scheme}://{}", host_name(ctx)?)]);
    }
    let url = |domain: &&str| format!("{scheme}://{domain}");
    Ok(domains.iter().map(url).collect())
}

/// Exposed ports without udp ones, without their `/tcp` (`get_app_raw_tcp_ports`).
fn raw_tcp_ports(exposed: &str) -> Vec<String> {
    exposed
        .split_whitespace()
        .filter(|port| !port.contains("udp"))
        .map(|port| port.replace("/tcp", ""))
        .collect()
}

fn port_maps(ctx: &Ctx, app: &App) -> PortMaps {
    PortMaps::stored(&ctx.app_config(app, "DOKKU_PROXY_PORT_MAP"))
}

fn has_certificate(ctx: &Ctx, app: &App) -> bool {
    ["tls/server.crt", "tls/server.key"]
        .iter()
        .all(|file| ctx.paths.app_file(app, file).exists())
}

fn scheme(ctx: &Ctx, app: &App) -> &'static str {
    if has_certificate(ctx, app) {
        "https"
    } else {
        "http"
    }
}

fn host_name(ctx: &Ctx) -> Outcome<String> {
    let path = ctx.paths.root().join("HOSTNAME");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim_end().to_owned()),
        Err(error) => fail(format!("Unable to read {}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_ports_are_the_exposed_ones_without_udp() {
        let ports = raw_tcp_ports("3001/udp 3000/tcp 3003 ");
        assert_eq!(ports, ["3000", "3003"]);
        assert!(raw_tcp_ports("").is_empty());
    }
}
