//! Lists the files of `plugins/` as a table that is compiled into the binary, so that
//! `dokku install` needs no source tree.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[expect(
    clippy::disallowed_methods,
    reason = "a build script talks to cargo by environment and files"
)]
fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=plugins");
    let mut files = Vec::new();
    collect(Path::new("plugins"), &mut files)?;
    files.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("shipped.rs"), table(&files)?)
}

/// All files below `dir`, those of the top directory itself (a README) left out.
fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if dir != Path::new("plugins") {
            files.push(path);
        }
    }
    Ok(())
}

fn table(files: &[PathBuf]) -> io::Result<String> {
    let mut text = String::from("&[\n");
    for file in files {
        let executable = fs::metadata(file)?.permissions().mode() & 0o111 != 0;
        let name = file.strip_prefix("plugins").unwrap_or(file);
        // Left to the compiler: the checkout may be moved between two builds.
        let source = format!(
            "concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})",
            format!("/{}", file.display())
        );
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "Shipped {{ path: {name:?}, executable: {executable}, content: include_bytes!({source}) }},"
        );
    }
    text.push_str("]\n");
    Ok(text)
}
