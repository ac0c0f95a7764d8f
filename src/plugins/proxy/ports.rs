//! The `proxy:ports*` commands. Reference 41 §2, §3.

use super::commands::words;
use super::error::ProxyError;
use crate::app::{App, NameError};
use crate::ctx::{Ctx, Input};
use crate::failure::{Outcome, code_of};
use crate::formats::port_map::{PortItem, PortMaps, parse_items};
use crate::plugins::config::{self, Restart};
use crate::registry::Call;
use crate::settings::Scope;

const PORT_MAP: &str = "DOKKU_PROXY_PORT_MAP";

/// The stored mappings of an app; what is behind a bad one is ignored.
pub fn stored(ctx: &Ctx, app: &App) -> PortMaps {
    PortMaps::stored(&ctx.app_config(app, PORT_MAP))
}

/// Changes the mappings of an app under its lock, without restart; none left unsets the variable.
pub fn change(ctx: &Ctx, app: &App, edit: impl FnOnce(&PortMaps) -> PortMaps) -> Outcome {
    revise(ctx, app, |maps| {
        let maps = edit(maps);
        (!maps.is_empty()).then(|| maps.to_string())
    })
}

/// The same, but an empty value is stored as such.
fn change_even_to_empty(ctx: &Ctx, app: &App, edit: impl FnOnce(&PortMaps) -> PortMaps) -> Outcome {
    revise(ctx, app, |maps| Some(edit(maps).to_string()))
}

fn revise(ctx: &Ctx, app: &App, edit: impl FnOnce(&PortMaps) -> Option<String>) -> Outcome {
    let scope = Scope::App(app.clone());
    config::revise(ctx, &scope, PORT_MAP, Restart::No, |old| {
        edit(&PortMaps::stored(old))
    })
}

/// `proxy:ports <app>`
pub fn list(ctx: &Ctx, call: &Call) -> Outcome {
    let call = words(call)?;
    let maps = match App::existing(ctx, call.arg(0)) {
        Ok(app) => stored(ctx, &app),
        Err(NameError::Null) => return Err(NameError::Null.into()),
        // Compat: an unknown app is answered like one without mappings.
        Err(_) => PortMaps::default(),
    };
    if maps.is_empty() {
        return Err(ProxyError::NoPorts.into());
    }
    ctx.ui
        .info1_quiet(format!("Port mappings for {}", call.arg(0)));
    for line in maps.table(!ctx.ui.is_quiet()) {
        ctx.ui.line(line);
    }
    Ok(())
}

/// `proxy:ports-add <app> <map>…`
pub fn add(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, items) = app_and_items(ctx, call)?;
    change_even_to_empty(ctx, &app, |maps| maps.add(&items))?;
    updated(ctx, &app, "add")
}

/// `proxy:ports-set <app> <map>…`
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, items) = app_and_items(ctx, call)?;
    change_even_to_empty(ctx, &app, |_| PortMaps::set(&items))?;
    updated(ctx, &app, "set")
}

/// `proxy:ports-remove <app> <map or host port>…`
pub fn remove(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, items) = app_and_items(ctx, call)?;
    change(ctx, &app, |maps| maps.remove(&items))?;
    updated(ctx, &app, "remove")
}

/// `proxy:ports-clear <app>`
pub fn clear(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, words(call)?.arg(0))?;
    change(ctx, &app, |_| PortMaps::default())?;
    updated(ctx, &app, "clear")
}

fn app_and_items(ctx: &Ctx, call: &Call) -> Outcome<(App, Vec<PortItem>)> {
    let call = words(call)?;
    let items = items(call.rest(1))?;
    Ok((App::existing(ctx, call.arg(0))?, items))
}

fn items(words: &[String]) -> Result<Vec<PortItem>, ProxyError> {
    if words.is_empty() {
        return Err(ProxyError::NoMapping);
    }
    Ok(parse_items(&words.join(" "))?)
}

fn updated(ctx: &Ctx, app: &App, action: &str) -> Outcome {
    let fired = ctx
        .with_input(Input::Null)
        .trigger("post-proxy-ports-update", &[app, action]);
    match code_of(&fired) {
        0 => Ok(()),
        code => Err(ProxyError::Trigger(code).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_words_and_several_maps_in_a_word_are_the_same() {
        let words = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        assert_eq!(
            items(&words(&["http:80:5000", "443"])),
            items(&words(&["http:80:5000 443"]))
        );
        assert_eq!(items(&[]), Err(ProxyError::NoMapping));
        assert_eq!(
            items(&words(&["http:80"])).map_err(|error| error.to_string()),
            Err("Invalid port map http:80 [len=2]".to_owned())
        );
    }
}
