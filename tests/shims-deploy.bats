#!/usr/bin/env bats
# The sourceable bash libraries in plugins/ without the native binary: containers, deploys, text, locks, properties, docker options.
# shellcheck disable=SC2016 # the scripts under test expand their variables themselves

load shims

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

@test "several containers are several whatever the caller's IFS is" {
  containers
  touch "$WORLD/deployed"
  printf 'c1\nc3\n' >"$WORLD/running"
  echo "dokku/my_app:v3" >"$WORLD/container-format"
  for cid in c1 c2 c3; do echo "5000/tcp -> 0.0.0.0:3277${cid#c}" >"$WORLD/ports.$cid"; done
  lib common/functions <<<'IFS=$'"'\n'"'; get_app_running_container_ids my_app; get_container_ports my_app; : >"$CALLS"; get_running_image_tag my_app'
  expect 0 $'c1 c3 \n32771->5000/tcp\n32772->5000/tcp\n32773->5000/tcp\nv3'
  expect_calls "docker [container] [inspect] [--format] [{{ .Config.Image }}] [c1]"
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

@test "auth asks the only hook there is, unless it is the events plugin's" {
  mkdir -p "$PLUGIN_ENABLED_PATH/acl"
  touch "$PLUGIN_ENABLED_PATH/acl/user-auth"
  USER=root lib common/functions <<<'dokku_auth apps:list'
  expect_calls "plugn trigger user-auth root default apps:list"
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

@test "a lock holder that dies leaves no file that looks like apps:lock, and cuts off nobody's pid" {
  lib common/functions <<<'acquire_app_deploy_lock my_app exclusive; exit 7'
  [[ "$status" -eq 7 && -s "$DOKKU_ROOT/my_app/.deploy.lock" ]]
  lib common/functions <<<'echo 4711 >"$DOKKU_ROOT/my_app/.deploy.lock"; exec 7<"$DOKKU_ROOT/my_app/.deploy.lock"; flock 7
(acquire_app_deploy_lock my_app exclusive) || cat "$DOKKU_ROOT/my_app/.deploy.lock"'
  [[ "$output" == *4711 ]]
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

@test "a lock file that cannot be opened is a failure, not an endless wait" {
  separate common/functions <<<'sleep() { exit 9; }; acquire_advisory_lock "$WORLD/no/lock" waiting wait fail || echo "status $?"'
  [[ "$(cat "$WORLD/out")" == "status 1" ]]
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

@test "options that are added at the same time all stay, and the app's lock is waited for" {
  lib docker-options/functions <<'S'
APP=my_app; phases=(deploy)
for i in {1..15}; do add_passed_docker_option phases[@] "--add $i" & done
wait
grep -c . "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_DEPLOY"
exec 8<"$DOKKU_ROOT/my_app"
flock 8
add_passed_docker_option phases[@] --late 8<&- &
sleep 0.5
grep -e --late "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_DEPLOY" || echo waits
flock -u 8
wait
grep -e --late "$DOKKU_ROOT/my_app/DOCKER_OPTIONS_DEPLOY"
S
  expect 0 $'15\nwaits\n--late'
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
