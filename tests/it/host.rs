//! What lies between a command and its host: programs that change it, rc files, hooks of others.

use crate::world::World;

#[test]
fn package_managers_of_a_world_are_not_those_of_the_host() {
    for (distro, manager) in [
        ("debian", "apt-get"),
        ("opensuse", "zypper"),
        ("arch", "pacman"),
    ] {
        let world = World::new().file("sys/etc/os-release", &format!("ID={distro}\n"));
        let run = world
            .invocation()
            .user("root")
            .dokku(["plugin:install-dependencies", "--core"]);
        assert_eq!(run.status, 0, "{run}");
        let called = run.calls.iter().filter_map(|call| call.first());
        assert_eq!(called.collect::<Vec<_>>(), [manager], "{run}");
    }
}
