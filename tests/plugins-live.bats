#!/usr/bin/env bats
# What a third-party plugin sees of the real binary: environment, dispatch, help, triggers, events
# and authorisation (references 01, 03 and 05), in a scratch world.
# shellcheck disable=SC2016 # the plugins expand their variables themselves
bats_require_minimum_version 1.5.0
load live

setup_file() { lay_world; }
setup() { fresh_world; }

# --- environment ----------------------------------------------------------------------------------

environment_plugin() {
  plugin probe subcommands/env <<<'env | grep -vE "^(_|PWD|SHLVL|PATH|WORLD|DOKKU_RS_.*|TMPDIR|LC_ALL|HOME)=" | sort'
}

@test "a plugin gets every variable of the contract, and only those" {
  environment_plugin
  run dokku probe:env
  pid="$(grep ^DOKKU_PID= <<<"$output")"
  labels="--label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku --label=dokku"
  check 0 "DOCKER_BIN=docker
DOKKU_API_VERSION=1
DOKKU_CONTAINER_LABEL=dokku
DOKKU_DISTRO=scratch
DOKKU_EVENTS_LOGFILE=$WORLD/log/events.log
DOKKU_GLOBAL_BUILD_ARGS=$labels
DOKKU_GLOBAL_FLAGS=
DOKKU_GLOBAL_RUN_ARGS=$labels
DOKKU_HOST_ROOT=$WORLD/home
DOKKU_IMAGE=gliderlabs/herokuish:latest
DOKKU_LIB_PATH=$WORLD/lib
DOKKU_LIB_ROOT=$WORLD/lib
DOKKU_LOGS_DIR=$WORLD/log
DOKKU_NOT_IMPLEMENTED_EXIT=10
$pid
DOKKU_ROOT=$WORLD/home
DOKKU_SYSTEM_GROUP=$(id -gn)
DOKKU_SYSTEM_USER=$(id -un)
DOKKU_VALID_EXIT=0
PLUGIN_AVAILABLE_PATH=$WORLD/lib/plugins/available
PLUGIN_CORE_AVAILABLE_PATH=$WORLD/lib/core-plugins/available
PLUGIN_CORE_ENABLED_PATH=$WORLD/lib/core-plugins/enabled
PLUGIN_CORE_PATH=$WORLD/lib/core-plugins
PLUGIN_ENABLED_PATH=$WORLD/lib/plugins/enabled
PLUGIN_PATH=$WORLD/lib/plugins
SSH_NAME=default
SSH_USER=someone
USER=someone"
  [[ "$pid" =~ ^DOKKU_PID=[1-9][0-9]*$ ]]
}

@test "global flags become variables wherever they stand, and stay in a plugin's arguments behind the command" {
  plugin probe subcommands/flags <<'S'
echo "args: $*"
env | grep -E '^DOKKU_(QUIET_OUTPUT|DETACH_CONTAINER|TRACE|RM_CONTAINER|APPS_FORCE_DELETE|APP_NAME|GLOBAL_FLAGS)=' | sort
S
  run dokku --quiet --app my_app --rm probe:flags a --force --detach --label=a=b --no-restart
  check 0 "args: probe:flags a --force --detach --label=a=b --no-restart
DOKKU_APPS_FORCE_DELETE=1
DOKKU_APP_NAME=my_app
DOKKU_DETACH_CONTAINER=1
DOKKU_GLOBAL_FLAGS=--quiet --app --rm --force --detach --label=a=b --no-restart
DOKKU_QUIET_OUTPUT=1
DOKKU_RM_CONTAINER=1"
  run --separate-stderr dokku --trace probe:flags
  check 0 "args: probe:flags
DOKKU_GLOBAL_FLAGS=--trace
DOKKU_TRACE=1"
}

@test "the host's files and the caller's environment override the defaults, a caller's docker does not" {
  environment_plugin
  mkdir -p "$WORLD/sys/etc/default" "$WORLD/home/.dokkurc"
  printf 'export POSTGRES_IMAGE=postgres\nDOKKU_IMAGE=mine\nNOT_EXPORTED=x\n' >"$WORLD/sys/etc/default/dokku"
  echo 'export REDIS_IMAGE=redis' >"$WORLD/home/dokkurc"
  echo 'export DOKKU_WAIT="$((30 + 1))"' >"$WORLD/home/.dokkurc/DOKKU_WAIT"
  run here DOCKER_BIN=evil DOKKU_HOST_ROOT=/mnt DOKKU_LIB_ROOT=/elsewhere NAME=admin FINGERPRINT=SHA256:x dokku probe:env
  rm "$WORLD/sys/etc/default/dokku"
  for line in DOCKER_BIN=docker DOKKU_HOST_ROOT=/mnt "DOKKU_LIB_ROOT=$WORLD/lib" DOKKU_IMAGE=mine \
    POSTGRES_IMAGE=postgres REDIS_IMAGE=redis DOKKU_WAIT=31 SSH_NAME=admin NAME=admin FINGERPRINT=SHA256:x; do
    grep -qxF "$line" <<<"$output" || { echo "missing $line in: $output"; return 1; }
  done
  [[ "$output" != *NOT_EXPORTED* ]]
  echo 'export DOCKER_BIN=/opt/docker' >"$WORLD/home/.dokkurc/DOCKER_BIN"
  run dokku probe:env
  grep -qx DOCKER_BIN=/opt/docker <<<"$output"
}

@test "every nested dokku has its own pid, and the outer flags" {
  plugin probe subcommands/outer <<<'echo "$DOKKU_PID"; dokku probe:inner --quiet'
  plugin probe subcommands/inner <<<'echo "$DOKKU_PID $DOKKU_GLOBAL_FLAGS"'
  run dokku --force probe:outer
  [[ "$status" -eq 0 && "${lines[0]}" =~ ^[0-9]+$ && "${lines[1]}" =~ ^[0-9]+\ --force$ ]]
  [[ "${lines[0]}" != "${lines[1]% *}" ]]
}

# --- dispatch -------------------------------------------------------------------------------------

@test "a subcommand is called by its own path with the full command first, and its status is dokku's" {
  plugin probe subcommands/default <<<'echo "$0 $# [$1] [$2]"; exit 10'
  plugin probe subcommands/sub <<<'echo "$0 $# [$1] [$2] [$3]"; exit 3'
  run dokku probe 'a b'
  check 10 "$WORLD/lib/plugins/enabled/probe/subcommands/default 2 [probe] [a b]"
  run dokku probe:sub '' $'two\nlines'
  check 3 "$WORLD/lib/plugins/enabled/probe/subcommands/sub 3 [probe:sub] [] [two
lines]"
}

@test "only core plugins get the app of --app as an argument" {
  plugin probe subcommands/sub <<<'echo "$# $DOKKU_APP_NAME"; dokku config:get KEY'
  dokku apps:create app
  dokku --app app config:set --no-restart KEY=value
  run dokku --app app probe:sub
  check 0 $'1 app\nvalue'
}

@test "a file without executable bit, a disabled plugin and an unknown one are no commands" {
  unknown() {
    run dokku "$@"
    check 1 " !     \`$*\` is not a dokku command.
 !     See \`dokku help\` for a list of available commands."
  }
  plugin probe subcommands/sub <<<'echo ran'
  chmod -x "$WORLD/lib/plugins/available/probe/subcommands/sub"
  unknown probe:sub a
  chmod +x "$WORLD/lib/plugins/available/probe/subcommands/sub"
  rm "$WORLD/lib/plugins/enabled/probe"
  unknown probe:sub a
  unknown nothing:here 'a b' c
}

@test "commands files are asked in order until one fails; 10 means not mine, 0 goes on" {
  plugin a-first commands <<<'echo "first $*"; exit "$DOKKU_NOT_IMPLEMENTED_EXIT"'
  plugin b-handles commands <<<'echo "handles"'
  plugin c-too commands <<<'echo "too"; [[ "$2" != fail ]] || exit 7'
  plugin d-last commands <<<'echo "last"; exit 10'
  run dokku some:thing x
  check 0 $'first some:thing x\nhandles\ntoo\nlast'
  run dokku some:thing fail
  check 7 $'first some:thing fail\nhandles\ntoo'
}

@test "a commands file is asked only for what no subcommand file serves" {
  plugin probe commands <<<'echo asked; exit 10'
  plugin probe subcommands/sub <<<'echo sub'
  run dokku probe:sub
  check 0 sub
  run dokku apps:list
  [[ "$output" != *asked* ]]
}

@test "stdin, a closed pipe and a signal pass through" {
  plugin probe subcommands/cat <<<'cat'
  plugin probe subcommands/yes <<<'exec yes'
  plugin probe subcommands/killed <<<'kill -TERM $$'
  head -c 300000 /dev/urandom >"$WORLD/tmp/data"
  dokku probe:cat <"$WORLD/tmp/data" >"$WORLD/tmp/copy"
  cmp "$WORLD/tmp/copy" "$WORLD/tmp/data"
  run bash -c "source '$BATS_TEST_DIRNAME/live.bash'; dokku probe:yes | head -n 1"
  check 0 y
  run -143 dokku probe:killed
  # Over ssh such a name means that quotes count, and that xargs stood in between.
  plugin probe-config subcommands/sub <<<'cat; echo "[$2]"; exit 3'
  run here SSH_ORIGINAL_COMMAND='probe-config:sub "a b"' dokku probe-config:sub '"a' 'b"' <<<input
  check 123 $'input\n[a b]'
}

@test "a core plugin's own files work when plugins call them by path" {
  dokku apps:create app
  plugin probe subcommands/paths <<'S'
"$PLUGIN_AVAILABLE_PATH/config/subcommands/set" config:set --no-restart app K=v
"$PLUGIN_CORE_AVAILABLE_PATH/config/subcommands/get" config:get app K
"$PLUGIN_ENABLED_PATH/config/commands" config app
"$PLUGIN_ENABLED_PATH/config/config-get" app K; echo
"$PLUGIN_ENABLED_PATH/ps/commands" nothing || echo "status $?"
"$PLUGIN_ENABLED_PATH/certs/subcommands/report" certs:report app --ssl-enabled
cd "$PLUGIN_AVAILABLE_PATH/config"
./config-get app K
./subcommands/get config:get app K
S
  run dokku probe:paths
  check 0 "-----> Setting config vars
       K:  v
v
=====> app env vars
K:  v
v
status 10
false
vv"
}

# --- help -----------------------------------------------------------------------------------------

helpful_plugin() {
  plugin probe commands <<'S'
case "$1" in
  help)
    if [[ "$(ps -o command= "$PPID")" == *--all* ]]; then
      printf '    probe:two <x>, Two\n    probe:one, One\n'
    else
      echo '    probe, Probes'
    fi
    ;;
  probe:help) echo "help of probe" ;;
  *) exit "$DOKKU_NOT_IMPLEMENTED_EXIT" ;;
esac
S
}

@test "help shows a summary of a community plugin, help --all its commands" {
  helpful_plugin
  run dokku help
  [[ "$status" -eq 0 && "$output" == *$'\n    version                  Print dokku'*$'\n    probe   Probes' ]]
  run dokku help --all
  [[ "$status" -eq 0 && "$output" == *$'\n    probe:one       One\n    probe:two <x>   Two' ]]
  run dokku --quiet help --all
  [[ "$output" == *"probe:one"* ]]
  run dokku probe:help
  check 0 "help of probe"
}

@test "the commands link of a core plugin looks at its parent, too" {
  plugin probe subcommands/help <<'S'
bash -c '"$PLUGIN_ENABLED_PATH/trace/commands" help; :'
bash -c '"$PLUGIN_ENABLED_PATH/trace/commands" help; :' bash --all
source "$PLUGIN_AVAILABLE_PATH/trace/help-functions"
fn-help-content
S
  run dokku probe:help
  check 0 "    trace, Manage trace mode
    trace:on, Enable trace mode
    trace:off, Disable trace mode
    trace:on, Enable trace mode
    trace:off, Disable trace mode"
}

@test "completion knows the commands of community plugins" {
  helpful_plugin
  run as_root plugin:install
  [[ "$status" -eq 0 ]] || check 0 ""
  grep -qx probe:one "$WORLD/sys/var/cache/dokku-completion"
  grep -qx apps:create "$WORLD/sys/var/cache/dokku-completion"
}

# --- triggers -------------------------------------------------------------------------------------

@test "hooks of core and third-party plugins run in the order of their directory names" {
  for name in 00_a m_between zz_last; do plugin "$name" proxy-type <<<'echo "${0%/*} ${0##*/} [$*]" | sed "s|.*/enabled/||"'; done
  run fire proxy-type app 'b c' ''
  check 0 $'00_a proxy-type [app b c ]\nm_between proxy-type [app b c ]\nnginx\nzz_last proxy-type [app b c ]'
}

@test "hooks share one stdin: the first that reads takes it" {
  plugin a nothing-special <<<'read -r line; echo "a: $line"'
  plugin b nothing-special <<<'read -r line; echo "b: $line"'
  plugin c nothing-special <<<'cat | sed "s/^/c: /"'
  plugin d nothing-special <<<'cat | sed "s/^/d: /"; echo d'
  run fire nothing-special < <(printf '1\n2\n3\n4\n')
  check 0 $'a: 1\nb: 2\nc: 3\nc: 4\nd'
}

@test "the first failing hook stops the chain with its status" {
  plugin a chain <<<'echo a'
  plugin b chain <<<'exit 42'
  plugin c chain <<<'echo c'
  run fire chain
  check 42 a
  plugin b chain <<<'kill -KILL $$'
  run --separate-stderr fire chain
  check 137 a
}

@test "files without a #! line are bash's, an empty one does nothing" {
  plugin probe
  bare() { # FILE, its text on stdin
    cat >"$WORLD/lib/plugins/available/probe/$1"
    chmod +x "$WORLD/lib/plugins/available/probe/$1"
  }
  bare chain <<<'words=(a b); [[ $1 == x* ]] && echo "${0##*/} ${words[1]} $1 $#"'
  bare subcommands/sub <<<'words=(a b); [[ $2 == x* ]] && echo "${0##*/} ${words[1]} $1"; exit 3'
  bare commands <<<'[[ $1 == probe:word ]] || exit "$DOKKU_NOT_IMPLEMENTED_EXIT"; echo word'
  bare post-create </dev/null
  run fire chain 'x  y' ''
  check 0 'chain b x  y 2'
  run dokku probe:sub x
  check 3 'sub b probe:sub'
  run dokku probe:word
  check 0 word
  run dokku apps:create app
  check 0 "-----> Creating app..."
  # A program of another machine stays one that can't be run.
  bare chain < <(printf '\177ELF\0\0')
  run --separate-stderr fire chain
  check 126 ""
}

@test "no hook, an unknown name, a hook that may not run and a dangling link are nothing" {
  run fire no-such-trigger-at-all a b
  check 0 ""
  run fire
  check 1 ""
  plugin a unrunnable <<<'echo ran'
  chmod -x "$WORLD/lib/plugins/available/a/unrunnable"
  ln -s "$WORLD/lib/plugins/available/gone" "$WORLD/lib/plugins/enabled/gone"
  plugin z unrunnable <<<'echo z'
  run fire unrunnable
  check 0 z
  run dokku apps:create app
  check 0 "-----> Creating app..."
  rm "$WORLD/lib/plugins/enabled/z"
  run fire unrunnable
  check 0 ""
  run here plugn trigger x
  check 2 "!! PLUGIN_PATH is not set in environment"
}

@test "hooks find plugn's variables and the declared settings of their plugin" {
  plugin my-db probe-env <<<'env | grep -E "^(PLUGN_VERSION|SELF|SELF_EXECUTABLE|CONFIG_.*)=" | sed "s|=.*/|=|" | sort'
  printf '[plugin]\ndescription = ""\nversion = ""\n[plugin.config]\nbig-port = {}\nother = {}\nunset = {}\n' \
    >"$WORLD/lib/plugins/available/my-db/plugin.toml"
  printf '[my-db]\nbig-port = "1"\nother = "2"\n' >"$WORLD/lib/plugins/config.toml"
  run here MY_DB_BIG_PORT=9 PLUGIN_PATH="$WORLD/lib/plugins" plugn trigger probe-env
  check 0 "CONFIG_BIG_PORT=9
CONFIG_OTHER=2
CONFIG_UNSET=
PLUGN_VERSION=0.3.2
SELF=plugn
SELF_EXECUTABLE=plugn"
}

@test "hooks of the core's own tree are the core's alone" {
  plugin third proxy-type <<<'echo third'
  run here PLUGIN_PATH="$WORLD/lib/core-plugins" plugn trigger proxy-type app
  check 0 nginx
}

@test "hooks run in the caller's directory with the caller's environment" {
  plugin probe where <<<'pwd; echo "$EXTRA"'
  cd "$WORLD/tmp"
  run here EXTRA=x PLUGIN_PATH="$WORLD/lib/plugins" plugn trigger where
  check 0 "$WORLD/tmp"$'\nx'
}

@test "a command's own triggers reach plugins with the arguments of the catalogue and an empty stdin" {
  for name in post-create post-config-update post-domains-update post-proxy-ports-update pre-delete post-delete \
    post-app-clone-setup post-app-clone post-certs-remove; do
    plugin zz_recorder "$name" <<<'printf "%s" "${0##*/}" >>"$WORLD/calls"; printf " [%s]" "$@" "$(cat)" >>"$WORLD/calls"; echo >>"$WORLD/calls"'
  done
  dokku apps:create app <<<input
  dokku config:set --no-restart app A=1 B=2 <<<input
  dokku config:unset --no-restart app A NOPE <<<input
  dokku config:unset --no-restart app NOPE <<<input
  dokku config:set --global G=1
  calls_are "post-create [app] []
post-config-update [app] [set] [A] [B] []
post-config-update [app] [unset] [A] [NOPE] []
post-config-update [] [set] [G] []"
  : >"$WORLD/calls"
  dokku domains:add app a.me b.me </dev/null
  dokku domains:clear app </dev/null
  dokku proxy:ports-add app http:80:1 </dev/null
  run grep -v post-config-update "$WORLD/calls"
  check 0 "post-domains-update [app] [add] [a.me] [b.me] []
post-domains-update [app] [clear] []
post-proxy-ports-update [app] [add] []"
  : >"$WORLD/calls"
  dokku apps:clone --skip-deploy app copy </dev/null
  dokku --force apps:destroy app </dev/null
  run grep -vE '^(docker|nginx|sudo|post-config-update) ' "$WORLD/calls"
  check 0 "post-create [copy] []
post-certs-remove [copy] []
post-app-clone-setup [app] [copy] []
post-app-clone [app] [copy] []
pre-delete [app] [] []
post-delete [app] [] []"
}

@test "a failing hook stops or warns as its caller does" {
  dokku apps:create app
  plugin probe post-config-update <<<'exit 5'
  run dokku config:set --no-restart app A=1
  check 0 "-----> Setting config vars
       A:  1
 !     Failure while triggering post-config-update: exit status 5"
  plugin probe post-create <<<'exit 6'
  run dokku apps:create other
  check 1 "-----> Creating other...
FAILED: exit status 6"
  plugin probe pre-delete <<<'echo no >&2; exit 7'
  run dokku --force apps:destroy app
  check 1 "-----> Destroying app (including all add-ons)
no
FAILED: exit status 7"
  [[ -d "$WORLD/home/app" ]]
}

@test "what a hook changes is seen by the command that fired it" {
  plugin probe post-create <<<'dokku config:set --no-restart "$1" FROM_HOOK=1; dokku docker-options:add "$1" run -v/x'
  run dokku apps:create app
  run dokku config:get app FROM_HOOK
  check 0 1
}

@test "a receive-branch plugin is asked about pushes of other branches, and refuses them by its status" {
  dokku apps:create app
  zero=0000000000000000000000000000000000000000
  refs() { printf '%s %s refs/heads/%s\n' "$zero" "${zero//0/1}" feature "$zero" "${zero//0/2}" pr; }
  run dokku git-hook app < <(refs)
  [[ "$status" -eq 0 && "$output" == *"WARNING: deploy did not complete, you must push to master."* ]]
  plugin branches receive-branch <<<'echo "$#: $*"; [[ "$3" != refs/heads/pr ]]'
  run dokku git-hook app < <(refs)
  check 1 "3: app ${zero//0/1} refs/heads/feature
3: app ${zero//0/2} refs/heads/pr"
}

# --- events ---------------------------------------------------------------------------------------

@test "with events on every trigger is logged once, with arguments and key" {
  dokku apps:create app
  run dokku events:on
  check 0 "Enabling dokku events logger"
  : >"$WORLD/calls"
  run here NAME=admin FINGERPRINT=SHA256:x dokku config:set --no-restart app 'A=b c'
  calls_are "logger [-t] [dokku-event] [-i] [--] [INVOKED: post-config-update( app set A ) NAME=admin FINGERPRINT=SHA256:x]"
  : >"$WORLD/calls"
  run here DOKKU_EVENTS=1 PLUGIN_PATH="$WORLD/lib/plugins" plugn trigger proxy-type app 'x y'
  check 0 nginx
  calls_are "logger [-t] [dokku-event] [-i] [--] [INVOKED: proxy-type( app x y ) NAME= FINGERPRINT=]"
  run dokku events:off
  : >"$WORLD/calls"
  dokku config:set --no-restart app A=2
  calls_are ""
}

@test "an event is logged although a later hook fails, and is not when an earlier one does" {
  dokku events:on
  plugin 00_early chain-event </dev/null
  plugin zz_late post-config-update <<<'exit 1'
  plugin 00_early post-create <<<'exit 1'
  : >"$WORLD/calls"
  run dokku config:set --global A=1
  run dokku apps:create app
  run grep -c INVOKED "$WORLD/calls"
  check 0 1
}

# --- authorisation --------------------------------------------------------------------------------

@test "a user-auth plugin is asked about every command, and denies by its status" {
  plugin auth user-auth <<<'echo "auth: $*" >&2; [[ "$3" != apps:* || "$2" == admin ]]'
  run dokku version
  check 0 $'auth: someone default version\ndokku version 0.20.4'
  run dokku --quiet apps:create app
  check 1 $'auth: someone default apps:create app\nAccess denied'
  [[ ! -e "$WORLD/home/app" ]]
  run here NAME=admin SSH_USER=root dokku apps:create app
  check 0 $'auth: root admin apps:create app\n-----> Creating app...'
  run here NAME=bob SSH_ORIGINAL_COMMAND="apps:create 'x'" dokku apps:create "'x'"
  check 1 $'auth: someone bob apps:create \'x\'\nAccess denied'
}

@test "nested commands of a plugin are asked about again" {
  plugin auth user-auth <<<'[[ "$3" != config:* ]]'
  plugin probe subcommands/sub <<<'dokku config:get app A || echo "status $?"'
  run dokku probe:sub
  check 0 $'Access denied\nstatus 1'
}

# --- plugin management ----------------------------------------------------------------------------

@test "a plugin is disabled and enabled, and listed either way" {
  plugin probe subcommands/sub <<<'echo sub'
  run as_root plugin:disable probe
  check 0 $'-----> Plugin probe disabled\n-----> Priming bash-completion cache'
  run dokku probe:sub
  [[ "$status" -eq 1 ]]
  run dokku plugin:list
  [[ "$output" == *$'\n  probe                1.0.0 disabled   a test plugin'* ]]
  run as_root plugin:enable probe
  check 0 $'-----> Plugin probe enabled\n-----> Priming bash-completion cache'
  run dokku probe:sub
  check 0 sub
  run dokku plugin:disable probe
  check 1 "This command must be run as root"
}

@test "install, update and uninstall hooks run, and a failing uninstall hook keeps the plugin" {
  plugin probe install <<<'echo "install $#"; mkdir -p "$DOKKU_LIB_ROOT/services/probe"'
  plugin probe update <<<'echo "update $#"'
  plugin probe uninstall <<<'echo "uninstall $1"; [[ ! -e "$WORLD/answers/keep" ]]'
  run as_root --quiet plugin:install
  [[ "$status" -eq 0 && "$output" == *"install 0"* ]] || check 0 ""
  [[ -d "$WORLD/lib/services/probe" ]]
  run as_root --quiet plugin:update
  check 0 "update 0"
  touch "$WORLD/answers/keep"
  run as_root --quiet plugin:uninstall probe
  check 1 "uninstall probe"
  rm "$WORLD/answers/keep"
  run as_root --quiet plugin:uninstall probe
  check 0 "uninstall probe"
  [[ ! -e "$WORLD/lib/plugins/available/probe" && ! -L "$WORLD/lib/plugins/enabled/probe" ]]
}
