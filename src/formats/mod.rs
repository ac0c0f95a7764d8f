//! Dokku's file formats and small text grammars: parse and print. Pure: nothing here reads or
//! writes a file, starts a process or looks at the environment.

pub mod app_json; // deployment tasks of app.json
pub mod args; // words of a docker-args fragment
pub mod authorized_keys; // ssh keys as sshcommand writes them
pub mod base64; // encoded values, read as Go reads them
pub mod checks_file; // CHECKS
pub mod columns; // column layouts of help and tables
pub mod docker_options; // DOCKER_OPTIONS_*
pub mod env_export; // config:export's formats, the pretty table, the tar bundle
pub mod env_file; // ENV: the dotenv dialect and its writer
pub mod hostname; // valid domains and an app's default ones
pub mod nginx_conf; // what nginx.conf sets for all servers, and where it points
pub mod port_map; // proxy port mappings
pub mod procfile; // Procfile and procfile-util
pub mod rc; // plain host settings files
pub mod scale; // DOKKU_SCALE
pub mod ssh_command; // words of SSH_ORIGINAL_COMMAND
