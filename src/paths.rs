//! Where everything is: one method per path, so that this file teaches the disk layout.
//! Reference 04 §8, 10 §6.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::env::Env;

/// The directories that a run works with.
#[derive(Clone, Debug)]
pub struct Paths {
    root: PathBuf,
    host_root: PathBuf,
    lib: PathBuf,
    plugins: PathBuf,
    core_plugins: PathBuf,
    enabled: PathBuf,
    available: PathBuf,
    core_available: PathBuf,
    logs: PathBuf,
    events_log: PathBuf,
    sysroot: PathBuf,
}

impl Paths {
    /// Reads the paths out of a booted environment (`boot` has filled the defaults).
    pub fn new(env: &Env) -> Self {
        let path = |name: &str| PathBuf::from(env.get(name));
        let or = |name: &str, default: PathBuf| {
            if env.is_on(name) { path(name) } else { default }
        };
        let root = or("DOKKU_ROOT", PathBuf::from("/home/dokku"));
        let lib = or("DOKKU_LIB_ROOT", PathBuf::from("/var/lib/dokku"));
        let plugins = or("PLUGIN_PATH", lib.join("plugins"));
        let core_plugins = or("PLUGIN_CORE_PATH", lib.join("core-plugins"));
        let logs = or("DOKKU_LOGS_DIR", PathBuf::from("/var/log/dokku"));
        Self {
            host_root: or("DOKKU_HOST_ROOT", root.clone()),
            enabled: or("PLUGIN_ENABLED_PATH", plugins.join("enabled")),
            available: or("PLUGIN_AVAILABLE_PATH", plugins.join("available")),
            core_available: or("PLUGIN_CORE_AVAILABLE_PATH", core_plugins.join("available")),
            events_log: or("DOKKU_EVENTS_LOGFILE", logs.join("events.log")),
            sysroot: or("DOKKU_RS_SYSROOT", PathBuf::from("/")),
            root,
            lib,
            plugins,
            core_plugins,
            logs,
        }
    }

    /// `$DOKKU_ROOT`: apps and global state.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// An app's directory.
    pub fn app(&self, app: &App) -> PathBuf {
        self.root.join(app.as_str())
    }

    /// A file in an app's directory.
    pub fn app_file(&self, app: &App, name: impl AsRef<Path>) -> PathBuf {
        self.app(app).join(name)
    }

    /// An app's directory as the docker daemon sees it (`$DOKKU_HOST_ROOT`).
    pub fn host_app_file(&self, app: &App, name: &str) -> PathBuf {
        self.host_root.join(app.as_str()).join(name)
    }

    /// `$DOKKU_LIB_ROOT`.
    pub fn lib(&self) -> &Path {
        &self.lib
    }

    /// A core plugin's data directory, `$DOKKU_LIB_ROOT/data/<plugin>`.
    pub fn data(&self, plugin: &str) -> PathBuf {
        self.lib.join("data").join(plugin)
    }

    /// The property store of all plugins.
    pub fn properties(&self) -> PathBuf {
        self.lib.join("config")
    }

    /// `$PLUGIN_PATH`: the plugin root that is used at run time.
    pub fn plugins(&self) -> &Path {
        &self.plugins
    }

    /// `$PLUGIN_ENABLED_PATH`.
    pub fn plugins_enabled(&self) -> &Path {
        &self.enabled
    }

    /// `$PLUGIN_AVAILABLE_PATH`.
    pub fn plugins_available(&self) -> &Path {
        &self.available
    }

    /// `$PLUGIN_CORE_PATH`.
    pub fn core_plugins(&self) -> &Path {
        &self.core_plugins
    }

    /// `$PLUGIN_CORE_AVAILABLE_PATH`.
    pub fn core_available(&self) -> &Path {
        &self.core_available
    }

    /// `$DOKKU_LOGS_DIR`.
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// `$DOKKU_EVENTS_LOGFILE`.
    pub fn events_log(&self) -> &Path {
        &self.events_log
    }

    /// The directories whose content belongs to the system user.
    pub fn data_roots(&self) -> Vec<PathBuf> {
        vec![
            self.root.clone(),
            self.properties(),
            self.lib.join("data"),
            self.plugins.clone(),
            self.core_plugins.clone(),
        ]
    }

    /// Whether the files of the machine are below a test's root, so that users, services and
    /// owners are none of our business.
    pub fn is_scratch(&self) -> bool {
        self.sysroot != Path::new("/")
    }

    /// A file of the machine (`/etc/…`); tests move it below another root.
    pub fn system(&self, absolute: &str) -> PathBuf {
        self.sysroot.join(absolute.trim_start_matches('/'))
    }
}
