//! The template of an app's config: its own out of the deployed image, else the built-in one.
//! Reference 40 §5 (e, g), §5.4.

use super::error::NginxError;
use crate::app::App;
use crate::ctx::Ctx;
use crate::plugins::common::files;
use crate::template;
use crate::tools::template_host::World;

/// The file's name in images, and the template's in error messages.
pub const FILE: &str = "nginx.conf.sigil";

const BUILT_IN: &str = include_str!("../../../plugins/nginx-vhosts/templates/nginx.conf.sigil");

/// Variables that templates should no longer use, and what replaces them, in order of the warnings.
const DEPRECATED: &[(&str, &str)] = &[
    ("DOKKU_APP_LISTENERS", "DOKKU_APP_WEB_LISTENERS"),
    ("NGINX_SSL_PORT", "PROXY_SSL_PORT"),
    ("NGINX_PORT", "PROXY_PORT"),
];

/// A template and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    source: String,
    custom: bool,
}

impl Template {
    /// The app's own template, when its image has one.
    pub fn of(ctx: &Ctx, app: &App, image: &str) -> Self {
        let own = files::from_image(ctx, app, image, FILE).map(|bytes| Self {
            source: String::from_utf8_lossy(&bytes).into_owned(),
            custom: true,
        });
        own.unwrap_or_else(Self::built_in)
    }

    /// The template that is used otherwise.
    pub fn built_in() -> Self {
        Self {
            source: BUILT_IN.to_owned(),
            custom: false,
        }
    }

    /// Whether it is the app's own.
    pub fn is_custom(&self) -> bool {
        self.custom
    }

    /// Its name in messages.
    pub fn label(&self) -> &'static str {
        if self.custom {
            "app-supplied"
        } else {
            "built-in"
        }
    }

    /// Warns of deprecated variables in it.
    pub fn warn_of_deprecated(&self, ctx: &Ctx) {
        for (old, new) in DEPRECATED {
            let lines = self.source.lines().filter(|line| line.contains(old));
            let mut found = false;
            for line in lines {
                // Compat: upstream's search shows what it found.
                ctx.ui.line(line);
                found = true;
            }
            if found {
                ctx.ui.warn(format!(
                    "Deprecated: Usage of {old} within nginx.conf.sigil templates is deprecated \
                     in favor of {new}"
                ));
            }
        }
    }

    /// Renders it. `var` sees the app's config over the environment.
    pub fn render(
        &self,
        ctx: &Ctx,
        app: &App,
        variables: &[(String, String)],
    ) -> Result<String, NginxError> {
        let settings = ctx.settings(&crate::settings::Scope::App(app.clone()));
        let settings = settings.unwrap_or_default();
        let config = settings
            .keys()
            .map(|key| (key.to_owned(), settings.text(key).unwrap_or_default()));
        let world = World::with(ctx, config);
        let text = template::render(FILE, &self.source, variables, &world)?;
        Ok(squeeze(&text))
    }
}

/// Reduces runs of empty lines to one, and begins with none; lines of blanks are not empty.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut after_empty = true;
    for line in text.split_inclusive('\n') {
        let empty = line == "\n";
        if !(empty && after_empty) {
            squeezed.push_str(line);
        }
        after_empty = empty;
    }
    squeezed
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn runs_of_empty_lines_become_one() {
        assert_eq!(squeeze("\n\na\n\n\n\nb\n \n\nc"), "a\n\nb\n \n\nc");
    }

    #[test]
    fn the_built_in_template_uses_no_deprecated_variable() {
        for (old, _) in DEPRECATED {
            assert!(!Template::built_in().source.contains(old), "{old}");
        }
    }
}
