//! Adding, removing and clearing docker options. Reference 24.

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome, fail};
use crate::plugins::docker_options::{PHASES, add, file, remove};
use crate::registry::Call;

/// `docker-options:add <app> <phase(s)> OPTION…`.
pub fn run_add(ctx: &Ctx, call: &Call) -> Outcome {
    each_phase(ctx, call, "add to", add)
}

/// `docker-options:remove <app> <phase(s)> OPTION…`.
pub fn run_remove(ctx: &Ctx, call: &Call) -> Outcome {
    each_phase(ctx, call, "remove from", remove)
}

/// `docker-options:clear <app> [phase(s)]`; the deploy phase loses its restart policy and mounts.
pub fn clear(ctx: &Ctx, call: &Call) -> Outcome {
    if call.arg(0).is_empty() {
        return fail("Please specify an app to run the command on");
    }
    let app = App::existing(ctx, call.arg(0))?;
    let clearing = format!("Clearing docker-options for {app} on");
    if call.arg(1).is_empty() {
        ctx.ui.info1(format!("{clearing} all phases"));
        for phase in PHASES {
            ctx.store.remove(file(ctx, &app, phase))?;
        }
        return Ok(());
    }
    for phase in told_phases(ctx, call.arg(1)) {
        ctx.ui.info1(format!("{clearing} phase {phase}"));
        ctx.store.remove(file(ctx, &app, phase))?;
    }
    Ok(())
}

/// Does something with an option in each of the phases named. The words of the option are joined
/// by blanks, so quoting it or not makes no difference.
fn each_phase(
    ctx: &Ctx,
    call: &Call,
    what: &str,
    change: impl Fn(&Ctx, &App, &str, &str) -> Outcome,
) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let phases = told_phases(ctx, call.arg(1));
    if call.args.len() < 2 {
        // Compat: upstream says nothing here.
        return Err(Failure::Status(1));
    }
    let option = call.rest(2).join(" ");
    if option.is_empty() {
        return fail(format!("Please specify docker options to {what} the phase"));
    }
    for phase in phases {
        change(ctx, &app, phase, &option)?;
    }
    Ok(())
}

/// The phases of a list. Compat: a wrong one is told, and the command goes on without any.
fn told_phases<'a>(ctx: &Ctx, list: &'a str) -> Vec<&'a str> {
    phases(list).unwrap_or_else(|| {
        ctx.ui
            .err(format!("Phase(s) must be one of [{}]", PHASES.join(" ")));
        Vec::new()
    })
}

/// The phases of a comma-separated list; `None` when any of them is none.
fn phases(list: &str) -> Option<Vec<&str>> {
    if list.is_empty() {
        return Some(Vec::new());
    }
    list.split(',')
        .map(|phase| PHASES.contains(&phase).then_some(phase))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_list_is_comma_separated_and_all_or_nothing() {
        assert_eq!(phases("run,build,run"), Some(vec!["run", "build", "run"]));
        assert_eq!(phases(""), Some(Vec::new()));
        for bad in ["nope", "build,nope", "Build", "build, run", "build,"] {
            assert_eq!(phases(bad), None, "{bad}");
        }
    }
}
