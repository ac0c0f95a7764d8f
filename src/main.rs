//! The one binary: `dokku`, and by its other names `plugn`, `sigil`, `sshcommand`, `procfile-util`.

fn main() -> std::process::ExitCode {
    dokku::entry::main()
}
