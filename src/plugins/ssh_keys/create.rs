//! `sshcommand create`: a system user whose ssh logins run one command. Reference 14 §1.3.

use std::path::Path;

use nix::unistd::User;

use super::key_file::KeyFile;
use super::settings::settings;
use super::sshcommand::usage;
use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::tools::accounts;

/// `sshcommand create USER COMMAND`; what is there already is kept.
pub fn create(ctx: &Ctx, user: &str, command: &str) -> Outcome {
    if user.is_empty() || command.is_empty() {
        return Err(usage("create"));
    }
    let settings = settings(ctx);
    if KeyFile::of_user(ctx, user).is_some() {
        if settings.verbose {
            ctx.ui.line(format!("User '{user}' already exists"));
        }
    } else {
        let distro = distro(&ctx.paths.system(&settings.os_release));
        for cmd in accounts::create(&distro, user) {
            ctx.run(&cmd)?;
        }
    }
    let Some(file) = KeyFile::of_user(ctx, user) else {
        return Err(Failure::text(format!("Unable to create user {user}")));
    };
    file.create(ctx)?;
    ctx.store
        .write(file.home.join(".sshcommand"), format!("{command}\n"))?;
    if matches!(User::from_name(user), Ok(Some(_))) {
        let chown = Cmd::new("chown").args(["-R", user]).arg(&file.home);
        ctx.run(&chown.effect(Effect::Anything))?;
    }
    Ok(())
}

/// `ID` of the release file; `unknown` when there is none.
fn distro(file: &Path) -> String {
    let Ok(text) = std::fs::read_to_string(file) else {
        return "unknown".to_owned();
    };
    let id = text.lines().find_map(|line| line.strip_prefix("ID="));
    id.unwrap_or_default().replace('"', "").to_lowercase()
}
