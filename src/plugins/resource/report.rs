//! `resource:report`: the stored values of an app. Reference 23. Labels keep the property's words,
//! and only what is stored is shown, so the layout is its own.

use super::{NAME, PLUGIN, Request};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::registry::Call;
use crate::report;

/// `resource:report [<app>] [<flag>]`.
pub fn command(ctx: &Ctx, call: &Call) -> Outcome {
    report::serve_with(ctx, PLUGIN.dialect, call, print)
}

/// `report APP`.
pub fn trigger(ctx: &Ctx, call: &Call) -> Outcome {
    print(ctx, &App::existing(ctx, call.arg(0))?, "")
}

fn print(ctx: &Ctx, app: &App, flag: &str) -> Outcome {
    if !flag.is_empty() {
        return one(ctx, app, flag);
    }
    // Compat: an app that never had a value has no block at all.
    let Ok(values) = ctx.properties(NAME).all(app) else {
        return Ok(());
    };
    ctx.ui.info2_quiet(format!("{app} resource information"));
    for (name, value) in values {
        ctx.ui.verbose(line(&name, &value));
    }
    Ok(())
}

fn one(ctx: &Ctx, app: &App, flag: &str) -> Outcome {
    let Some(name) = flag.strip_prefix("--resource-").filter(|n| is_property(n)) else {
        return fail(
            "Invalid flag passed, valid flags: --resource-<process-type>.<limit|reserve>.<key>",
        );
    };
    // Compat: a value that is not set prints nothing, exit 0.
    if let Some(value) = ctx.properties(NAME).get(app, name) {
        ctx.ui.line(value);
    }
    Ok(())
}

fn line(name: &str, value: &str) -> String {
    let label = format!("{}:", name.replace(['.', '-'], " "));
    format!("{label:<31}{value}")
}

/// `<process type>.<limit|reserve>.<key>`, as one path component.
fn is_property(name: &str) -> bool {
    let mut parts = name.rsplitn(3, '.');
    let (key, request, kind) = (parts.next(), parts.next(), parts.next());
    let requests = [Request::Limit.name(), Request::Reserve.name()];
    !name.contains('/')
        && key.is_some_and(|key| !key.is_empty())
        && request.is_some_and(|request| requests.contains(&request))
        && kind.is_some_and(|kind| !kind.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_the_property_in_words_and_a_long_one_touches_its_value() {
        assert_eq!(
            line("web.limit.cpu", "1"),
            format!("{:<31}1", "web limit cpu:")
        );
        assert_eq!(
            line("_default_.limit.network-egress", "6"),
            "_default_ limit network egress:6"
        );
    }

    #[test]
    fn only_a_property_is_asked_for() {
        assert!(is_property("web.limit.cpu"));
        assert!(is_property("web.a.reserve.memory-swap"));
        for bad in [
            "bogus",
            "limit.cpu",
            "../x.limit.cpu",
            "web.max.cpu",
            ".limit.cpu",
        ] {
            assert!(!is_property(bad), "{bad}");
        }
    }
}
