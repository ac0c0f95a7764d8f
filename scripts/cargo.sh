#!/usr/bin/env bash
# Runs cargo in this checkout, as the user who called sudo if it was called by sudo: the build
# directory stays that user's. Finds a cargo that is not in PATH, as after sudo.
set -euo pipefail

home_of() { getent passwd "$1" | cut -d: -f6; }

# find_cargo HOME: PATH first, then where rustup puts it, then Debian's.
find_cargo() {
  local path
  if path=$(type -P cargo); then
    echo "$path"
    return 0
  fi
  for path in "${CARGO_HOME:-$1/.cargo}/bin/cargo" /usr/local/cargo/bin/cargo; do
    if [[ -x $path ]]; then
      echo "$path"
      return 0
    fi
  done
  echo 'cargo.sh: no cargo found; install Rust from https://rustup.rs' >&2
  return 127
}

main() {
  local user=${SUDO_USER:-} home cargo
  cd "${BASH_SOURCE[0]%/*}/.."
  if ((EUID != 0)) || [[ -z $user || $user == root ]]; then
    home=$HOME
    cargo=$(find_cargo "$home")
    PATH=${cargo%/*}:$PATH exec "$cargo" "$@"
  fi
  home=$(home_of "$user")
  cargo=$(find_cargo "$home")
  exec sudo -u "$user" -H -- env "PATH=${cargo%/*}:$PATH" DOKKU_GIT_REV="${DOKKU_GIT_REV:-}" "$cargo" "$@"
}

main "$@"
