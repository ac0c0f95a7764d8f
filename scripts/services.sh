#!/usr/bin/env bash
# Starts and checks the services that dokku-rs needs: docker, nginx, ssh, rsyslog.
# Works with systemd, with init scripts and without any init. Quiet unless something fails.
# Can be sourced: start_SERVICE and SERVICE_running are the functions behind the commands.
set -euo pipefail

readonly DOCKERD_LOG=/var/log/dockerd.log
readonly WAIT_SECONDS=60

usage() {
  cat <<'TEXT'
Usage: services.sh start docker|nginx|ssh|rsyslog|all...   start what is not running yet
       services.sh wait [SERVICE...]                       wait until they answer (60 s)
       services.sh status                                  one line a service, exit 1 if one is down
TEXT
}

fail() {
  echo "services.sh: $1" >&2
  shift
  if (($#)); then printf '  %s\n' "$@" >&2; fi
  return 1
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

have() { PATH=$PATH:/usr/sbin:/sbin type -P "$1" >/dev/null; }

has_systemd() { [[ -d /run/systemd/system ]]; }

# All services that are installed, in the order in which they are started.
installed_services() {
  local service
  for service in rsyslog docker nginx ssh; do
    if "${service}_installed"; then echo "$service"; fi
  done
}

docker_installed() { have dockerd || have "${DOCKER_BIN:-docker}"; }
nginx_installed() { have nginx; }
ssh_installed() { have sshd; }
rsyslog_installed() { have rsyslogd; }

docker_running() {
  "${DOCKER_BIN:-docker}" info >/dev/null 2>&1 || { ((EUID)) && as_root "${DOCKER_BIN:-docker}" info >/dev/null 2>&1; }
}
nginx_running() { process_is "$(cat /run/nginx.pid 2>/dev/null)" nginx; }
rsyslog_running() { process_is "$(cat /run/rsyslogd.pid 2>/dev/null)" rsyslogd; }

# Asks for the banner: with socket activation there is no sshd process to look for.
ssh_running() {
  local port banner=''
  port=$(as_root /usr/sbin/sshd -T 2>/dev/null | awk '$1 == "port" { print $2; exit }')
  { read -r -t 5 banner <"/dev/tcp/127.0.0.1/${port:-22}"; } 2>/dev/null || true
  [[ $banner == SSH-* ]]
}

# process_is PID NAME: is PID a living process called NAME, and no zombie?
# (Looking for the name alone would also find the processes inside containers.)
process_is() {
  local pid=$1 name=$2 status
  status=$(cat "/proc/${pid:-none}/status" 2>/dev/null) || return 1
  [[ $status == $'Name:\t'"$name"$'\n'* && $status != *$'\nState:\tZ'* ]]
}

# wait_until SECONDS COMMAND...: 0 as soon as COMMAND succeeds.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

# Tells the init system to start UNIT; its answer is not trusted, the caller looks for itself.
# policy-rc.d has no say here: it only binds invoke-rc.d.
init_start() {
  if has_systemd; then
    as_root systemctl start "$1" >/dev/null 2>&1 || return 1
  else
    as_root service "$1" start >/dev/null 2>&1 || return 1
  fi
}

start_docker() {
  docker_running && return 0
  docker_installed || fail 'docker is not installed' 'install it with scripts/packages.sh demo' || return 1
  have "${DOCKER_BIN:-docker}" || fail "there is no docker client (${DOCKER_BIN:-docker})" || return 1
  if ! init_start docker || ! wait_until 5 docker_running; then
    has_systemd || spawn_dockerd || return 1
  fi
  wait_until "$WAIT_SECONDS" docker_running && return 0
  if has_systemd; then
    fail 'docker does not answer' 'log: journalctl -u docker'
  else
    fail 'docker does not answer' "log: tail $DOCKERD_LOG"
  fi
}

# Runs dockerd by itself, detached from this shell and its terminal. Stale pid files go first:
# dockerd refuses to start over its own, and waits in vain for the containerd of the other.
spawn_dockerd() {
  local docker_pid=/var/run/docker.pid containerd_pid=/var/run/docker/containerd/containerd.pid
  have dockerd || fail 'there is no dockerd to start, and no docker engine answers' || return 1
  if process_is "$(as_root cat "$docker_pid" 2>/dev/null)" dockerd; then return 0; fi
  as_root rm -f "$docker_pid"
  if ! process_is "$(as_root cat "$containerd_pid" 2>/dev/null)" containerd; then
    as_root rm -f "$containerd_pid"
  fi
  as_root bash -c "PATH=\$PATH:/usr/sbin:/sbin setsid nohup dockerd </dev/null >>$DOCKERD_LOG 2>&1 3>&- 4>&- 5>&- &"
}

start_nginx() {
  nginx_running && return 0
  nginx_installed || fail 'nginx is not installed' 'install it with scripts/packages.sh demo' || return 1
  if ! init_start nginx || ! wait_until 3 nginx_running; then
    as_root /usr/sbin/nginx >/dev/null 2>&1 || true
  fi
  wait_until 5 nginx_running && return 0
  as_root /usr/sbin/nginx -t >&2 || true
  fail 'nginx does not start' 'check: nginx -t' 'log: tail /var/log/nginx/error.log'
}

start_ssh() {
  ssh_running && return 0
  ssh_installed || fail 'sshd is not installed' 'install it with scripts/packages.sh demo' || return 1
  as_root ssh-keygen -A >/dev/null || fail 'cannot make the ssh host keys' 'check: ssh-keygen -A' || return 1
  as_root mkdir -p /run/sshd
  if ! init_start ssh || ! wait_until 3 ssh_running; then
    as_root /usr/sbin/sshd >/dev/null 2>&1 || true
  fi
  wait_until 5 ssh_running && return 0
  as_root /usr/sbin/sshd -t >&2 || true
  fail 'sshd does not start' 'check: /usr/sbin/sshd -t' 'log: tail /var/log/auth.log, or journalctl -u ssh'
}

start_rsyslog() {
  rsyslog_running && return 0
  rsyslog_installed || fail 'rsyslog is not installed' 'install it with scripts/packages.sh demo' || return 1
  if ! init_start rsyslog || ! wait_until 3 rsyslog_running; then
    as_root /usr/sbin/rsyslogd >/dev/null 2>&1 || true
  fi
  wait_until 5 rsyslog_running && return 0
  as_root /usr/sbin/rsyslogd -N1 >&2 || true
  fail 'rsyslog does not start' 'check: rsyslogd -N1' 'log: tail /var/log/syslog'
}

start_services() {
  local service failed=0
  for service in "$@"; do
    "start_$service" || failed=1
  done
  return "$failed"
}

wait_for_services() {
  local service failed=0
  for service in "$@"; do
    wait_until "$WAIT_SECONDS" "${service}_running" && continue
    fail "$service does not answer after $WAIT_SECONDS seconds" "start it: $0 start $service" || failed=1
  done
  return "$failed"
}

show_status() {
  local service state failed=0
  for service in docker nginx ssh rsyslog; do
    if "${service}_running"; then
      state=running
    elif "${service}_installed"; then
      state=stopped failed=1
    else
      state='not installed'
    fi
    echo "$service: $state"
  done
  if policy_denies_reload; then
    echo "note: /usr/sbin/policy-rc.d denies 'invoke-rc.d nginx reload'; nginx keeps its old configuration"
  fi
  return "$failed"
}

# invoke-rc.d asks this script and, when denied, exits 0 having done nothing.
policy_denies_reload() {
  local status=0
  [[ -x /usr/sbin/policy-rc.d ]] || return 1
  /usr/sbin/policy-rc.d nginx reload >/dev/null 2>&1 || status=$?
  ((status == 101))
}

# Prints the named services, one a line; "all" and nothing mean those that are installed.
expand_services() {
  local name
  if (($# == 0)); then set -- all; fi
  for name in "$@"; do
    case $name in
      all) installed_services ;;
      docker | nginx | ssh | rsyslog) echo "$name" ;;
      *) fail "unknown service: $name" 'known: docker nginx ssh rsyslog all' ;;
    esac
  done
}

main() {
  local command=${1:-} names services
  shift || true
  case $command in
    start | wait)
      names=$(expand_services "$@")
      readarray -t services <<<"$names"
      if [[ $command == start ]]; then start_services "${services[@]}"; else wait_for_services "${services[@]}"; fi
      ;;
    status) show_status ;;
    help | -h | --help) usage ;;
    *)
      usage >&2
      return 2
      ;;
  esac
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
