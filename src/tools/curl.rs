//! curl's argv.

use std::path::Path;

use crate::cmd::Cmd;

/// Downloads a url into a file; the progress bar is on stderr.
pub fn download(url: &str, file: &Path) -> Cmd {
    Cmd::new("curl")
        // -#: a bar instead of the table; --fail: an error page is not a download.
        .args(["-#", "--fail", "--location"])
        // Compat: certificates are not verified (reference 13 §B.3).
        .args(["--insecure", "--output"])
        .arg(file)
        // --: a url never becomes an option.
        .args(["--", url])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_fails_on_http_errors_and_follows_redirects() {
        let cmd = download("https://h/app.tar", Path::new("/tmp/x"));
        assert_eq!(
            cmd.to_string(),
            "curl '-#' --fail --location --insecure --output /tmp/x -- https://h/app.tar"
        );
    }
}
