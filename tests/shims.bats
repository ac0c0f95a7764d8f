#!/usr/bin/env bats
# The sourceable bash libraries in plugins/: what they do without the native binary, and what they
# ask of it. docker, plugn, sudo and the links to the binary are stand-ins that record their calls.
# shellcheck disable=SC2016 # the scripts under test expand their variables themselves

setup() {
  REPO="$(cd "$BATS_TEST_DIRNAME/.." && pwd)"
  WORLD="$(mktemp -d "$BATS_TMPDIR/shims.XXXXXX")"
  export WORLD CALLS="$WORLD/calls"
  export DOKKU_ROOT="$WORLD/home" DOKKU_LIB_ROOT="$WORLD/lib"
  export PLUGIN_PATH="$WORLD/plugins" PLUGIN_AVAILABLE_PATH="$WORLD/plugins/available"
  export PLUGIN_ENABLED_PATH="$WORLD/plugins/enabled" PLUGIN_CORE_AVAILABLE_PATH="$WORLD/core/available"
  export DOKKU_PID="shims$$" DOKKU_GLOBAL_RUN_ARGS="--label=a=1 --label=dokku"
  export BASH_ENV="" PATH="$WORLD/bin:$PATH"
  unset DOKKU_QUIET_OUTPUT DOKKU_TRACE DOCKER_BIN DOKKU_GLOBAL_FLAGS DOKKU_APP_NAME APP NAME
  mkdir -p "$WORLD/bin" "$DOKKU_ROOT/my_app" "$DOKKU_LIB_ROOT/data/scheduler-docker-local" \
    "$PLUGIN_PATH" "$PLUGIN_ENABLED_PATH" "$PLUGIN_CORE_AVAILABLE_PATH"
  cp -r "$REPO/plugins/." "$PLUGIN_CORE_AVAILABLE_PATH"
  ln -s "$PLUGIN_CORE_AVAILABLE_PATH" "$PLUGIN_AVAILABLE_PATH"
  : >"$CALLS"
  local link
  for link in common/fn common/prop {certs,domains,nginx-vhosts,ps,storage,tar,git}/commands config/commands; do
    stub "$PLUGIN_CORE_AVAILABLE_PATH/$link" "$link"
  done
  # Config lives in files named APP.KEY; the other config subcommands only record.
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/config/subcommands/get" <<'STUB'
#!/bin/sh
file="$WORLD/config.$2.$3"
[ -s "$file" ] && cat "$file"
STUB
  for link in set unset export keys bundle clear; do
    stub "$PLUGIN_CORE_AVAILABLE_PATH/config/subcommands/$link" "config/$link"
  done
  # The fake docker answers with the file reply.WORD of the first argv word that has one.
  stub_script "$WORLD/bin/docker" <<'STUB'
#!/bin/sh
printf 'docker' >>"$CALLS"
for word; do printf ' [%s]' "$word" >>"$CALLS"; done
echo >>"$CALLS"
case "$*" in
  "container create"*) echo c0ffee ;;
  "container cp"*) for dst; do :; done; cp "$WORLD/image-file" "$dst" ;;
  "image inspect --format"*USER=*) grep -sx "USER=.*" "$WORLD/image-env" | grep -F "$(expr "$*" : '.*"\(USER=[^"]*\)"')" ;;
  "image inspect --format {{.Config.WorkingDir}}"*) cat "$WORLD/image-workdir" ;;
  "image inspect --format"*) cat "$WORLD/image-format" ;;
  "image inspect missing"* | "image inspect ") echo "Error: No such image" >&2; exit 1 ;;
  "container inspect --format {{.State.Running}}"*) grep -sqx "$5" "$WORLD/running" && echo true || echo false ;;
  "container inspect"*) cat "$WORLD/container-format" ;;
  "container port"*) cat "$WORLD/ports.$3" ;;
  "container logs"*) cat "$WORLD/logs"; echo "to stderr" >&2 ;;
  version*) echo 19.03.8 ;;
esac
STUB
  # Each trigger answers with the file trigger.NAME; scheduler-is-deployed needs the file deployed.
  stub_script "$WORLD/bin/plugn" <<'STUB'
#!/bin/sh
echo "plugn $*" >>"$CALLS"
[ "$2" = scheduler-is-deployed ] && { test -e "$WORLD/deployed"; exit; }
cat "$WORLD/trigger.$2" 2>/dev/null
exit 0
STUB
  stub "$WORLD/bin/logger" logger
}

teardown() {
  rm -rf "$WORLD"
}

stub_script() { # PATH, the script on stdin
  mkdir -p "${1%/*}"
  cat >"$1"
  chmod +x "$1"
}

stub() { # PATH NAME: records its name and argv, prints the file stdout.NAME, exits with the file status.NAME
  stub_script "$1" <<STUB
#!/bin/sh
printf '%s' '$2' >>"\$CALLS"
for word; do printf ' [%s]' "\$word" >>"\$CALLS"; done
echo >>"\$CALLS"
cat "\$WORLD/stdout.$(echo "$2" | tr / -)" 2>/dev/null
exit "\$(cat "\$WORLD/status.$(echo "$2" | tr / -)" 2>/dev/null || echo 0)"
STUB
}

# Runs the script on stdin in a fresh bash that has sourced the libraries named in the arguments.
lib() {
  local prelude="" name
  for name in "$@"; do prelude+="source \"\$PLUGIN_AVAILABLE_PATH/$name\""$'\n'; done
  cat >"$WORLD/script"
  run bash -c "$prelude$(cat "$WORLD/script")"
}

separate() { # as lib, with stdout and stderr in files out and err
  lib "$@" </dev/stdin
  bash -c "$(for name in "$@"; do echo "source \"\$PLUGIN_AVAILABLE_PATH/$name\""; done)
$(cat "$WORLD/script")" >"$WORLD/out" 2>"$WORLD/err" || true
}

none() { # GLOB: nothing matches it
  run compgen -G "$1"
  [[ "$status" -ne 0 ]]
}

expect() { # STATUS OUTPUT
  if [[ "$status" -ne "$1" || "$output" != "$2" ]]; then
    printf 'expected status %s, got %s\nexpected output:\n%s\ngot:\n%s\n' "$1" "$status" "$2" "$output"
    return 1
  fi
}

expect_calls() { # TEXT
  diff <(printf '%s\n' "$1") "$CALLS"
}

# --- files and sourcing ---------------------------------------------------------------------------

@test "all thirty core plugins have a plugin.toml of this version" {
  local dirs=("$REPO"/plugins/*/)
  [[ "${#dirs[@]}" -eq 30 ]]
  for dir in "$REPO"/plugins/*/; do
    [[ "$(sed -n 1p "$dir/plugin.toml")" == "[plugin]" ]]
    grep -qx 'description = "dokku core .* plugin"' "$dir/plugin.toml"
    grep -qx 'version = "0.20.4"' "$dir/plugin.toml"
    [[ "$(sed -n 4p "$dir/plugin.toml")" == "[plugin.config]" ]]
  done
  grep -q '"dokku core standard plugin"' "$REPO/plugins/00_dokku-standard/plugin.toml"
  grep -q '"dokku core events logging plugin"' "$REPO/plugins/20_events/plugin.toml"
  grep -q '"dokku core certificate management plugin"' "$REPO/plugins/certs/plugin.toml"
}

@test "every library is executable and passes shellcheck" {
  command -v shellcheck >/dev/null
  for file in "$REPO"/plugins/*/*functions; do [[ -x "$file" ]]; done
  shellcheck -x "$REPO"/plugins/*/*functions
}

@test "sourcing any library, twice, prints nothing, succeeds and leaves errexit and pipefail on" {
  for file in "$PLUGIN_AVAILABLE_PATH"/*/*functions; do
    name="${file#"$PLUGIN_AVAILABLE_PATH/"}"
    run bash -c "set -e; source '$file'; source '$file'; [[ \$- == *e* ]]; shopt -qo pipefail"
    expect 0 "" || { echo "in $name"; return 1; }
    run bash -c "source '$file' || echo failed; false; echo survived"
    expect 1 "" || { echo "in $name"; return 1; }
  done
  [[ ! -s "$CALLS" ]]
}

@test "sourcing succeeds while tracing and turns tracing on" {
  run bash -c "set -e; export DOKKU_TRACE=1; source '$PLUGIN_AVAILABLE_PATH/nginx-vhosts/functions' 2>/dev/null; [[ \$- == *x* ]]"
  [[ "$status" -eq 0 ]]
}

@test "common/functions is found below the enabled, the available and the core path" {
  ln -s "$PLUGIN_AVAILABLE_PATH/common" "$PLUGIN_ENABLED_PATH/common"
  for path in "$PLUGIN_ENABLED_PATH" "$PLUGIN_AVAILABLE_PATH" "$PLUGIN_CORE_AVAILABLE_PATH"; do
    run bash -c "source '$path/common/functions'; dokku_log_info1 hello; is_val_in_list a a,b"
    expect 0 $'-----> hello\ntrue'
  done
}

@test "a library brings the libraries that plugins count on" {
  closure() { # LIBRARY FUNCTION...
    run bash -c "source '$PLUGIN_AVAILABLE_PATH/$1'; shift; for f; do declare -F \"\$f\" >/dev/null || echo \"missing \$f\"; done" bash "$@"
    expect 0 "" || { echo "of $1"; return 1; }
  }
  for name in config certs domains docker-options ps proxy apps checks storage tar git nginx-vhosts; do
    closure "$name/functions" dokku_log_info1 verify_app_name is_val_in_list verify_image
  done
  for name in ps proxy apps checks tar git nginx-vhosts; do closure "$name/functions" config_get config_set; done
  closure storage/functions add_passed_docker_option verify_paths
  closure git/functions fn-plugin-property-get apps_create git_deploy_branch
  closure nginx-vhosts/functions get_app_domains is_ssl_enabled ps_restart fn-plugin-property-get \
    fn-nginx-vhosts-uses-openresty restart_nginx validate_nginx
}

@test "every function that the reference names is defined" {
  defined() { # LIBRARY FUNCTION...
    run bash -c "source '$PLUGIN_AVAILABLE_PATH/$1'; shift; for f; do declare -F \"\$f\" >/dev/null || echo \"missing \$f\"; done" bash "$@"
    expect 0 "" || { echo "in $1"; return 1; }
  }
  defined common/functions has_tty dokku_log_quiet dokku_log_{info1,info2,verbose,exclaim,warn,fail,exit}{,_quiet} dokku_log_stderr \
    dokku_col_log_{info1,info2,msg}{,_quiet} dokku_log_event dokku_log_plugn_trigger_call \
    dokku_container_log_verbose_quiet dokku_apps is_valid_app_name verify_app_name get_app_scheduler is_deployed \
    is_app_running get_app_urls internal_get_app_urls verify_image get_app_image_repo get_app_image_name \
    get_deploying_app_image_name get_running_image_tag is_image_herokuish_based get_docker_version \
    get_exposed_ports_from_image get_entrypoint_from_image get_cmd_from_image get_dockerfile_exposed_ports \
    extract_directive_from_dockerfile copy_from_image get_app_container_ids get_app_running_container_ids \
    get_app_running_container_types is_container_status is_container_running get_container_ports \
    get_app_raw_tcp_ports get_available_port dokku_build dokku_release cmd-deploy release_and_deploy \
    dokku_receive docker_cleanup parse_args dokku_auth is_number is_abs_path get_json_value \
    strip_inline_comments is_val_in_list fn-in-array remove_val_from_list add_val_to_list merge_dedupe_list \
    get_ipv4_regex get_ipv6_regex _ipv4_regex _ipv6_regex suppress_output acquire_advisory_lock \
    release_advisory_lock acquire_app_deploy_lock release_app_deploy_lock
  defined common/property-functions fn-plugin-property-{setup,write,get,get-default,get-all,exists,delete,destroy,clone} \
    fn-plugin-property-list-{add,get,get-by-index,get-by-value,length,remove,remove-by-prefix,set}
  defined config/functions config_{sub,export,all,keys,get,clear,set,unset,bundle}
  defined certs/internal-functions cmd-certs-report{,-single} fn-ssl-{enabled,expires-at,hostnames,issuer,starts-at,subject,verified}
  defined checks/internal-functions is_app_proctype_checks_{disabled,skipped} cmd-checks-report{,-single} fn-checks-{disabled,skipped}-list
  defined docker-options/internal-functions cmd-docker-options-report{,-single} fn-docker-options
  defined domains/internal-functions cmd-domains-report{,-single} fn-domains-{app-enabled,app-vhosts,global-enabled,global-vhosts}
  defined git/internal-functions cmd-git-report{,-single} use_git_worktree git_build_app_repo git_trigger_build \
    git_deploy_branch cmd-git-hook git_build git_receive_app cmd-git-upload-pack cmd-git-glob fn-git-create-hook
  defined nginx-vhosts/command-functions cmd-nginx-{report,report-single,show-config,validate-config} fn-nginx-log-root \
    fn-nginx-{access,error}-log-path get_nginx_location validate_nginx restart_nginx nginx_logs configure_nginx_ports \
    validate_ssl_domains get_custom_nginx_template is_{tls13_available,spdy_enabled,http2_enabled,http2_push_enabled,grpc_enabled} \
    nginx_build_config fn-nginx-vhosts-{manage-hsts,uses-openresty,nginx-location,nginx-init-cmd} \
    nginx_vhosts_{validate_single,is_valid_nginx_config,conf_clean}_func nginx_clear_config fn-nginx-access-log-format \
    fn-nginx-computed-{access-log-format,access-log-path,error-log-path}
  defined plugin/internal-functions cmd-plugin-{list,installed} plugin_prime_bash_completion {disable,enable,uninstall}_plugin \
    download_plugin download_and_enable_plugin update_plugin plugin_name
  defined ps/internal-functions cmd-ps-{inspect,report,report-single} fn-ps-{parallel-cmd,app-status,is-app-running,can-scale} \
    get_cmd_from_procfile print_dokku_scale_file extract_procfile remove_procfile generate_scale_file set_scale \
    ps_{restore,start,stop,rebuild,restart,scale} get_{raw_,}restart_policies
  defined storage/internal-functions cmd-storage-{report,report-single,list} fn-storage-bind-mounts verify_paths check_if_path_exists get_bind_mounts
  defined ssh-keys/functions verify_ssh_key_{file,exists} create_ssh_key_file
  defined tar/functions tar_build tar_trigger_build cmd-tar-in cmd-tar-from tar_receive_app
  defined app-json/internal-functions get_phase_script get_release_cmd execute_script
  defined logs/internal-functions fn-logs-usage
  defined scheduler-docker-local/internal-functions cmd-scheduler-docker-local-report{,-single} fn-scheduler-docker-local-{retire-container,register-retired-container}
  for name in certs checks docker-options domains git logs nginx-vhosts plugin ps scheduler-docker-local ssh-keys storage tar; do
    defined "$name/help-functions" "cmd-$name-help" fn-help-content
  done
}

@test "a definition of the core replaces one that the plugin made before sourcing" {
  lib common/functions <<'S'
is_container_status() { echo mine; }
source "$PLUGIN_AVAILABLE_PATH/common/functions"
is_container_status c1 Running || echo "the core's"
S
  expect 0 "the core's"
}

# --- loggers --------------------------------------------------------------------------------------

@test "loggers prefix their joined arguments" {
  separate common/functions <<'S'
dokku_log_quiet a b; dokku_log_info1 a b; dokku_log_info2 a b; dokku_log_verbose a b
dokku_log_exclaim a b; dokku_log_warn a b; dokku_log_stderr a b
S
  [[ "$(cat "$WORLD/out")" == $'a b\n-----> a b\n=====> a b\n       a b\n !     a b' ]]
  [[ "$(cat "$WORLD/err")" == $' !     a b\na b' ]]
}

@test "the quiet forms print like the others unless output is quiet, and then succeed silently" {
  script='dokku_log_info1_quiet a; dokku_log_info2_quiet a; dokku_log_verbose_quiet a; dokku_log_exclaim_quiet a
    dokku_log_warn_quiet a; dokku_col_log_msg_quiet a; dokku_log_quiet a; echo end'
  lib common/functions <<<"$script"
  [[ "${#lines[@]}" -eq 8 && "${lines[0]}" == "-----> a" && "${lines[4]}" == " !     a" ]]
  DOKKU_QUIET_OUTPUT=1 lib common/functions <<<"$script"
  expect 0 "end"
}

@test "columns are padded, missing ones too, and further rows repeat the format" {
  lib common/functions <<<'dokku_col_log_msg a b; dokku_col_log_info1 x; dokku_col_log_info2 x; dokku_col_log_msg 1 2 3 4 5'
  [[ "${lines[0]}" == "$(printf '%-25s %-25s %-25s %-25s|' a b '' '' | tr -d '|')" ]]
  [[ "${#lines[0]}" -eq 103 ]]
  [[ "${lines[1]}" == "-----> x                  "* && "${#lines[1]}" -eq 103 ]]
  [[ "${lines[2]}" == "=====> x "* ]]
  [[ "${lines[3]}" == "1 "* && "${lines[4]}" == "5 "* ]]
}

@test "dokku_log_fail ends the shell with its text on stderr, without prefix" {
  separate common/functions <<<'dokku_log_fail "no luck" today; echo survived'
  expect 1 "no luck today"
  [[ ! -s "$WORLD/out" && "$(cat "$WORLD/err")" == "no luck today" ]]
}

@test "dokku_log_fail in a function ends a shell that tests the function" {
  lib common/functions <<<'verify_app_name nope || echo survived; echo survived'
  expect 1 "App nope does not exist"
}

@test "dokku_log_fail in a command substitution only ends that" {
  lib common/functions <<<'f() { local x=$(verify_app_name nope 2>/dev/null); echo "x=$x"; }; f'
  expect 0 "x="
}

@test "the exit status of dokku_log_fail can be chosen" {
  DOKKU_FAIL_EXIT_CODE=7 lib common/functions <<<'dokku_log_fail x'
  expect 7 "x"
}

@test "dokku_log_exit ends the shell with success, quiet ends hide their text only" {
  lib common/functions <<<'dokku_log_exit done; echo survived'
  expect 0 "done"
  DOKKU_QUIET_OUTPUT=1 lib common/functions <<<'dokku_log_exit_quiet done; echo survived'
  expect 0 ""
  DOKKU_QUIET_OUTPUT=1 lib common/functions <<<'dokku_log_fail_quiet done; echo survived'
  expect 1 ""
}

@test "events go to the system log" {
  NAME=admin FINGERPRINT=SHA256:x lib common/functions <<<'dokku_log_plugn_trigger_call pre-deploy app 12'
  expect_calls "logger [-t] [dokku-event] [-i] [--] [INVOKED: pre-deploy( app 12 ) NAME=admin FINGERPRINT=SHA256:x]"
}

@test "container logs are indented, without blank lines and without globbing" {
  printf 'one\n\n  * two' >"$WORLD/logs"
  lib common/functions <<<'dokku_container_log_verbose_quiet c1'
  [[ "${lines[0]}" == "       one" && "${lines[1]}" == "         * two"* && "${#lines[@]}" -ge 2 ]]
  [[ "$output" == *"to stderr"* ]]
  DOKKU_QUIET_OUTPUT=1 lib common/functions <<<'dokku_container_log_verbose_quiet c1'
  expect 0 ""
}

# --- apps and names -------------------------------------------------------------------------------

@test "dokku_apps lists directories and links to directories, sorted, and ignores its argument" {
  mkdir "$DOKKU_ROOT/tls" "$DOKKU_ROOT/.ssh" "$DOKKU_ROOT/a-b" "$DOKKU_ROOT/a"
  touch "$DOKKU_ROOT/HOSTNAME"
  ln -s "$DOKKU_ROOT/a" "$DOKKU_ROOT/linked"
  LC_ALL=C lib common/functions <<<'dokku_apps "false"'
  expect 0 $'a\na-b\nlinked\nmy_app'
}

@test "dokku_apps without apps prints nothing and returns 1" {
  rmdir "$DOKKU_ROOT/my_app"
  lib common/functions <<<'dokku_apps || echo "status $?"'
  expect 0 "status 1"
  lib common/functions <<<'shopt -s nullglob; dokku_apps; echo survived'
  expect 1 ""
}

@test "app names begin with a lower-case letter or digit and hold no upper case, colon or slash" {
  for name in a 1 my_app a.b-c "sp ace"; do
    lib common/functions <<<"is_valid_app_name '$name'; echo ok"
    expect 0 "ok"
  done
  for name in A _a -a .ssh aB a:b a/b ../etc /abs é; do
    lib common/functions <<<"is_valid_app_name '$name'; echo survived"
    expect 1 "App name must begin with lowercase alphanumeric character" || { echo "$name"; return 1; }
  done
  lib common/functions <<<'is_valid_app_name ""'
  expect 1 "APP must not be null"
}

@test "a badly named directory survives verification" {
  mkdir "$DOKKU_ROOT/.ssh" "$DOKKU_ROOT/Bad"
  lib common/functions <<<'verify_app_name .ssh'
  [[ "$status" -eq 1 && -d "$DOKKU_ROOT/.ssh" ]]
  lib common/functions <<<'verify_app_name Bad'
  [[ "$status" -eq 1 && -d "$DOKKU_ROOT/Bad" ]]
}

@test "verify_app_name accepts an existing app and names a missing one" {
  lib common/functions <<<'verify_app_name my_app; echo ok'
  expect 0 "ok"
  lib common/functions <<<'verify_app_name other'
  expect 1 "App other does not exist"
}

@test "the scheduler is the app's, else the global one, else docker-local" {
  lib common/functions <<<'get_app_scheduler my_app'
  expect 0 "docker-local"
  echo global-one >"$WORLD/config.--global.DOKKU_SCHEDULER"
  lib common/functions <<<'get_app_scheduler my_app; get_app_scheduler --global; get_app_scheduler ""'
  expect 0 $'global-one\nglobal-one\nglobal-one'
  echo mine >"$WORLD/config.my_app.DOKKU_SCHEDULER"
  lib common/functions <<<'get_app_scheduler my_app'
  expect 0 "mine"
}

@test "is_deployed asks the scheduler and returns its answer" {
  lib common/functions <<<'is_deployed my_app || echo no'
  expect 0 "no"
  touch "$WORLD/deployed"
  : >"$CALLS"
  lib common/functions <<<'is_deployed my_app'
  expect 0 ""
  expect_calls "plugn trigger scheduler-is-deployed docker-local my_app"
}

# --- images ---------------------------------------------------------------------------------------

@test "an app's image is named after it, a tagged one must exist" {
  lib common/functions <<<'get_app_image_repo my_app; get_app_image_name my_app; get_app_image_name my_app v1; get_app_image_name my_app "" x/y'
  expect 0 $'dokku/my_app\ndokku/my_app:latest\ndokku/my_app:v1\nx/y:latest'
  lib common/functions <<<'get_app_image_name my_app v1 missing; echo survived'
  expect 1 "App image (missing:v1) not found"
  lib common/functions <<<'get_app_image_name my_app >/dev/null; echo "$IMAGE_REPO"'
  expect 0 "dokku/my_app"
}

@test "the triggers decide about the deploying image" {
  lib common/functions <<<'get_deploying_app_image_name my_app'
  expect 0 "dokku/my_app:latest"
  [[ "$(grep -c deployed-app "$CALLS")" -eq 3 ]]
  printf 'registry:5000/' >"$WORLD/trigger.deployed-app-repository"
  printf '7' >"$WORLD/trigger.deployed-app-image-tag"
  lib common/functions <<<'get_deploying_app_image_name my_app v1'
  expect 0 "registry:5000/dokku/my_app:7"
  printf 'missing' >"$WORLD/trigger.deployed-app-image-repo"
  rm "$WORLD/trigger.deployed-app-repository"
  lib common/functions <<<'get_deploying_app_image_name my_app v1'
  expect 1 "App image (missing:7) not found"
}

@test "the running tag is the one of the first container, whatever the registry" {
  lib common/functions <<<'get_running_image_tag my_app'
  expect 0 ""
  echo c1 >"$DOKKU_ROOT/my_app/CONTAINER.web.1"
  echo "localhost:5000/dokku/my_app:v3" >"$WORLD/container-format"
  : >"$CALLS"
  lib common/functions <<<'get_running_image_tag my_app'
  expect 0 "v3"
  expect_calls "docker [container] [inspect] [--format] [{{ .Config.Image }}] [c1]"
}

@test "an image is herokuish based if its environment names the app's user" {
  lib common/functions <<<'is_image_herokuish_based img my_app || echo no; is_image_herokuish_based "" || echo no'
  expect 0 $'no\nno'
  echo USER=herokuishuser >"$WORLD/image-env"
  lib common/functions <<<'is_image_herokuish_based img my_app && is_image_herokuish_based img && echo yes'
  expect 0 "yes"
  echo me >"$WORLD/config.my_app.DOKKU_APP_USER"
  : >"$CALLS"
  lib common/functions <<<'is_image_herokuish_based img my_app || echo no'
  expect 0 "no"
  expect_calls 'docker [image] [inspect] [--format] [{{range .Config.Env}}{{if eq . "USER=me"}}{{println .}}{{end}}{{end}}] [img]'
}

@test "entrypoint, command and ports of an image are printed as docker gives them" {
  echo "/bin/sh -c npm start " >"$WORLD/image-format"
  lib common/functions <<<'get_cmd_from_image i; get_entrypoint_from_image i'
  expect 0 $'CMD  npm start \nENTRYPOINT /bin/sh -c npm start '
  echo "5000/tcp 3000/tcp " >"$WORLD/image-format"
  lib common/functions <<<'get_exposed_ports_from_image i'
  expect 0 "5000/tcp 3000/tcp "
  lib common/functions <<<'get_exposed_ports_from_image missing; echo survived'
  expect 1 ""
}

@test "get_docker_version sets and prints the client's version" {
  lib common/functions <<<'get_docker_version >/dev/null; echo "$CLIENT_VERSION_STRING"'
  expect 0 "19.03.8"
}

@test "docker is the program in DOCKER_BIN" {
  stub "$WORLD/bin/podman" podman
  DOCKER_BIN="podman" lib common/functions <<<'verify_image i'
  expect 0 ""
  expect_calls "podman [image] [inspect] [i]"
}

@test "the first port of every EXPOSE line counts" {
  printf 'FROM x\nEXPOSE 3001/udp\nEXPOSE  3003 4000\n  EXPOSE 1\nexpose 2\nEXPOSE \nEXPOSE 3000/tcp\r' >"$WORLD/Dockerfile"
  lib common/functions <<<'get_dockerfile_exposed_ports "$WORLD/Dockerfile"'
  expect 0 "3001/udp 3003 3000/tcp"
  separate common/functions <<<'get_dockerfile_exposed_ports "$WORLD/nope"; echo "status $?"'
  [[ "$(cat "$WORLD/out")" == $'\nstatus 0' && -s "$WORLD/err" ]]
}

@test "the last line of a directive counts" {
  printf 'CMD one\nCMDX no\nCMD ["two"]' >"$WORLD/Dockerfile"
  lib common/functions <<<'extract_directive_from_dockerfile "$WORLD/Dockerfile" CMD; extract_directive_from_dockerfile "$WORLD/Dockerfile" ENTRYPOINT; echo end'
  expect 0 $'CMD ["two"]\n\nend'
}

@test "copy_from_image takes a relative path from the working directory and reads the caller's APP" {
  printf 'a\r\nb' >"$WORLD/image-file"
  echo /srv >"$WORLD/image-workdir"
  lib common/functions <<<'f() { local APP=my_app; copy_from_image img CHECKS "$WORLD/dst"; }; f; echo "$WORKDIR"'
  expect 0 "/srv"
  [[ "$(od -c "$WORLD/dst" | head -1)" == "$(printf 'a\n\nb\n' | od -c | head -1)" ]]
  grep -qF 'docker [container] [create] [--label=com.dokku.app-name=my_app] [--label=a=1] [--label=dokku] [img]' "$CALLS"
  grep -qF 'docker [container] [cp] [c0ffee:/srv/CHECKS] [/tmp/dokku-shims' "$CALLS"
  [[ "$(tail -1 "$CALLS")" == "docker [container] [rm] [--force] [c0ffee]" ]]
  none "/tmp/dokku-$DOKKU_PID-copy_from_image.*"
}

@test "copy_from_image looks into /app of herokuish images, leaves absolute and bare paths alone" {
  echo x >"$WORLD/image-file"
  : >"$WORLD/image-workdir"
  echo USER=herokuishuser >"$WORLD/image-env"
  lib common/functions <<<'APP=my_app; copy_from_image img f "$WORLD/dst"; copy_from_image img /abs "$WORLD/dst"'
  grep -qF '[c0ffee:/app/f]' "$CALLS" && grep -qF '[c0ffee:/abs]' "$CALLS"
  rm "$WORLD/image-env"
  lib common/functions <<<'APP=my_app; copy_from_image img f "$WORLD/dst"'
  grep -qF '[c0ffee:f]' "$CALLS"
}

@test "copy_from_image keeps LF files, drops a byte order mark and ends the last line once" {
  printf '\xEF\xBB\xBFa\nb\n' >"$WORLD/image-file"
  lib common/functions <<<'APP=my_app; copy_from_image img /f "$WORLD/dst"'
  [[ "$(od -c <"$WORLD/dst")" == "$(printf 'a\nb\n' | od -c)" ]]
}

@test "copy_from_image returns 1 for a missing image, a missing file and an empty file" {
  lib common/functions <<<'APP=my_app; copy_from_image "" /f "$WORLD/dst" || echo 1; copy_from_image missing /f "$WORLD/dst" || echo 1; copy_from_image img /f "$WORLD/dst" || echo 1'
  expect 0 $'1\n1\n1'
  : >"$WORLD/image-file"
  lib common/functions <<<'APP=my_app; copy_from_image img /f "$WORLD/dst" || echo 1'
  expect 0 "1"
  [[ ! -e "$WORLD/dst" ]]
  lib common/functions <<<'copy_from_image img /f "$WORLD/dst" || echo survived'
  expect 1 "APP must not be null"
}

# --- containers -----------------------------------------------------------------------------------

containers() {
  echo c1 >"$DOKKU_ROOT/my_app/CONTAINER.web.1"
  echo c2 >"$DOKKU_ROOT/my_app/CONTAINER.web.2"
  echo c3 >"$DOKKU_ROOT/my_app/CONTAINER.worker.1"
}

@test "container ids come in file order, by type or by instance" {
  containers
  lib common/functions <<<'for t in "" web web.2 nope web.9; do get_app_container_ids my_app $t; done; echo end'
  expect 0 $' c1  c2  c3 \n c1  c2 \n c2 \n\n\nend'
}

@test "the legacy container file counts only without others" {
  echo old >"$DOKKU_ROOT/my_app/CONTAINER"
  lib common/functions <<<'get_app_container_ids my_app'
  expect 0 " old "
  containers
  lib common/functions <<<'get_app_container_ids my_app web'
  expect 0 " c1  c2 "
}

@test "running containers are asked of a deployed app only" {
  containers
  lib common/functions <<<'get_app_running_container_ids my_app; echo survived'
  expect 1 "App my_app has not been deployed"
  touch "$WORLD/deployed"
  printf 'c1\nc3\n' >"$WORLD/running"
  lib common/functions <<<'get_app_running_container_ids my_app; get_app_running_container_ids my_app web; get_app_running_container_types my_app'
  expect 0 $'c1 c3 \nc1 \nweb worker'
}

@test "is_app_running is deprecated and right" {
  containers
  separate common/functions <<<'is_app_running my_app || echo no'
  [[ "$(cat "$WORLD/out")" == "no" && "$(cat "$WORLD/err")" == " !     Deprecated: ps#fn-is-app-running" ]]
  touch "$WORLD/deployed"
  echo c2 >"$WORLD/running"
  separate common/functions <<<'is_app_running my_app && echo yes'
  [[ "$(cat "$WORLD/out")" == "yes" ]]
}

@test "a container's state is what docker prints" {
  echo c1 >"$WORLD/running"
  separate common/functions <<<'is_container_status c1 Running && echo yes; is_container_status c2 Running || echo no; is_container_running c1'
  [[ "$(cat "$WORLD/out")" == $'yes\nno' && "$(cat "$WORLD/err")" == " !     Deprecated: common#is_container_status" ]]
}

@test "published ports of all containers are printed, each once" {
  echo c1 >"$DOKKU_ROOT/my_app/CONTAINER.web.1"
  echo c2 >"$DOKKU_ROOT/my_app/CONTAINER.web.2"
  printf '5000/tcp -> 0.0.0.0:32771\n5000/tcp -> [::]:32771\n' >"$WORLD/ports.c1"
  printf '5000/tcp -> 0.0.0.0:32772\n' >"$WORLD/ports.c2"
  lib common/functions <<<'get_container_ports my_app'
  expect 0 $'32771->5000/tcp\n32772->5000/tcp'
}

@test "raw tcp ports are those that are not udp, however often one asks" {
  lib common/functions <<<'get_app_raw_tcp_ports my_app; echo end'
  expect 0 $'\nend'
  echo "3001/udp 3000/tcp 3003" >"$WORLD/config.my_app.DOKKU_DOCKERFILE_PORTS"
  lib common/functions <<<'get_app_raw_tcp_ports my_app; get_app_raw_tcp_ports my_app; echo "$raw_tcp_ports"'
  expect 0 $'3000 3003\n3000 3003\n3000 3003'
}

@test "an available port is above 1024 and nobody's" {
  lib common/functions <<<'p="$(get_available_port)"; [[ $p -gt 1024 && $p -lt 65536 ]] && echo ok'
  expect 0 "ok"
}

# --- deploy ---------------------------------------------------------------------------------------

@test "build, release and deploy fire their triggers" {
  lib common/functions <<<'dokku_build my_app herokuish /src; dokku_release my_app herokuish v1; cmd-deploy my_app v1'
  expect 0 ""
  expect_calls $'plugn trigger builder-build herokuish my_app /src\nplugn trigger builder-release herokuish my_app v1\nplugn trigger scheduler-deploy docker-local my_app v1'
  lib common/functions <<<'dokku_build nope herokuish /src'
  expect 1 "App nope does not exist"
}

@test "heavy functions are the binary's, with their arguments and status" {
  echo 3 >"$WORLD/status.common-fn"
  echo text >"$WORLD/stdout.common-fn"
  lib common/functions <<<'release_and_deploy my_app "v 1" || echo "status $?"'
  expect 0 $'text\nstatus 3'
  expect_calls "common/fn [release_and_deploy] [my_app] [v 1]"
  lib common/functions <<<'get_app_urls urls my_app; echo survived'
  expect 3 "text"
}

@test "docker_cleanup shows the caller's DOKKU_SKIP_CLEANUP to the binary" {
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/common/fn" <<<$'#!/bin/sh\necho "$* skip=$DOKKU_SKIP_CLEANUP"'
  lib common/functions <<<'f() { local DOKKU_SKIP_CLEANUP=1; docker_cleanup my_app; }; f; docker_cleanup --global true'
  expect 0 $'docker_cleanup my_app skip=1\ndocker_cleanup --global true skip='
  DOKKU_SKIP_CLEANUP="env" lib common/functions <<<'f() { local DOKKU_SKIP_CLEANUP=; docker_cleanup my_app; }; f'
  expect 0 "docker_cleanup my_app skip="
}

# --- flags, auth ----------------------------------------------------------------------------------

@test "global flags are found anywhere and exported" {
  lib common/functions <<<'parse_args --quiet --app foo run --label=a=b x --rm; env | grep -E "^DOKKU_(QUIET|APP_NAME|RM|GLOBAL_FLAGS|APPS_FORCE|DETACH)" | sort'
  expect 0 $'DOKKU_APP_NAME=foo\nDOKKU_GLOBAL_FLAGS=--quiet --app --label=a=b --rm\nDOKKU_QUIET_OUTPUT=1\nDOKKU_RM_CONTAINER=1'
}

@test "the value of --app is not a flag, its absence an empty name, and outer flags stay" {
  lib common/functions <<<'parse_args --app --quiet run; echo "$DOKKU_APP_NAME|$DOKKU_QUIET_OUTPUT|$DOKKU_GLOBAL_FLAGS"; parse_args --force --detach --app; echo "$DOKKU_APP_NAME|$DOKKU_APPS_FORCE_DELETE$DOKKU_DETACH_CONTAINER|$DOKKU_GLOBAL_FLAGS"'
  expect 0 $'--quiet||--app\n|11|--app'
}

@test "auth fires its trigger only if more than the events plugin listens" {
  mkdir -p "$PLUGIN_ENABLED_PATH/20_events" "$PLUGIN_ENABLED_PATH/acl"
  touch "$PLUGIN_ENABLED_PATH/20_events/user-auth"
  USER=root lib common/functions <<<'dokku_auth apps:list && echo "$SSH_USER $SSH_NAME"'
  expect 0 "root default"
  [[ ! -s "$CALLS" ]]
  touch "$PLUGIN_ENABLED_PATH/acl/user-auth"
  SSH_USER=dokku NAME=admin lib common/functions <<<'dokku_auth apps:list -x'
  expect_calls "plugn trigger user-auth dokku admin apps:list -x"
  stub_script "$WORLD/bin/plugn" <<<$'#!/bin/sh\nexit 3'
  lib common/functions <<<'dokku_auth apps:list || echo "status $?"'
  expect 0 "status 1"
}

# --- text and lists -------------------------------------------------------------------------------

@test "numbers are digits, absolute paths start with a slash" {
  lib common/functions <<<'for x in 0 12; do is_number $x; done; for x in "" a 1a -1 "1 2"; do if is_number "$x"; then exit 9; fi; done; is_abs_path /a; if is_abs_path a/b; then exit 9; fi; echo ok'
  expect 0 "ok"
}

@test "json values that are null or absent print nothing" {
  lib common/functions <<<'echo "{\"a\":{\"b\":\"x y\"},\"n\":null}" | get_json_value .a.b; echo "{}" | get_json_value .n; echo end'
  expect 0 $'x y\nend'
  lib common/functions <<<'echo nonsense | get_json_value .a || echo failed'
  expect 0 "failed"
}

@test "only the last inline comment is stripped, and a # inside a word is none" {
  lib common/functions <<<'for l in "a b # c # d" "a#b" "a #" "-n" "WAIT=2 # s"; do strip_inline_comments "$l"; done'
  expect 0 $'a b # c\na#b\na\n-n\nWAIT=2'
}

@test "list membership is exact and literal" {
  lib common/functions <<<'is_val_in_list web web,worker; is_val_in_list we web,worker; is_val_in_list "*" web; is_val_in_list b "a b" " "; is_val_in_list "" ""; is_val_in_list a,b a,b,c'
  expect 0 $'true\nfalse\nfalse\ntrue\nfalse\nfalse'
  lib common/functions <<<'fn-in-array b a b && ! fn-in-array "*" a b && ! fn-in-array x && echo ok'
  expect 0 "ok"
}

@test "removing a value removes whole items" {
  lib common/functions <<<'remove_val_from_list foo foobar,foo,baz; remove_val_from_list worker urgentworker,worker; remove_val_from_list a a; remove_val_from_list "*" "x,*"; remove_val_from_list b "a b c" " "'
  expect 0 $'foobar,baz\nurgentworker\n\nx\na c'
}

@test "adding a value appends, an empty list leaves a leading delimiter" {
  lib common/functions <<<'add_val_to_list c a,b; add_val_to_list c ""; add_val_to_list c a " "'
  expect 0 $'a,b,c\n,c\na c'
}

@test "merged lists are distinct, sorted and joined by blanks" {
  LC_ALL=C lib common/functions <<<'merge_dedupe_list b,a,b,c; merge_dedupe_list "b a
b" " "; merge_dedupe_list ""'
  expect 0 $'a b c\na b'
}

@test "the address expressions match addresses" {
  lib common/functions <<<'get_ipv4_regex; r="$(get_ipv6_regex)"; [[ fe80:0:0:0:0:0:0:1 =~ $r && ::1 =~ $r && ! dokku.me =~ $r ]] && echo v6
r="$(get_ipv4_regex)"; [[ x.10.0.0.1 =~ $r && ! 127.0.0.1.xip.io =~ $r ]] && echo v4; [[ "$(_ipv6_regex)" != *"\$" ]] && echo open'
  expect 0 $'([0-9]{1,3}[\\.]){3}[0-9]{1,3}$\nv6\nv4\nopen'
}

@test "suppressed output appears on stdout only on failure, with the status" {
  separate common/functions <<<'good() { echo out; echo err >&2; }; bad() { good; return 5; }; suppress_output good; suppress_output bad || echo "status $?"'
  [[ "$(cat "$WORLD/out")" == $'out\nerr\nstatus 5' && ! -s "$WORLD/err" ]]
  none "/tmp/dokku-$DOKKU_PID-suppress_output.*"
}

@test "a suppressed failure ends the shell, and stdin reaches the command" {
  lib common/functions <<<'suppress_output false; echo survived'
  expect 1 ""
  lib common/functions <<<'f() { read -r x; }; suppress_output f <<<hello; echo "$x"'
  expect 0 "hello"
}

# --- locks ----------------------------------------------------------------------------------------

@test "an exclusive lock that is held fails at once with its message" {
  lib common/functions <<<'acquire_app_deploy_lock my_app exclusive
bash -c "source \$PLUGIN_AVAILABLE_PATH/common/functions; acquire_app_deploy_lock my_app exclusive; echo survived" || echo "status $?"'
  expect 0 $'my_app currently has a deploy lock in place. Exiting...\nstatus 1'
}

@test "a released lock removes its file and can be taken again" {
  lib common/functions <<<'acquire_app_deploy_lock my_app exclusive; test -f "$DOKKU_ROOT/my_app/.deploy.lock"
release_app_deploy_lock my_app; test ! -e "$DOKKU_ROOT/my_app/.deploy.lock"; acquire_app_deploy_lock my_app exclusive; echo again'
  expect 0 "again"
}

@test "a waiting lock says so once and ends up with the file that is there" {
  bash -c 'source "$PLUGIN_AVAILABLE_PATH/common/functions"; acquire_app_deploy_lock my_app; touch "$WORLD/held"; sleep 2.5; release_app_deploy_lock my_app' &
  while [[ ! -e "$WORLD/held" ]]; do sleep 0.1; done
  lib common/functions <<<'acquire_app_deploy_lock my_app; [[ "$DOKKU_ROOT/my_app/.deploy.lock" -ef /proc/self/fd/200 ]] && echo mine'
  expect 0 $'my_app currently has a deploy lock in place. Waiting...\nmine'
  wait
}

@test "a lock on a file that its last holder removed meanwhile is taken anew" {
  flock="$(type -P flock)"
  stub_script "$WORLD/bin/flock" <<STUB
#!/bin/sh
if [ ! -e "\$WORLD/raced" ]; then touch "\$WORLD/raced"; rm "\$DOKKU_ROOT/my_app/.deploy.lock"; fi
exec $flock "\$@"
STUB
  lib common/functions <<<'acquire_app_deploy_lock my_app exclusive; [[ "$DOKKU_ROOT/my_app/.deploy.lock" -ef /proc/self/fd/200 ]] && echo mine'
  expect 0 "mine"
  [[ -e "$WORLD/raced" ]]
}

@test "a file that apps:lock left does not block" {
  touch "$DOKKU_ROOT/my_app/.deploy.lock"
  lib common/functions <<<'acquire_app_deploy_lock my_app exclusive; echo ok'
  expect 0 "ok"
}

# --- properties and config ------------------------------------------------------------------------

@test "property functions pass every argument that prop knows" {
  lib common/property-functions <<<'fn-plugin-property-setup p; fn-plugin-property-write p a k "v w"; fn-plugin-property-get p a k
fn-plugin-property-get-default p a k d; fn-plugin-property-get-all p a; fn-plugin-property-exists p a k; fn-plugin-property-delete p a k
fn-plugin-property-destroy p _all_; fn-plugin-property-clone p a b; fn-plugin-property-list-add p a k v; fn-plugin-property-list-get p a k
fn-plugin-property-list-get-by-index p a k 0; fn-plugin-property-list-get-by-value p a k v; fn-plugin-property-list-length p a k
fn-plugin-property-list-remove p a k v; fn-plugin-property-list-remove-by-prefix p a k v; fn-plugin-property-list-set p a k v 1'
  expect 0 ""
  expect_calls "common/prop [setup] [p]
common/prop [set] [p] [a] [k] [v w]
common/prop [get-with-default] [p] [a] [k] []
common/prop [get-with-default] [p] [a] [k] [d]
common/prop [get-all] [p] [a]
common/prop [exists] [p] [a] [k]
common/prop [del] [p] [a] [k]
common/prop [destroy] [p] [_all_]
common/prop [clone] [p] [a] [b]
common/prop [rpush] [p] [a] [k] [v] []
common/prop [lrange] [p] [a] [k]
common/prop [lindex] [p] [a] [k] [0]
common/prop [lismember] [p] [a] [k] [v]
common/prop [llen] [p] [a] [k]
common/prop [lrem] [p] [a] [k] [v]
common/prop [lrem-by-prefix] [p] [a] [k] [v]
common/prop [lset] [p] [a] [k] [v] [1]"
}

@test "property functions return prop's status" {
  echo 1 >"$WORLD/status.common-prop"
  lib common/property-functions <<<'fn-plugin-property-list-get-by-value p a k v || echo "status $?"; fn-plugin-property-exists p a k; echo survived'
  expect 1 "status 1"
}

@test "config functions run the subcommands with the full command word" {
  lib config/functions <<<'config_set --no-restart my_app A="b c" D=e; config_unset my_app A; config_export app my_app --merged --format shell
config_export global; config_keys my_app; config_bundle --merged my_app; config_clear my_app; config_all my_app; config_all config my_app'
  expect 0 ""
  expect_calls "config/set [config:set] [--no-restart] [my_app] [A=b c] [D=e]
config/unset [config:unset] [my_app] [A]
config/export [config:export] [--merged] [--format] [shell] [my_app]
config/export [config:export] [--global]
config/keys [config:keys] [my_app]
config/bundle [config:bundle] [--merged] [my_app]
config/clear [config:clear] [my_app]
config/commands [config] [my_app]
config/commands [config] [my_app]"
}

@test "config_get returns 1 for an unset key, so that a chain of defaults works" {
  lib config/functions <<<'config_get --global K || config_get my_app K || echo default; config_get my_app K; echo survived'
  expect 1 "default"
}

@test "config_all exports if asked to" {
  DOKKU_CONFIG_EXPORT=1 lib config/functions <<<'config_all config my_app'
  expect_calls "config/export [config:export] [my_app]"
}

@test "config functions need no exported plugin paths" {
  echo v >"$WORLD/config.my_app.K"
  run env -u PLUGIN_AVAILABLE_PATH -u PLUGIN_CORE_AVAILABLE_PATH -u PLUGIN_PATH bash -c \
    "PLUGIN_AVAILABLE_PATH='$PLUGIN_AVAILABLE_PATH' PLUGIN_CORE_AVAILABLE_PATH='$PLUGIN_CORE_AVAILABLE_PATH'; source \$PLUGIN_AVAILABLE_PATH/config/functions; config_get my_app K"
  expect 0 "v"
}

# --- docker options -------------------------------------------------------------------------------

@test "an option is added to the phases of the caller's array, sorted and once" {
  deploy="$DOKKU_ROOT/my_app/DOCKER_OPTIONS_DEPLOY"
  printf -- '-v /z:/z\n\n# note\n-v /z:/z\n--restart=on-failure:10' >"$deploy"
  lib docker-options/functions <<<'link() { local APP=my_app; local passed_phases=(build deploy run); add_passed_docker_option passed_phases[@] "--link a:b"; add_passed_docker_option passed_phases[@] --link a:b; }; umask 022; link'
  expect 0 ""
  [[ "$(cat "$deploy")" == $'# note\n--link a:b\n--restart=on-failure:10\n-v /z:/z' ]]
  [[ "$(cat "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_BUILD")" == "--link a:b" ]]
  [[ "$(tail -c1 "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_RUN" | od -An -c)" == *'\n'* ]]
  [[ "$(stat -c %a "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_RUN")" == "644" ]]
  [[ -z "$(find "$DOKKU_ROOT/my_app" -name '.*' -type f)" ]]
}

@test "options are stored verbatim and files keep their mode" {
  file="$DOKKU_ROOT/my_app/DOCKER_OPTIONS_RUN"
  touch "$file"
  chmod 600 "$file"
  lib docker-options/functions <<'S'
APP=my_app; p=(run); add_passed_docker_option p[@] '-e A=\t\\n\c$X "q"'; add_passed_docker_option p[@] '-e B'
S
  [[ "$(cat "$file")" == $'-e A=\\t\\\\n\\c$X "q"\n-e B' ]]
  [[ "$(stat -c %a "$file")" == "600" ]]
}

@test "only the line equal to the option is removed" {
  file="$DOKKU_ROOT/my_app/DOCKER_OPTIONS_DEPLOY"
  printf -- '-v /axb\n-v /a.b\n--x #1\n' >"$file"
  lib docker-options/functions <<<'APP=my_app; p=(build deploy); remove_passed_docker_option p[@] "-v /a.b"; remove_passed_docker_option p[@] "--x #1"; remove_passed_docker_option p[@] "-v *"'
  expect 0 ""
  [[ "$(cat "$file")" == "-v /axb" ]]
  [[ ! -e "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_BUILD" ]]
  lib docker-options/functions <<<'APP=my_app; p=(deploy); remove_passed_docker_option p[@] -v /axb'
  [[ -e "$file" && ! -s "$file" ]]
}

@test "without an app the phase file path is incomplete" {
  lib docker-options/functions <<<'p=(run); add_passed_docker_option p[@] x; echo survived'
  expect 1 "Error: phase_file_path is incomplete."
  lib docker-options/functions <<<'APP=my_app; get_phase_file_path deploy; fn-get-phase-file-path b run'
  expect 0 "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_DEPLOY"$'\n'"$DOKKU_ROOT/b/DOCKER_OPTIONS_RUN"
}

@test "phases are checked" {
  lib docker-options/functions <<<'get_phases build,run; get_phases ""; echo "${AVAILABLE_PHASES[*]}"; x="$(get_phases build,bogus)" || echo "status $?"'
  expect 0 $'build run\nbuild deploy run\nPhase(s) must be one of [build deploy run]\nstatus 1'
}

@test "options are displayed by phase" {
  echo "-v /a" >"$DOKKU_ROOT/my_app/DOCKER_OPTIONS_RUN"
  lib docker-options/functions <<<'APP=my_app; p=(build run); display_passed_phases_options p[@]; display_all_phases_options'
  expect 0 $'Build options: none\nRun options:\n    -v /a\nRun options:\n    -v /a'
  lib docker-options/internal-functions <<<'fn-docker-options my_app run; fn-docker-options my_app build; echo "|"'
  expect 0 "-v /a |"
}

# --- storage --------------------------------------------------------------------------------------

@test "mounts are checked, found as a whole and listed" {
  file="$DOKKU_ROOT/my_app/DOCKER_OPTIONS_DEPLOY"
  printf -- '--x\n-v /a:/mnt\n-v /c:/d:ro\n' >"$file"
  lib storage/functions <<<'verify_paths /a:/b; verify_paths /a:/b:ro; echo ok; verify_paths vol:/b; echo survived'
  expect 1 $'ok\nStorage path must be two valid paths divided by colon.'
  FILE="$file" lib storage/functions <<<'check_if_path_exists /a:/mnt "$FILE" && ! check_if_path_exists /a:/m "$FILE" && ! check_if_path_exists /a /nope && echo ok; get_bind_mounts "$FILE"; get_bind_mounts /nope || echo 1'
  expect 0 $'ok\n     /a:/mnt\n     /c:/d:ro\n1'
  lib storage/internal-functions <<<'fn-storage-bind-mounts my_app deploy; fn-storage-bind-mounts my_app run; echo "|"'
  expect 0 "-v /a:/mnt -v /c:/d:ro |"
}

# --- certs, domains, checks, proxy, apps ----------------------------------------------------------

@test "ssl is on with both files" {
  lib certs/internal-functions <<<'is_ssl_enabled my_app || echo off; fn-ssl-enabled my_app'
  expect 0 $'off\nfalse'
  mkdir "$DOKKU_ROOT/my_app/tls"
  touch "$DOKKU_ROOT/my_app/tls/server.crt"
  lib certs/functions <<<'is_ssl_enabled my_app; echo survived'
  expect 1 ""
  touch "$DOKKU_ROOT/my_app/tls/server.key"
  lib certs/internal-functions <<<'is_ssl_enabled my_app; fn-ssl-enabled my_app'
  expect 0 "true"
  lib certs/functions <<<'is_ssl_enabled nope || echo survived'
  expect 1 "App nope does not exist"
}

@test "an app's domains are its own, else the global ones, else the hostname, and none if disabled" {
  echo host >"$DOKKU_ROOT/HOSTNAME"
  lib domains/functions <<<'get_app_domains my_app'
  expect 0 "host"
  echo dokku.me >"$DOKKU_ROOT/VHOST"
  lib domains/functions <<<'get_app_domains my_app; get_global_vhosts'
  expect 0 $'dokku.me\ndokku.me'
  printf 'a.b\nc.d\n' >"$DOKKU_ROOT/my_app/VHOST"
  lib domains/functions <<<'get_app_domains my_app; is_app_vhost_enabled my_app'
  expect 0 $'a.b\nc.d\ntrue'
  echo 1 >"$WORLD/config.my_app.NO_VHOST"
  lib domains/functions <<<'get_app_domains my_app; is_app_vhost_enabled my_app'
  expect 0 "false"
}

@test "hostnames are letters, digits, hyphens, dots and stars, not ending in a dot" {
  lib domains/functions <<<'for n in a.b .dokku.me "*.X.io" 127.0.0.1 a--b; do is_valid_hostname "$n"; done
for n in "" a. a_b http://x "a b" a:1; do if is_valid_hostname "$n"; then exit 9; fi; done; echo ok'
  expect 0 "ok"
}

@test "a global domain is one valid line" {
  lib domains/internal-functions <<<'is_global_vhost_enabled; fn-domains-global-vhosts; echo end'
  expect 0 $'false\n\nend'
  printf 'bad_one\ngood.me' >"$DOKKU_ROOT/VHOST"
  lib domains/internal-functions <<<'is_global_vhost_enabled; fn-domains-global-vhosts; fn-domains-app-vhosts my_app; echo end'
  expect 0 $'true\nbad_one good.me\n\nend'
}

@test "disabling virtual hosts removes the files and writes config quietly" {
  touch "$DOKKU_ROOT/my_app/VHOST" "$DOKKU_ROOT/my_app/URLS"
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/config/subcommands/set" <<<$'#!/bin/sh\necho "$* quiet=$DOKKU_QUIET_OUTPUT" >>"$CALLS"'
  lib domains/functions <<<'disable_app_vhost my_app --no-restart; enable_app_vhost my_app'
  expect 0 $'-----> VHOST support disabled, deleting my_app/VHOST\n-----> VHOST support disabled, deleting my_app/URLS'
  expect_calls "plugn trigger pre-disable-vhost my_app
config:set --no-restart my_app NO_VHOST=1 quiet=1
plugn trigger pre-enable-vhost my_app
config:set my_app NO_VHOST=0 quiet=1"
  [[ ! -e "$DOKKU_ROOT/my_app/VHOST" && ! -e "$DOKKU_ROOT/my_app/URLS" ]]
}

@test "checks lists name types or all" {
  lib checks/internal-functions <<<'is_app_proctype_checks_disabled my_app web; fn-checks-disabled-list my_app'
  expect 0 $'false\nnone'
  echo _all_ >"$WORLD/config.my_app.DOKKU_CHECKS_DISABLED"
  echo urgentworker,web >"$WORLD/config.my_app.DOKKU_CHECKS_SKIPPED"
  lib checks/internal-functions <<<'is_app_proctype_checks_disabled my_app web; for t in web worker; do is_app_proctype_checks_skipped my_app $t; done; fn-checks-skipped-list my_app'
  expect 0 $'true\ntrue\nfalse\nurgentworker,web'
}

@test "deprecated functions say so on stderr and fire their trigger" {
  echo nginx >"$WORLD/trigger.proxy-type"
  separate proxy/functions <<<'get_app_proxy_type my_app'
  [[ "$(cat "$WORLD/out")" == "nginx" && "$(cat "$WORLD/err")" == " !     Deprecated: plugn#proxy-type" ]]
  separate apps/functions <<<'apps_maybe_create my_app'
  [[ "$(cat "$WORLD/err")" == " !     Deprecated: plugn#app-maybe-create" ]]
  grep -qx "plugn trigger app-maybe-create my_app" "$CALLS"
}

# --- nginx ----------------------------------------------------------------------------------------

@test "nginx versions with suffixes decide about features" {
  lib nginx-vhosts/functions <<<'for v in "1.9.4" "1.9.5" "1.13.9 (Ubuntu)" "1.13.10" "1.14.0 (Ubuntu)" 2.0.1; do
echo "$v $(is_spdy_enabled "$v") $(is_tls13_available "$v") $(is_http2_enabled "$v") $(is_http2_push_enabled "$v") $(is_grpc_enabled "$v")"; done'
  expect 0 $'1.9.4 true false false false false\n1.9.5 false false false false false\n1.13.9 (Ubuntu) false true true true false\n1.13.10 false true true true true\n1.14.0 (Ubuntu) false true true true true\n2.0.1 false true true true true'
}

@test "log paths are properties with a default" {
  lib nginx-vhosts/functions <<<'fn-nginx-access-log-path my_app; fn-nginx-computed-error-log-path my_app'
  root=/var/log/nginx
  [[ ! -x /usr/bin/openresty ]] || root=/var/log/openresty
  expect_calls "common/prop [get-with-default] [nginx] [my_app] [access-log-path] [$root/my_app-access.log]
common/prop [get-with-default] [nginx] [my_app] [error-log-path] [$root/my_app-error.log]"
}

@test "nginx is found on the path" {
  [[ ! -x /usr/bin/openresty ]] || skip "openresty wins"
  stub "$WORLD/bin/nginx" nginx
  lib nginx-vhosts/functions <<<'get_nginx_location'
  expect 0 "$WORLD/bin/nginx"
}

@test "validate_nginx drops empty arguments and ends the shell with nginx's status" {
  validate="$PLUGIN_CORE_AVAILABLE_PATH/nginx-vhosts/subcommands/validate-config"
  stub "$validate" validate
  lib nginx-vhosts/functions <<<'validate_nginx ""; validate_nginx my_app --clean; echo ok'
  expect 0 "ok"
  expect_calls $'validate [nginx:validate-config]\nvalidate [nginx:validate-config] [my_app] [--clean]'
  echo 4 >"$WORLD/status.validate"
  lib nginx-vhosts/functions <<<'validate_nginx || echo survived'
  expect 4 ""
}

@test "restart_nginx reloads whatever its arguments" {
  lib nginx-vhosts/functions <<<'restart_nginx my_app'
  expect_calls "common/fn [fn-nginx-vhosts-nginx-init-cmd] [reload]"
}

@test "an invalid config is shown and, if asked, removed" {
  stub_script "$WORLD/bin/sudo" <<<$'#!/bin/sh\ngrep include "$4" >>"$CALLS"\nexit 1'
  NGINX_LOCATION=/x lib nginx-vhosts/functions <<<'nginx_vhosts_validate_single_func my_app --clean'
  expect 0 " !     No nginx config found for my_app"
  echo "server {" >"$DOKKU_ROOT/my_app/nginx.conf"
  export NGINX_LOCATION=/x
  lib nginx-vhosts/functions <<<'nginx_vhosts_validate_single_func my_app --clean'
  expect 0 $' !     Failed to validate nginx config for my_app. Contents below...\nserver {\n !     Removing invalid nginx file'
  [[ ! -e "$DOKKU_ROOT/my_app/nginx.conf" ]]
  expect_calls "include $DOKKU_ROOT/my_app/nginx.conf;"
}

@test "validate_ssl_domains shows the caller's variables to the binary" {
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/common/fn" <<<$'#!/bin/sh\necho "$* $VHOST_PATH $NONSSL_VHOSTS"'
  lib nginx-vhosts/functions <<<'f() { local VHOST_PATH=/v NONSSL_VHOSTS=d; validate_ssl_domains my_app; }; f'
  expect 0 "validate_ssl_domains my_app /v d"
}

# --- ps, git, plugin and the rest -----------------------------------------------------------------

@test "ps_stop ends the caller with success if the app is not deployed" {
  stub "$PLUGIN_CORE_AVAILABLE_PATH/ps/subcommands/stop" ps-stop
  lib ps/functions <<<'ps_stop my_app; echo survived'
  expect 0 " !     App my_app has not been deployed"
  touch "$WORLD/deployed"
  lib ps/functions <<<'ps_stop my_app; echo survived'
  expect 0 "survived"
  [[ "$(tail -1 "$CALLS")" == "ps-stop [ps:stop] [my_app]" ]]
}

@test "ps reads policies, scale and status" {
  printf -- '--restart=always\n-v /a\n--restart=no\n' >"$WORLD/options"
  lib ps/functions <<<'get_restart_policies "$WORLD/options"; get_raw_restart_policies "$WORLD/options"; get_restart_policies /nope || echo 1'
  expect 0 $'always\nno\n--restart=always\n--restart=no\n1'
  printf 'web=1\n\nworker=0\n' >"$DOKKU_ROOT/my_app/DOKKU_SCALE"
  echo "2 mixed" >"$WORLD/trigger.scheduler-app-status"
  lib ps/functions <<<'print_dokku_scale_file my_app; fn-ps-app-status my_app; fn-ps-is-app-running my_app >/dev/null; echo "$APP_STATUS"; fn-ps-is-app-running my_app; fn-ps-can-scale my_app; touch "$DOKKU_ROOT/my_app/DOKKU_SCALE.extracted"; fn-ps-can-scale my_app'
  expect 0 $'       DOKKU_SCALE declares scale -> web=1 worker=0\n2 mixed\n2 mixed\nmixed\ntrue\nfalse'
}

@test "a process type's command comes from procfile-util, if there is a Procfile" {
  stub "$WORLD/bin/procfile-util" procfile-util
  lib ps/functions <<<'get_cmd_from_procfile my_app web 5001'
  expect 0 ""
  [[ ! -s "$CALLS" ]]
  touch "$DOKKU_ROOT/my_app/DOKKU_PROCFILE"
  lib ps/functions <<<'get_cmd_from_procfile my_app web 5001; get_cmd_from_procfile my_app web ""; get_cmd_from_procfile my_app web; remove_procfile my_app'
  file="$DOKKU_ROOT/my_app/DOKKU_PROCFILE"
  expect_calls "procfile-util [show] [--procfile] [$file] [--process-type] [web] [--default-port] [5001]
procfile-util [show] [--procfile] [$file] [--process-type] [web] [--default-port] []
procfile-util [show] [--procfile] [$file] [--process-type] [web] [--default-port] [5000]"
  [[ ! -e "$file" ]]
}

@test "set_scale shows the caller's IMAGE_TAG to the binary" {
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/common/fn" <<<$'#!/bin/sh\necho "$* tag=$IMAGE_TAG"'
  lib ps/functions <<<'f() { local IMAGE_TAG=v2; set_scale my_app web=2; }; f'
  expect 0 "set_scale my_app web=2 tag=v2"
}

@test "a report function drops its own command word and keeps the status" {
  stub "$PLUGIN_CORE_AVAILABLE_PATH/nginx-vhosts/subcommands/report" report
  lib nginx-vhosts/command-functions <<<'cmd-nginx-report nginx:report my_app; cmd-nginx-report-single my_app --nginx-hsts; cmd-nginx-report'
  expect_calls $'report [nginx:report] [my_app]\nreport [nginx:report] [my_app] [--nginx-hsts]\nreport [nginx:report]'
  echo 1 >"$WORLD/status.report"
  lib nginx-vhosts/command-functions <<<'cmd-nginx-report my_app; echo survived'
  expect 1 ""
}

@test "the commands for all apps are subcommands" {
  stub "$PLUGIN_CORE_AVAILABLE_PATH/ps/subcommands/stopall" stopall
  stub "$PLUGIN_CORE_AVAILABLE_PATH/ps/subcommands/restore" restore
  lib ps/internal-functions <<<'fn-ps-parallel-cmd stop; fn-ps-parallel-cmd restore'
  expect_calls $'stopall [ps:stopall]\nrestore [ps:restore]'
}

@test "raw git commands go to the plugin's commands link, with stdin" {
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/git/commands" <<<$'#!/bin/sh\necho "$*"; cat'
  lib git/functions <<<'echo refs | cmd-git-hook git-hook my_app; cmd-git-upload-pack repo </dev/null; cmd-git-glob git-receive-pack repo </dev/null'
  expect 0 $'git-hook my_app\nrefs\ngit-upload-pack repo\ngit-receive-pack repo'
}

@test "worktrees need git 2.11" {
  for version in 1.9.1 2.10.9 2; do
    stub_script "$WORLD/bin/git" <<<$'#!/bin/sh\necho "git version '"$version"'"'
    lib git/functions <<<'use_git_worktree || echo no'
    expect 0 "no"
  done
  for version in 2.11.0 "2.30.2 (Apple Git)" 3.0; do
    stub_script "$WORLD/bin/git" <<<$'#!/bin/sh\necho "git version '"$version"'"'
    lib git/functions <<<'use_git_worktree && echo yes'
    expect 0 "yes"
  done
}

@test "plugins are named after their URL" {
  lib plugin/functions <<<'plugin_name https://x/dokku-redis.git; plugin_name git@h:u/legit; plugin_name /a/dokku-x'
  expect 0 $'redis\nlegit\nx'
}

@test "a plugin is downloaded, enabled and pinned" {
  lib plugin/functions <<'S'
plugn() { echo "plugn $*"; if [[ "$1" == install ]]; then mkdir "$PLUGIN_AVAILABLE_PATH/$3"; fi; }
download_and_enable_plugin https://x/dokku-redis.git --committish v1 --other --name mine
S
  expect 0 "-----> Cloning plugin repo https://x/dokku-redis.git to $PLUGIN_AVAILABLE_PATH/mine
plugn install https://x/dokku-redis.git mine
plugn enable mine
-----> Plugin mine enabled
plugn update mine v1"
}

@test "plugin errors come in their order" {
  # Here, unlike in the flat world above, third-party plugins are not below the core path.
  export PLUGIN_AVAILABLE_PATH="$WORLD/third"
  mkdir -p "$PLUGIN_AVAILABLE_PATH/extra"
  run bash -c 'source "$PLUGIN_CORE_AVAILABLE_PATH/plugin/functions"
    for c in "disable_plugin" "disable_plugin ps" "disable_plugin extra" "enable_plugin" "enable_plugin nope" "uninstall_plugin" "uninstall_plugin ps" "uninstall_plugin nope" "update_plugin nope"; do ($c) || true; done
    enable_plugin extra; uninstall_plugin extra'
  expect 0 "Please specify a plugin to disable
Cannot disable a core plugin
Plugin already disabled
Please specify a plugin to enable
Plugin does not exist
Please specify a plugin to uninstall
Cannot uninstall a core plugin
Plugin (nope) is not currently installed
Plugin (nope) is not currently installed
-----> Plugin extra enabled
-----> Plugin extra uninstalled"
}

@test "a retired container is noted with the time of its end" {
  lib scheduler-docker-local/internal-functions <<<'fn-scheduler-docker-local-register-retired-container my_app c1 60'
  read -r app cid time <"$DOKKU_LIB_ROOT/data/scheduler-docker-local/dead-containers"
  [[ "$app $cid" == "my_app c1" && "$time" -ge $(($(date +%s) + 50)) && "$time" -le $(($(date +%s) + 61)) ]]
}

@test "app.json scripts are asked for with the caller's app" {
  lib app-json/internal-functions <<<'f() { local APP=my_app; get_phase_script img predeploy; }; f'
  expect_calls "common/fn [get_phase_script] [my_app] [img] [predeploy]"
}

@test "help comes from the commands link, and in full if the parent was asked for all" {
  lib certs/help-functions <<<'cmd-certs-help certs:help; cmd-certs-help help; fn-help-content'
  expect_calls $'certs/commands [certs:help]\ncerts/commands [help]\ncommon/fn [fn-help-content] [certs]'
  : >"$CALLS"
  run bash -c 'bash -c "source \$PLUGIN_AVAILABLE_PATH/certs/help-functions; cmd-certs-help help"; :' dokku help --all
  expect_calls "common/fn [fn-help-content] [certs]"
}
