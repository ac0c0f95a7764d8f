//! The domains commands over a scratch root, without docker or other plugins.

use crate::app::App;
use crate::ctx::Ctx;
use crate::plugins::testing;
use crate::registry::Handler;

use super::{app_domains, commands, global, report, setup};

struct World {
    root: tempfile::TempDir,
    ctx: Ctx,
}

impl World {
    /// A fresh root with the app `a` and these global domains; no plugin is enabled.
    fn new(vhost: &str) -> Self {
        let (root, ctx, _) = testing::world();
        std::fs::write(root.path().join("VHOST"), vhost).unwrap();
        Self { root, ctx }
    }

    /// What a command prints, and how it fails.
    fn run(&self, run: Handler, words: &[&str]) -> (String, Option<String>) {
        testing::run(&self.ctx, run, words)
    }

    fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.root.path().join(name)).ok()
    }

    fn app(&self) -> App {
        App::existing(&self.ctx, "a").unwrap()
    }
}

#[test]
fn adding_keeps_the_order_and_skips_what_is_there() {
    let world = World::new("");
    std::fs::write(world.root.path().join("a/VHOST"), "x.me").unwrap();
    let (out, error) = world.run(commands::run_add, &["a", "*.b.me", "x.me"]);
    assert_eq!(
        out,
        "-----> Added *.b.me to a\n-----> Skipping: x.me already added to a\n"
    );
    assert_eq!(error, None);
    assert_eq!(world.file("a/VHOST").unwrap(), "x.me\n*.b.me\n");
}

#[test]
fn one_bad_domain_leaves_everything_as_it_was() {
    let world = World::new("dokku.me\n");
    for run in [commands::run_add, commands::set] {
        let (out, error) = world.run(run, &["a", "ok.me", "http://x.y"]);
        assert_eq!(out, "");
        assert_eq!(error.unwrap(), "http://x.y is invalid. exiting...");
    }
    assert_eq!(world.file("a/VHOST"), None);
}

#[test]
fn domains_are_removed_literally() {
    let world = World::new("");
    world.run(
        commands::set,
        &["a", "*.d.me", "x.d.me", "axd.me", "a.d.me"],
    );
    world.run(commands::remove, &["a", "*.d.me", "a.d.me"]);
    assert_eq!(world.file("a/VHOST").unwrap(), "x.d.me\naxd.me\n");
}

#[test]
fn adding_to_a_disabled_app_enables_it_and_keeps_the_new_domains() {
    let world = World::new("dokku.me\n");
    std::fs::write(world.root.path().join("a/ENV"), "NO_VHOST=1").unwrap();
    assert_eq!(app_domains(&world.ctx, &world.app()), Vec::<String>::new());
    world.run(commands::run_add, &["a", "mine.me"]);
    assert_eq!(world.file("a/VHOST").unwrap(), "mine.me\n");
    assert_eq!(world.file("a/ENV").unwrap(), "NO_VHOST=\"0\"");
    assert_eq!(app_domains(&world.ctx, &world.app()), ["mine.me"]);
}

#[test]
fn setup_writes_the_defaults_or_disables_vhosts() {
    let world = World::new("1.2.3.4\n");
    let (out, outcome) = world.ctx.ui.capture(|| setup(&world.ctx, &world.app()));
    outcome.unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "=====> no global VHOST set. disabling vhost support\n"
    );
    assert_eq!(world.file("a/ENV").unwrap(), "NO_VHOST=\"1\"");
    world.run(global::set, &["one.me", "two.me", "one.me"]);
    assert_eq!(world.file("VHOST").unwrap(), "one.me\ntwo.me\n");
    let (out, _) = world.run(commands::run_setup, &["a"]);
    let file = world.root.path().join("a/VHOST");
    assert_eq!(out, format!("-----> Creating new {}...\n", file.display()));
    assert_eq!(world.file("a/VHOST").unwrap(), "a.one.me\na.two.me\n");
}

#[test]
fn without_a_file_of_its_own_an_app_has_the_global_domains_or_the_host_name() {
    let world = World::new("dokku.me\n");
    assert_eq!(app_domains(&world.ctx, &world.app()), ["dokku.me"]);
    std::fs::remove_file(world.root.path().join("VHOST")).unwrap();
    std::fs::write(world.root.path().join("HOSTNAME"), "host.me\n").unwrap();
    assert_eq!(app_domains(&world.ctx, &world.app()), ["host.me"]);
}

#[test]
fn the_global_domains_can_be_cleared_when_there_is_no_file() {
    let world = World::new("");
    std::fs::remove_file(world.root.path().join("VHOST")).unwrap();
    let (out, error) = world.run(global::clear, &[]);
    assert_eq!(out, "-----> Clearing global domains\n");
    assert_eq!(error, None);
    assert_eq!(world.file("VHOST").unwrap(), "");
}

#[test]
fn the_report_of_the_host_knows_only_global_flags() {
    let world = World::new("dokku.me\n");
    let (_, error) = world.run(report::run, &["--global", "--domains-app-vhosts"]);
    assert_eq!(
        error.unwrap(),
        "Invalid flag passed, valid flags: --domains-global-enabled --domains-global-vhosts"
    );
    let (out, error) = world.run(report::run, &["a", "--domains-app-vhosts"]);
    assert_eq!((out.as_str(), error), ("", None));
}
