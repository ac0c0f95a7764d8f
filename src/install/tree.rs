//! The core-plugin tree: real files from `plugins/`, and links to the binary for every command and
//! hook of the registry.

use std::path::{Path, PathBuf};

use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::registry::Plugin;

/// Lays `core-plugins` and `plugins` below `$DOKKU_LIB_ROOT`, with links to `binary`; `files` is
/// the directory of the shipped files (`plugins/` of the source tree).
pub fn lay(ctx: &Ctx, binary: &Path, files: &Path) -> Outcome {
    for plugin in ctx.registry.plugins {
        lay_plugin(ctx, plugin, binary, &files.join(plugin.name))?;
        enable(ctx, plugin.name)?;
    }
    for root in [ctx.paths.plugins(), ctx.paths.core_plugins()] {
        let config = root.join("config.toml");
        if !config.exists() {
            ctx.store.write(config, "")?;
        }
    }
    Ok(())
}

fn lay_plugin(ctx: &Ctx, plugin: &Plugin, binary: &Path, files: &Path) -> Outcome {
    let dir = ctx.paths.core_available().join(plugin.name);
    // Links of an older version must not stay.
    ctx.store.remove_tree(&dir)?;
    ctx.store.make_dir(dir.join("subcommands"))?;
    ctx.store.write(dir.join(".core"), "")?;
    copy_tree(ctx, files, &dir)?;
    for link in links(plugin) {
        ctx.store.link(dir.join(link), binary)?;
    }
    Ok(())
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

fn enable(ctx: &Ctx, name: &str) -> Outcome {
    let (plugins, core) = (ctx.paths.plugins(), ctx.paths.core_plugins());
    for root in [plugins, core] {
        ctx.store.make_dir(root.join("enabled"))?;
        ctx.store.make_dir(root.join("available"))?;
    }
    ctx.store.link(
        plugins.join("available").join(name),
        core.join("available").join(name),
    )?;
    for root in [plugins, core] {
        ctx.store.link(
            root.join("enabled").join(name),
            root.join("available").join(name),
        )?;
    }
    Ok(())
}

fn copy_tree(ctx: &Ctx, from: &Path, to: &Path) -> Outcome {
    for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            ctx.store.make_dir(&target)?;
            copy_tree(ctx, &entry.path(), &target)?;
        } else {
            ctx.store.copy(entry.path(), target)?;
        }
    }
    Ok(())
}
