//! What a certificate's coming and going does to the port mappings. Reference 41 §4.

use super::ports::{store, stored};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::flags;
use crate::formats::port_map::{PortMap, PortMaps};
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;

/// `post-certs-update APP`: default ports are computed anew, and what is served on `http:80` is
/// served on `https:443` too.
pub fn post_certs_update(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, flags::none(&call.name, call)?.arg(0))?;
    let defaults: Vec<&str> = [("DOKKU_PROXY_PORT", "80"), ("DOKKU_PROXY_SSL_PORT", "443")]
        .into_iter()
        .filter(|(key, default)| ctx.app_config(&app, key) == *default)
        .map(|(key, _)| key)
        .collect();
    if !defaults.is_empty() {
        let scope = Scope::App(app.clone());
        config::unset(ctx, &scope, &defaults, Restart::No)?;
    }
    let Some((without, with)) = secured(&stored(ctx, &app)) else {
        return Ok(());
    };
    // Compat: the map is written and shown twice.
    store(ctx, &app, &without)?;
    store(ctx, &app, &with)
}

/// `post-certs-remove APP`
pub fn post_certs_remove(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, flags::none(&call.name, call)?.arg(0))?;
    let scope = Scope::App(app.clone());
    config::unset(ctx, &scope, &["DOKKU_PROXY_SSL_PORT"], Restart::No)?;
    store(ctx, &app, &without_https(&stored(ctx, &app)))
}

/// The mappings without `https:443`, and with one for each container port of `http:80`; `None`
/// when nothing is mapped to `http:80`.
fn secured(maps: &PortMaps) -> Option<(PortMaps, PortMaps)> {
    let added: Vec<PortMap> = maps
        .iter()
        .filter(|map| is(map, "http", 80))
        .map(|map| PortMap {
            scheme: "https".to_owned(),
            host_port: 443,
            container_port: map.container_port,
        })
        .collect();
    if added.is_empty() {
        return None;
    }
    let without = without_https(maps);
    let with = PortMaps::sorted(without.iter().cloned().chain(added));
    Some((without, with))
}

fn without_https(maps: &PortMaps) -> PortMaps {
    PortMaps::sorted(maps.iter().filter(|map| !is(map, "https", 443)).cloned())
}

fn is(map: &PortMap, scheme: &str, port: u16) -> bool {
    map.scheme == scheme && map.host_port == port
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_mirrors_http_80_on_https_443() {
        let maps = PortMaps::stored("http:80:5000 https:443:3000 http:8080:5000");
        let (without, with) = secured(&maps).unwrap();
        assert_eq!(without.to_string(), "http:8080:5000 http:80:5000");
        assert_eq!(
            with.to_string(),
            "http:8080:5000 http:80:5000 https:443:5000"
        );
    }

    #[test]
    fn a_certificate_leaves_other_ports_alone() {
        assert_eq!(secured(&PortMaps::stored("http:3000:3000")), None);
        assert_eq!(secured(&PortMaps::default()), None);
    }

    #[test]
    fn removing_the_certificate_removes_only_https_443() {
        let maps = PortMaps::stored("https:443:5000 https:8443:5000");
        assert_eq!(without_https(&maps).to_string(), "https:8443:5000");
        assert!(without_https(&PortMaps::stored("https:443:5000")).is_empty());
    }
}
