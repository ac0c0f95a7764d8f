//! `tar:in` and `tar:from`. Reference 13 §B.2, §B.3.

use std::path::Path;
use std::rc::Rc;

use super::{SOURCE, build};
use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::failure::{Outcome, fail};
use crate::plugins::common::lock::{self, Mode};
use crate::plugins::git;
use crate::registry::Call;
use crate::store::is_temporary;
use crate::tools::curl;

/// `tar:in <app>`: the tarball is on stdin.
pub fn from_input(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    receive(ctx, &app)
}

/// `tar:from <app> <url>`.
pub fn from_url(ctx: &Ctx, call: &Call) -> Outcome {
    let app = App::existing(ctx, call.arg(0))?;
    let url = call.arg(1);
    if url.is_empty() {
        return fail("Please specify a url to load the tarball from");
    }
    let dir = git::build::work_dir(ctx, "tar_from")?;
    let download = tempfile::NamedTempFile::new_in(dir.path())?;
    ctx.run(&curl::download(url, download.path()))?;
    let file = Rc::new(download.reopen()?);
    receive(&ctx.with_input(Input::File(file)), &app)
}

/// Receives the input as a tarball and builds it. The app's tarball is replaced when the new one
/// could be unpacked, and not before this app's turn, because another build may be reading it.
fn receive(ctx: &Ctx, app: &App) -> Outcome {
    let target = ctx.paths.app_file(app, SOURCE);
    forget_killed(ctx, app)?;
    let received = ctx.store.receive(&target, &mut ctx.input())?;
    ctx.ui.line(received.bytes().to_string());
    let ctx = &ctx.with_input(Input::Null);
    let _lock = lock::acquire(ctx, app, Mode::Waiting)?;
    let tree = build::unpack(ctx, received.path())?;
    received.keep()?;
    build::build(ctx, app, &tree)
}

/// Removes the tarballs of commands that were killed while they received them.
fn forget_killed(ctx: &Ctx, app: &App) -> Outcome {
    for entry in std::fs::read_dir(ctx.paths.app(app))?.flatten() {
        let name = entry.file_name();
        let receiver = name.to_str().and_then(receiver_of);
        if receiver.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            ctx.store.remove(entry.path())?;
        }
    }
    Ok(())
}

/// The process that a tarball on its way names: `.src.tar.PID-COUNT.tmp`.
fn receiver_of(name: &str) -> Option<&str> {
    let stamp = name.strip_prefix('.')?.strip_prefix(SOURCE)?;
    let (pid, _) = stamp.strip_prefix('.')?.split_once('-')?;
    is_temporary(name).then_some(pid)
}
