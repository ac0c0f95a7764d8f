//! The program `procfile-util`, which third-party plugins call: input and output around the pure
//! command line of `formats::procfile::cli`. Reference 31 §5.2.

use std::io::Read;

use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::formats::procfile::cli::{World, procfile_util};
use crate::registry::Call;
use crate::ui::stdin_is_terminal;

/// `procfile-util ARGS…`.
pub fn face(ctx: &Ctx, call: &Call) -> Outcome {
    let world = World {
        getenv: &|name| {
            ctx.env
                .raw(name)
                .map(|value| value.to_string_lossy().into_owned())
        },
        read_file: &|path| std::fs::read(path),
        read_stdin: &|| {
            if stdin_is_terminal() {
                return None;
            }
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).ok()?;
            Some(bytes)
        },
    };
    let result = procfile_util(&call.args, &world);
    ctx.ui.write(result.stdout.as_bytes());
    ctx.ui.err_bytes(result.stderr.as_bytes());
    Failure::from_status(result.code)
}
