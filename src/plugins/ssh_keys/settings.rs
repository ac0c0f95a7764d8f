//! The environment settings of sshcommand, over those of `/etc/defaults/sshcommand`. Reference 14 §1.

use crate::ctx::Ctx;
use crate::env::Env;
use crate::formats::authorized_keys::DEFAULT_OPTIONS;
use crate::formats::rc;

/// How keys are checked and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Key options behind the forced command.
    pub options: String,
    /// Whether a second key of the same fingerprint is refused.
    pub unique_fingerprint: bool,
    /// Whether a second key of the same name is refused.
    pub unique_name: bool,
    /// Whether `create` tells that the user exists.
    pub verbose: bool,
    /// The file that names the distribution.
    pub os_release: String,
}

/// The settings of this run. Upstream runs the file as bash; what is no plain assignment is told
/// and left out.
pub fn settings(ctx: &Ctx) -> Settings {
    let mut env = (*ctx.env).clone();
    // Compat: upstream's path is `/etc/defaults`, not `/etc/default`.
    let file = ctx.paths.system("/etc/defaults/sshcommand");
    if let Ok(text) = std::fs::read(&file) {
        let lookup = |name: &str| {
            let value = ctx.env.raw(name)?;
            Some(value.to_string_lossy().into_owned())
        };
        match rc::parse(&text, &lookup) {
            Ok(assignments) => assignments
                .into_iter()
                .for_each(|assignment| env.set(assignment.name, assignment.value)),
            Err(_) => ctx
                .ui
                .warn(format!("{} has more than assignments", file.display())),
        }
    }
    from_env(&env)
}

fn from_env(env: &Env) -> Settings {
    let or = |name: &str, default: &str| {
        let value = env.get(name);
        if value.is_empty() { default } else { value }.to_owned()
    };
    let is_true = |name: &str| or(name, "true").eq_ignore_ascii_case("true");
    Settings {
        options: or("SSHCOMMAND_ALLOWED_KEYS", DEFAULT_OPTIONS),
        unique_fingerprint: is_true("SSHCOMMAND_CHECK_DUPLICATE_FINGERPRINT"),
        unique_name: is_true("SSHCOMMAND_CHECK_DUPLICATE_NAME"),
        verbose: env.is_on("SSHCOMMAND_VERBOSE_OUTPUT"),
        os_release: or("SSHCOMMAND_OSRELEASE", "/etc/os-release"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_refused_unless_the_setting_says_otherwise() {
        let mut env = Env::default();
        let settings = from_env(&env);
        assert!(settings.unique_name && settings.unique_fingerprint);
        assert_eq!(settings.options, DEFAULT_OPTIONS);
        env.set("SSHCOMMAND_CHECK_DUPLICATE_NAME", "false");
        env.set("SSHCOMMAND_CHECK_DUPLICATE_FINGERPRINT", "TRUE");
        let settings = from_env(&env);
        assert!(!settings.unique_name && settings.unique_fingerprint);
    }
}
