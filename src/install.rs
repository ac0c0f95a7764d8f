//! `dokku install` and `dokku uninstall`: lay this machine out, or take dokku away. Used by
//! `make install`, packages, tests and bats-compat alike. The install hooks of the core plugins do
//! their own parts (nginx, logs, units). Reference 04 §8, 03 §1.

mod account;
mod machine;
mod manual;
mod needs;
mod options;
mod programs;
mod shipped;
pub mod tree;
mod uninstall;

use std::ffi::OsString;

use self::options::{InstallOptions, UninstallOptions};
use crate::cmd::Cmd;
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::store::Change;
use crate::users;

/// Tells the `install` hooks, by `true`, that no dokku-rs was here before.
pub const REPLACING: &str = "DOKKU_RS_REPLACING";

/// Whether a command word is one of these two. An enabled plugin of that name wins.
pub fn serves(ctx: &Ctx, word: &str) -> bool {
    matches!(word, "install" | "uninstall") && !ctx.bus.names().iter().any(|name| name == word)
}

/// Runs `install` or `uninstall`; `words` begins with that word.
pub fn run(ctx: &Ctx, words: &[OsString]) -> Outcome {
    if words.first().is_some_and(|word| word == "uninstall") {
        let options: UninstallOptions = options::parse(ctx, words)?;
        return uninstall::run(&as_root(ctx)?, &options);
    }
    let options: InstallOptions = options::parse(ctx, words)?;
    install(&as_root(ctx)?, &options)
}

/// The context to change the machine in: by root, finding the programs of root.
fn as_root(ctx: &Ctx) -> Outcome<Ctx> {
    if users::current(&ctx.env) != "root" {
        return fail("This command must be run as root");
    }
    if ctx.paths.is_scratch() {
        return Ok(ctx.clone());
    }
    let path = needs::search_path(ctx.env.get("PATH"));
    Ok(ctx.with_env("PATH", &path))
}

fn install(ctx: &Ctx, options: &InstallOptions) -> Outcome {
    needs::check(ctx)?;
    ctx.ui.info1(format!(
        "Installing dokku-rs {} in place of Dokku {}",
        env!("CARGO_PKG_VERSION"),
        machine::DOKKU_VERSION
    ));
    account::ensure(ctx)?;
    // The store learns whom files belong to when it is made: the user may be new.
    let ctx = &Ctx::new((*ctx.env).clone(), ctx.registry, ctx.argv.to_vec());
    let program = options.prefix.join("bin/dokku");
    let bin = ctx
        .paths
        .system(&options.prefix.join("bin").to_string_lossy());
    let replaces = !programs::is_ours(&bin.join("dokku"));
    let binary = programs::place(ctx, &bin)?;
    ctx.ui.verbose(format!(
        "{}, also as {}",
        binary.display(),
        programs::FACES.join(", ")
    ));
    account::home_files(ctx, &program)?;
    machine::library(ctx)?;
    machine::host_names(ctx, options)?;
    tree::lay(ctx, &binary)?;
    for root in [ctx.paths.plugins(), ctx.paths.core_plugins()] {
        ctx.store.apply(&Change::Give(root.to_owned()))?;
    }
    ctx.ui
        .verbose(format!("core plugins in {}", ctx.paths.lib().display()));
    machine::completion(ctx)?;
    manual::write(ctx)?;
    machine::boot_restore(ctx, &program.to_string_lossy())?;
    ctx.ui.info1("Running the core plugins' install hooks");
    let hooks = ctx.core_only().with_env(REPLACING, &replaces.to_string());
    hooks.trigger("install", &[])?;
    check_result(ctx)?;
    ctx.ui
        .info2(format!("dokku {} is installed", machine::DOKKU_VERSION));
    Ok(())
}

/// What user dokku may do as root, by web server.
const SUDOERS: [&str; 2] = [
    "/etc/sudoers.d/dokku-nginx",
    "/etc/sudoers.d/dokku-openresty",
];

/// What would only be noticed at the first deploy.
fn check_result(ctx: &Ctx) -> Outcome {
    if ctx.paths.is_scratch() {
        return Ok(());
    }
    let files = SUDOERS.map(|file| ctx.paths.system(file));
    for file in files.iter().filter(|file| file.exists()) {
        let check = Cmd::new("visudo").args(["-c", "-f"]).arg(file);
        let answer = ctx.output(&check);
        // 127: there is no visudo to ask.
        if !answer.ok() && answer.status != 127 {
            return fail(format!("sudo does not accept {}", answer.error_text()));
        }
    }
    let nginx = ctx.output(&Cmd::new("nginx").arg("-t"));
    if !nginx.ok() && nginx.status != 127 {
        ctx.ui
            .exclaim("nginx refuses its configuration, so no app can be reached:");
        for line in nginx.error_text().lines() {
            ctx.ui.exclaim(format!("  {line}"));
        }
    }
    if ctx.silent(&account::ask_engine(ctx.env.get("DOCKER_BIN"))) != 0 {
        ctx.ui
            .exclaim("No docker engine answers user dokku: start docker before you deploy");
    }
    Ok(())
}
