//! The commands about the global domains, which new apps get their own from. They never touch an
//! existing app. Reference 42 §3.

use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::domains::commands::missing_domain;
use crate::plugins::domains::vhosts;
use crate::registry::Call;

/// `domains:add-global <domain>…`.
pub fn add(ctx: &Ctx, call: &Call) -> Outcome {
    let domains = domains(call)?;
    vhosts::validate(domains)?;
    let new = vhosts::append(ctx, &vhosts::global_file(ctx), domains)?;
    for (domain, new) in domains.iter().zip(new) {
        if new {
            ctx.ui.info1(format!("Added {domain}"));
        } else {
            ctx.ui.info1(format!("Skipping: {domain} already added"));
        }
    }
    Ok(())
}

/// `domains:remove-global <domain>…`.
pub fn remove(ctx: &Ctx, call: &Call) -> Outcome {
    let domains = domains(call)?;
    vhosts::remove(ctx, &vhosts::global_file(ctx), domains)?;
    for domain in domains {
        ctx.ui.info1(format!("Removed {domain}"));
    }
    Ok(())
}

/// `domains:set-global <domain>…`.
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let domains = domains(call)?;
    vhosts::validate(domains)?;
    vhosts::replace(ctx, &vhosts::global_file(ctx), domains)?;
    ctx.ui.info1(format!("Set {}", domains.join(" ")));
    Ok(())
}

/// `domains:clear-global`.
pub fn clear(ctx: &Ctx, _call: &Call) -> Outcome {
    ctx.ui.info1_quiet("Clearing global domains");
    vhosts::replace(ctx, &vhosts::global_file(ctx), &[])
}

fn domains(call: &Call) -> Outcome<&[String]> {
    if call.arg(0).is_empty() {
        return fail(missing_domain(""));
    }
    Ok(call.rest(0))
}
