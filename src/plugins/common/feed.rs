//! Feeding bytes into an image: a script in a container reads them on stdin, and the result is
//! committed over the image. Reference 20 §9, 30 §12.1.

use crate::app::App;
use crate::cmd::{Cmd, Stdin};
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};

/// Runs `script` in a container of `from` with `input` on its stdin, and commits the container as
/// `to`. A script that fails ends in `failure`.
pub struct Feed<'a> {
    /// The app that the container belongs to.
    pub app: &'a App,
    /// Image to start from.
    pub from: &'a str,
    /// Image to commit to.
    pub to: &'a str,
    /// What bash runs inside.
    pub script: &'a str,
    /// Text for stderr when it fails.
    pub failure: &'a str,
}

impl Feed<'_> {
    /// Feeds bytes.
    pub fn bytes(&self, ctx: &Ctx, input: Vec<u8>) -> Outcome {
        let output = ctx.read(&self.command(ctx, Stdin::Bytes(input)));
        self.finish(ctx, output.status, &output.text())
    }

    /// Feeds what a command prints.
    pub fn output_of(&self, ctx: &Ctx, source: &Cmd) -> Outcome {
        let output = ctx.pipeline(source, &self.command(ctx, Stdin::Pipe));
        ctx.ui.err_bytes(&output.stderr);
        self.finish(ctx, output.status, &output.text())
    }

    fn command(&self, ctx: &Ctx, stdin: Stdin) -> Cmd {
        ctx.docker()
            .run_with_stdin(self.app, self.from, self.script, stdin)
    }

    fn finish(&self, ctx: &Ctx, status: i32, printed: &str) -> Outcome {
        let printed = printed.trim();
        let id = if printed.is_empty() {
            self.newest(ctx)
        } else {
            Some(printed.to_owned())
        };
        let Some(id) = id else {
            Failure::from_status(status)?;
            return Err(self.failed(ctx));
        };
        let waited = ctx.read(&ctx.docker().container_wait(&id));
        // A source that ended early was well received, but is not whole.
        if status != 0 || waited.text().trim() != "0" {
            return Err(self.failed(ctx));
        }
        let committed = ctx.read(&ctx.docker().commit(self.app, &[], &id, self.to));
        Failure::from_status(committed.status)
    }

    fn failed(&self, ctx: &Ctx) -> Failure {
        ctx.ui.warn(self.failure);
        Failure::Status(1)
    }

    /// Newer docker clients print no id for `run -a stdin`: the app's newest container that runs
    /// exactly this script is the one.
    fn newest(&self, ctx: &Ctx) -> Option<String> {
        let text = ctx.output(&ctx.docker().app_containers(self.app)).text();
        let ids: Vec<&str> = text.lines().collect();
        let found = ctx.containers(&ids).into_iter().flatten();
        let mut ours = found.filter(|c| c.cmd.last().map(String::as_str) == Some(self.script));
        ours.next().map(|container| container.id.clone())
    }
}
