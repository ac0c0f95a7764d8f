//! The state files of an app's processes as one thing: to put them back when a deploy fails after
//! it has recorded its new containers. Reference 30 §1.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// `CONTAINER.*`, `IP.*`, `PORT.*` and their legacy forms, by file name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct StateFiles(BTreeMap<String, String>);

impl StateFiles {
    /// What is on disk now.
    pub fn read(ctx: &Ctx, app: &App) -> Self {
        let entries = std::fs::read_dir(ctx.paths.app(app)).into_iter().flatten();
        let names = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok());
        let files = names.filter(|name| is_state(name)).filter_map(|name| {
            let text = std::fs::read_to_string(ctx.paths.app_file(app, &name)).ok()?;
            Some((name, text))
        });
        Self(files.collect())
    }

    /// Makes the disk be this again.
    pub fn restore(&self, ctx: &Ctx, app: &App) -> Outcome {
        for name in Self::read(ctx, app).0.keys() {
            if !self.0.contains_key(name) {
                ctx.store.remove(ctx.paths.app_file(app, name))?;
            }
        }
        for (name, text) in &self.0 {
            ctx.store
                .write(ctx.paths.app_file(app, name), text.as_str())?;
        }
        Ok(())
    }
}

/// Whether a file of an app's directory is one of them, by its name.
pub fn is_state(name: &str) -> bool {
    let what = name.split('.').next().unwrap_or_default();
    matches!(what, "CONTAINER" | "IP" | "PORT")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn restoring_brings_old_files_back_and_removes_new_ones() {
        let root = tempfile::tempdir().unwrap();
        let mut env = Env::default();
        env.set("DOKKU_ROOT", root.path());
        let ctx = Ctx::new(env, &crate::plugins::REGISTRY, Vec::new());
        let app = App::parse("a").unwrap();
        let file = |name: &str| ctx.paths.app_file(&app, name);
        ctx.store.make_dir(ctx.paths.app(&app)).unwrap();
        ctx.store.write(file("CONTAINER.web.1"), "old\n").unwrap();
        ctx.store.write(file("ENV"), "A=\"1\"").unwrap();
        let before = StateFiles::read(&ctx, &app);
        ctx.store.write(file("CONTAINER.web.1"), "new\n").unwrap();
        ctx.store.write(file("IP.worker.1"), "1").unwrap();
        before.restore(&ctx, &app).unwrap();
        assert_eq!(std::fs::read(file("CONTAINER.web.1")).unwrap(), b"old\n");
        assert!(!file("IP.worker.1").exists());
        assert!(file("ENV").exists());
    }
}
