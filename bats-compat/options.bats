#!/usr/bin/env bats
# Resource limits, storage mounts and docker options on real containers: what was set before a
# deploy is what the containers have after it, in one-off runs too where it is meant to be.

load helpers

setup_file() {
  setup_apps options
  deploy hello "$(app web)"
}

teardown_file() {
  teardown_apps
  suite options
  rm -rf "${DOKKU_LIB:?}/data/storage/$PREFIX"
}

setup() {
  suite options
  web=$(app web)
}

# inspect_web FORMAT: of the running web container.
inspect_web() { inspect "$(container_of "$web")" "$1"; }

@test "limits and reservations of all processes and of one" {
  assert_ok dokku resource:limit --memory 128m "$web"
  assert_ok dokku resource:limit --process-type web --cpu 1 "$web"
  assert_ok dokku resource:reserve --memory 64m "$web"
  assert_equal 0 "$(inspect_web '{{.HostConfig.Memory}}')" 'nothing before the next deploy'
  assert_ok dokku ps:restart "$web"
  assert_equal 134217728 "$(inspect_web '{{.HostConfig.Memory}}')"
  assert_equal 1000000000 "$(inspect_web '{{.HostConfig.NanoCpus}}')"
  assert_equal 67108864 "$(inspect_web '{{.HostConfig.MemoryReservation}}')"
  assert_ok curl_app "$web.dokku.me"
}

@test "a limit that docker refuses fails the deploy, and the app goes on" {
  local before
  before=$(container_of "$web")
  assert_ok dokku resource:limit --memory 1 "$web"
  capture dokku ps:restart "$web"
  assert_failure
  assert_err_match 'Minimum memory limit'
  assert_equal "$before" "$(container_of "$web")"
  assert_ok curl_app "$web.dokku.me"
  assert_ok dokku resource:limit-clear "$web"
  assert_ok dokku resource:reserve-clear "$web"
}

@test "a mounted directory is seen by the app and by one-off runs, and survives a rebuild" {
  local dir=$DOKKU_LIB/data/storage/$PREFIX
  mkdir -p "$dir"
  echo 'from the host' >"$dir/note"
  assert_ok dokku storage:mount "$web" "$dir:/data"
  assert_ok dokku ps:restart "$web"
  assert_equal 'from the host' "$("$DOCKER" exec "$(container_of "$web")" cat /data/note)"
  assert_ok dokku --rm run "$web" cat /data/note
  assert_line 'from the host'
  assert_ok dokku ps:rebuild "$web"
  assert_equal 'from the host' "$("$DOCKER" exec "$(container_of "$web")" cat /data/note)"
  assert_ok dokku storage:unmount "$web" "$dir:/data"
  assert_ok dokku ps:restart "$web"
  assert_equal '' "$("$DOCKER" exec "$(container_of "$web")" cat /data/note 2>/dev/null || true)"
}

@test "docker options reach the phase they are for" {
  assert_ok dokku docker-options:add "$web" deploy "--label=test.deploy='a b'"
  assert_ok dokku docker-options:add "$web" run "-e ONLY_IN_RUN=yes"
  assert_ok dokku ps:restart "$web"
  assert_equal 'a b' "$(inspect_web '{{index .Config.Labels "test.deploy"}}')"
  assert_ok dokku --rm run "$web" env
  assert_line 'ONLY_IN_RUN=yes'
  assert_equal '' "$("$DOCKER" exec "$(container_of "$web")" env | grep ONLY_IN_RUN || true)"
  assert_ok dokku docker-options:clear "$web"
  assert_ok dokku ps:restart "$web"
  assert_equal '' "$(inspect_web '{{index .Config.Labels "test.deploy"}}')"
}

@test "an option can name nothing that is run on the host" {
  # shellcheck disable=SC2016 # meant to arrive as it is
  assert_ok dokku docker-options:add "$web" run '--label=x=$(touch /tmp/bats-compat-owned)'
  capture dokku --rm run "$web" true
  [[ ! -e /tmp/bats-compat-owned ]] || complain 'nothing was run on the host'
  assert_ok dokku docker-options:clear "$web"
}
