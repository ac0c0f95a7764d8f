//! The argv that creates a system user, which every distribution spells its own way.
//! Reference 14 §1.3.

use crate::cmd::{Cmd, Effect};

/// The commands that create a user with a home and bash as login shell, but no password.
pub fn create(distro: &str, user: &str) -> Vec<Cmd> {
    let cmd = |words: &[&str]| {
        let (program, args) = words.split_first().unwrap_or((&"", &[]));
        Cmd::new(program)
            .args(args.iter().copied())
            .effect(Effect::Anything)
    };
    let debian =
        distro == "ubuntu" || distro.starts_with("debian") || distro.starts_with("raspbian");
    if debian {
        // Neither a password nor questions about names and phones.
        return vec![cmd(&[
            "adduser",
            "--disabled-password",
            "--gecos",
            "",
            user,
        ])];
    }
    if distro == "alpine" {
        return vec![
            cmd(&["adduser", "-D", "-g", "", "-s", "/bin/bash", user]),
            // sshd refuses a locked account there.
            cmd(&["passwd", "-u", user]),
        ];
    }
    let mut cmds = vec![cmd(&["useradd", "-m", "-s", "/bin/bash", user])];
    if distro != "arch" && distro != "amzn" {
        cmds.push(cmd(&["groupadd", user]));
    }
    cmds.push(cmd(&["usermod", "-L", "-aG", user, user]));
    cmds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(distro: &str) -> Vec<String> {
        create(distro, "dokku").iter().map(Cmd::to_string).collect()
    }

    #[test]
    fn each_distribution_creates_users_its_own_way() {
        assert_eq!(
            lines("debian"),
            ["adduser --disabled-password --gecos '' dokku"]
        );
        assert_eq!(
            lines("alpine"),
            ["adduser -D -g '' -s /bin/bash dokku", "passwd -u dokku"]
        );
        assert_eq!(
            lines("arch"),
            [
                "useradd -m -s /bin/bash dokku",
                "usermod -L -aG dokku dokku"
            ]
        );
        assert_eq!(lines("fedora").len(), 3);
    }
}
