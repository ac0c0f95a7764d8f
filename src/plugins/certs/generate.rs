//! `certs:generate`: a key, a signing request and a self-signed certificate. Reference 43 §2.

use std::path::Path;

use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::hostname::Domain;
use crate::plugins::certs::commands::named_app;
use crate::plugins::certs::import::temp_dir;
use crate::plugins::certs::{CRT, CSR, KEY, answers, dir, tls};
use crate::plugins::domains;
use crate::registry::Call;
use crate::tools::openssl::{self, Subject};

/// `certs:generate <app> [DOMAIN]`.
pub fn run(ctx: &Ctx, call: &Call) -> Outcome {
    let app = named_app(ctx, call)?;
    let dir = dir(ctx, &app);
    if dir.join(KEY).exists() || dir.join(CRT).exists() {
        ctx.ui
            .info1(format!("{app} has an SSL endpoint already defined"));
        return Ok(());
    }
    let domain = call.arg(1);
    if !domain.is_empty() {
        Domain::parse(domain)?;
    }
    let temp = temp_dir(ctx, "generate")?;
    make(ctx, temp.path(), domain)?;
    let read = |name: &str| std::fs::read(temp.path().join(name));
    let (key, crt, csr) = (read(KEY)?, read(CRT)?, read(CSR)?);
    ctx.ui.info1("Installing certificate and key...");
    tls::install(ctx, &app, &[(KEY, &key), (CRT, &crt), (CSR, &csr)])?.forget(ctx)?;
    ctx.trigger("post-certs-update", &[&app])?;
    if domain.is_empty() {
        // Upstream leaves the proxy as it is here, without the new certificate.
        ctx.trigger("post-domains-update", &[&app])?;
    } else {
        domains::add(ctx, &app, &[domain.to_owned()])?;
    }
    ctx.ui
        .info1("The following is a certificate signing request that can be used");
    ctx.ui.info1(format!(
        "to generate an 'officially' signed SSL certificate for {app} at {domain}"
    ));
    ctx.ui.info1("by a CA of your choosing.");
    ctx.ui.write(&csr);
    Ok(())
}

/// Makes the three files in a directory. openssl asks for the subject, on the caller's own input;
/// where nobody can answer, the domain is the subject.
fn make(ctx: &Ctx, temp: &Path, domain: &str) -> Outcome {
    let step = |cmd: Cmd| ctx.run(&cmd.cwd(temp));
    step(openssl::generate_key())?;
    let subject = match domain {
        "" => Subject::Asked,
        _ if answers::nobody(ctx) => Subject::Only(domain),
        _ => Subject::AskedFor(domain),
    };
    step(openssl::request(subject))?;
    let extensions = temp.join("extensions");
    match subject.domain() {
        None => step(openssl::self_sign(None)),
        Some(domain) => {
            let line = format!("{}\n", openssl::alternative_name(domain));
            ctx.store.write(&extensions, line)?;
            step(openssl::self_sign(Some(&extensions)))
        }
    }
}
