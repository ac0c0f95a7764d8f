#!/usr/bin/env bats
# The sourceable bash libraries in plugins/ without the native binary: sourcing, loggers, apps, images.
# shellcheck disable=SC2016 # the scripts under test expand their variables themselves

load shims

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
  lib common/functions <<<'is_valid_app_name $'"'a\nb'"'; echo survived'
  expect 1 "App name must begin with lowercase alphanumeric character"
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

@test "a failing deployed-app hook counts for what it printed, and does not end the caller" {
  stub_script "$WORLD/bin/plugn" <<<$'#!/bin/sh\n[ "$2" = deployed-app-image-tag ] && printf 7\nexit 5'
  lib common/functions <<<'get_deploying_app_image_name my_app v1; echo survived'
  expect 0 $'dokku/my_app:7\nsurvived'
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

@test "copy_from_image passes several run arguments whatever the caller's IFS is" {
  echo x >"$WORLD/image-file"
  lib common/functions <<<'IFS=,; APP=my_app; copy_from_image img /f "$WORLD/dst"; [[ "$IFS" == , ]] && echo kept'
  expect 0 kept
  grep -qF '[--label=a=1] [--label=dokku] [img]' "$CALLS"
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

@test "copy_from_image does not follow an image's link to a file of the host" {
  echo secret >"$WORLD/host-file"
  ln -s "$WORLD/host-file" "$WORLD/image-file"
  lib common/functions <<<'APP=my_app; copy_from_image img /f "$WORLD/dst" || echo "status $?"'
  expect 0 "status 1"
  [[ ! -e "$WORLD/dst" && "$(cat "$WORLD/host-file")" == secret ]]
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
