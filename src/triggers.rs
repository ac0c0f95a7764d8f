//! The one trigger bus. The disk is the truth: for each enabled plugin in order, is there an
//! executable of the hook's name? If it is this very binary the core function is called
//! in-process, else it is run. Reference 03 §4, 05 §1.

use std::cell::RefCell;
use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, eaccess};

use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::env::Env;
use crate::failure::{Failure, Outcome};
use crate::registry::{Call, Plugin};

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
#[expect(clippy::disallowed_methods, reason = "tests lay trees by hand")]
mod tests;

/// Version that hooks see in `PLUGN_VERSION`.
pub const PLUGN_VERSION: &str = "0.3.2";

/// The enabled plugins, read from disk once per process.
#[derive(Debug)]
pub struct Bus {
    enabled: PathBuf,
    own_inode: Option<(u64, u64)>,
    names: RefCell<Option<Vec<String>>>,
}

impl Bus {
    /// A bus over one `enabled` directory.
    pub fn new(enabled: &Path) -> Self {
        let own = std::fs::metadata("/proc/self/exe").ok();
        Self {
            enabled: enabled.to_owned(),
            own_inode: own.map(|meta| (meta.dev(), meta.ino())),
            names: RefCell::default(),
        }
    }

    /// Enabled plugin names in firing (byte) order.
    pub fn names(&self) -> Vec<String> {
        self.names
            .borrow_mut()
            .get_or_insert_with(|| {
                let entries = std::fs::read_dir(&self.enabled)
                    .into_iter()
                    .flatten()
                    .flatten();
                let mut names: Vec<String> = entries
                    .filter_map(|entry| entry.file_name().into_string().ok())
                    .filter(|name| !name.starts_with('.'))
                    .collect();
                names.sort();
                names
            })
            .clone()
    }

    /// Forgets what was read, after plugins were enabled or disabled.
    pub fn forget(&self) {
        self.names.replace(None);
    }

    /// A file of an enabled plugin.
    pub fn file(&self, plugin: &str, file: impl AsRef<Path>) -> PathBuf {
        self.enabled.join(plugin).join(file)
    }

    /// Whether a file is there and executable by us (bash's `-x`); and if so whether it is this
    /// binary.
    pub fn executable(&self, path: &Path) -> Option<Served> {
        let meta = std::fs::metadata(path).ok()?;
        if meta.permissions().mode() & 0o111 == 0 {
            return None;
        }
        // What runs already need not be asked about.
        if self.own_inode == Some((meta.dev(), meta.ino())) {
            return Some(Served::Here);
        }
        eaccess(path, AccessFlags::X_OK).ok()?;
        Some(Served::Elsewhere)
    }

    /// Enabled plugins that implement a hook, in order.
    pub fn implementers(&self, hook: &str) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| self.executable(&self.file(name, hook)).is_some());
        names
    }
}

/// Who answers an executable file of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// This binary: call the function.
    Here,
    /// A program of its own: run it.
    Elsewhere,
}

impl Ctx {
    /// Fires a trigger; the hooks' output is shown. The first failing hook stops the chain and its
    /// status is the failure.
    pub fn trigger(&self, name: &str, args: &[&str]) -> Outcome {
        let raw: Vec<OsString> = args.iter().map(OsString::from).collect();
        self.trigger_raw(name, &raw)
    }

    /// Fires a trigger and returns what its hooks printed, with the outcome.
    pub fn trigger_output(&self, name: &str, args: &[&str]) -> (Vec<u8>, Outcome) {
        self.ui.capture(|| self.trigger(name, args))
    }

    /// What a trigger's hooks printed, as bash's `$(…)` gives it: trailing newlines dropped, the
    /// status ignored.
    pub fn trigger_text(&self, name: &str, args: &[&str]) -> String {
        text_of(&self.trigger_output(name, args).0)
    }

    /// The same of hooks without which the work cannot go on: their failure is passed on.
    pub fn trigger_answer(&self, name: &str, args: &[&str]) -> Outcome<String> {
        let (bytes, outcome) = self.trigger_output(name, args);
        outcome.map(|()| text_of(&bytes))
    }

    /// Fires a trigger with raw arguments.
    pub fn trigger_raw(&self, name: &str, args: &[OsString]) -> Outcome {
        let mut declared = Env::default();
        for plugin in self.bus.names() {
            let file = self.bus.file(&plugin, name);
            match self.bus.executable(&file) {
                None => {}
                Some(Served::Here) => self.own_hook(&plugin, name, args)?,
                Some(Served::Elsewhere) => {
                    add_declared_config(self, &plugin, &mut declared);
                    let mut cmd = Cmd::new(&file).args(args).effect(Effect::Anything);
                    for (key, value) in self.hook_env(&declared) {
                        cmd = cmd.env(key, value);
                    }
                    self.run(&cmd)?;
                }
            }
        }
        Ok(())
    }

    fn own_hook(&self, plugin: &str, name: &str, args: &[OsString]) -> Outcome {
        let Some(plugin) = self.registry.plugin(plugin) else {
            return Ok(());
        };
        run_hook(self, plugin, name, args.to_vec())
    }

    fn hook_env(&self, declared: &Env) -> Vec<(OsString, OsString)> {
        let own = self.argv.first().cloned().unwrap_or_default();
        let mut pairs: Vec<(OsString, OsString)> = declared
            .pairs()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        pairs.push(("PLUGN_VERSION".into(), PLUGN_VERSION.into()));
        pairs.push(("SELF".into(), own.clone()));
        pairs.push(("SELF_EXECUTABLE".into(), own));
        pairs
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_end_matches('\n')
        .to_owned()
}

/// Runs a core plugin's own hook and tells its failure in the plugin's words.
pub fn run_hook(ctx: &Ctx, plugin: &Plugin, name: &str, args: Vec<OsString>) -> Outcome {
    match plugin.hook(name) {
        Some(hook) => ctx.told(plugin.dialect, (hook.run)(ctx, &Call::new(name, args))),
        None => Err(ctx.tell(
            plugin.dialect,
            Failure::text(format!("Invalid plugin trigger call: {name}")),
        )),
    }
}

/// Adds `CONFIG_*` of a plugin that declares `[plugin.config]` keys (reference 03 §2).
pub fn add_declared_config(ctx: &Ctx, plugin: &str, declared: &mut Env) {
    let table =
        |path: &Path| -> Option<toml::Table> { std::fs::read_to_string(path).ok()?.parse().ok() };
    let Some(own) = table(&ctx.bus.file(plugin, "plugin.toml")) else {
        return;
    };
    let keys = own
        .get("plugin")
        .and_then(|plugin| plugin.get("config"))
        .and_then(toml::Value::as_table);
    let Some(keys) = keys.filter(|keys| !keys.is_empty()) else {
        return;
    };
    let shared = table(&ctx.paths.plugins().join("config.toml")).unwrap_or_default();
    let name = |text: &str| text.to_uppercase().replace('-', "_");
    for key in keys.keys() {
        let from_env = ctx
            .env
            .get(&format!("{}_{}", name(plugin), name(key)))
            .to_owned();
        let from_file = shared
            .get(plugin)
            .and_then(|plugin| plugin.get(key))
            .and_then(toml::Value::as_str)
            .unwrap_or_default();
        let value = if from_env.is_empty() {
            from_file.to_owned()
        } else {
            from_env
        };
        declared.set(format!("CONFIG_{}", name(key)), value);
    }
}
