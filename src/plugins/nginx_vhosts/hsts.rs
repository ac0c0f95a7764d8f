//! Telling browsers to stay with TLS: `nginx.conf.d/hsts.conf`. Reference 40 §5.6.

use std::path::PathBuf;

use super::property;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// The file of an app.
pub fn file(ctx: &Ctx, app: &App) -> PathBuf {
    ctx.paths.app_file(app, "nginx.conf.d/hsts.conf")
}

/// Writes the file of an app with TLS that wants it, else removes it.
pub fn manage(ctx: &Ctx, app: &App, tls: bool) -> Outcome {
    let file = file(ctx, app);
    let value = |key: &str| property::get(ctx, app, key);
    if !tls || value(property::HSTS) == "false" {
        ctx.store.remove(file)?;
        return Ok(());
    }
    ctx.ui.verbose_quiet("Enabling HSTS");
    let header = header(
        &value(property::HSTS_MAX_AGE),
        value(property::HSTS_INCLUDE_SUBDOMAINS) == "true",
        value(property::HSTS_PRELOAD) == "true",
    );
    ctx.store
        .make_dir(ctx.paths.app_file(app, "nginx.conf.d"))?;
    ctx.store.write(file, header)?;
    Ok(())
}

fn header(max_age: &str, subdomains: bool, preload: bool) -> String {
    let subdomains = if subdomains {
        "; includeSubdomains"
    } else {
        ""
    };
    let preload = if preload { "; preload" } else { "" };
    format!(
        "add_header Strict-Transport-Security \"max-age={max_age}{subdomains}{preload}\" always;\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_holds_what_is_enabled() {
        assert_eq!(
            header("15724800", true, false),
            "add_header Strict-Transport-Security \"max-age=15724800; includeSubdomains\" \
             always;\n"
        );
        assert_eq!(
            header("5", false, true),
            "add_header Strict-Transport-Security \"max-age=5; preload\" always;\n"
        );
    }
}
