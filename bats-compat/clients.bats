#!/usr/bin/env bats
# The same push with every docker client that this machine has: dokku is told which by DOCKER_BIN
# in $DOKKU_ROOT/.dokkurc.

load helpers

readonly CONF=$DOKKU_HOME/.dokkurc/DOCKER_BIN

setup_file() {
  setup_apps clients
  if [[ -e $CONF ]]; then cp -p "$CONF" "$BATS_FILE_TMPDIR/DOCKER_BIN"; fi
}

teardown_file() {
  restore_client
  teardown_apps
}

setup() { suite clients; }

restore_client() {
  if [[ -e $BATS_FILE_TMPDIR/DOCKER_BIN ]]; then
    cp -p "$BATS_FILE_TMPDIR/DOCKER_BIN" "$CONF"
  else
    rm -f "$CONF"
  fi
}

use_client() {
  mkdir -p "${CONF%/*}"
  echo "export DOCKER_BIN=$1" >"$CONF"
  chown -R dokku:dokku "${CONF%/*}"
}

# with_client PATH WHAT: a life of an app, from push to restart; the page is there at every stage.
with_client() {
  local client=$1 web
  if [[ ! -x $client ]]; then
    echo "# $client: not on this machine" >&3
    client=$(type -P docker)
  fi
  echo "# $client: $("$client" version --format '{{.Client.Version}}')" >&3
  web=$(app "$2")
  use_client "$client"
  deploy dockerfile-procfile "$web"
  refute_err_match 'unknown (shorthand )?flag|is not a docker command'
  assert_err_match "^$ESCAPE_RE=====> Application deployed:"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_ok dokku --rm run "$web" echo one-off
  assert_out one-off
  assert_ok dokku --detach run "$web" sleep 1
  assert_match '^[0-9a-f]{64}$'
  assert_ok dokku enter "$web" web echo inside
  assert_out inside
  assert_ok dokku logs "$web" -q
  assert_out 'Listening on 3000'
  assert_ok dokku ps:restart "$web"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_ok dokku tags "$web"
  assert_match "^dokku/$web +latest"
  # The buildpack way feeds containers through stdin, where clients differ most.
  deploy nodejs-express "$web-hk"
  assert_answers "$web-hk.$DOMAIN" nodejs/express
  assert_ok dokku --force apps:destroy "$web"
  assert_equal '' "$(containers "$web")" 'containers'
}

@test "the distribution's client" { with_client /usr/bin/docker debian; }

@test "a newer client" { with_client /usr/local/bin/docker local; }
