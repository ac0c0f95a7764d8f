//! The properties of an app's network and `network:set`. Reference 44 §1, §2.

use super::error::NetworkError;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

/// Network to attach between `container create` and `container start`.
pub const ATTACH_POST_CREATE: &str = "attach-post-create";
/// Network to attach after a deploy, before the proxy switches.
pub const ATTACH_POST_DEPLOY: &str = "attach-post-deploy";
/// Whether web containers publish their ports on the host; anything but `false` means yes.
pub const BIND_ALL_INTERFACES: &str = "bind-all-interfaces";
/// Suffix of the network aliases.
pub const TLD: &str = "tld";

/// Every property with its default.
const DEFAULTS: &[(&str, &str)] = &[
    (TLD, ""),
    (BIND_ALL_INTERFACES, "false"),
    (ATTACH_POST_CREATE, ""),
    (ATTACH_POST_DEPLOY, ""),
];

/// Networks that a container has or has not from its creation: none can be attached later.
const NOT_ATTACHABLE: &[&str] = &["bridge", "host", "none"];

/// A property's value, else its default; empty for one that does not exist.
pub fn get(ctx: &Ctx, app: &str, key: &str) -> String {
    let default = DEFAULTS.iter().find(|(name, _)| *name == key);
    let default = default.map_or("", |(_, default)| default);
    ctx.properties("network").get_or(app, key, default)
}

/// `network:set <app> <property> (<value>)`
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, key) = (call.arg(0), call.arg(1));
    let value = match (key, call.bytes(2)) {
        (BIND_ALL_INTERFACES, b"") => b"false",
        (_, value) => value,
    };
    let other = match key {
        ATTACH_POST_CREATE => Some(ATTACH_POST_DEPLOY),
        ATTACH_POST_DEPLOY => Some(ATTACH_POST_CREATE),
        _ => None,
    };
    // Compat: this is looked at before the app and the property are.
    if let Some(other) = other {
        check_attachable(call.arg(2), &get_of_word(ctx, app, other))?;
    }
    let app = App::existing(ctx, app)?;
    check_key(key)?;
    let properties = ctx.properties("network");
    if value.is_empty() {
        ctx.ui.info2_quiet(format!("Unsetting {key}"));
        // Upstream fails when nothing was set; the caller has what it asked for.
        if properties.get(&app, key).is_some() {
            properties.delete(&app, key)?;
        }
        return Ok(());
    }
    let setting = [format!("Setting {key} to ").as_bytes(), value].concat();
    ctx.ui.info2_quiet(setting);
    properties.set(&app, key, value)
}

/// A property of what may not be an app's name: nothing is read for such a word.
fn get_of_word(ctx: &Ctx, app: &str, key: &str) -> String {
    App::parse(app).map_or_else(|_| String::new(), |app| get(ctx, &app, key))
}

fn check_attachable(value: &str, other: &str) -> Result<(), NetworkError> {
    if NOT_ATTACHABLE.contains(&value) {
        return Err(NetworkError::NotAttachable);
    }
    if !value.is_empty() && value == other {
        return Err(NetworkError::Associated);
    }
    Ok(())
}

fn check_key(key: &str) -> Result<(), NetworkError> {
    if key.is_empty() {
        return Err(NetworkError::NoProperty);
    }
    let known: Vec<&str> = DEFAULTS.iter().map(|(name, _)| *name).collect();
    if known.contains(&key) {
        Ok(())
    } else {
        Err(NetworkError::InvalidProperty(known.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_cannot_be_attached_twice() {
        assert_eq!(
            check_attachable("net", "net"),
            Err(NetworkError::Associated)
        );
        assert_eq!(check_attachable("net", "other"), Ok(()));
        assert_eq!(check_attachable("", ""), Ok(()));
    }

    #[test]
    fn networks_that_belong_to_creation_are_refused() {
        for name in ["host", "bridge", "none"] {
            assert_eq!(
                check_attachable(name, ""),
                Err(NetworkError::NotAttachable),
                "{name}"
            );
        }
    }

    #[test]
    fn a_bad_property_is_answered_with_the_good_ones() {
        assert_eq!(check_key("tld"), Ok(()));
        assert_eq!(check_key(""), Err(NetworkError::NoProperty));
        assert_eq!(
            check_key("nope").map_err(|error| error.to_string()),
            Err(
                "Invalid property specified, valid properties include: tld, \
                 bind-all-interfaces, attach-post-create, attach-post-deploy"
                    .to_owned()
            )
        );
    }
}
