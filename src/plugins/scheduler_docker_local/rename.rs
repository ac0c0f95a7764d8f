//! `core-post-deploy`: the new containers take the names of their processes; old ones that an app gets
//! back take them again. Reference 30 §3.3.

use super::{deploy, retire};
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::formats::scale::Scale;
use crate::plugins::common::containers::{self, Recorded};
use crate::registry::Call;
use crate::tools::docker::app_filter;

/// A container as `container list` shows it.
#[derive(Debug, PartialEq, Eq)]
struct Listed {
    id: String,
    name: String,
}

/// `core-post-deploy APP …`.
pub fn hook(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    if !deploy::runs(ctx, &app) {
        return Ok(());
    }
    ctx.ui.info1("Renaming containers");
    drop_undefined_types(ctx, &app)?;
    take_names(ctx, &app)
}

/// The recorded containers of an app take the names of their processes, from whoever has them.
pub fn take_names(ctx: &Ctx, app: &App) -> Outcome {
    let listed = list(ctx, app);
    for process in containers::recorded(ctx, app) {
        take_name(ctx, app, &process, &listed)?;
    }
    Ok(())
}

/// State of process types that the scale no longer names goes; their containers retire.
fn drop_undefined_types(ctx: &Ctx, app: &App) -> Outcome {
    let text = std::fs::read_to_string(ctx.paths.app_file(app, "DOKKU_SCALE")).unwrap_or_default();
    let defined = Scale::parse(&text).entries();
    for process in containers::recorded(ctx, app) {
        if defined
            .iter()
            .any(|entry| entry.process_type == process.kind)
        {
            continue;
        }
        ctx.ui.verbose_quiet(format!(
            "Container type ({}) is no longer defined. Removing state",
            process.kind
        ));
        for what in ["CONTAINER", "IP", "PORT"] {
            let file = format!("{what}.{}.{}", process.kind, process.index);
            ctx.store.remove(ctx.paths.app_file(app, file))?;
        }
    }
    Ok(())
}

/// All containers of the app, by one call.
fn list(ctx: &Ctx, app: &App) -> Vec<Listed> {
    let format = "{{.ID}} {{.Names}}";
    let filter = app_filter(app);
    let words = [
        "container",
        "list",
        "--all",
        "--no-trunc",
        "--format",
        format,
        "--filter",
        &filter,
    ];
    let text = ctx.output(&ctx.docker().command(&words)).text();
    text.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Listed> {
    let mut words = line.split(' ');
    let (id, names) = (words.next()?, words.next()?);
    // A linked container lists its aliases (`other/alias`) beside its own name.
    let name = names.split(',').find(|name| !name.contains('/'))?;
    Some(Listed {
        id: id.to_owned(),
        name: name.to_owned(),
    })
}

fn take_name(ctx: &Ctx, app: &App, process: &Recorded, listed: &[Listed]) -> Outcome {
    let name = format!("{app}.{}.{}", process.kind, process.index);
    let holder = listed.iter().find(|container| container.name == name);
    if let Some(holder) = holder.filter(|holder| holder.id != process.id) {
        let id = short(&holder.id);
        ctx.ui
            .verbose_quiet(format!("Found previous container(s) ({id}) named {name}"));
        // Compat: upstream leaves a dead container its name, and then fails; rename it as well.
        let retired = retired_name(&name, retire::now(), listed);
        ctx.ui
            .verbose_quiet(format!("Renaming container ({id}) {name} to {retired}"));
        if ctx.silent(&ctx.docker().container_rename(&name, &retired)) != 0 {
            ctx.ui.warn("Unable to rename container");
        }
    }
    let own = listed.iter().find(|container| container.id == process.id);
    match own {
        Some(own) if own.name != name => {
            let id = short(&process.id);
            ctx.ui
                .verbose_quiet(format!("Renaming container ({id}) {} to {name}", own.name));
            ctx.run(&ctx.docker().container_rename(&own.name, &name))
        }
        _ => Ok(()),
    }
}

/// The name with the time behind it. Deploys may follow each other within a second: the next free
/// one then.
fn retired_name(name: &str, now: u64, listed: &[Listed]) -> String {
    let is_free = |wanted: &String| listed.iter().all(|container| container.name != *wanted);
    let mut names = (now..).map(|time| format!("{name}.{time}"));
    names.find(is_free).unwrap_or_default()
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_retired_containers_of_one_second_get_two_names() {
        let listed = ["a.web.1", "a.web.1.70", "a.web.1.71"].map(|name| Listed {
            id: "abc".into(),
            name: name.into(),
        });
        assert_eq!(retired_name("a.web.1", 69, &listed), "a.web.1.69");
        assert_eq!(retired_name("a.web.1", 70, &listed), "a.web.1.72");
    }

    #[test]
    fn a_linked_container_is_known_by_its_own_name() {
        let line = parse_line("abc app.web.1,other/db");
        let want = Listed {
            id: "abc".into(),
            name: "app.web.1".into(),
        };
        assert_eq!(line, Some(want));
    }
}
