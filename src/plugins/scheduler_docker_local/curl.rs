//! The HTTP request of a check, as a curl command. Reference 32 §4.

use std::time::Duration;

use crate::cmd::{Cmd, Stdin};
use crate::formats::checks_file::Check;

/// The request of one check line against a container.
pub fn request(check: &Check, ip: &str, port: &str, timeout: Duration, tls: bool) -> Cmd {
    let mut curl = Cmd::new("curl")
        // First, so that no ~/.curlrc changes what a check means; errors but no progress bar.
        .args([
            "-q",
            "--silent",
            "--show-error",
            "--compressed",
            "--fail",
            "--location",
        ])
        .args([
            "--noproxy",
            ip,
            "--max-time",
            &timeout.as_secs_f64().to_string(),
        ])
        .stdin(Stdin::Null);
    if tls {
        curl = curl.args(["-H", "X-Forwarded-Proto:https"]);
    }
    curl = curl.arg(check.request_url(ip, port));
    match &check.host {
        Some(host) => curl.args(["-H", &format!("Host:{host}")]),
        None => curl,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_check_with_host_asks_the_container_under_that_name() {
        let check = Check::parse("//admin.example.com/x expected").unwrap();
        let words = request(&check, "172.17.0.2", "5000", Duration::from_secs(5), true).words();
        assert_eq!(
            words.join(" "),
            "curl -q --silent --show-error --compressed --fail --location --noproxy 172.17.0.2 \
             --max-time 5 -H X-Forwarded-Proto:https http://172.17.0.2:5000/x \
             -H Host:admin.example.com"
        );
    }
}
