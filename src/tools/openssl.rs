//! openssl's argv, and what it says about a certificate. Reference 43.

use std::path::Path;

use crate::cmd::{Cmd, Stdin};

fn openssl<'a>(words: impl IntoIterator<Item = &'a str>) -> Cmd {
    Cmd::new("openssl").args(words)
}

/// Describes a certificate, for [`Certificate::parse`].
pub fn describe(crt: &Path) -> Cmd {
    openssl(["x509", "-noout", "-subject", "-issuer", "-startdate"])
        .args(["-enddate", "-ext", "subjectAltName"])
        // The layout of names differs between versions unless it is asked for.
        .args(["-nameopt", "oneline", "-in"])
        .arg(crt)
}

/// Says `OK` about a certificate that the host's authorities vouch for.
pub fn verify(crt: &Path) -> Cmd {
    openssl(["verify", "-verbose", "-purpose", "sslserver"]).arg(crt)
}

/// Prints the public key of a PEM certificate on stdin.
pub fn public_key_of_certificate(pem: Vec<u8>) -> Cmd {
    // Other forms than PEM are understood too unless the form is given; nginx reads only PEM.
    openssl(["x509", "-noout", "-pubkey", "-inform", "PEM"]).stdin(Stdin::Bytes(pem))
}

/// Prints the public key of a PEM private key on stdin.
pub fn public_key_of_private_key(pem: Vec<u8>) -> Cmd {
    openssl(["pkey", "-pubout", "-inform", "PEM"])
        // An encrypted key must fail (nginx can't use it either), not ask for its passphrase.
        .args(["-passin", "pass:"])
        .stdin(Stdin::Bytes(pem))
}

/// A longer common name than this is refused.
const COMMON_NAME_LIMIT: usize = 64;

/// Writes a new key to `server.key` of the working directory.
pub fn generate_key() -> Cmd {
    openssl(["genrsa", "-out", "server.key", "2048"])
}

/// Where the subject of a signing request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// openssl asks for it, for any domain.
    Asked,
    /// openssl asks for it, for this domain.
    AskedFor(&'a str),
    /// Nothing but this domain; one too long for a common name is an alternative name alone.
    Only(&'a str),
}

impl<'a> Subject<'a> {
    /// The domain that the certificate is meant for.
    pub fn domain(self) -> Option<&'a str> {
        match self {
            Self::Asked => None,
            Self::AskedFor(domain) | Self::Only(domain) => Some(domain),
        }
    }
}

/// Writes `server.csr` for `server.key`.
pub fn request(subject: Subject) -> Cmd {
    let mut cmd = openssl(["req", "-new", "-key", "server.key", "-out", "server.csr"]);
    if let Some(domain) = subject.domain() {
        cmd = cmd.args(["-addext", &alternative_name(domain)]);
    }
    match subject {
        Subject::Only(domain) if domain.len() > COMMON_NAME_LIMIT => cmd.args(["-subj", "/"]),
        Subject::Only(domain) => cmd.args(["-subj", &format!("/CN={domain}")]),
        Subject::Asked | Subject::AskedFor(_) => cmd,
    }
}

/// Writes `server.crt` from `server.csr`, signed by its own key for a year; `extensions` is a file
/// with a [`alternative_name`] line.
pub fn self_sign(extensions: Option<&Path>) -> Cmd {
    let cmd = openssl(["x509", "-req", "-days", "365", "-in", "server.csr"]).args([
        "-signkey",
        "server.key",
        "-out",
        "server.crt",
    ]);
    match extensions {
        Some(file) => cmd.arg("-extfile").arg(file),
        None => cmd,
    }
}

/// The extension that names a certificate's host, as openssl's files spell it.
pub fn alternative_name(domain: &str) -> String {
    format!("subjectAltName=DNS:{domain}")
}

/// What [`describe`] says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The subject as printed: `subject=C = US, …`.
    pub subject: String,
    /// The issuer without `issuer=`.
    pub issuer: String,
    /// `Jan 15 17:57:12 2015 GMT`.
    pub starts_at: String,
    /// `Jan 14 17:57:12 2017 GMT`.
    pub expires_at: String,
    /// Its alternative names, sorted, without `DNS:`. A host name in the subject alone does not
    /// count: today's clients don't accept it, and the recordings don't show it.
    pub hostnames: Vec<String>,
}

impl Certificate {
    /// Parses the output of [`describe`].
    pub fn parse(text: &str) -> Self {
        let mut certificate = Self::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            match line.split_once('=') {
                Some(("subject", _)) => certificate.subject = line.to_owned(),
                Some(("issuer", value)) => certificate.issuer = value.trim().to_owned(),
                Some(("notBefore", value)) => certificate.starts_at = value.to_owned(),
                Some(("notAfter", value)) => certificate.expires_at = value.to_owned(),
                _ if line.starts_with("X509v3 Subject Alternative Name:") => {
                    certificate.hostnames = names(lines.next().unwrap_or_default());
                }
                _ => {}
            }
        }
        certificate
    }
}

/// `    DNS:b, DNS:a, IP Address:1.2.3.4` → `IPAddress:1.2.3.4`, `a`, `b`.
fn names(line: &str) -> Vec<String> {
    let mut names: Vec<String> = line
        .split(',')
        .map(|name| name.replace(' ', "").replace("DNS:", ""))
        .filter(|name| !name.is_empty())
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_field_by_field() {
        let text = "subject=C = US, OU = \"Dokku Me, LLC\", CN = test.dokku.me\n\
                    issuer=C = US, OU = \"Dokku Me, LLC\", CN = test.dokku.me\n\
                    notBefore=Jan 15 17:57:12 2015 GMT\n\
                    notAfter=Jan 14 17:57:12 2017 GMT\n\
                    X509v3 Subject Alternative Name: \n    \
                    DNS:www.b.me, DNS:*.a.me, IP Address:1.2.3.4, DNS:www.b.me\n";
        let certificate = Certificate::parse(text);
        assert_eq!(
            certificate.subject,
            "subject=C = US, OU = \"Dokku Me, LLC\", CN = test.dokku.me"
        );
        assert_eq!(
            certificate.issuer,
            "C = US, OU = \"Dokku Me, LLC\", CN = test.dokku.me"
        );
        assert_eq!(certificate.starts_at, "Jan 15 17:57:12 2015 GMT");
        assert_eq!(certificate.expires_at, "Jan 14 17:57:12 2017 GMT");
        assert_eq!(
            certificate.hostnames,
            ["*.a.me", "IPAddress:1.2.3.4", "www.b.me"]
        );
    }

    #[test]
    fn a_request_asks_unless_the_domain_is_all_there_is() {
        let base = "openssl req -new -key server.key -out server.csr";
        assert_eq!(request(Subject::Asked).to_string(), base);
        assert_eq!(
            request(Subject::AskedFor("a.me")).to_string(),
            format!("{base} -addext 'subjectAltName=DNS:a.me'")
        );
        assert_eq!(
            request(Subject::Only("a.me")).to_string(),
            format!("{base} -addext 'subjectAltName=DNS:a.me' -subj '/CN=a.me'")
        );
        let long = format!("{}.me", "a".repeat(62));
        assert_eq!(
            request(Subject::Only(&long)).to_string(),
            format!("{base} -addext 'subjectAltName=DNS:{long}' -subj /")
        );
    }

    #[test]
    fn a_certificate_is_signed_for_a_year() {
        assert_eq!(
            self_sign(Some(Path::new("x"))).to_string(),
            "openssl x509 -req -days 365 -in server.csr -signkey server.key -out server.crt \
             -extfile x"
        );
    }
}
