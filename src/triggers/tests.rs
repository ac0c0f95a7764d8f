//! The bus over a scratch tree: third-party hooks are scripts, core hooks are links to this test
//! binary and are therefore called in-process.

use std::fs;
use std::io::{Seek, Write};
use std::os::unix::fs::symlink;
use std::rc::Rc;

use tempfile::TempDir;

use super::*;
use crate::ctx::Input;
use crate::plugins::REGISTRY;

struct Scratch {
    dir: TempDir,
}

impl Scratch {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for tree in ["plugins", "core-plugins"] {
            fs::create_dir_all(dir.path().join(tree).join("enabled")).unwrap();
        }
        Self { dir }
    }

    /// A third-party plugin's hook.
    fn hook(self, plugin: &str, hook: &str, script: &str) -> Self {
        let file = self.file("plugins", plugin, hook);
        let source = self.dir.path().join("script");
        fs::write(&source, format!("#!/bin/sh\n{script}\n")).unwrap();
        // Written by another process: a file that this one has open for writing while another test
        // forks could not be run ("Text file busy").
        let install = Cmd::new("install").arg("--mode=755").args([&source, &file]);
        assert_eq!(self.ctx().status(&install), 0);
        self
    }

    /// A core plugin's hook, in both trees.
    fn core(self, plugin: &str, hook: &str) -> Self {
        for tree in ["plugins", "core-plugins"] {
            let file = self.file(tree, plugin, hook);
            symlink(fs::read_link("/proc/self/exe").unwrap(), file).unwrap();
        }
        self
    }

    fn file(&self, tree: &str, plugin: &str, name: &str) -> PathBuf {
        let dir = self.dir.path().join(tree).join("enabled").join(plugin);
        fs::create_dir_all(&dir).unwrap();
        dir.join(name)
    }

    fn ctx(&self) -> Ctx {
        let mut env = Env::default();
        env.set("PATH", "/usr/bin:/bin");
        env.set("DOKKU_ROOT", self.dir.path());
        env.set("DOKKU_LIB_ROOT", self.dir.path());
        let ctx = Ctx::new(env, &REGISTRY, vec!["dokku".into()]);
        ctx.with_input(Input::Null)
    }

    /// What a trigger prints, and its status.
    fn fire(&self, hook: &str, args: &[&str]) -> (String, i32) {
        fired(&self.ctx(), hook, args)
    }
}

fn fired(ctx: &Ctx, hook: &str, args: &[&str]) -> (String, i32) {
    let (bytes, outcome) = ctx.trigger_output(hook, args);
    let text = String::from_utf8(bytes).unwrap();
    (text, crate::failure::code_of(&outcome))
}

#[test]
fn core_and_third_party_hooks_run_in_byte_order_of_their_names() {
    let scratch = Scratch::new()
        .hook("zz", "proxy-type", "echo zz")
        .hook("Upper", "proxy-type", "echo Upper")
        .core("proxy", "proxy-type")
        .hook("00_first", "proxy-type", "echo 00_first");
    let (text, status) = scratch.fire("proxy-type", &["app"]);
    assert_eq!((&*text, status), ("00_first\nUpper\nnginx\nzz\n", 0));
}

#[test]
fn arguments_arrive_as_they_are_and_the_name_is_the_path_below_enabled() {
    let scratch = Scratch::new().hook("p", "t", r#"printf '%s\n' "$0" "$#" "$@""#);
    let path = scratch.file("plugins", "p", "t");
    let (text, _) = scratch.fire("t", &["", "a  b", "two\nlines", "'q'"]);
    let expected = format!("{}\n4\n\na  b\ntwo\nlines\n'q'\n", path.display());
    assert_eq!(text, expected);
}

#[test]
fn the_output_of_a_hooks_children_is_captured_too() {
    let scratch = Scratch::new()
        .hook(
            "a",
            "t",
            "sh -c 'echo child; (echo grandchild)' ; printf end",
        )
        .hook("b", "t", "printf ' of it'");
    assert_eq!(
        scratch.fire("t", &[]),
        ("child\ngrandchild\nend of it".to_owned(), 0)
    );
    assert_eq!(
        scratch.ctx().trigger_text("t", &[]),
        "child\ngrandchild\nend of it"
    );
}

#[test]
fn hooks_share_one_input_and_its_position() {
    let scratch = Scratch::new()
        .hook("a", "t", "head -c 4")
        .hook("b", "t", "true")
        .hook("c", "t", "echo; echo \"c: $(cat)\"")
        .hook("d", "t", "echo \"d: $(cat)\"");
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"one\ntwo\nthree\n").unwrap();
    file.rewind().unwrap();
    let ctx = scratch.ctx().with_input(Input::File(Rc::new(file)));
    let (text, _) = fired(&ctx, "t", &[]);
    assert!(text.starts_with("one\n\nc:"), "{text}");
    assert!(text.ends_with("two\nthree\nd: \n"), "{text}");
}

#[test]
fn the_first_failing_hook_stops_the_chain_with_its_status() {
    let scratch = Scratch::new()
        .hook("a", "t", "echo a")
        .hook("b", "t", "echo b; exit 42")
        .hook("c", "t", "echo c");
    assert_eq!(scratch.fire("t", &[]), ("a\nb\n".to_owned(), 42));
}

#[test]
fn a_failing_core_hook_stops_third_party_ones_behind_it() {
    let scratch = Scratch::new()
        .core("apps", "app-exists")
        .hook("zz", "app-exists", "echo zz");
    assert_eq!(scratch.fire("app-exists", &["nosuch"]), (String::new(), 1));
}

#[test]
fn a_hook_that_a_signal_ended_has_status_128_and_its_number() {
    let scratch = Scratch::new().hook("a", "t", "kill -KILL $$");
    assert_eq!(scratch.fire("t", &[]).1, 137);
    let scratch = Scratch::new().hook("a", "t", "kill -TERM $$");
    assert_eq!(scratch.fire("t", &[]).1, 143);
}

#[test]
fn a_trigger_that_nobody_implements_succeeds_in_silence() {
    let scratch = Scratch::new().hook("a", "other", "echo a");
    assert_eq!(scratch.fire("t", &["x"]), (String::new(), 0));
    assert!(scratch.ctx().bus.implementers("t").is_empty());
}

#[test]
fn files_without_execute_bit_dangling_links_and_hidden_entries_are_no_hooks() {
    let scratch = Scratch::new()
        .hook("a", "t", "echo a")
        .hook(".hidden", "t", "echo hidden")
        .hook("z", "t", "echo z");
    let file = scratch.file("plugins", "a", "t");
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
    let enabled = scratch.dir.path().join("plugins/enabled");
    symlink("/nowhere", enabled.join("b-gone")).unwrap();
    fs::write(enabled.join("c-file"), "").unwrap();
    assert_eq!(scratch.fire("t", &[]), ("z\n".to_owned(), 0));
    assert_eq!(scratch.ctx().bus.implementers("t"), ["z"]);
}

#[test]
fn the_cores_own_tree_has_no_third_party_hooks() {
    let scratch = Scratch::new()
        .core("proxy", "proxy-type")
        .hook("zz", "proxy-type", "echo zz");
    let ctx = scratch.ctx().core_only();
    let (text, _) = fired(&ctx, "proxy-type", &["app"]);
    assert_eq!(text, "nginx\n");
    let core = scratch.dir.path().join("core-plugins");
    assert_eq!(ctx.env.get("PLUGIN_PATH"), core.to_string_lossy());
}

#[test]
fn a_core_hook_that_the_disk_does_not_enable_is_not_called() {
    let scratch = Scratch::new().core("proxy", "proxy-is-enabled");
    assert_eq!(scratch.fire("proxy-type", &["app"]), (String::new(), 0));
}

#[test]
fn a_script_in_a_core_plugins_place_is_run_instead_of_the_function() {
    let scratch = Scratch::new().hook("proxy", "proxy-type", "echo replaced");
    assert_eq!(
        scratch.fire("proxy-type", &["app"]),
        ("replaced\n".to_owned(), 0)
    );
}

#[test]
fn declared_settings_are_exported_from_the_environment_or_the_file() {
    let scratch = Scratch::new().hook(
        "my-db",
        "t",
        r#"echo "[$CONFIG_PORT] [$CONFIG_HOST_NAME] [$CONFIG_NONE] [$PLUGN_VERSION] [$SELF]""#,
    );
    let toml = "[plugin]\n[plugin.config]\nport = {}\nhost-name = {}\nnone = {}\n";
    fs::write(scratch.file("plugins", "my-db", "plugin.toml"), toml).unwrap();
    let shared = scratch.dir.path().join("plugins/config.toml");
    fs::write(shared, "[my-db]\nport = \"1\"\nhost-name = \"h\"\n").unwrap();
    let ctx = scratch.ctx().with_env("MY_DB_PORT", "2");
    let (text, _) = fired(&ctx, "t", &[]);
    assert_eq!(text, "[2] [h] [] [0.3.2] [dokku]\n");
}

#[test]
fn a_plugin_without_a_readable_plugin_toml_runs_all_the_same() {
    let scratch = Scratch::new().hook("a", "t", "echo a");
    assert_eq!(scratch.fire("t", &[]).0, "a\n");
    fs::write(scratch.file("plugins", "a", "plugin.toml"), "= not toml").unwrap();
    assert_eq!(scratch.fire("t", &[]), ("a\n".to_owned(), 0));
}

#[test]
fn hooks_run_in_the_directory_and_environment_of_the_context() {
    let scratch = Scratch::new().hook("a", "t", "pwd; echo \"$EXTRA\"");
    let dir = fs::canonicalize(scratch.dir.path()).unwrap();
    let ctx = scratch.ctx().with_env("EXTRA", "x").with_cwd(&dir);
    let (text, _) = fired(&ctx, "t", &[]);
    assert_eq!(text, format!("{}\nx\n", dir.display()));
}

#[test]
fn enabled_plugins_are_read_anew_after_forget() {
    let scratch = Scratch::new().hook("a", "t", "echo a");
    let ctx = scratch.ctx();
    assert_eq!(fired(&ctx, "t", &[]).0, "a\n");
    let _scratch = scratch.hook("b", "t", "echo b");
    assert_eq!(fired(&ctx, "t", &[]).0, "a\n");
    ctx.bus.forget();
    assert_eq!(fired(&ctx, "t", &[]).0, "a\nb\n");
}
