//! What the plugins' own tests share: a scratch root and how a command went, without docker.

use tempfile::TempDir;

use crate::app::App;
use crate::ctx::{Ctx, Input};
use crate::env::Env;
use crate::failure::Failure;
use crate::plugins::REGISTRY;
use crate::registry::{Call, Handler};

/// A context over a fresh root with the app `a` and an empty stdin.
pub fn world() -> (TempDir, Ctx, App) {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("a")).unwrap();
    let env = Env::from_pairs(
        ["DOKKU_ROOT", "DOKKU_LIB_ROOT"].map(|name| (name.into(), root.path().into())),
    );
    let ctx = Ctx::new(env, &REGISTRY, Vec::new()).with_input(Input::Null);
    let app = App::existing(&ctx, "a").unwrap();
    (root, ctx, app)
}

/// What a command prints, and how it fails.
pub fn run(ctx: &Ctx, run: Handler, words: &[&str]) -> (String, Option<String>) {
    let call = Call::of("plugin:command", words);
    let (out, outcome) = ctx.ui.capture(|| run(ctx, &call));
    (String::from_utf8(out).unwrap(), outcome.err().map(said))
}

/// What a failure tells.
pub fn said(failure: Failure) -> String {
    match failure {
        Failure::Text(text) | Failure::Exact(text, _) => text,
        Failure::Name(error) => error.to_string(),
        other => format!("{other:?}"),
    }
}
