//! Keeping what a predeploy task changed: a commit over the image that restores what the image
//! runs by itself. Reference 22 "Commit after predeploy".

use crate::app::App;
use crate::ctx::Ctx;
use crate::failure::{Failure, Outcome};
use crate::plugins::common::{images, undo};
use crate::tools::inspect::Image;

/// Commits a task's container over the image.
pub fn run(ctx: &Ctx, app: &App, image: &str, id: &str) -> Outcome {
    let changes = match ctx.image(image) {
        Some(found) if !images::is_herokuish(ctx, app, &found) => changes(ctx, app, &found),
        _ => Vec::new(),
    };
    let committed = ctx.read(&ctx.docker().commit(app, &changes, id, image));
    Failure::from_status(committed.status)?;
    undo::note_image(ctx, app)
}

/// The container ran the script as its command, so a Dockerfile image needs its own back.
fn changes(ctx: &Ctx, app: &App, image: &Image) -> Vec<String> {
    let line = |key: &str, directive: &str, words: &[String]| {
        let own = ctx.app_config(app, key);
        let line = if own.is_empty() {
            exec_form(directive, words)
        } else {
            own
        };
        format!("--change={line}")
    };
    vec![
        line(
            "DOKKU_DOCKERFILE_ENTRYPOINT",
            "ENTRYPOINT",
            &image.entrypoint,
        ),
        line("DOKKU_DOCKERFILE_CMD", "CMD", &image.cmd),
    ]
}

/// `CMD ["a","b"]`: unlike upstream's shell form, what the image itself says.
fn exec_form(directive: &str, words: &[String]) -> String {
    let json = serde_json::Value::from(words.to_vec());
    format!("{directive} {json}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exec_form_of_an_image_is_kept() {
        assert_eq!(
            exec_form("ENTRYPOINT", &["/tini".into(), "--".into()]),
            r#"ENTRYPOINT ["/tini","--"]"#
        );
        assert_eq!(exec_form("CMD", &[]), "CMD []");
    }
}
