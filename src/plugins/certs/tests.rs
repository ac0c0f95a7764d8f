//! The certs commands over a scratch root with the real openssl and tar, without other plugins.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use crate::cmd::Cmd;
use crate::ctx::{Ctx, Input};
use crate::env::Env;
use crate::failure::Failure;
use crate::plugins::REGISTRY;
use crate::registry::{Call, Handler};

use super::{commands, generate, hostnames, is_enabled, report};
use crate::app::App;

struct World {
    root: tempfile::TempDir,
    ctx: Ctx,
}

impl World {
    /// A fresh root with the apps `a` and `b`; stdin is empty.
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for app in ["a", "b"] {
            std::fs::create_dir(root.path().join(app)).unwrap();
        }
        let mut env = Env::from_pairs(
            ["DOKKU_ROOT", "DOKKU_LIB_ROOT"].map(|name| (name.into(), root.path().into())),
        );
        env.set("PATH", "/usr/local/bin:/usr/bin:/bin");
        let ctx = Ctx::new(env, &REGISTRY, Vec::new()).with_input(Input::Null);
        Self { root, ctx }
    }

    /// What a command prints, and how it fails.
    fn run(&self, run: Handler, words: &[&str]) -> (String, Option<String>) {
        self.run_with(&self.ctx, run, words)
    }

    fn run_with(&self, ctx: &Ctx, run: Handler, words: &[&str]) -> (String, Option<String>) {
        let (out, outcome) = ctx.ui.capture(|| run(ctx, &Call::of("certs:x", words)));
        let error = outcome.err().map(|failure| match failure {
            Failure::Text(text) => text,
            other => format!("{other:?}"),
        });
        (String::from_utf8(out).unwrap(), error)
    }

    fn tls(&self, app: &str) -> std::path::PathBuf {
        self.root.path().join(app).join("tls")
    }

    /// A context whose stdin is a tar archive of a directory.
    fn with_archive(&self, dir: &Path, flags: &str) -> Ctx {
        let file = self.root.path().join("archive");
        let tar = Cmd::new("tar").args([flags, file.to_str().unwrap(), "."]);
        assert_eq!(self.ctx.status(&tar.cwd(dir)), 0);
        let archive = std::fs::File::open(file).unwrap();
        self.ctx.with_input(Input::File(std::rc::Rc::new(archive)))
    }

    fn app(&self, name: &str) -> App {
        App::existing(&self.ctx, name).unwrap()
    }
}

#[test]
fn a_generated_certificate_names_its_domain_and_is_not_replaced() {
    let world = World::new();
    let (out, error) = world.run(generate::run, &["a", "a.dokku.me"]);
    assert_eq!(error, None);
    assert!(out.starts_with("-----> Installing certificate and key...\n"));
    assert!(
        out.contains("SSL certificate for a at a.dokku.me\n-----> by a CA of your choosing.\n")
    );
    assert!(out.ends_with("-----END CERTIFICATE REQUEST-----\n"));
    assert!(is_enabled(&world.ctx, &world.app("a")));
    assert_eq!(hostnames(&world.ctx, &world.app("a")), ["a.dokku.me"]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&world.tls("a")), 0o750);
    for name in ["server.crt", "server.key", "server.csr"] {
        assert_eq!(mode(&world.tls("a").join(name)), 0o640);
    }
    assert_eq!(
        std::fs::read_to_string(world.root.path().join("a/VHOST")).unwrap(),
        "a.dokku.me\n"
    );
    let (out, error) = world.run(generate::run, &["a", "other.me"]);
    assert_eq!(out, "-----> a has an SSL endpoint already defined\n");
    assert_eq!(error, None);
}

#[test]
fn a_certificate_comes_from_files_or_from_an_archive_packed_or_not() {
    let world = World::new();
    world.run(generate::run, &["a", "a.dokku.me"]);
    let from = world.tls("a");
    let (crt, key) = (from.join("server.crt"), from.join("server.key"));
    let words = ["b", crt.to_str().unwrap(), key.to_str().unwrap()];
    assert_eq!(world.run(commands::add, &words), (String::new(), None));
    for flags in ["-cf", "-czf"] {
        assert_eq!(world.run(commands::remove, &["b"]).1, None);
        let ctx = world.with_archive(&from, flags);
        let (out, error) = world.run_with(&ctx, commands::add, &["b"]);
        assert_eq!(error, None);
        assert!(out.contains("./server.crt\n"), "{out}");
        assert_eq!(
            std::fs::read(world.tls("b").join("server.key")).unwrap(),
            std::fs::read(&key).unwrap()
        );
    }
}

#[test]
fn what_nginx_would_refuse_leaves_the_old_pair_alone() {
    let world = World::new();
    world.run(generate::run, &["a", "a.dokku.me"]);
    world.run(generate::run, &["b", "b.dokku.me"]);
    let old = std::fs::read(world.tls("b").join("server.crt")).unwrap();
    let (a, b) = (world.tls("a"), world.tls("b"));
    let add = |crt: &Path, key: &Path| {
        let words = ["b", crt.to_str().unwrap(), key.to_str().unwrap()];
        world.run(commands::add, &words).1.unwrap()
    };
    assert_eq!(
        add(&a.join("server.crt"), &b.join("server.key")),
        "KEY file does not belong to the certificate in the CRT file"
    );
    assert!(
        add(&a.join("server.csr"), &a.join("server.key"))
            .starts_with("CRT file is not valid PEM: ")
    );
    assert_eq!(
        add(Path::new("/nonexistent"), &a.join("server.key")),
        "CRT file specified not found, please check file paths"
    );
    assert_eq!(std::fs::read(b.join("server.crt")).unwrap(), old);
}

#[test]
fn an_invalid_domain_is_refused_before_anything_is_made() {
    let world = World::new();
    let (_, error) = world.run(generate::run, &["a", "a_b"]);
    assert_eq!(error.unwrap(), "a_b is invalid. exiting...");
    assert!(!world.tls("a").exists());
}

#[test]
fn values_of_an_app_without_certificate_are_not_deployed() {
    let world = World::new();
    let report = |flag: &str| world.run(report::run, &["a", flag]);
    assert_eq!(report("--ssl-enabled"), ("false\n".to_owned(), None));
    assert_eq!(report("--ssl-issuer").1.unwrap(), "not deployed");
    let (_, error) = world.run(commands::remove, &["a"]);
    assert_eq!(
        error.unwrap(),
        "An app-specific SSL endpoint is not defined"
    );
}

#[test]
fn a_domain_too_long_for_a_common_name_is_an_alternative_name() {
    let world = World::new();
    let domain = format!("{}.dokku.me", "a.b".repeat(20));
    let (_, error) = world.run(generate::run, &["a", &domain]);
    assert_eq!(error, None);
    assert_eq!(hostnames(&world.ctx, &world.app("a")), [domain]);
}

#[test]
fn answers_are_taken_from_a_stream_that_stays_open() {
    let world = World::new();
    let (reader, mut writer) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut writer, b"AT\nVienna\n\n\n\n\n\n\n\n").unwrap();
    // Whoever waits for the end of the stream gets it, too late.
    let closer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(20));
        drop(writer);
    });
    let input = std::fs::File::from(std::os::fd::OwnedFd::from(reader));
    let ctx = world.ctx.with_input(Input::File(std::rc::Rc::new(input)));
    let (_, error) = world.run_with(&ctx, generate::run, &["a", "a.dokku.me"]);
    assert_eq!(error, None);
    assert!(
        !closer.is_finished(),
        "the end of the stream was waited for"
    );
    let certificate = super::describe(&world.ctx, &world.app("a"));
    assert!(
        certificate.subject.contains("ST = Vienna"),
        "{certificate:?}"
    );
    assert_eq!(certificate.hostnames, ["a.dokku.me"]);
}

#[test]
fn a_pair_that_is_not_pem_is_refused() {
    let world = World::new();
    world.run(generate::run, &["a", "a.dokku.me"]);
    let tls = world.tls("a");
    let path = |name: &str| tls.join(name).to_string_lossy().into_owned();
    for (kind, name) in [("x509", "server.crt"), ("pkey", "server.key")] {
        let (from, to) = (path(name), path(&format!("{name}.der")));
        let convert =
            Cmd::new("openssl").args([kind, "-in", &from, "-outform", "DER", "-out", &to]);
        assert_eq!(world.ctx.status(&convert), 0);
    }
    let add = |crt: &str, key: &str| world.run(commands::add, &["b", &path(crt), &path(key)]).1;
    let said = add("server.crt.der", "server.key").unwrap();
    assert!(said.starts_with("CRT file is not valid PEM: "), "{said}");
    let said = add("server.crt", "server.key.der").unwrap();
    assert!(said.starts_with("KEY file is not valid PEM: "), "{said}");
    assert!(!world.tls("b").exists());
}

/// A root where the apps `a` and `b` have certificates, and the words that give `b` that of `a`.
fn with_two_pairs() -> (World, [String; 3]) {
    let world = World::new();
    world.run(generate::run, &["a", "a.dokku.me"]);
    world.run(generate::run, &["b", "b.dokku.me"]);
    let path = |name: &str| world.tls("a").join(name).to_string_lossy().into_owned();
    let words = ["b".to_owned(), path("server.crt"), path("server.key")];
    (world, words)
}

fn is_pair_of_a(world: &World) -> bool {
    ["server.crt", "server.key"].iter().all(|name| {
        let read = |app: &str| std::fs::read(world.tls(app).join(name)).unwrap();
        read("a") == read("b")
    })
}

#[test]
fn a_new_pair_keeps_the_other_files_and_their_links() {
    let (world, words) = with_two_pairs();
    let tls = world.tls("b");
    let read = |name: &str| std::fs::read(tls.join(name)).unwrap();
    let csr = read("server.csr");
    let store = &world.ctx.store;
    store.make_dir(tls.join("old")).unwrap();
    store.write_mode(tls.join("old/key"), "own", 0o600).unwrap();
    store.link(tls.join("server.key"), "old/key").unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(world.run(commands::add, &words), (String::new(), None));
    assert!(is_pair_of_a(&world));
    assert_eq!(read("server.csr"), csr);
    assert_eq!(read("old/key"), b"own", "a link's target is left alone");
    let mode = |name: &str| {
        std::fs::metadata(tls.join(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(
        (mode("") & 0o7777, mode("server.key") & 0o7777),
        (0o750, 0o640)
    );
    assert_eq!(mode("old/key") & 0o7777, 0o600);
    let left = std::fs::read_dir(world.root.path().join("b")).unwrap();
    let left = left.filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(left.count(), 1, "only tls");
}

#[test]
fn a_linked_directory_stays_linked() {
    let (world, words) = with_two_pairs();
    let (tls, elsewhere) = (world.tls("b"), world.root.path().join("elsewhere"));
    world.ctx.store.rename(&tls, &elsewhere).unwrap();
    world.ctx.store.link(&tls, &elsewhere).unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(world.run(commands::add, &words), (String::new(), None));
    assert!(is_pair_of_a(&world) && tls.is_symlink());
    assert_eq!(std::fs::read_dir(elsewhere).unwrap().count(), 3);
}

#[test]
fn an_error_half_way_leaves_the_old_pair_in_a_linked_directory_too() {
    let (world, words) = with_two_pairs();
    let (tls, elsewhere) = (world.tls("b"), world.root.path().join("elsewhere"));
    world.ctx.store.rename(&tls, &elsewhere).unwrap();
    world.ctx.store.link(&tls, &elsewhere).unwrap();
    let old = std::fs::read(tls.join("server.crt")).unwrap();
    // No file takes the place of a directory.
    world.ctx.store.remove(tls.join("server.key")).unwrap();
    world.ctx.store.make_dir(tls.join("server.key")).unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert!(world.run(commands::add, &words).1.is_some());
    assert_eq!(std::fs::read(tls.join("server.crt")).unwrap(), old);
}

/// What kills leave of a removal, or of its being taken back: roots where the directory of `b` is in
/// its place or aside, and the other name is a link.
fn after_killed_removals() -> [(World, [String; 3]); 4] {
    let aside = ".tls.removed";
    let states = [
        (false, aside, "tls"),
        (true, "tls", "tls"),
        (true, "tls", aside),
        (false, aside, aside),
    ];
    states.map(|(is_aside, link, target)| {
        let (world, words) = with_two_pairs();
        let path = |name: &str| world.root.path().join("b").join(name);
        if is_aside {
            world.ctx.store.rename(path("tls"), path(aside)).unwrap();
        }
        world.ctx.store.link(path(link), target).unwrap();
        (world, words)
    })
}

#[test]
fn a_removal_that_was_killed_anywhere_keeps_no_new_pair_away() {
    for (world, words) in after_killed_removals() {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(world.run(commands::add, &words).1, None);
        assert!(is_pair_of_a(&world) && !world.tls("b").is_symlink());
        let aside = world.root.path().join("b/.tls.removed");
        assert!(aside.symlink_metadata().is_err());
    }
}

#[test]
fn a_removal_that_was_killed_anywhere_ends_with_the_next_one() {
    for (world, _) in after_killed_removals() {
        assert_eq!(world.run(commands::remove, &["b"]).1, None);
        for name in ["tls", ".tls.removed"] {
            let path = world.root.path().join("b").join(name);
            assert!(path.symlink_metadata().is_err(), "{name}");
        }
    }
}
