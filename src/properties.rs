//! The property store: `$DOKKU_LIB_ROOT/config/<plugin>/<app>/<property>`, one file a property,
//! a scalar without newline, a list one item a line. Reference 02 §9.

use std::path::PathBuf;

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::registry::Call;
use crate::store::is_temporary;

/// A plugin's properties. The app part may be `--global` or a service's name.
pub struct Properties<'a> {
    ctx: &'a Ctx,
    plugin: &'a str,
}

impl Ctx {
    /// The properties of a plugin.
    pub fn properties<'a>(&'a self, plugin: &'a str) -> Properties<'a> {
        Properties { ctx: self, plugin }
    }
}

/// The app part of a value for all apps.
pub const GLOBAL: &str = "--global";

impl Properties<'_> {
    fn plugin_dir(&self) -> PathBuf {
        self.ctx.paths.properties().join(self.plugin)
    }

    fn dir(&self, app: &str) -> PathBuf {
        self.plugin_dir().join(app)
    }

    fn file(&self, app: &str, key: &str) -> PathBuf {
        self.dir(app).join(key)
    }

    /// Creates the plugin's store (0755, system user).
    pub fn setup(&self) -> Outcome {
        self.ctx.store.make_dir(self.plugin_dir())?;
        Ok(())
    }

    /// A value; `None` when the property is not set. An empty file is an existing empty value.
    pub fn get(&self, app: &str, key: &str) -> Option<String> {
        let bytes = self.bytes(app, key)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A value as it was written; `None` when the property is not set.
    pub fn bytes(&self, app: &str, key: &str) -> Option<Vec<u8>> {
        std::fs::read(self.file(app, key)).ok()
    }

    /// A value, or a default when the property is not set.
    pub fn get_or(&self, app: &str, key: &str, default: &str) -> String {
        self.get(app, key).unwrap_or_else(|| default.to_owned())
    }

    /// All properties of an app as (name, value), sorted by name.
    pub fn all(&self, app: &str) -> std::io::Result<Vec<(String, String)>> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(self.dir(app))? {
            let entry = entry?;
            // One that is being written has its temporary file beside it.
            if let Ok(name) = entry.file_name().into_string()
                && !is_temporary(&name)
                && let Some(value) = self.get(app, &name)
            {
                all.push((name, value));
            }
        }
        all.sort();
        Ok(all)
    }

    fn made_dir(&self, app: &str) -> Outcome<PathBuf> {
        let dir = self.dir(app);
        match self.ctx.store.make_dir(&dir) {
            Ok(_) => Ok(dir),
            Err(error) => fail(format!(
                "Unable to create {} config directory for {app}: {error}",
                self.plugin
            )),
        }
    }

    /// Writes a value (file 0600), byte for byte.
    pub fn set(&self, app: &str, key: &str, value: impl AsRef<[u8]>) -> Outcome {
        let dir = self.made_dir(app)?;
        let store = &self.ctx.store;
        let written = store.locked(&dir, || {
            store.write_mode(self.file(app, key), value.as_ref(), 0o600)
        });
        match written.and_then(|written| written) {
            Ok(()) => Ok(()),
            Err(error) => fail(format!(
                "Unable to write {} config value {app}.{key}: {error}",
                self.plugin
            )),
        }
    }

    /// Removes a value; one that is not set is an error.
    pub fn delete(&self, app: &str, key: &str) -> Outcome {
        if self.get(app, key).is_none() || self.ctx.store.remove(self.file(app, key)).is_err() {
            return fail(format!(
                "Unable to remove {} property {app}.{key}",
                self.plugin
            ));
        }
        Ok(())
    }

    /// Removes all properties of an app (`_all_`: the plugin's whole store).
    pub fn destroy(&self, app: &str) -> Outcome {
        let dir = if app == "_all_" {
            self.plugin_dir()
        } else {
            self.dir(app)
        };
        self.ctx.store.remove_tree(dir)?;
        Ok(())
    }

    /// Copies every property of one app to another; none is fine.
    pub fn clone_to(&self, old: &str, new: &str) -> Outcome {
        for (key, _) in self.all(old).unwrap_or_default() {
            self.set(new, &key, std::fs::read(self.file(old, &key))?)?;
        }
        Ok(())
    }

    /// The hooks `post-app-clone-setup OLD NEW` and `post-app-rename-setup OLD NEW` of a plugin
    /// that keeps nothing but properties. A renamed app's old ones go with its `post-delete`, when
    /// every plugin has taken its share.
    pub fn clone_hook(&self, call: &Call) -> Outcome {
        let (old, new) = (App::parse(call.arg(0))?, App::parse(call.arg(1))?);
        self.clone_to(&old, &new)
    }

    /// The hook `post-delete APP`, likewise.
    pub fn delete_hook(&self, call: &Call) -> Outcome {
        self.destroy(&App::parse(call.arg(0))?)
    }

    /// The items of a list property.
    pub fn list(&self, app: &str, key: &str) -> Vec<String> {
        self.get(app, key)
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    /// Changes a list property under the app's lock. Nothing is written when `edit` fails.
    pub fn edit_list<T>(
        &self,
        app: &str,
        key: &str,
        edit: impl FnOnce(&mut Vec<String>) -> Outcome<T>,
    ) -> Outcome<T> {
        let dir = self.made_dir(app)?;
        self.ctx.store.locked(&dir, || {
            let mut items = self.list(app, key);
            let result = edit(&mut items)?;
            self.set_list(app, key, &items)?;
            Ok(result)
        })?
    }

    /// Replaces a list property.
    pub fn set_list(&self, app: &str, key: &str, items: &[String]) -> Outcome {
        let text: String = items.iter().map(|item| format!("{item}\n")).collect();
        self.set(app, key, &text)
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests lay files out"
)]
mod tests {
    use crate::plugins::testing::world;

    #[test]
    fn a_name_that_begins_with_a_dot_is_a_property_and_a_file_being_written_is_none() {
        let (_root, ctx, _) = world();
        let properties = ctx.properties("resource");
        properties.set("a", ".x.limit.cpu", "1").unwrap();
        std::fs::write(properties.file("a", ".web.limit.cpu.12-3.tmp"), "2").unwrap();
        let all = properties.all("a").unwrap();
        assert_eq!(all, [(".x.limit.cpu".to_owned(), "1".to_owned())]);
    }
}
