//! The core-plugin tree: real files from `plugins/`, and links to the binary for every command and
//! hook of the registry.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::install::shipped;
use crate::registry::Plugin;

/// Lays `core-plugins` and `plugins` below `$DOKKU_LIB_ROOT`, with links to `binary`. A plugin that
/// the administrator disabled or replaced stays so.
pub fn lay(ctx: &Ctx, binary: &Path) -> Outcome {
    for root in [ctx.paths.plugins(), ctx.paths.core_plugins()] {
        ctx.store.make_dir(root.join("enabled"))?;
        ctx.store.make_dir(root.join("available"))?;
        let config = root.join("config.toml");
        if !config.exists() {
            ctx.store.write(config, "")?;
        }
    }
    for plugin in ctx.registry.plugins {
        lay_plugin(ctx, plugin, binary)?;
        enable(ctx, plugin.name)?;
    }
    remove_outdated(ctx)?;
    ctx.bus.forget();
    Ok(())
}

/// Removes the core plugins, and their links among the plugins; third-party ones stay.
pub fn remove(ctx: &Ctx) -> Outcome {
    let own: Vec<String> = names_in(ctx.paths.core_available());
    ctx.store.remove_tree(ctx.paths.core_plugins())?;
    for name in own {
        let available = ctx.paths.plugins_available().join(&name);
        if available.is_symlink() && !available.exists() {
            ctx.store.remove(&available)?;
        }
    }
    remove_dangling(ctx, ctx.paths.plugins_enabled())
}

fn lay_plugin(ctx: &Ctx, plugin: &Plugin, binary: &Path) -> Outcome {
    let dir = ctx.paths.core_available().join(plugin.name);
    ctx.store.make_dir(&dir)?;
    let links = links(plugin);
    let mut kept: BTreeSet<PathBuf> = links.iter().cloned().collect();
    for link in links {
        make_parent(ctx, &dir.join(&link))?;
        ctx.store.link(dir.join(link), binary)?;
    }
    for (path, file) in shipped::of_plugin(plugin.name) {
        make_parent(ctx, &dir.join(path))?;
        ctx.store
            .write_mode(dir.join(path), file.content, file.mode())?;
        kept.insert(path.into());
    }
    ctx.store.write_mode(dir.join(".core"), "", 0o644)?;
    kept.insert(".core".into());
    remove_others(ctx, &dir, Path::new(""), &kept)
}

/// The files of a plugin's directory that are links to the binary.
pub fn links(plugin: &Plugin) -> Vec<PathBuf> {
    let sub = |file: &str| PathBuf::from("subcommands").join(file);
    let mut links: Vec<PathBuf> = plugin
        .commands
        .iter()
        .filter(|command| command.run.is_some())
        .map(|command| sub(command.file_name()))
        .collect();
    if plugin.has_default() {
        links.push(sub("default"));
    }
    if plugin.has_commands() {
        links.push("commands".into());
    }
    links.extend(
        plugin
            .hooks
            .iter()
            .chain(plugin.programs)
            .map(|hook| PathBuf::from(hook.name)),
    );
    links.sort();
    links.dedup();
    links
}

/// Enables a plugin that was never installed before.
fn enable(ctx: &Ctx, name: &str) -> Outcome {
    let (plugins, core) = (ctx.paths.plugins(), ctx.paths.core_plugins());
    let available = plugins.join("available").join(name);
    if available.symlink_metadata().is_ok() {
        return Ok(());
    }
    for root in [plugins, core] {
        ctx.store.link(
            root.join("enabled").join(name),
            root.join("available").join(name),
        )?;
    }
    // Last, for it says that the plugin was enabled: an interrupted run does the rest next time.
    ctx.store
        .link(available, core.join("available").join(name))?;
    Ok(())
}

/// Removes what an older version had in a plugin's directory.
fn remove_others(ctx: &Ctx, dir: &Path, below: &Path, kept: &BTreeSet<PathBuf>) -> Outcome {
    for name in names_in(&dir.join(below)) {
        let path = below.join(name);
        let full = dir.join(&path);
        if !full.is_symlink() && full.is_dir() {
            if kept.iter().any(|file| file.starts_with(&path)) {
                remove_others(ctx, dir, &path, kept)?;
            } else {
                ctx.store.remove_tree(full)?;
            }
        } else if !kept.contains(&path) {
            ctx.store.remove(full)?;
        }
    }
    Ok(())
}

/// Removes core plugins that this version does not have, and links that lead nowhere.
fn remove_outdated(ctx: &Ctx) -> Outcome {
    let core = ctx.paths.core_available();
    for name in names_in(core) {
        if ctx.registry.plugin(&name).is_none() {
            ctx.store.remove_tree(core.join(name))?;
        }
    }
    for root in [ctx.paths.plugins(), ctx.paths.core_plugins()] {
        remove_dangling(ctx, &root.join("available"))?;
        remove_dangling(ctx, &root.join("enabled"))?;
    }
    Ok(())
}

fn remove_dangling(ctx: &Ctx, dir: &Path) -> Outcome {
    for name in names_in(dir) {
        let path = dir.join(name);
        if path.is_symlink() && !path.exists() {
            ctx.store.remove(path)?;
        }
    }
    Ok(())
}

fn make_parent(ctx: &Ctx, path: &Path) -> Outcome {
    if let Some(dir) = path.parent() {
        ctx.store.make_dir(dir)?;
    }
    Ok(())
}

fn names_in(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::env::Env;

    struct Scratch {
        dir: tempfile::TempDir,
        ctx: Ctx,
    }

    fn laid() -> Scratch {
        let dir = tempfile::tempdir().unwrap();
        let mut env = Env::default();
        env.set("DOKKU_LIB_ROOT", dir.path());
        let ctx = Ctx::new(env, &crate::plugins::REGISTRY, Vec::new());
        lay(&ctx, Path::new("/usr/bin/dokku")).unwrap();
        Scratch { dir, ctx }
    }

    #[test]
    fn every_command_and_hook_is_a_link_to_the_binary() {
        let scratch = laid();
        let git = scratch.dir.path().join("plugins/enabled/git");
        for file in ["subcommands/set", "commands", "receive-app"] {
            let link = std::fs::read_link(git.join(file)).unwrap();
            assert_eq!(link, Path::new("/usr/bin/dokku"), "{file}");
        }
        assert!(git.join(".core").is_file());
    }

    #[test]
    fn a_second_run_removes_what_is_outdated_and_keeps_what_is_disabled() {
        let Scratch { dir, ctx } = laid();
        let core = ctx.paths.core_available();
        std::fs::write(core.join("config/old-hook"), "").unwrap();
        std::fs::create_dir_all(core.join("gone/subcommands")).unwrap();
        std::fs::remove_file(dir.path().join("plugins/enabled/tar")).unwrap();
        lay(&ctx, Path::new("/usr/bin/dokku")).unwrap();
        assert!(!core.join("config/old-hook").exists());
        assert!(!core.join("gone").exists());
        let tar = dir.path().join("plugins/enabled/tar");
        assert!(tar.symlink_metadata().is_err());
    }

    #[test]
    fn removing_leaves_third_party_plugins() {
        let Scratch { dir, ctx } = laid();
        let third = dir.path().join("plugins/available/redis");
        std::fs::create_dir_all(&third).unwrap();
        let enabled = dir.path().join("plugins/enabled");
        ctx.store.link(enabled.join("redis"), &third).unwrap();
        remove(&ctx).unwrap();
        assert_eq!(names_in(&enabled), ["redis"]);
        assert_eq!(names_in(&dir.path().join("plugins/available")), ["redis"]);
        assert!(!ctx.paths.core_plugins().exists());
    }
}
