//! Files of the machine beside the plugins' own: versions, data directories, host names, completion,
//! and the restore of apps at boot where no systemd does it. Reference 04 §8.

use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::install::options::InstallOptions;
use crate::install::shipped;

/// The Dokku version that this is a replacement of.
pub const DOKKU_VERSION: &str = "0.20.4";

/// Where bash looks for completions.
pub const COMPLETION_FILE: &str = "/usr/share/bash-completion/completions/dokku";

/// The cron table that restores apps at boot.
pub const BOOT_CRON: &str = "/etc/cron.d/dokku-redeploy";

/// `$DOKKU_LIB_ROOT`: the versions (root's) and the directories that dokku writes to.
pub fn library(ctx: &Ctx) -> Outcome {
    let lib = ctx.paths.lib();
    ctx.store.make_dir(lib)?;
    for dir in [ctx.paths.properties(), ctx.paths.data("storage")] {
        ctx.store.make_dir(dir)?;
    }
    let revision = option_env!("DOKKU_GIT_REV").unwrap_or("unknown");
    for (name, text) in version_files(revision) {
        ctx.store.write_mode(lib.join(name), text, 0o644)?;
    }
    Ok(())
}

/// The version files with their contents.
pub fn version_files(revision: &str) -> [(&'static str, String); 3] {
    [
        ("STABLE_VERSION", format!("{DOKKU_VERSION}\n")),
        ("VERSION", format!("v{DOKKU_VERSION}\n")),
        ("GIT_REV", format!("{revision}\n")),
    ]
}

/// `HOSTNAME` and `VHOST` as asked; what was not asked is left to the install hook of the standard
/// plugin, which writes what is missing.
pub fn host_names(ctx: &Ctx, options: &InstallOptions) -> Outcome {
    let names = [("HOSTNAME", &options.hostname), ("VHOST", &options.vhost)];
    for (file, name) in names {
        if let Some(name) = name {
            let path = ctx.paths.root().join(file);
            ctx.store.write_mode(path, format!("{name}\n"), 0o644)?;
        }
    }
    Ok(())
}

/// Completion of bash.
pub fn completion(ctx: &Ctx) -> Outcome {
    let file = ctx.paths.system(COMPLETION_FILE);
    if let Some(dir) = file.parent() {
        ctx.store.make_dir(dir)?;
    }
    ctx.store.write_mode(file, shipped::COMPLETION, 0o644)?;
    Ok(())
}

/// Without systemd (whose unit is written by the standard plugin) cron restores apps at boot.
pub fn boot_restore(ctx: &Ctx, binary: &str) -> Outcome {
    let table = ctx.paths.system(BOOT_CRON);
    if ctx.paths.system("/run/systemd/system").is_dir() {
        ctx.store.remove(table)?;
        return Ok(());
    }
    if let Some(dir) = table.parent() {
        ctx.store.make_dir(dir)?;
    }
    ctx.store.write_mode(table, boot_table(binary), 0o644)?;
    Ok(())
}

fn boot_table(binary: &str) -> String {
    format!(
        "PATH=/usr/local/bin:/usr/bin:/bin\n\
         SHELL=/bin/bash\n\
         @reboot dokku {binary} ps:restore\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cron_restores_apps_as_user_dokku() {
        let table = boot_table("/usr/bin/dokku");
        assert!(table.ends_with("\n@reboot dokku /usr/bin/dokku ps:restore\n"));
    }
}
