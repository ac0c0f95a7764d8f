//! What a certificate's coming and going does to the port mappings. Reference 41 §4.

use super::ports::{change, stored};
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
    let added = https_of(&stored(ctx, &app));
    if added.is_empty() {
        return Ok(());
    }
    // Compat: the map is written and shown twice.
    change(ctx, &app, without_https)?;
    change(ctx, &app, |maps| with(maps, added))
}

/// `post-certs-remove APP`
pub fn post_certs_remove(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, flags::none(&call.name, call)?.arg(0))?;
    let scope = Scope::App(app.clone());
    config::unset(ctx, &scope, &["DOKKU_PROXY_SSL_PORT"], Restart::No)?;
    change(ctx, &app, without_https)
}

/// What [`post_certs_remove`] takes away, for the case that the certificate stays after all.
pub struct TlsPorts([(&'static str, String); 2]);

impl TlsPorts {
    /// The settings of an app now.
    pub fn of(ctx: &Ctx, app: &App) -> Self {
        let value = |key| (key, ctx.app_config(app, key));
        Self(["DOKKU_PROXY_SSL_PORT", "DOKKU_PROXY_PORT_MAP"].map(value))
    }

    /// Puts them back, untold.
    pub fn restore(self, ctx: &Ctx, app: &App) -> Outcome {
        let scope = Scope::App(app.clone());
        for (key, value) in self.0 {
            match value.as_str() {
                now if now == ctx.app_config(app, key) => {}
                "" => config::unset(&ctx.quiet(), &scope, &[key], Restart::No)?,
                before => {
                    let pair = [(key, before.as_bytes())];
                    config::set(&ctx.quiet(), &scope, &pair, Restart::No)?;
                }
            }
        }
        Ok(())
    }
}

/// What `https:443` is mapped to with a certificate: each container port of `http:80`.
fn https_of(maps: &PortMaps) -> Vec<PortMap> {
    let plain = maps.iter().filter(|map| is(map, "http", 80));
    plain
        .map(|map| PortMap {
            scheme: "https".to_owned(),
            host_port: 443,
            container_port: map.container_port,
        })
        .collect()
}

fn with(maps: &PortMaps, added: Vec<PortMap>) -> PortMaps {
    PortMaps::sorted(maps.iter().cloned().chain(added))
}

fn without_https(maps: &PortMaps) -> PortMaps {
    PortMaps::sorted(maps.iter().filter(|map| !is(map, "https", 443)).cloned())
}

fn is(map: &PortMap, scheme: &str, port: u16) -> bool {
    map.scheme == scheme && map.host_port == port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_mirrors_http_80_on_https_443() {
        let maps = PortMaps::stored("http:80:5000 https:443:3000 http:8080:5000");
        let without = without_https(&maps);
        assert_eq!(without.to_string(), "http:8080:5000 http:80:5000");
        assert_eq!(
            with(&without, https_of(&maps)).to_string(),
            "http:8080:5000 http:80:5000 https:443:5000"
        );
    }

    #[test]
    fn a_certificate_leaves_other_ports_alone() {
        assert_eq!(https_of(&PortMaps::stored("http:3000:3000")), []);
        assert_eq!(https_of(&PortMaps::default()), []);
    }

    #[test]
    fn removing_the_certificate_removes_only_https_443() {
        let maps = PortMaps::stored("https:443:5000 https:8443:5000");
        assert_eq!(without_https(&maps).to_string(), "https:8443:5000");
        assert!(without_https(&PortMaps::stored("https:443:5000")).is_empty());
    }
}
