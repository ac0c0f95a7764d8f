//! `resource:limit`, `resource:reserve` and their `-clear` forms. Reference 23, "Commands".

use super::{DEFAULTS, KEYS, NAME, PLUGIN, Request, property};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::flags::{self, Flag, Kind, Parsed};
use crate::registry::Call;

const fn text(name: &'static str, usage: &'static str) -> Flag {
    Flag {
        name,
        kind: Kind::Text(""),
        usage,
    }
}

const PROCESS_TYPE: &str = "process-type";

const LIMIT: &[Flag] = &[
    text(PROCESS_TYPE, "process-type: A process type to manage"),
    text("cpu", "cpu: The amount of cpu to limit processes by"),
    text(
        "memory",
        "memory: The amount of memory to limit processes by",
    ),
    text(
        "memory-swap",
        "memory-swap: The amount of swap memory to limit processes by",
    ),
    text(
        "network",
        "network: The amount of network bandwidth to limit processes by",
    ),
    text(
        "network-ingress",
        "network-ingress: The amount of ingress network bandwidth to limit processes by",
    ),
    text(
        "network-egress",
        "network-egress: The amount of egress network bandwidth to limit processes by",
    ),
    text(
        "nvidia-gpu",
        "nvidia-gpu: The number of Nvidia GPUs to limit a process to",
    ),
];

const RESERVE: &[Flag] = &[
    text(PROCESS_TYPE, "process-type: A process type to manage"),
    text("cpu", "cpu: The amount of cpu to reserve for processes"),
    text(
        "memory",
        "memory: The amount of memory to reserve for processes",
    ),
    text(
        "memory-swap",
        "memory-swap: The amount of swap memory to reserve for processes",
    ),
    text(
        "network",
        "network: The amount of network bandwidth to reserve for processes",
    ),
    text(
        "network-ingress",
        "network-ingress: The amount of ingress network bandwidth to reserve for processes",
    ),
    text(
        "network-egress",
        "network-egress: The amount of egress network bandwidth to reserve for processes",
    ),
    text(
        "nvidia-gpu",
        "nvidia-gpu: The number of Nvidia GPUs to resource for a process",
    ),
];

const CLEAR: &[Flag] = &[text(PROCESS_TYPE, "process-type: A process type to clear")];

/// `resource:limit`.
pub fn limit(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::permuted("resource:limit", LIMIT, call)?;
    set_or_show(ctx, &parsed, Request::Limit)
}

/// `resource:reserve`.
pub fn reserve(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::permuted("resource:reserve", RESERVE, call)?;
    set_or_show(ctx, &parsed, Request::Reserve)
}

/// `resource:limit-clear`.
pub fn limit_clear(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::permuted("resource:limit-clear", CLEAR, call)?;
    clear(ctx, &parsed, Request::Limit)
}

/// `resource:reserve-clear`.
pub fn reserve_clear(ctx: &Ctx, call: &Call) -> Outcome {
    let parsed = flags::permuted("resource:reserve-clear", CLEAR, call)?;
    clear(ctx, &parsed, Request::Reserve)
}

fn set_or_show(ctx: &Ctx, parsed: &Parsed, request: Request) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, &parsed.call)?;
    let given: Vec<(&str, &str)> = KEYS
        .into_iter()
        .filter_map(|key| Some((key, parsed.value(key)?)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let process_type = process_type(parsed)?;
    if given.is_empty() {
        show(ctx, &app, process_type, request);
        return Ok(());
    }
    let what = match request {
        Request::Limit => "limits",
        Request::Reserve => "reservation",
    };
    ctx.ui.info2_quiet(format!(
        "Setting resource {what} for {app}{}",
        suffix(process_type)
    ));
    for (key, value) in given {
        ctx.ui.verbose(format!("{key}: {value}"));
        let name = property(process_type.unwrap_or(DEFAULTS), request, key);
        ctx.properties(NAME).set(&app, &name, value)?;
    }
    Ok(())
}

fn show(ctx: &Ctx, app: &App, process_type: Option<&str>, request: Request) {
    let what = match request {
        Request::Limit => "limits",
        Request::Reserve => "reservation",
    };
    let scope = match process_type {
        Some(process_type) => format!("({process_type})"),
        None => "[defaults]".to_owned(),
    };
    ctx.ui
        .info2_quiet(format!("resource {what} {app} information {scope}"));
    for key in KEYS {
        let name = property(process_type.unwrap_or(DEFAULTS), request, key);
        let value = ctx.properties(NAME).get_or(app, &name, "");
        ctx.ui.verbose(format!("{key}: {value}"));
    }
}

fn clear(ctx: &Ctx, parsed: &Parsed, request: Request) -> Outcome {
    let app = App::required(ctx, PLUGIN.dialect, &parsed.call)?;
    let what = match request {
        Request::Limit => "limits",
        Request::Reserve => "reservation",
    };
    ctx.ui.info2_quiet(format!(
        "clearing {app} {what}{}",
        suffix(process_type(parsed)?)
    ));
    let properties = ctx.properties(NAME);
    let given = parsed.value(PROCESS_TYPE).filter(|name| !name.is_empty());
    for (name, _) in properties.all(&app).unwrap_or_default() {
        if is_cleared(&name, given, request) {
            properties.delete(&app, &name)?;
        }
    }
    Ok(())
}

/// Whether a property goes. Compat: without a process type both commands clear everything, limits
/// and reservations of all process types.
fn is_cleared(name: &str, process_type: Option<&str>, request: Request) -> bool {
    match process_type {
        Some(process_type) => KEYS
            .iter()
            .any(|key| name == property(process_type, request, key)),
        None => true,
    }
}

/// The process type, when one other than the defaults is meant; it becomes part of a file name.
fn process_type(parsed: &Parsed) -> Outcome<Option<&str>> {
    let named = parsed
        .value(PROCESS_TYPE)
        .filter(|name| !name.is_empty() && *name != DEFAULTS);
    match named {
        Some(name) if name.contains('/') || name.chars().any(char::is_control) => {
            fail(format!("Invalid process type: {name}"))
        }
        named => Ok(named),
    }
}

fn suffix(process_type: Option<&str>) -> String {
    process_type.map_or_else(String::new, |name| format!(" ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearing_without_a_process_type_clears_limits_and_reservations() {
        assert!(is_cleared("worker.reserve.cpu", None, Request::Limit));
    }

    #[test]
    fn clearing_a_process_type_leaves_the_other_request_alone() {
        let cleared = |name| is_cleared(name, Some("web"), Request::Limit);
        assert!(cleared("web.limit.memory-swap"));
        assert!(!cleared("web.reserve.cpu"));
        assert!(!cleared("worker.limit.cpu"));
        assert!(!cleared("web.limit.something-else"));
    }
}
