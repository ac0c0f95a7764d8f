//! The `IP.<type>.<n>` and `PORT.<type>.<n>` files: where each process of an app is reached.
//! Reference 44 §1, §3.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::Outcome;

/// `ip:port` of every process of a type, in the order of their numbers.
pub fn listeners(ctx: &Ctx, app: &App, kind: &str) -> Vec<String> {
    let prefix = format!("IP.{kind}.");
    let mut indices: Vec<String> = files(ctx, app)
        .iter()
        .filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned))
        .collect();
    sort_indices(&mut indices);
    indices
        .iter()
        .map(|index| {
            let read = |file: &str| {
                let path = ctx.paths.app_file(app, format!("{file}.{kind}.{index}"));
                std::fs::read_to_string(path).unwrap_or_default()
            };
            format!("{}:{}", read("IP").trim(), read("PORT").trim())
        })
        .collect()
}

/// Records the address of a process.
pub fn write_address(ctx: &Ctx, app: &App, kind: &str, index: &str, address: &str) -> Outcome {
    write(ctx, app, &format!("IP.{kind}.{index}"), address)
}

/// Records the port of a process.
pub fn write_port(ctx: &Ctx, app: &App, kind: &str, index: &str, port: &str) -> Outcome {
    write(ctx, app, &format!("PORT.{kind}.{index}"), port)
}

/// Whether the first web process has both an address and a port.
pub fn config_exists(ctx: &Ctx, app: &App) -> bool {
    ["IP.web.1", "PORT.web.1"]
        .iter()
        .all(|name| ctx.paths.app_file(app, name).is_file())
}

/// Forgets where the processes of an app are.
pub fn clear(ctx: &Ctx, app: &App) -> Outcome {
    remove(ctx, address_files(ctx, app))
}

/// Forgets where processes were that the app no longer has.
pub fn clear_stale(ctx: &Ctx, app: &App) -> Outcome {
    let mut stale = address_files(ctx, app);
    stale.retain(|path| !has_container(path));
    remove(ctx, stale)
}

/// Whether the process of an address file has a container on record.
fn has_container(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let process = name.split_once('.').map_or("", |(_, process)| process);
    path.with_file_name(format!("CONTAINER.{process}")).exists()
}

fn remove(ctx: &Ctx, paths: Vec<PathBuf>) -> Outcome {
    for path in paths {
        if ctx.store.remove(&path).is_err() {
            ctx.ui
                .warn(format!("Unable to remove file {}", path.display()));
            return Err(crate::failure::Failure::Status(1));
        }
    }
    Ok(())
}

fn write(ctx: &Ctx, app: &App, name: &str, value: &str) -> Outcome {
    let dir = ctx.paths.app(app);
    ctx.store
        .locked(&dir, || ctx.store.write(dir.join(name), value))??;
    Ok(())
}

fn address_files(ctx: &Ctx, app: &App) -> Vec<PathBuf> {
    files(ctx, app)
        .into_iter()
        .filter(|name| name.starts_with("IP.") || name.starts_with("PORT."))
        .map(|name| ctx.paths.app_file(app, name))
        .collect()
}

fn files(ctx: &Ctx, app: &App) -> Vec<String> {
    let entries = std::fs::read_dir(ctx.paths.app(app));
    entries
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// Numbers first, by value; whatever is no number behind them.
fn sort_indices(indices: &mut [String]) {
    indices.sort_by_key(|index| (index.parse::<u64>().unwrap_or(u64::MAX), index.clone()));
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::plugins::testing::world;

    #[test]
    fn only_addresses_of_departed_processes_are_stale() {
        let (_root, ctx, app) = world();
        for name in [
            "CONTAINER.web.1",
            "IP.web.1",
            "PORT.web.1",
            "IP.web.2",
            "PORT.web.2",
        ] {
            write(&ctx, &app, name, "x").unwrap();
        }
        clear_stale(&ctx, &app).unwrap();
        let left = |name: &str| ctx.paths.app_file(&app, name).exists();
        assert!(left("CONTAINER.web.1") && left("IP.web.1") && left("PORT.web.1"));
        assert!(!left("IP.web.2") && !left("PORT.web.2"));
        clear(&ctx, &app).unwrap();
        assert!(!left("IP.web.1") && !left("PORT.web.1"));
    }

    #[test]
    fn the_tenth_process_comes_after_the_second() {
        let mut indices = ["10", "1", "x", "2"].map(str::to_owned);
        sort_indices(&mut indices);
        assert_eq!(indices, ["1", "2", "10", "x"]);
    }
}
