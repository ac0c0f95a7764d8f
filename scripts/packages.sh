#!/usr/bin/env bash
# Installs the Debian and Ubuntu packages that dokku-rs needs, and only those that are missing.
# An engine or a server that came another way (docker-ce, nginx-full, openresty) is left alone.
set -euo pipefail

readonly DEMO_PACKAGES=(
  docker.io nginx-light git openssh-server openssh-client sudo curl ca-certificates openssl
  busybox-static bash-static rsyslog cron logrotate bsdextrautils gcc libc6-dev
)
readonly TEST_PACKAGES=(bats shellcheck jq socat strace)

usage() {
  cat <<'TEXT'
Usage: packages.sh [--dry-run] demo|test
  demo   what a machine needs to run dokku-rs and its sample apps
  test   the same, and what its test suites need
TEXT
}

fail() {
  echo "packages.sh: $1" >&2
  exit "${2:-1}"
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

have() { PATH=$PATH:/usr/sbin:/sbin type -P "$1" >/dev/null; }

# needed PACKAGE: is it missing, and is there nothing else that does its work?
needed() {
  case $1 in
    docker.io) ! have dockerd && ! docker_answers ;;
    gcc | libc6-dev) ! have cc ;;
    nginx-light) ! have nginx && ! have openresty ;;
    *) [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) != installed ]] ;;
  esac
}

docker_answers() { "${DOCKER_BIN:-docker}" info >/dev/null 2>&1; }

# Debian 13 moved the client out of docker.io into a package that is only recommended.
client_package() {
  if ! have docker && [[ $(apt-cache show docker-cli 2>/dev/null) == 'Package: docker-cli'* ]]; then
    echo docker-cli
  fi
}

install_packages() {
  local packages=("$@") client
  as_root apt-get update -q
  client=$(client_package)
  if [[ " ${packages[*]} " == *' docker.io '* && -n $client ]]; then packages+=("$client"); fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${packages[@]}"
}

main() {
  local dry_run='' package wanted missing=()
  if [[ ${1:-} == --dry-run ]]; then
    dry_run=1
    shift
  fi
  case ${1:-} in
    demo) wanted=("${DEMO_PACKAGES[@]}") ;;
    test) wanted=("${DEMO_PACKAGES[@]}" "${TEST_PACKAGES[@]}") ;;
    help | -h | --help)
      usage
      return 0
      ;;
    *)
      usage >&2
      return 2
      ;;
  esac
  have apt-get || fail 'this needs Debian or Ubuntu (apt-get)'
  for package in "${wanted[@]}"; do
    if needed "$package"; then missing+=("$package"); fi
  done
  if ((${#missing[@]} == 0)); then return 0; fi
  echo "missing packages: ${missing[*]}"
  if [[ -z $dry_run ]]; then install_packages "${missing[@]}"; fi
}

main "$@"
