# What the *-live.bats files share: a scratch world around the built binary, third-party plugins in
# it, and stand-ins that record their calls for the programs that change a host.
# shellcheck shell=bash

# Lays the world, once per file.
lay_world() {
  local name
  REPO="$(cd "$BATS_TEST_DIRNAME/.." && pwd)"
  export WORLD="$BATS_FILE_TMPDIR/world"
  mkdir -p "$WORLD/tmp" "$WORLD/sys/etc"/{cron.d,logrotate.d,nginx/conf.d,rsyslog.d,sudoers.d}
  # No distribution that is known: nothing of the real host's init system is called.
  printf 'ID=scratch\n' >"$WORLD/sys/etc/os-release"
  "$REPO/scripts/world.sh" "$WORLD" >/dev/null
  for name in adduser chgrp chown gpasswd groupadd initctl invoke-rc.d logger logrotate nginx \
    openresty rsyslogd service sudo sv systemctl useradd userdel usermod; do stand_in "$name"; done
  program docker <"$BATS_TEST_DIRNAME/live-docker.sh"
  cp -a "$WORLD/lib/plugins" "$WORLD/pristine"
}

# Takes the world back to a new host without apps, before each test.
fresh_world() {
  cd "${WORLD:?}" || return 1
  rm -rf home lib/{config,data,services,plugins} answers image tmp
  cp -a pristine lib/plugins
  mkdir -p home answers image tmp lib/{config,data,services}
  printf 'dokku.me\n' | tee home/HOSTNAME >home/VHOST
  : >calls
}

# Runs a command as on the world's host, with nothing else in its environment; NAME=VALUE words in
# front add to that.
here() {
  env -i PATH="$WORLD/bin:$PATH" HOME="$WORLD/home" USER=someone TMPDIR="$WORLD/tmp" LC_ALL=C \
    WORLD="$WORLD" DOKKU_RS_USER=dokku DOKKU_RS_SYSROOT="$WORLD/sys" DOKKU_ROOT="$WORLD/home" \
    DOKKU_LIB_PATH="$WORLD/lib" DOKKU_LOGS_DIR="$WORLD/log" DOKKU_SYSTEM_USER="$(id -un)" \
    DOKKU_SYSTEM_GROUP="$(id -gn)" "$@"
}

dokku() {
  here dokku "$@"
}

as_root() {
  here DOKKU_RS_USER=root dokku "$@"
}

# `plugn trigger ARGS…` as a third-party program calls it.
fire() {
  here PLUGIN_PATH="$WORLD/lib/plugins" plugn trigger "$@"
}

# program NAME: a program of the host, its script on stdin.
program() {
  cat >"$WORLD/bin/$1"
  chmod +x "$WORLD/bin/$1"
}

# stand_in NAME: records its calls; what and how it answers stands in answers/NAME.{out,status}.
stand_in() {
  program "$1" <<STAND_IN
#!/bin/sh
printf '$1' >>"\$WORLD/calls"
for word; do printf ' [%s]' "\$word" >>"\$WORLD/calls"; done
echo >>"\$WORLD/calls"
cat "\$WORLD/answers/$1.out" 2>/dev/null
exit "\$(cat "\$WORLD/answers/$1.status" 2>/dev/null || echo 0)"
STAND_IN
}

# answer NAME STATUS [OUTPUT]: what a stand-in does from now on.
answer() {
  echo "$2" >"$WORLD/answers/$1.status"
  printf '%s' "${3:-}" >"$WORLD/answers/$1.out"
}

# plugin NAME [FILE]: an enabled third-party plugin, with an executable FILE whose bash is on stdin.
plugin() {
  local dir="$WORLD/lib/plugins/available/$1"
  mkdir -p "$dir/subcommands"
  ln -sfn "$dir" "$WORLD/lib/plugins/enabled/$1"
  if [[ ! -f $dir/plugin.toml ]]; then
    printf '[plugin]\ndescription = "a test plugin"\nversion = "1.0.0"\n[plugin.config]\n' >"$dir/plugin.toml"
  fi
  if [[ -n ${2:-} ]]; then
    { printf '#!/usr/bin/env bash\nset -eo pipefail\n' && cat; } >"$dir/$2"
    chmod +x "$dir/$2"
  fi
}

# An app that counts as deployed: an image, and one container on record.
deployed_app() {
  dokku apps:create "$1" >/dev/null
  echo "cid-$1" >"$WORLD/home/$1/CONTAINER.web.1"
  echo "web=1" >"$WORLD/home/$1/DOKKU_SCALE"
  printf 10.0.0.9 >"$WORLD/home/$1/IP.web.1"
  printf 5000 >"$WORLD/home/$1/PORT.web.1"
  echo "dokku/$1:latest" >>"$WORLD/answers/images"
}

# check STATUS OUTPUT: what `run` must have seen.
check() {
  # shellcheck disable=SC2154 # bats' run sets both
  if [[ "$status" -ne "$1" || "$output" != "$2" ]]; then
    printf 'expected status %s, got %s\nexpected:\n%s\ngot:\n%s\n' "$1" "$status" "$2" "$output"
    return 1
  fi
}

# calls_are TEXT: the calls of stand-ins so far.
calls_are() {
  diff <(printf '%s' "${1:+$1$'\n'}") "$WORLD/calls"
}
