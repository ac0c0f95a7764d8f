//! Port settings that an app has not get stored with their defaults when its config is built.
//! Reference 40 §5.1.

use std::net::{Ipv4Addr, TcpStream};

use super::names;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::config::{self, Restart};
use crate::settings::Scope;

const PORT: &str = "DOKKU_PROXY_PORT";
const SSL_PORT: &str = "DOKKU_PROXY_SSL_PORT";
const PORT_MAP: &str = "DOKKU_PROXY_PORT_MAP";

/// The app's variables that say on which ports it is served.
pub const ALL: &[&str] = &[PORT, SSL_PORT, PORT_MAP];

/// What is known before the defaults are chosen. Texts are empty when unset.
#[derive(Clone, Debug, Default)]
struct Known {
    port: String,
    ssl_port: String,
    map: String,
    global_port: String,
    global_ssl_port: String,
    /// Exposed tcp ports of the image.
    raw: Vec<String>,
    vhosts: bool,
    tls: bool,
    /// The port of the first web container, when it was recorded.
    container_port: String,
}

/// What to do about one unset port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice<'a> {
    Leave,
    Use(&'a str),
    Random,
}

/// The tcp ports that the app's image exposes (`DOKKU_DOCKERFILE_PORTS`).
pub fn raw(ctx: &Ctx, app: &App) -> Vec<String> {
    raw_of(&ctx.app_config(app, "DOKKU_DOCKERFILE_PORTS"))
}

/// Stores what is missing; only hooks of `post-config-update` may print.
pub fn configure(ctx: &Ctx, app: &App) -> Outcome {
    let mut known = known(ctx, app);
    let choice = port_choice(&known);
    if let Some(port) = chosen(
        ctx,
        choice,
        "no proxy port set. setting to random open high port",
    ) {
        store(ctx, app, PORT, &port)?;
        known.port = port;
    }
    let choice = ssl_port_choice(&known);
    let text = "no proxy ssl port set. setting to random open high port";
    if let Some(port) = chosen(ctx, choice, text) {
        store(ctx, app, SSL_PORT, &port)?;
        known.ssl_port = port;
    }
    match default_map(&known) {
        Some(map) => store(ctx, app, PORT_MAP, &map),
        None => Ok(()),
    }
}

fn known(ctx: &Ctx, app: &App) -> Known {
    let recorded = std::fs::read_to_string(ctx.paths.app_file(app, "PORT.web.1"));
    Known {
        port: ctx.app_config(app, PORT),
        ssl_port: ctx.app_config(app, SSL_PORT),
        map: ctx.app_config(app, PORT_MAP),
        global_port: ctx.global_config(PORT),
        global_ssl_port: ctx.global_config(SSL_PORT),
        raw: raw(ctx, app),
        vhosts: names::vhosts_enabled(ctx, app),
        tls: names::tls_enabled(ctx, app),
        container_port: recorded.unwrap_or_default().trim().to_owned(),
    }
}

fn raw_of(ports: &str) -> Vec<String> {
    ports
        .split_whitespace()
        .filter(|port| !port.contains("udp"))
        .map(|port| port.replace("/tcp", ""))
        .collect()
}

fn port_choice(known: &Known) -> Choice<'_> {
    if !known.port.is_empty() || !known.raw.is_empty() {
        return Choice::Leave;
    }
    match (known.vhosts, known.global_port.as_str()) {
        (false, _) => Choice::Random,
        (true, "") => Choice::Use("80"),
        (true, port) => Choice::Use(port),
    }
}

fn ssl_port_choice(known: &Known) -> Choice<'_> {
    if !known.ssl_port.is_empty() || !known.tls {
        return Choice::Leave;
    }
    match known.global_ssl_port.as_str() {
        _ if known.raw.is_empty() && !known.vhosts => Choice::Random,
        "" => Choice::Use("443"),
        port => Choice::Use(port),
    }
}

/// The value of a missing map, with the two blanks at its end that upstream stores.
fn default_map(known: &Known) -> Option<String> {
    if !known.map.trim().is_empty() {
        return None;
    }
    let container = match known.container_port.as_str() {
        "" => "5000",
        port => port,
    };
    let entry = |scheme: &str, port: &str| format!("{scheme}:{port}:{container}");
    let entries: Vec<String> = if !known.raw.is_empty() {
        let ports = known.raw.iter();
        ports.map(|port| format!("http:{port}:{port}")).collect()
    } else if known.ssl_port.is_empty() {
        vec![entry("http", &known.port)]
    } else {
        vec![entry("http", &known.port), entry("https", &known.ssl_port)]
    };
    // Compat: the blanks are seen in config:export and in the containers' environment.
    Some(format!("{}  ", entries.join(" ")))
}

fn chosen(ctx: &Ctx, choice: Choice, random_text: &str) -> Option<String> {
    match choice {
        Choice::Leave => None,
        Choice::Use(port) => Some(port.to_owned()),
        Choice::Random => {
            ctx.ui.info1(random_text);
            Some(random_open_port().to_string())
        }
    }
}

fn store(ctx: &Ctx, app: &App, key: &str, value: &str) -> Outcome {
    let scope = Scope::App(app.clone());
    let pairs = [(key, value.as_bytes())];
    config::set(&ctx.quiet(), &scope, &pairs, Restart::No)
}

/// A port of 1025–65535 on which nothing listens.
pub fn random_open_port() -> u16 {
    loop {
        let port = random_port();
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            return port;
        }
    }
}

/// The standard library's hasher has random keys: enough chance for a port.
fn random_port() -> u16 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let (first, count) = (1025, 65535 - 1025 + 1);
    let chance = RandomState::new().build_hasher().finish() % count;
    u16::try_from(first + chance).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Known {
        Known {
            vhosts: true,
            ..Default::default()
        }
    }

    fn with_port(port: &str) -> Known {
        Known {
            port: port.into(),
            ..fresh()
        }
    }

    #[test]
    fn an_app_with_vhosts_is_served_on_80_or_the_global_port() {
        assert_eq!(port_choice(&fresh()), Choice::Use("80"));
        let known = Known {
            global_port: "8080".into(),
            ..fresh()
        };
        assert_eq!(port_choice(&known), Choice::Use("8080"));
        assert_eq!(port_choice(&with_port("81")), Choice::Leave);
    }

    #[test]
    fn an_app_without_vhosts_is_served_on_a_random_port() {
        let known = Known {
            tls: true,
            global_port: "80".into(),
            ..Known::default()
        };
        assert_eq!(port_choice(&known), Choice::Random);
        assert_eq!(ssl_port_choice(&known), Choice::Random);
    }

    #[test]
    fn exposed_ports_need_no_proxy_port() {
        let known = Known {
            raw: raw_of("3001/udp 3000/tcp 3003"),
            tls: true,
            ..Known::default()
        };
        assert_eq!(port_choice(&known), Choice::Leave);
        assert_eq!(ssl_port_choice(&known), Choice::Use("443"));
        assert_eq!(
            default_map(&known).as_deref(),
            Some("http:3000:3000 http:3003:3003  ")
        );
    }

    #[test]
    fn only_tls_asks_for_an_ssl_port() {
        assert_eq!(ssl_port_choice(&fresh()), Choice::Leave);
        let known = Known {
            tls: true,
            ..fresh()
        };
        assert_eq!(ssl_port_choice(&known), Choice::Use("443"));
    }

    #[test]
    fn the_default_map_leads_to_the_recorded_container_port() {
        assert_eq!(
            default_map(&with_port("80")).as_deref(),
            Some("http:80:5000  ")
        );
        let known = Known {
            ssl_port: "443".into(),
            container_port: "3000".into(),
            ..with_port("80")
        };
        assert_eq!(
            default_map(&known).as_deref(),
            Some("http:80:3000 https:443:3000  ")
        );
    }

    #[test]
    fn a_stored_map_is_never_computed_again() {
        let known = Known {
            map: "http:81:5000".into(),
            ..with_port("80")
        };
        assert_eq!(default_map(&known), None);
    }

    #[test]
    fn random_ports_are_high_and_differ() {
        let ports: Vec<u16> = (0..50).map(|_| random_port()).collect();
        assert!(ports.iter().all(|port| *port >= 1025));
        assert!(ports.iter().any(|port| Some(port) != ports.first()));
    }
}
