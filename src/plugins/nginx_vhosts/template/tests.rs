//! What the built-in template makes of every situation of reference 40 §5.7, read by words, and
//! checked by the real nginx where there is one.

use super::*;
use crate::plugins::nginx_vhosts::names::Names;
use crate::plugins::nginx_vhosts::variables::Facts;
use crate::tools::nginx::{self, Features, Version};

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn facts(map: &str) -> Facts {
    Facts {
        app: "app".into(),
        root: "/home/dokku".into(),
        lib: "/var/lib/dokku".into(),
        names: Names {
            vhosts_enabled: true,
            tls: false,
            domains: list(&["app.dokku.me", "www.dokku.me"]),
            tls_domains: Vec::new(),
        },
        features: Features::of(Version::parse("1.22.1")),
        log_root: "/var/log/nginx".into(),
        access_log: "/var/log/nginx/app-access.log".into(),
        error_log: "/var/log/nginx/app-error.log".into(),
        bind_ipv4: String::new(),
        bind_ipv6: "::".into(),
        port: "80".into(),
        ssl_port: String::new(),
        map: map.into(),
        raw_ports: Vec::new(),
        listeners: "172.17.0.2:5000 172.17.0.3:5000".into(),
        by_type: vec![
            ("web".into(), "172.17.0.2:5000 172.17.0.3:5000".into()),
            ("my-worker".into(), String::new()),
        ],
    }
}

fn tls(map: &str) -> Facts {
    let mut facts = facts(map);
    facts.names.tls = true;
    facts.ssl_port = "443".into();
    facts
}

fn try_render(facts: &Facts) -> Result<String, String> {
    let host = template::NoHost;
    let text = template::render(FILE, BUILT_IN, &facts.variables(), &host);
    text.map(|text| squeeze(&text))
        .map_err(|error| error.to_string())
}

/// The config with all white space reduced to single blanks.
fn rendered(facts: &Facts) -> String {
    let text = try_render(facts).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The n-th server block.
fn server(config: &str, index: usize) -> &str {
    config.split("server { listen").nth(index + 1).unwrap()
}

#[test]
fn plain_http_serves_all_domains_and_names_its_upstream() {
    let config = rendered(&facts("http:80:5000  "));
    assert!(config.starts_with(
        "server { listen [::]:80; listen 80; server_name app.dokku.me www.dokku.me; \
         access_log /var/log/nginx/app-access.log; error_log /var/log/nginx/app-error.log; \
         location / { gzip on; gzip_min_length 1100; gzip_buffers 4 32k; gzip_types text/css "
    ));
    assert!(config.contains(
        "proxy_pass http://app-5000; proxy_http_version 1.1; \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; \
         proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; \
         proxy_set_header X-Forwarded-For $remote_addr; \
         proxy_set_header X-Forwarded-Port $server_port; \
         proxy_set_header X-Request-Start $msec; } \
         include /home/dokku/app/nginx.conf.d/*.conf; error_page 400 401 402 403 405 "
    ));
    assert!(config.contains(
        "error_page 500 501 502 503 504 505 506 507 508 509 510 511 /500-error.html; \
         location /500-error.html { root /var/lib/dokku/data/nginx-vhosts/dokku-errors; \
         internal; } }"
    ));
    assert!(
        config.ends_with("upstream app-5000 { server 172.17.0.2:5000; server 172.17.0.3:5000; }")
    );
    assert_eq!(config.matches("listen 80;").count(), 1);
    assert!(!config.contains("off;"));
}

#[test]
fn with_tls_port_80_only_redirects() {
    let config = rendered(&tls("http:80:5000 https:443:5000"));
    assert_eq!(
        server(&config, 0),
        " [::]:80; listen 80; server_name app.dokku.me www.dokku.me; \
         access_log /var/log/nginx/app-access.log; error_log /var/log/nginx/app-error.log; \
         return 301 https://$host:443$request_uri; } "
    );
    let secure = server(&config, 1);
    assert!(secure.starts_with(
        " [::]:443 ssl http2; listen 443 ssl http2; server_name app.dokku.me www.dokku.me; "
    ));
    assert!(secure.contains(
        "ssl_certificate /home/dokku/app/tls/server.crt; \
         ssl_certificate_key /home/dokku/app/tls/server.key; ssl_protocols TLSv1.2 TLSv1.3; \
         ssl_prefer_server_ciphers off; keepalive_timeout 70; location / { gzip on;"
    ));
    assert!(
        secure
            .contains("proxy_pass http://app-5000; http2_push_preload on; proxy_http_version 1.1;")
    );
    assert!(secure.contains("error_page 500 501 503 504 505"));
    assert!(secure.contains("error_page 502 /502-error.html;"));
    assert_eq!(config.matches("upstream app-5000 {").count(), 1);
}

#[test]
fn without_vhosts_there_is_no_name_and_no_redirect_from_a_high_port() {
    let mut facts = tls("http:30999:5000 https:30443:5000");
    facts.names = Names {
        vhosts_enabled: false,
        tls: true,
        domains: Vec::new(),
        tls_domains: list(&["host.example"]),
    };
    let config = rendered(&facts);
    assert!(server(&config, 0).starts_with(" [::]:30999; listen 30999; access_log "));
    assert!(server(&config, 0).contains("proxy_pass http://app-5000;"));
    assert!(server(&config, 1).contains("ssl http2; server_name host.example; access_log "));
}

#[test]
fn exposed_ports_have_a_server_and_an_upstream_each() {
    let config = rendered(&tls("http:3000:3000 http:3003:3003 http:8080:3000"));
    for part in [
        "listen 3000;",
        "listen 3003;",
        "listen 8080;",
        "upstream app-3000 { server 172.17.0.2:3000; server 172.17.0.3:3000; }",
        "upstream app-3003 { server 172.17.0.2:3003; server 172.17.0.3:3003; }",
    ] {
        assert_eq!(config.matches(part).count(), 1, "{part}");
    }
}

#[test]
fn bind_addresses_stand_in_front_of_every_port() {
    let mut facts = tls("http:80:5000 https:443:5000 http:81:5000 grpc:82:5000");
    facts.bind_ipv4 = "127.0.0.1".into();
    facts.bind_ipv6 = "::1".into();
    let config = rendered(&facts);
    for part in [
        "listen [::1]:80; listen 127.0.0.1:80;",
        "listen [::1]:443 ssl http2; listen 127.0.0.1:443 ssl http2;",
        "listen [::1]:81; listen 127.0.0.1:81;",
        "listen [::1]:82 http2; listen 127.0.0.1:82 http2;",
    ] {
        assert!(config.contains(part), "{part}");
    }
}

#[test]
fn grpc_needs_an_nginx_that_speaks_it() {
    let mut facts = tls("grpc:50051:5000 grpcs:50052:5000");
    let config = rendered(&facts);
    assert!(server(&config, 0).starts_with(
        " [::]:50051 http2; listen 50051 http2; server_name app.dokku.me www.dokku.me;"
    ));
    assert!(!server(&config, 0).contains("ssl"));
    assert!(server(&config, 1).starts_with(" [::]:50052 ssl http2; listen 50052 ssl http2;"));
    assert!(server(&config, 1).contains("ssl_certificate /home/dokku/app/tls/server.crt;"));
    assert_eq!(
        config
            .matches("location / { grpc_pass grpc://app-5000; } include")
            .count(),
        2
    );
    facts.features = Features::of(Version::parse("1.12.2"));
    let config = rendered(&facts);
    assert!(!config.contains("listen") && config.contains("upstream app-5000 {"));
}

#[test]
fn old_and_new_nginx_get_their_own_words() {
    let mut facts = tls("https:443:5000");
    facts.features = Features::of(Version::parse("1.8.1"));
    let old = rendered(&facts);
    assert!(old.contains("listen 443 ssl spdy;"));
    assert!(old.contains("add_header Alternate-Protocol 443:npn-spdy/2;"));
    assert!(old.contains("ssl_protocols TLSv1.2;") && !old.contains("http2"));
    facts.features = Features::of(Version::parse("1.10.3"));
    let between = rendered(&facts);
    assert!(between.contains("listen 443 ssl;") && !between.contains("spdy"));
    facts.features = Features::of(Version::parse("1.26.0"));
    let new = rendered(&facts);
    assert!(new.contains("listen [::]:443 ssl; listen 443 ssl; http2 on; server_name"));
    assert!(!new.contains("http2_push_preload"));
}

#[test]
fn an_unknown_scheme_has_an_upstream_but_no_server() {
    let config = rendered(&facts("ftp:21:21"));
    assert_eq!(
        config,
        "upstream app-21 { server 172.17.0.2:21; server 172.17.0.3:21; }"
    );
}

#[test]
fn an_incomplete_or_empty_map_is_an_error() {
    for map in ["", "http:80"] {
        let error = try_render(&facts(map)).unwrap_err();
        assert!(error.contains("nginx.conf.sigil"), "{error}");
    }
}

#[test]
fn the_config_reads_well() {
    let text = try_render(&tls("http:80:5000 https:443:5000 grpc:50051:3000")).unwrap();
    assert!(text.starts_with("server {\n  listen [::]:80;\n  listen 80;\n  server_name "));
    assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
    assert!(!text.contains("\n\n\n"));
}

/// Asks the real nginx about a config whose certificate and log files are in a directory.
fn assert_accepted(facts: &Facts) {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    let mut facts = facts.clone();
    facts.root = path("home");
    facts.access_log = path("access.log");
    facts.error_log = path("error.log");
    let ctx = crate::ctx::Ctx::new(
        crate::env::Env::from_pairs(std::env::vars_os()),
        &crate::plugins::REGISTRY,
        Vec::new(),
    );
    let tls = dir.path().join("home/app/tls");
    ctx.store.make_dir(&tls).unwrap();
    let certificate = crate::cmd::Cmd::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a",
        ])
        .args(["-keyout", "server.key", "-out", "server.crt"])
        .cwd(&tls);
    assert_eq!(ctx.silent(&certificate), 0, "openssl");
    let config = dir.path().join("nginx.conf");
    ctx.store
        .write(&config, try_render(&facts).unwrap())
        .unwrap();
    let wrapper = dir.path().join("wrapper.conf");
    for text in [nginx::wrapper(&config), nginx::certificate_wrapper(&tls)] {
        let pid = format!("pid {};\n{text}", path("pid"));
        ctx.store.write(&wrapper, pid).unwrap();
        let output = ctx.output(&nginx::test_file("/usr/sbin/nginx", &wrapper));
        assert!(output.ok(), "{}", output.error_text());
    }
}

#[test]
fn without_a_certificate_only_plain_servers_are_left() {
    let map = "http:80:5000 https:8443:5000 grpc:82:5000 grpcs:9443:5000";
    let plain = facts(map);
    assert_eq!(
        plain.without_certificate(),
        ["https:8443:5000", "grpcs:9443:5000"]
    );
    let config = rendered(&plain);
    assert_eq!(config.matches("server { listen").count(), 2, "{config}");
    assert!(!config.contains("ssl"), "{config}");
    let served = tls(map);
    assert!(served.without_certificate().is_empty());
    assert_eq!(rendered(&served).matches("server { listen").count(), 4);
}

#[test]
fn nginx_accepts_the_config_of_every_situation() {
    if !std::path::Path::new("/usr/sbin/nginx").exists() {
        return;
    }
    let mut high = facts("http:30999:5000");
    high.names.domains = Vec::new();
    let mut logless = facts("http:8080:5000");
    logless.access_log = "off".into();
    for facts in [
        facts("http:8080:5000"),
        tls("http:80:5000 https:443:5000"),
        tls("https:443:5000 grpcs:50052:5000"),
        facts("http:3000:3000 http:3003:3003 grpc:50051:3000 ftp:21:21"),
        high,
        logless,
    ] {
        assert_accepted(&facts);
    }
}
