# shellcheck shell=bash
# Shared by the shims-*.bats suites: a scratch world in which docker, plugn, sudo and the links to
# the binary are stand-ins that record their calls.
# shellcheck disable=SC2016 # the scripts under test expand their variables themselves
# shellcheck disable=SC2154 # status and output are set by bats

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
  "container cp"*) for dst; do :; done; cp -Pf "$WORLD/image-file" "$dst" ;;
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
