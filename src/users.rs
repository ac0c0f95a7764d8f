//! Who runs this: names, and becoming the `dokku` user. Reference 01 §4.

use std::ffi::{CString, OsString};

use nix::unistd::{Uid, User, initgroups, setgid, setuid};

use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::env::Env;
use crate::failure::{Failure, Outcome, fail};

/// The user that all commands but the root-only ones run as.
pub const DOKKU_USER: &str = "dokku";

/// Name of the effective user. `DOKKU_RS_USER` states it for test worlds, where no user is
/// switched; it gives nobody a right that the process does not have.
pub fn current(env: &Env) -> String {
    if env.is_on("DOKKU_RS_USER") {
        return env.get("DOKKU_RS_USER").to_owned();
    }
    User::from_uid(Uid::effective())
        .ok()
        .flatten()
        .map(|user| user.name)
        .unwrap_or_default()
}

/// Becomes the `dokku` user: in-process for root, through sudo for anybody else. Returns the
/// environment to go on with.
pub fn become_dokku(ctx: &Ctx, me: &str) -> Outcome<Env> {
    let mut env = (*ctx.env).clone();
    env.set("SSH_USER", me);
    if env.is_on("DOKKU_RS_USER") {
        return Ok(env);
    }
    if !Uid::effective().is_root() {
        return Err(ctx.with_whole_env(env).replace(&through_sudo(&ctx.argv)));
    }
    let Some(user) = User::from_name(DOKKU_USER).ok().flatten() else {
        return fail("User dokku does not exist: run `dokku install` as root first");
    };
    let name = CString::new(DOKKU_USER).map_err(Failure::text)?;
    initgroups(&name, user.gid).map_err(Failure::text)?;
    setgid(user.gid).map_err(Failure::text)?;
    setuid(user.uid).map_err(Failure::text)?;
    env.set("HOME", user.dir.as_os_str());
    env.set("USER", DOKKU_USER);
    env.set("LOGNAME", DOKKU_USER);
    Ok(env)
}

/// The same command line, byte for byte, as user dokku.
fn through_sudo(argv: &[OsString]) -> Cmd {
    let program = argv.first().cloned();
    Cmd::new("sudo")
        .args(["-u", DOKKU_USER, "-E", "-H"])
        .arg(program.unwrap_or_else(|| "dokku".into()))
        .args(argv.iter().skip(1).cloned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn sudo_gets_the_bytes_of_the_command_line() {
        let odd = OsString::from_vec(b"K=\xff".to_vec());
        let cmd = through_sudo(&["/usr/bin/dokku".into(), "config:set".into(), odd.clone()]);
        let words: Vec<OsString> = ["-u", "dokku", "-E", "-H", "/usr/bin/dokku", "config:set"]
            .map(OsString::from)
            .into();
        assert_eq!(cmd.args, [words, vec![odd]].concat());
    }
}
