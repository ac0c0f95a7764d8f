//! Dokku's file formats and small text grammars: parse and print. Pure: nothing here reads or
//! writes a file, starts a process or looks at the environment.

pub mod columns; // column layouts of help and tables
pub mod env_export; // config:export's formats, the pretty table, the tar bundle
pub mod env_file; // ENV: the dotenv dialect and its writer
pub mod hostname; // valid domains and an app's default ones
pub mod port_map; // proxy port mappings
pub mod procfile; // Procfile and procfile-util
pub mod rc; // plain host settings files
pub mod scale; // DOKKU_SCALE
pub mod ssh_command; // words of SSH_ORIGINAL_COMMAND
