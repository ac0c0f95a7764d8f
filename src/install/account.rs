//! User dokku: the account, its groups, and the files in its home that let ssh reach dokku and
//! nothing else. Reference 04 §8.2, 14 §2.

use std::path::Path;

use nix::unistd::{Group, User};

use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::store::Change;
use crate::users::DOKKU_USER;

/// Creates the user when it is missing, and puts it into the groups of docker and of the logs.
pub fn ensure(ctx: &Ctx) -> Outcome {
    if ctx.paths.is_scratch() {
        return Ok(());
    }
    let home = ctx.paths.root();
    if User::from_name(DOKKU_USER).ok().flatten().is_none() {
        ctx.ui
            .verbose(format!("user {DOKKU_USER}, at home in {}", home.display()));
        must(ctx, &create_user(home, group_exists(DOKKU_USER)))?;
        // nginx and sshd read below it, whatever mode the distribution gives to homes.
        ctx.store.apply(&Change::Chmod(home.to_owned(), 0o755))?;
    }
    if !group_exists("docker") {
        must(ctx, &Cmd::new("groupadd").arg("docker"))?;
    }
    let groups: Vec<&str> = ["docker", "adm"]
        .into_iter()
        .filter(|group| group_exists(group))
        .collect();
    must(ctx, &join_groups(&groups))
}

/// `.ssh`, `.sshcommand` and `.dokkurc` in the home; `program` is what ssh sessions are forced to.
pub fn home_files(ctx: &Ctx, program: &Path) -> Outcome {
    let home = ctx.paths.root();
    let (ssh, keys) = (home.join(".ssh"), home.join(".ssh/authorized_keys"));
    let store = &ctx.store;
    store.make_dir(&ssh)?;
    store.apply(&Change::Chmod(ssh.clone(), 0o700))?;
    if keys.exists() {
        store.apply(&Change::Chmod(keys, 0o600))?;
    } else {
        store.write_mode(keys, "", 0o600)?;
    }
    store.apply(&Change::Give(ssh))?;
    store.write_mode(
        home.join(".sshcommand"),
        format!("{}\n", program.display()),
        0o644,
    )?;
    store.make_dir(home.join(".dokkurc"))?;
    Ok(())
}

/// `useradd` without a password: sshd takes `*` as no password, but `!` as a locked account.
fn create_user(home: &Path, group_exists: bool) -> Cmd {
    let cmd = Cmd::new("useradd")
        .args(["--create-home", "--shell", "/bin/bash", "--password", "*"])
        .args(["--comment", "Dokku", "--home-dir"])
        .arg(home);
    let cmd = if group_exists {
        cmd.args(["--gid", DOKKU_USER])
    } else {
        cmd.arg("--user-group")
    };
    cmd.arg(DOKKU_USER)
}

fn join_groups(groups: &[&str]) -> Cmd {
    Cmd::new("usermod").args(["--append", "--groups", &groups.join(","), DOKKU_USER])
}

fn group_exists(name: &str) -> bool {
    Group::from_name(name).ok().flatten().is_some()
}

fn must(ctx: &Ctx, cmd: &Cmd) -> Outcome {
    let output = ctx.output(cmd);
    if output.ok() {
        return Ok(());
    }
    Err(Failure::text(format!(
        "{cmd} failed: {}",
        output.error_text()
    )))
}

/// Asks the engine something as user dokku, who needs it for everything.
pub fn ask_engine(docker: &str) -> Cmd {
    Cmd::new("runuser").args(["-u", DOKKU_USER, "--", docker, "version"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_has_a_shell_and_no_password_and_is_not_locked() {
        assert_eq!(
            create_user(Path::new("/home/dokku"), false).to_string(),
            "useradd --create-home --shell /bin/bash --password '*' --comment Dokku \
             --home-dir /home/dokku --user-group dokku"
        );
    }

    #[test]
    fn a_group_dokku_that_exists_is_used() {
        let words = create_user(Path::new("/srv/dokku"), true).words();
        assert!(words.ends_with(&["--gid".into(), "dokku".into(), "dokku".into()]));
    }

    #[test]
    fn groups_are_added_and_none_is_left() {
        assert_eq!(
            join_groups(&["docker", "adm"]).to_string(),
            "usermod --append --groups docker,adm dokku"
        );
    }
}
