//! The properties of an app's nginx and `nginx:set`. Reference 40 §2. Values are free text.

use super::error::NginxError;
use super::server;
use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Call;

/// Path, `off` or `/dev/null`.
pub const ACCESS_LOG_PATH: &str = "access-log-path";
/// Address in front of the port of each `listen`.
pub const BIND_ADDRESS_IPV4: &str = "bind-address-ipv4";
/// The same for IPv6.
pub const BIND_ADDRESS_IPV6: &str = "bind-address-ipv6";
/// Path, `off` or `/dev/null`.
pub const ERROR_LOG_PATH: &str = "error-log-path";
/// Whether TLS apps tell browsers to stay with TLS.
pub const HSTS: &str = "hsts";
/// Whether that includes subdomains.
pub const HSTS_INCLUDE_SUBDOMAINS: &str = "hsts-include-subdomains";
/// For how many seconds.
pub const HSTS_MAX_AGE: &str = "hsts-max-age";
/// Whether browsers may list the domain.
pub const HSTS_PRELOAD: &str = "hsts-preload";

/// The plugin's name in the property store.
pub const STORE: &str = "nginx";

/// In the order of the error text.
const KEYS: &[&str] = &[
    ACCESS_LOG_PATH,
    BIND_ADDRESS_IPV4,
    BIND_ADDRESS_IPV6,
    ERROR_LOG_PATH,
    HSTS,
    HSTS_INCLUDE_SUBDOMAINS,
    HSTS_PRELOAD,
    HSTS_MAX_AGE,
];

/// A property's value, else its default.
pub fn get(ctx: &Ctx, app: &App, key: &str) -> String {
    let log = |kind: &str| format!("{}/{app}-{kind}.log", server::log_root(ctx));
    let default = match key {
        ACCESS_LOG_PATH => log("access"),
        ERROR_LOG_PATH => log("error"),
        BIND_ADDRESS_IPV6 => "::".to_owned(),
        HSTS | HSTS_INCLUDE_SUBDOMAINS => "true".to_owned(),
        HSTS_MAX_AGE => "15724800".to_owned(),
        HSTS_PRELOAD => "false".to_owned(),
        _ => String::new(),
    };
    ctx.properties(STORE).get_or(app, key, &default)
}

/// `nginx:set <app> <property> (<value>)`
pub fn set(ctx: &Ctx, call: &Call) -> Outcome {
    let (app, key, value) = (call.arg(0), call.arg(1), call.bytes(2));
    if app.is_empty() {
        return Err(NginxError::NoApp.into());
    }
    check_key(key)?;
    // Upstream writes properties of apps that do not exist.
    let app = App::existing(ctx, app)?;
    let properties = ctx.properties(STORE);
    if !value.is_empty() {
        let setting = [format!("Setting {key} to ").as_bytes(), value].concat();
        ctx.ui.info2_quiet(setting);
        return properties.set(&app, key, value);
    }
    ctx.ui.info2_quiet(format!("Unsetting {key}"));
    // Upstream fails when nothing was set; the caller has what it asked for.
    if properties.get(&app, key).is_some() {
        properties.delete(&app, key)?;
    }
    Ok(())
}

fn check_key(key: &str) -> Result<(), NginxError> {
    if key.is_empty() {
        return Err(NginxError::NoKey);
    }
    if KEYS.contains(&key) {
        Ok(())
    } else {
        Err(NginxError::InvalidKey(KEYS.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_key_is_answered_with_the_good_ones() {
        let said = |key: &str| check_key(key).map_err(|error| error.to_string());
        assert_eq!(said("hsts"), Ok(()));
        assert_eq!(said(""), Err("No key specified".to_owned()));
        assert_eq!(
            said("nope"),
            Err(
                "Invalid key specified, valid keys include: access-log-path, \
                 bind-address-ipv4, bind-address-ipv6, error-log-path, hsts, \
                 hsts-include-subdomains, hsts-preload, hsts-max-age"
                    .to_owned()
            )
        );
    }
}
