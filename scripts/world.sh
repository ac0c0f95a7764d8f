#!/usr/bin/env bash
# A scratch world to try the built binary in: `eval "$(scripts/world.sh DIR)"`, then `dokku …`.
set -euo pipefail
dir=$(realpath -m "${1:?usage: world.sh DIR}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binary="${CARGO_TARGET_DIR:-$here/target}/debug/dokku"
mkdir -p "$dir/home" "$dir/lib" "$dir/log" "$dir/bin" "$dir/sys"
cp -f "$binary" "$dir/bin/dokku"
for face in plugn sigil sshcommand procfile-util; do ln -sf dokku "$dir/bin/$face"; done
printf '0.20.4' >"$dir/lib/STABLE_VERSION"
printf 'dokku.me\n' >"$dir/home/HOSTNAME"
printf 'dokku.me\n' >"$dir/home/VHOST"
export DOKKU_RS_USER=dokku DOKKU_RS_SYSROOT="$dir/sys" DOKKU_ROOT="$dir/home" \
  DOKKU_LIB_PATH="$dir/lib" DOKKU_LOGS_DIR="$dir/log"
DOKKU_LIB_ROOT="$dir/lib" "$dir/bin/dokku" layout "$dir/bin/dokku"
cat <<EOF
export DOKKU_RS_USER=dokku DOKKU_RS_SYSROOT="$dir/sys" DOKKU_ROOT="$dir/home"
export DOKKU_LIB_PATH="$dir/lib" DOKKU_LOGS_DIR="$dir/log" PATH="$dir/bin:\$PATH"
EOF
