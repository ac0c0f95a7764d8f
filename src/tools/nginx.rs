//! nginx and its service: what a version can do, and the argv of checking and reloading. Pure.
//! Reference 40 §5.3, §7.

use std::path::Path;

use crate::cmd::{Cmd, Stdin};

/// `MAJOR.MINOR.PATCH` of an nginx.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u32, u32, u32);

impl Version {
    /// Reads `1.14.0 (Ubuntu)`: leading digits of each part count, a missing part is 0.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.trim().splitn(3, '.').map(leading_number);
        let mut next = || parts.next().unwrap_or(0);
        Self(next(), next(), next())
    }

    /// Reads what `nginx -v` says: the version follows the first slash of the first line.
    pub fn of_banner(text: &str) -> Self {
        let first = text.lines().next().unwrap_or_default();
        Self::parse(first.split_once('/').map_or("", |(_, version)| version))
    }
}

fn leading_number(text: &str) -> u32 {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let digits = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// What an nginx version can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// SPDY: before 1.9.5.
    pub spdy: bool,
    /// TLS 1.3: from 1.13.0.
    pub tls13: bool,
    /// HTTP/2 without its early faults: from 1.11.5.
    pub http2: bool,
    /// `http2 on;` instead of a word of `listen`: from 1.25.1, which warns about the latter.
    pub http2_directive: bool,
    /// `http2_push_preload`: from 1.13.9 until 1.25.1 dropped it.
    pub http2_push: bool,
    /// gRPC: from 1.13.10.
    pub grpc: bool,
}

impl Features {
    /// The features of a version.
    pub fn of(version: Version) -> Self {
        let http2_directive = version >= Version(1, 25, 1);
        Self {
            spdy: version < Version(1, 9, 5),
            tls13: version >= Version(1, 13, 0),
            http2: version >= Version(1, 11, 5),
            http2_directive,
            http2_push: version >= Version(1, 13, 9) && !http2_directive,
            grpc: version >= Version(1, 13, 10),
        }
    }
}

/// `nginx -v`, which speaks on stderr.
pub fn version(binary: &str) -> Cmd {
    Cmd::new(binary).arg("-v").stdin(Stdin::Null)
}

/// `nginx -t`: checks the whole configuration.
pub fn test(binary: &str) -> Cmd {
    Cmd::new(binary).arg("-t").stdin(Stdin::Null)
}

/// `nginx -t -c FILE`: checks one file.
pub fn test_file(binary: &str, file: &Path) -> Cmd {
    test(binary).arg("-c").arg(file)
}

/// `nginx -s reload`: tells the running master process.
pub fn signal_reload(binary: &str) -> Cmd {
    Cmd::new(binary).args(["-s", "reload"]).stdin(Stdin::Null)
}

/// What asks the init system of a distribution (`ID` of os-release) for an action on a service;
/// `None`: no known one. `runit` tells whether `/usr/bin/sv` is there.
pub fn init_command(distro: &str, runit: bool, service: &str, action: &str) -> Option<Cmd> {
    let words: [&str; 3] = match distro {
        "debian" => ["/usr/sbin/invoke-rc.d", service, action],
        "ubuntu" if runit => ["/usr/bin/sv", action, service],
        "ubuntu" => return Some(of(&[&format!("/etc/init.d/{service}"), action])),
        "opensuse" => ["/sbin/service", service, action],
        "arch" | "centos" | "rhel" => ["/usr/bin/systemctl", action, service],
        _ => return None,
    };
    Some(of(&words))
}

fn of(words: &[&str]) -> Cmd {
    let mut words = words.iter().copied();
    Cmd::new(words.next().unwrap_or_default())
        .args(words)
        .stdin(Stdin::Null)
}

/// The command through `sudo`.
pub fn with_sudo(cmd: &Cmd) -> Cmd {
    Cmd {
        program: "sudo".into(),
        args: std::iter::once(cmd.program.clone())
            .chain(cmd.args.clone())
            .collect(),
        ..cmd.clone()
    }
}

/// A main configuration that holds nothing but one app's file (reference 40 §8).
pub fn wrapper(app_config: &Path) -> String {
    around(&format!("include {};", app_config.display()))
}

/// A main configuration that holds nothing but a certificate and its key, both in `tls`.
pub fn certificate_wrapper(tls: &Path) -> String {
    let tls = tls.display();
    around(&format!(
        "server {{\n    listen 443 ssl;\n    ssl_certificate {tls}/server.crt;\n    \
         ssl_certificate_key {tls}/server.key;\n  }}"
    ))
}

fn around(content: &str) -> String {
    format!(
        "events {{ worker_connections 768; }}\nhttp {{\n  access_log off;\n  \
         error_log /dev/null;\n  {content}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(version: &str) -> Features {
        Features::of(Version::parse(version))
    }

    #[test]
    fn spdy_gives_way_to_http2_and_http2_to_its_directive() {
        assert!(features("1.9.4").spdy && !features("1.9.5").spdy && !features("1.10.0").spdy);
        assert!(features("0.8.54").spdy);
        assert!(!features("1.11.4").http2 && features("1.11.5").http2 && features("1.12.0").http2);
        assert!(!features("1.25.0").http2_directive && features("1.25.1").http2_directive);
    }

    #[test]
    fn push_and_grpc_and_tls13_come_with_1_13() {
        assert!(!features("1.13.8").http2_push && features("1.13.9").http2_push);
        assert!(features("1.14.0").http2_push && !features("1.26.0").http2_push);
        assert!(!features("1.13.9").grpc && features("1.13.10").grpc && features("2.0.0").grpc);
        assert!(!features("1.12.2").tls13 && features("1.13.0").tls13);
    }

    #[test]
    fn a_suffix_does_not_hide_the_patch_number() {
        let banner = "nginx version: nginx/1.13.10 (Ubuntu)\nbuilt with OpenSSL\n";
        assert_eq!(Version::of_banner(banner), Version(1, 13, 10));
        assert_eq!(
            Version::of_banner("nginx version: openresty/1.19.3.1"),
            Version(1, 19, 3)
        );
        assert_eq!(Version::of_banner("not found"), Version::default());
    }

    #[test]
    fn every_distribution_reloads_in_its_way() {
        let reload = |distro: &str, runit: bool| {
            init_command(distro, runit, "nginx", "reload").map(|cmd| cmd.to_string())
        };
        let expected = |text: &str| Some(text.to_owned());
        assert_eq!(
            reload("debian", false),
            expected("/usr/sbin/invoke-rc.d nginx reload")
        );
        assert_eq!(reload("ubuntu", true), expected("/usr/bin/sv reload nginx"));
        assert_eq!(
            reload("ubuntu", false),
            expected("/etc/init.d/nginx reload")
        );
        assert_eq!(
            reload("opensuse", false),
            expected("/sbin/service nginx reload")
        );
        for distro in ["arch", "centos", "rhel"] {
            assert_eq!(
                reload(distro, false),
                expected("/usr/bin/systemctl reload nginx"),
                "{distro}"
            );
        }
        assert_eq!(reload("raspbian", false), None);
    }

    #[test]
    fn sudo_stands_in_front_of_the_same_words() {
        let cmd = test_file("/usr/sbin/nginx", Path::new("/tmp/x"));
        assert_eq!(
            with_sudo(&cmd).to_string(),
            "sudo /usr/sbin/nginx -t -c /tmp/x"
        );
        assert_eq!(
            signal_reload("/usr/sbin/nginx").to_string(),
            "/usr/sbin/nginx -s reload"
        );
    }
}
