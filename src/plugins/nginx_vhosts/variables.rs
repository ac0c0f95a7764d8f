//! The variables of an `nginx.conf.sigil`. Reference 40 §5.5.

use super::error::NginxError;
use super::names::Names;
use super::{ports, property, server};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::scale::Scale;
use crate::tools::nginx::Features;

/// Everything that the variables are made of.
#[derive(Clone, Debug)]
pub struct Facts {
    /// App name.
    pub app: String,
    /// `$DOKKU_ROOT`.
    pub root: String,
    /// `$DOKKU_LIB_ROOT`.
    pub lib: String,
    /// The app's host names.
    pub names: Names,
    /// What nginx can do.
    pub features: Features,
    /// Directory of nginx's logs.
    pub log_root: String,
    /// Value of `access_log`.
    pub access_log: String,
    /// Value of `error_log`.
    pub error_log: String,
    /// May be empty.
    pub bind_ipv4: String,
    /// Never empty.
    pub bind_ipv6: String,
    /// `DOKKU_PROXY_PORT`, may be empty.
    pub port: String,
    /// `DOKKU_PROXY_SSL_PORT`, may be empty.
    pub ssl_port: String,
    /// `DOKKU_PROXY_PORT_MAP` as stored.
    pub map: String,
    /// Exposed tcp ports.
    pub raw_ports: Vec<String>,
    /// `ip:port …` of web.
    pub listeners: String,
    /// Process types of `DOKKU_SCALE` with their `ip:port …`.
    pub by_type: Vec<(String, String)>,
}

impl Facts {
    /// Collects the facts about a deployed app; `listeners` are those of web.
    pub fn of(
        ctx: &Ctx,
        app: &App,
        names: &Names,
        features: Features,
        listeners: &str,
    ) -> Outcome<Self> {
        let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
        let set = |key: &str| property::get(ctx, app, key);
        let bind_ipv6 = match set(property::BIND_ADDRESS_IPV6) {
            empty if empty.is_empty() => "::".to_owned(),
            address => address,
        };
        Ok(Self {
            app: app.to_string(),
            root: text(ctx.paths.root()),
            lib: text(ctx.paths.lib()),
            names: names.clone(),
            features,
            log_root: server::log_root(ctx).to_owned(),
            access_log: set(property::ACCESS_LOG_PATH),
            error_log: set(property::ERROR_LOG_PATH),
            bind_ipv4: set(property::BIND_ADDRESS_IPV4),
            bind_ipv6,
            port: ctx.app_config(app, "DOKKU_PROXY_PORT"),
            ssl_port: ctx.app_config(app, "DOKKU_PROXY_SSL_PORT"),
            map: ctx.app_config(app, "DOKKU_PROXY_PORT_MAP"),
            raw_ports: ports::raw(ctx, app),
            listeners: listeners.to_owned(),
            by_type: listeners_by_type(ctx, app)?,
        })
    }

    /// Mappings that cannot be served, as they need a certificate and the app has none.
    pub fn without_certificate(&self) -> Vec<&str> {
        let mut maps: Vec<&str> = self.map.split_whitespace().collect();
        maps.retain(|map| !self.names.tls && needs_certificate(map));
        maps
    }

    /// The variables, in upstream's order. `HTTP2_DIRECTIVE_SUPPORTED` is an addition.
    pub fn variables(&self) -> Vec<(String, String)> {
        let map: Vec<&str> = self.map.split_whitespace().collect();
        let flag = |on: bool| on.to_string();
        let in_use = if self.names.tls { "true" } else { "" };
        let fixed: [(&str, String); 29] = [
            ("APP", self.app.clone()),
            ("DOKKU_ROOT", self.root.clone()),
            ("NOSSL_SERVER_NAME", self.names.server_name()),
            ("DOKKU_APP_LISTENERS", self.listeners.clone()),
            ("DOKKU_LIB_ROOT", self.lib.clone()),
            ("PASSED_LISTEN_IP_PORT", String::new()),
            ("SPDY_SUPPORTED", flag(self.features.spdy)),
            ("TLS13_SUPPORTED", flag(self.features.tls13)),
            ("HTTP2_SUPPORTED", flag(self.features.http2)),
            (
                "HTTP2_DIRECTIVE_SUPPORTED",
                flag(self.features.http2_directive),
            ),
            ("NGINX_LOG_ROOT", self.log_root.clone()),
            ("NGINX_ACCESS_LOG_PATH", self.access_log.clone()),
            ("NGINX_ERROR_LOG_PATH", self.error_log.clone()),
            ("NGINX_BIND_ADDRESS_IP4", self.bind_ipv4.clone()),
            ("NGINX_BIND_ADDRESS_IP6", self.bind_ipv6.clone()),
            ("HTTP2_PUSH_SUPPORTED", flag(self.features.http2_push)),
            ("GRPC_SUPPORTED", flag(self.features.grpc)),
            ("DOKKU_APP_LISTEN_PORT", String::new()),
            ("DOKKU_APP_LISTEN_IP", String::new()),
            ("APP_SSL_PATH", format!("{}/{}/tls", self.root, self.app)),
            ("SSL_INUSE", in_use.to_owned()),
            ("SSL_SERVER_NAME", self.names.tls_server_name()),
            ("NGINX_PORT", self.port.clone()),
            ("NGINX_SSL_PORT", self.ssl_port.clone()),
            ("PROXY_PORT", self.port.clone()),
            ("PROXY_SSL_PORT", self.ssl_port.clone()),
            ("RAW_TCP_PORTS", self.raw_ports.join(" ")),
            ("PROXY_PORT_MAP", map.join(" ")),
            ("PROXY_UPSTREAM_PORTS", upstream_ports(&map).join(" ")),
        ];
        let fixed = fixed
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        let by_type = self.by_type.iter().map(|(kind, listeners)| {
            let kind = kind.to_uppercase().replace('-', "_");
            (format!("DOKKU_APP_{kind}_LISTENERS"), listeners.clone())
        });
        fixed.chain(by_type).collect()
    }
}

/// Whether a mapping is served with the app's certificate.
fn needs_certificate(map: &str) -> bool {
    map.starts_with("https:") || map.starts_with("grpcs:")
}

/// Distinct container ports of the mappings, in the order of their first appearance.
fn upstream_ports<'a>(map: &[&'a str]) -> Vec<&'a str> {
    let mut ports = Vec::new();
    for entry in map {
        if let Some(port) = entry.split(':').nth(2)
            && !ports.contains(&port)
        {
            ports.push(port);
        }
    }
    ports
}

fn listeners_by_type(ctx: &Ctx, app: &App) -> Outcome<Vec<(String, String)>> {
    let path = ctx.paths.app_file(app, "DOKKU_SCALE");
    let text = std::fs::read_to_string(&path).map_err(|_| NginxError::Unreadable(path))?;
    let entries = Scale::parse(&text).entries();
    let kinds = entries.into_iter().map(|entry| entry.process_type);
    kinds
        .map(|kind| {
            let listeners = ctx.trigger_answer("network-get-listeners", &[app, &kind])?;
            Ok((kind, listeners))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_ports_are_listed_once_in_order() {
        let map = ["http:80:5000", "https:443:5000", "http:81:3000", "bad:1"];
        assert_eq!(upstream_ports(&map), ["5000", "3000"]);
    }
}
