//! The functions of `nginx-vhosts/functions` that shell plugins call and this binary answers.
//! Reference 40 §10.

use super::{build, certificate, hsts, ports, server, template};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::plugins::certs;
use crate::plugins::common::{files, images};
use crate::registry::Call;

/// `configure_nginx_ports APP`
pub fn configure_ports(ctx: &Ctx, call: &Call) -> Outcome {
    ports::configure(ctx, &App::existing(ctx, call.arg(0))?)
}

/// `nginx_build_config APP [PORT IP]`. With a port and an address upstream finds no listeners and
/// builds nothing; they are ignored here.
pub fn build_config(ctx: &Ctx, call: &Call) -> Outcome {
    build(ctx, &App::existing(ctx, call.arg(0))?)
}

/// `fn-nginx-vhosts-manage-hsts APP true|''`
pub fn manage_hsts(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    hsts::manage(ctx, &app, call.arg(1) == "true")
}

/// `fn-nginx-vhosts-nginx-init-cmd ACTION`
pub fn init(ctx: &Ctx, call: &Call) -> Outcome {
    match (call.arg(0), server::init_command(ctx, call.arg(0))) {
        ("reload", _) => server::reload(ctx),
        (_, Some(init)) => ctx.run(&server::as_init(ctx, &init)),
        (_, None) => Ok(()),
    }
}

/// `get_custom_nginx_template APP DEST`: never fails, writes nothing when there is none.
pub fn custom_template(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let tag = images::running_tag(ctx, &app);
    let Ok(image) = images::deploying(ctx, &app, &tag) else {
        return Ok(());
    };
    if let Some(content) = files::from_image(ctx, &app, &image, template::FILE) {
        ctx.store.write(call.arg(1), content)?;
    }
    Ok(())
}

/// `validate_ssl_domains APP`, with the caller's `VHOST_PATH` and `NONSSL_VHOSTS`.
pub fn validate_ssl_domains(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let vhosts = std::fs::read_to_string(ctx.env.get("VHOST_PATH")).unwrap_or_default();
    let domains = words(ctx.env.get("NONSSL_VHOSTS"));
    let names = certs::hostnames(ctx, &app);
    certificate::warn_of_mismatch(ctx, &app, &names, &words(&vhosts), &domains);
    Ok(())
}
