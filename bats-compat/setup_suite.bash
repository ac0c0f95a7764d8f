#!/usr/bin/env bash
# Once for all suites: services and base images, an ssh key that dokku knows, the global domain.
# Everything that is changed here is put back by teardown_suite.
# shellcheck source=bats-compat/helpers.bash
source "${BASH_SOURCE[0]%/*}/helpers.bash"

need_root() {
  if ((EUID != 0)); then die 'run the suites as root'; fi
}

# The repository's own scripts; without them the services and images have to be there already.
start_everything() {
  if [[ -x $PROJECT/scripts/services.sh ]]; then "$PROJECT/scripts/services.sh" start all; fi
  if [[ -x $FIXTURES/images/build.sh ]]; then "$FIXTURES/images/build.sh" >&2; fi
}

need_dokku() {
  if ! type -P dokku >/dev/null; then die 'no dokku in PATH: install one first (make install)'; fi
}

# add_key NAME FILE: by dokku, and by sshcommand where dokku is too old for it.
add_key() {
  dokku ssh-keys:add "$1" "$2" >/dev/null 2>&1 || sshcommand acl-add dokku "$1" <"$2" >/dev/null
}

make_key() {
  ssh-keygen -q -t ed25519 -N '' -C bats-compat -f "$COMPAT_DIR/key"
  add_key "$KEY_NAME" "$COMPAT_DIR/key.pub"
}

remove_key() {
  dokku ssh-keys:remove "$KEY_NAME" >/dev/null 2>&1 || sshcommand acl-remove dokku "$KEY_NAME"
}

ssh_port() { /usr/sbin/sshd -T 2>/dev/null | awk '$1 == "port" { print $2; exit }'; }

# ssh without the user's own configuration, keys and known hosts.
write_ssh_config() {
  cat >"$COMPAT_DIR/ssh_config" <<CONF
Host *
  User dokku
  Port $(ssh_port)
  IdentityFile $COMPAT_DIR/key
  IdentitiesOnly yes
  IdentityAgent none
  BatchMode yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  GlobalKnownHostsFile /dev/null
  LogLevel ERROR
CONF
}

# The domains of the server as words; empty when there are none.
global_domains() { dokku domains:report --global --domains-global-vhosts 2>/dev/null || true; }

set_global_domain() {
  global_domains >"$COMPAT_DIR/global-domains"
  if [[ $(<"$COMPAT_DIR/global-domains") != "$DOMAIN" ]]; then
    dokku domains:set-global "$DOMAIN" >/dev/null
  fi
}

restore_global_domain() {
  local words
  read -ra words <"$COMPAT_DIR/global-domains" || true
  if [[ ${words[*]} == "$(global_domains)" ]]; then return 0; fi
  if ((${#words[@]})); then
    dokku domains:set-global "${words[@]}" >/dev/null
  else
    dokku domains:clear-global >/dev/null
  fi
}

setup_suite() {
  need_root
  need_dokku
  start_everything
  COMPAT_ID=$(printf '%04x' "$((RANDOM % 65536))")
  COMPAT_DIR=$BATS_SUITE_TMPDIR/compat
  KEY_NAME=bats-compat-$COMPAT_ID
  export COMPAT_ID COMPAT_DIR KEY_NAME
  mkdir "$COMPAT_DIR"
  # The dokku user reads repositories and archives from there.
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR" "$COMPAT_DIR"
  make_key
  write_ssh_config
  set_global_domain
}

teardown_suite() {
  if [[ -z ${COMPAT_DIR:-} || ! -d $COMPAT_DIR ]]; then return 0; fi
  remove_key
  restore_global_domain
  # What the suites' apps have left in the list of containers to be retired.
  dokku ps:retire >/dev/null
}
