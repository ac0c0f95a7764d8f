#!/usr/bin/env bats
# A host that comes up again: docker has stopped every container and hands out new addresses, and
# `dokku ps:restore`, which runs at boot, leaves every app answering on its own name.

load helpers

setup_file() {
  setup_apps boot
  deploy hello "$(app one)"
  deploy hello "$(app two)"
  deploy dockerfile-procfile "$(app three)"
}

teardown_file() { teardown_apps; }

setup() { suite boot; }

# What the apps say, each by its own name.
answers() {
  local name
  for name in one two; do curl_app "$(app "$name").dokku.me" || return 1; done
  curl_app "$(app three).dokku.me:3000"
}

@test "after docker was killed and started again, every app answers" {
  local before name
  before=$(answers)
  dokku ps:stop "$(app two)" >/dev/null
  dokku ps:start "$(app two)" >/dev/null
  pkill -9 dockerd
  "$BATS_TEST_DIRNAME/../scripts/services.sh" start docker
  for name in one two three; do
    "$DOCKER" container stop "$(container_of "$(app "$name")")" >/dev/null
  done
  assert_ok sudo -u dokku -H dokku ps:restore
  eventually 10 answers || complain 'every app answers'
  assert_equal "$before" "$(answers)"
}

@test "an app that was stopped by hand stays down" {
  dokku ps:stop "$(app one)" >/dev/null
  assert_ok sudo -u dokku -H dokku ps:restore
  assert_equal false "$(dokku ps:report "$(app one)" --running)"
  assert_ok curl_app "$(app two).dokku.me"
}

# Stops every container, as a host does that goes down, and brings the apps up again.
reboot() {
  local name
  for name in one two three; do
    "$DOCKER" container stop "$(container_of "$(app "$name")")" >/dev/null
  done
  capture sudo -u dokku -H dokku ps:restore
}

@test "an app whose last push was refused comes up as it was" {
  local source=$BATS_TEST_TMPDIR/source variables image
  cp -R "$FIXTURES/apps/hello" "$source"
  printf '#!/bin/sh\necho dying\nexit 1\n' >"$source/web.sh"
  printf 'FROM dokku-rs/base:latest\nEXPOSE 3333\nCOPY . /app\nWORKDIR /app\nCMD ["/app/web.sh"]\n' \
    >"$source/Dockerfile"
  variables=$(dokku config "$(app two)")
  image=$("$DOCKER" image inspect --format '{{.Id}}' "dokku/$(app two):latest")
  PUSH_COMMITS=2 capture "$FIXTURES/apps/push-app.sh" "$source" "$(app two)"
  assert_failure
  assert_equal "$variables" "$(dokku config "$(app two)")"
  assert_equal "$image" "$("$DOCKER" image inspect --format '{{.Id}}' "dokku/$(app two):latest")"
  reboot
  assert_answers "$(app two).$DOMAIN" 'Hello from dokku-rs'
}

@test "an app whose deploy was killed comes up as it was" {
  local source=$BATS_TEST_TMPDIR/source pid
  cp -R "$FIXTURES/apps/hello" "$source"
  printf '#!/bin/sh\nsleep 600\n' >"$source/web.sh"
  printf 'WAIT=60\n/ nothing\n' >"$source/CHECKS"
  PUSH_COMMITS=3 "$FIXTURES/apps/push-app.sh" "$source" "$(app two)" >"$BATS_TEST_TMPDIR/push" 2>&1 &
  pid=$!
  eventually 60 grep -q 'Attempting pre-flight checks' "$BATS_TEST_TMPDIR/push"
  pkill -9 -f "dokku git-hook $(app two)" || complain 'a deploy to kill'
  wait "$pid" || true
  reboot
  assert_answers "$(app two).$DOMAIN" 'Hello from dokku-rs'
}

@test "an app whose checks can't pass yet comes up with its old containers" {
  local id
  id=$(container_of "$(app two)")
  # What the app needs is not up: its new container would never answer.
  dokku docker-options:add "$(app two)" deploy --entrypoint=/bin/false
  reboot
  assert_err_match "Starting the containers that $(app two) had before"
  dokku docker-options:remove "$(app two)" deploy --entrypoint=/bin/false
  assert_equal "$id" "$(container_of "$(app two)")"
  assert_answers "$(app two).$DOMAIN" 'Hello from dokku-rs'
}
