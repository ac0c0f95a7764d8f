#!/usr/bin/env bash
# From a machine with nothing but a Rust toolchain to an app in the browser: installs packages and
# dokku, pushes fixtures/apps/hello over ssh and asks it through nginx. Run again, it redeploys.
set -euo pipefail

readonly APP=hello
readonly DOMAIN=hello.dokku.me
readonly KEY=$HOME/.ssh/dokku-rs-demo
KEY_NAME=demo-$(id -un)
readonly KEY_NAME

cd "${BASH_SOURCE[0]%/*}/.."
# shellcheck source=scripts/services.sh
source scripts/services.sh

say() { printf '\n=====> %s\n' "$1"; }

need_root() {
  if ((EUID != 0)) && ! have sudo; then
    echo 'demo.sh: run this as root, or as a user who may use sudo' >&2
    exit 1
  fi
}

install_dokku() {
  make --silent build
  as_root "${CARGO_TARGET_DIR:-target}/release/dokku" install
}

# A key of its own, so that no other key of the user is touched.
make_key() {
  if [[ ! -d ${KEY%/*} ]]; then mkdir -m 700 "${KEY%/*}"; fi
  if [[ ! -f $KEY ]]; then ssh-keygen -q -t ed25519 -N '' -C "$KEY_NAME" -f "$KEY"; fi
  # The host keys of this machine may be new since the last run.
  rm -f "$KEY.known_hosts"
}

# Lets the key in; one of an earlier demo by the same name goes.
register_key() {
  local fingerprint known
  fingerprint=$(ssh-keygen -lf "$KEY.pub" | cut -d ' ' -f 2)
  known=$(as_root dokku ssh-keys:list 2>/dev/null || true)
  if grep -qF "$fingerprint " <<<"$known"; then return 0; fi
  if grep -qF "NAME=\"$KEY_NAME\"" <<<"$known"; then as_root dokku ssh-keys:remove "$KEY_NAME"; fi
  as_root dokku ssh-keys:add "$KEY_NAME" "$KEY.pub"
}

create_app() {
  if as_root dokku apps:exists "$APP" >/dev/null 2>&1; then return 0; fi
  as_root dokku apps:create "$APP"
  as_root dokku domains:set "$APP" "$DOMAIN"
  as_root dokku config:set --no-restart "$APP" GREETING="Deployed by git push"
}

ssh_port() { as_root /usr/sbin/sshd -T 2>/dev/null | awk '$1 == "port" { print $2; exit }'; }

# One commit more than the app has: git has nothing to send otherwise.
push_app() {
  local commits
  commits=$(as_root sudo -u dokku git -C "/home/dokku/$APP" rev-list --count master 2>/dev/null || echo 0)
  PUSH_COMMITS=$((commits + 1)) \
    GIT_SSH_COMMAND="ssh -i '$KEY' -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile='$KEY.known_hosts'" \
    fixtures/apps/push-app.sh "$APP" "$APP" master "localhost:$(ssh_port)"
}

# The domain need not resolve here: curl is told the address.
ask() { curl --silent --show-error --fail --max-time 10 --resolve "$DOMAIN:80:127.0.0.1" "http://$DOMAIN/"; }

# nginx reloads in the background: its old workers may still hand out another site's page.
app_answers() {
  PAGE=$(ask 2>&1) && [[ $PAGE == *'Hello from dokku-rs'* ]]
}

show_answer() {
  local status=0
  wait_until 10 app_answers || status=$?
  printf '%s\n' "$PAGE"
  if ((status)); then
    echo "demo.sh: this is not the app's page; see: dokku nginx:show-config $APP, nginx -t" >&2
    return 1
  fi
}

main() {
  need_root
  say 'Packages'
  scripts/packages.sh demo
  say 'Services'
  start_services rsyslog docker nginx ssh
  say 'dokku'
  install_dokku
  as_root fixtures/images/build.sh base
  say "git push of $APP"
  make_key
  register_key
  create_app
  push_app
  say "http://$DOMAIN/ answers"
  show_answer
  cat <<TEXT

Deployed. Ask again:   curl --resolve $DOMAIN:80:127.0.0.1 http://$DOMAIN/
In a browser:          put "127.0.0.1 $DOMAIN" into /etc/hosts, then open http://$DOMAIN/
What dokku can do:     dokku help        Take the app away: dokku --force apps:destroy $APP
TEXT
}

main "$@"
