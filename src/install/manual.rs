//! The manual page, from the table of commands that help is made from. Reference 04 §8.1.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};

use super::machine::DOKKU_VERSION;
use crate::ctx::Ctx;
use crate::failure::Outcome;
use crate::help;
use crate::registry::Registry;

/// Where man finds it.
pub const FILE: &str = "/usr/share/man/man1/dokku.1.gz";

/// Puts the page in its place.
pub fn write(ctx: &Ctx) -> Outcome {
    let file = ctx.paths.system(FILE);
    if let Some(dir) = file.parent() {
        ctx.store.make_dir(dir)?;
    }
    ctx.store
        .write_mode(file, compressed(&page(ctx.registry))?, 0o644)?;
    Ok(())
}

/// Without a time in it, so that one version always makes one file.
fn compressed(page: &str) -> io::Result<Vec<u8>> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    gzip.write_all(page.as_bytes())?;
    gzip.finish()
}

fn page(registry: &Registry) -> String {
    let mut commands: Vec<String> = registry
        .plugins
        .iter()
        .flat_map(|plugin| help::lines(plugin, true))
        .collect();
    commands.sort();
    let rows = commands.iter().filter_map(|line| line.split_once(", "));
    let rows: String = rows
        .map(|(usage, about)| format!(".TP\n\\fB{}\\fR\n{}\n", text(usage.trim()), text(about)))
        .collect();
    format!(
        ".TH DOKKU 1 \"\" \"dokku {DOKKU_VERSION}\" \"User Commands\"\n\
         .SH NAME\ndokku \\- deploy apps on one host by git push\n\
         .SH SYNOPSIS\n\\fBdokku\\fR [\\fI\\-\\-quiet\\fR|\\fI\\-\\-trace\\fR|\\fI\\-\\-force\\fR] \
         \\fICOMMAND\\fR [\\fI\\-\\-app APP\\fR] [\\fIARGUMENTS\\fR...]\n\
         .SH DESCRIPTION\nBuilds what is pushed to it with git, runs it in docker containers behind \
         nginx, and manages the apps that it runs. \\fBdokku COMMAND:help\\fR tells more of a group of \
         commands.\n\
         .SH COMMANDS\n{rows}\
         .SH FILES\n.TP\n\\fI/home/dokku/APP\\fR\nThe git repository, configuration and state of an app.\n\
         .TP\n\\fI/home/dokku/.dokkurc\\fR, \\fI/etc/default/dokku\\fR\nSettings of dokku itself.\n\
         .TP\n\\fI/var/lib/dokku/plugins\\fR\nPlugins, available and enabled.\n"
    )
}

/// What roff takes as text: backslashes and dashes escaped, no line that begins with a control
/// character.
fn text(plain: &str) -> String {
    let escaped = plain.replace('\\', "\\e").replace('-', "\\-");
    match escaped.starts_with(['.', '\'']) {
        true => format!("\\&{escaped}"),
        false => escaped,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn every_listed_command_has_its_row() {
        let page = page(&crate::plugins::REGISTRY);
        let row = ".TP\n\\fBapps:create <app>\\fR\nCreate a new app\n";
        assert!(page.contains(row), "{page}");
        let listed = crate::plugins::REGISTRY.plugins.iter();
        let listed: usize = listed.map(|plugin| help::lines(plugin, true).len()).sum();
        assert!(page.matches(".TP\n\\fB").count() == listed, "{listed}");
    }

    #[test]
    fn nothing_in_a_text_is_an_instruction_of_roff() {
        assert_eq!(text(r".TH \n -f"), r"\&.TH \en \-f");
    }

    #[test]
    fn a_version_always_makes_the_same_file() {
        let packed = compressed("text").unwrap();
        assert_eq!(packed, compressed("text").unwrap());
        let mut plain = String::new();
        let mut unpacked = flate2::read::GzDecoder::new(packed.as_slice());
        unpacked.read_to_string(&mut plain).unwrap();
        assert_eq!(plain, "text");
    }
}
