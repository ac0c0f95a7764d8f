//! Files taken out of an image: Procfile, app.json, CHECKS … One helper container, never started,
//! serves all the files that are asked for at once; what was found is remembered by image id.
//! Reference 02 §3.1.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::app::App;
use crate::cmd::{Cmd, Effect};
use crate::ctx::Ctx;
use crate::failure::{Outcome, fail};
use crate::plugins::common::{containers, images};
use crate::tools::inspect::Image;

/// The files that a deploy looks for.
pub const OF_A_DEPLOY: &[&str] = &[
    "app.json",
    "Procfile",
    "DOKKU_SCALE",
    "CHECKS",
    "nginx.conf.sigil",
];

/// More bytes than any of them has in earnest.
const LARGEST: u64 = 1 << 24;

/// A file of the app's directory in an image; `None` when it is missing or empty. CRLF becomes LF
/// and a final newline is ensured.
pub fn from_image(ctx: &Ctx, app: &App, image: &str, name: &str) -> Option<Vec<u8>> {
    // Nobody but a deploy, which fetches first, depends on knowing why there is no file.
    let _ = fetch(ctx, app, image, &[name]);
    let image = ctx.image(image)?;
    ctx.facts.file(&image.id, name)
}

/// The same as text.
pub fn text_from_image(ctx: &Ctx, app: &App, image: &str, name: &str) -> Option<String> {
    let bytes = from_image(ctx, app, image, name)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Takes several files out of an image with one helper container. A missing file is fine; a helper
/// that can't be created is not, for an app must not be deployed without its Procfile.
pub fn fetch(ctx: &Ctx, app: &App, name: &str, files: &[&str]) -> Outcome {
    let Some(image) = ctx.image(name) else {
        return Ok(());
    };
    let missing: Vec<&str> = files
        .iter()
        .copied()
        .filter(|file| !ctx.facts.knows_file(&image.id, file))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let created = ctx.output(&create_helper(ctx, app, name, &image));
    if !created.ok() {
        return fail(created.error_text());
    }
    let id = created.text();
    let directory = directory(ctx, app, &image);
    let copied = missing.into_iter().try_for_each(|file| {
        let content = copy_out(ctx, &id, &directory, file)?;
        ctx.facts.remember_file(&image.id, file, content);
        Ok(())
    });
    let remove = ctx.docker().container_rm(true, &[&id]);
    ctx.silent(&remove.effect(Effect::None));
    copied
}

fn create_helper(ctx: &Ctx, app: &App, name: &str, image: &Image) -> Cmd {
    let docker = ctx.docker();
    let mut words = docker.labels(app);
    words.push(name.to_owned());
    if image.cmd.is_empty() && image.entrypoint.is_empty() {
        // Docker creates no container without a command; this one never runs.
        words.push("sh".to_owned());
    }
    docker.container_create(&words).effect(Effect::None)
}

/// `/app` for herokuish images, else the working directory (reference 02 §3.1).
fn directory(ctx: &Ctx, app: &App, image: &Image) -> String {
    if images::is_herokuish(ctx, app, image) {
        return "/app/".to_owned();
    }
    match image.working_dir.as_str() {
        "" => String::new(),
        dir => format!("{}/", dir.trim_end_matches('/')),
    }
}

fn copy_out(ctx: &Ctx, id: &str, directory: &str, file: &str) -> Outcome<Option<Vec<u8>>> {
    let prefix = format!("dokku-{}-copy_from_image.", ctx.env.get("DOKKU_PID"));
    let temp = tempfile::Builder::new().prefix(&prefix).tempdir()?;
    let target = temp.path().join("file");
    let source = format!("{id}:{directory}{file}");
    let copy = ctx
        .docker()
        .command(&["container", "cp", &source])
        .arg(&target);
    let copied = ctx.output(&copy);
    if !copied.ok() {
        if !is_missing(&copied.error_text()) {
            // An app must not lose its Procfile to an engine that is restarting.
            containers::must_answer(ctx)?;
        }
        return Ok(None);
    }
    match read_regular(&target) {
        Ok(bytes) => Ok(bytes.and_then(normalised)),
        Err(error) => fail(format!("Unable to read {file} of the image: {error}")),
    }
}

/// Whether this is what docker's clients say of a file that is not there.
fn is_missing(text: &str) -> bool {
    let known = [
        "No such container:path",
        "Could not find the file",
        "could not be found",
        "not a directory",
    ];
    known.iter().any(|known| text.contains(known))
}

/// Reads a regular file only: a link out of an image would point into the host. A huge one (an image
/// may hold terabytes of zeros) would fill the memory.
fn read_regular(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() && meta.len() > LARGEST => {
            Err(io::ErrorKind::FileTooLarge.into())
        }
        Ok(meta) if meta.is_file() => std::fs::read(path).map(Some),
        _ => Ok(None),
    }
}

/// A plain file of a source tree, or as much of it as any has in earnest. A link that leads out of the
/// tree counts as missing, and so does what may have no end: a device, a pipe.
pub fn in_tree(tree: &Path, name: &str) -> Option<Vec<u8>> {
    let file = std::fs::canonicalize(tree.join(name)).ok()?;
    if !file.is_file() || !file.starts_with(std::fs::canonicalize(tree).ok()?) {
        return None;
    }
    let mut bytes = Vec::new();
    let read = File::open(file).ok()?.take(LARGEST).read_to_end(&mut bytes);
    read.ok().map(|_| bytes)
}

fn normalised(bytes: Vec<u8>) -> Option<Vec<u8>> {
    let mut lines = Vec::with_capacity(bytes.len() + 1);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        lines.push(byte);
    }
    match lines.last() {
        None => return None,
        Some(b'\n') => {}
        Some(_) => lines.push(b'\n'),
    }
    Some(lines)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_made_plain_and_the_last_line_ends() {
        assert_eq!(normalised(b"a\r\nb".to_vec()), Some(b"a\nb\n".to_vec()));
        assert_eq!(normalised(Vec::new()), None);
    }

    #[test]
    fn a_missing_file_is_known_by_what_the_clients_say() {
        for missing in [
            "Error: No such container:path: f00:/app/Procfile",
            "Error response from daemon: Could not find the file /app/Procfile in container f00",
            "Error response from daemon: lstat /merged/app/Procfile: not a directory",
        ] {
            assert!(is_missing(missing), "{missing}");
        }
        for away in [
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
            "dial unix /var/run/docker.sock: connect: no such file or directory",
            "",
        ] {
            assert!(!is_missing(away), "{away}");
        }
    }

    #[test]
    fn a_link_in_an_image_is_not_followed_into_the_host() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("file");
        std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
        assert_eq!(read_regular(&link).unwrap(), None);
    }

    #[test]
    fn a_huge_file_of_an_image_is_no_file_to_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(1 << 40).unwrap();
        let error = read_regular(file.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        file.as_file().set_len(3).unwrap();
        let read = read_regular(file.path()).unwrap();
        assert_eq!(read, Some(vec![0; 3]));
    }
}
