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
