#!/usr/bin/env bats
# Zero-downtime checks: the file CHECKS, the default check, skipping and disabling them.

load helpers

setup_file() {
  setup_apps checks
  deploy dockerfile-procfile "$(app web)"
}

teardown_file() { teardown_apps; }

setup() {
  suite checks
  web=$(app web)
}

lists() {
  printf '%s/%s' "$(dokku checks:report "$web" --checks-disabled-list)" "$(dokku checks:report "$web" --checks-skipped-list)"
}

# redeploy_with CHECKS: pushes the app with this file.
redeploy_with() {
  local dir=$BATS_TEST_TMPDIR/source
  cp -R "$BATS_FILE_TMPDIR/$web" "$dir"
  printf '%s\n' "$1" >"$dir/CHECKS"
  commit "$dir" checks
  capture git -C "$dir" push --force "ssh://dokku@localhost/$web" master
  err=$(sed -e 's/^remote: //' -e "s/^$ESCAPE_RE//" -e 's/ *$//' <<<"$err")
}

@test "the report knows no list at first" {
  assert_ok dokku checks:report "$web"
  assert_in_order "=====> $web checks information
       Checks disabled list:          none
       Checks skipped list:           none"
}

@test "checks are run on demand" {
  assert_ok dokku checks:run "$web"
  assert_out "-----> Running pre-flight checks
-----> Running checks for app ($web.web.1)
       CHECKS expected result:
       http://localhost/ => \"nodejs/express\"
       Attempt 1/2. Waiting for 1 seconds ...
       All checks successful!
=====> $web web container output:
       Listening on 3000
=====> end $web web container output"
  local all=$out
  assert_ok dokku checks:run "$web" web
  assert_out "$all"
  assert_ok dokku checks:run "$web" web.1
  assert_out "$all"
  capture dokku checks:run "$web" nope
  assert_failure 1
  assert_err "Invalid process type specified ($web.nope)"
  capture dokku checks:run "$web" web.2
  assert_failure 1
  assert_err "Invalid container index specified ($web.web.2)"
}

@test "types move between the lists" {
  assert_ok dokku checks:disable "$web" web,worker,urgentworker
  assert_out "-----> Disabling zero downtime for app's ($web) proctypes (web,worker,urgentworker)"
  assert_equal web,worker,urgentworker/none "$(lists)"
  assert_ok dokku checks:skip "$web" worker
  assert_out "-----> Skipping zero downtime for app's ($web) proctypes (worker)"
  assert_equal web,urgentworker/worker "$(lists)"
  assert_ok dokku checks:enable "$web" web
  assert_out "-----> Enabling zero downtime for app's ($web) proctypes (web)"
  assert_equal urgentworker/worker "$(lists)"
  assert_ok dokku checks:enable "$web"
  assert_out "-----> Enabling zero downtime for app's ($web)"
  assert_equal none/none "$(lists)"
  capture dokku config:get "$web" DOKKU_CHECKS_DISABLED
  assert_failure 1
}

@test "all types at once" {
  assert_ok dokku checks:disable "$web"
  assert_out "-----> Disabling zero downtime for app ($web)"
  assert_equal _all_/none "$(lists)"
  assert_ok dokku checks:skip "$web"
  assert_out "-----> Skipping zero downtime for app ($web)"
  assert_equal none/_all_ "$(lists)"
  assert_ok dokku checks:enable "$web"
}

@test "bad calls" {
  assert_fails 1 'APP must not be null' dokku checks:disable
  assert_fails 1 'App nope does not exist' dokku checks:skip nope
  capture dokku checks:report "$web" --nope
  assert_failure 1
  assert_err 'Invalid flag passed, valid flags: --checks-disabled-list --checks-skipped-list'
}

@test "skipped: the new container is taken at once" {
  dokku checks:skip "$web" >/dev/null
  assert_ok dokku ps:restart "$web"
  assert_in_order "-----> Attempting pre-flight checks (web.1)
=====> Zero downtime checks for app ($web) have been skipped. moving on...
-----> Running post-deploy"
  refute_match 'CHECKS expected result'
  dokku checks:enable "$web" >/dev/null
  assert_answers "$web.$DOMAIN:3000" nodejs/express
}

@test "disabled: the old container is stopped first" {
  local old
  old=$(container_of "$web")
  dokku checks:disable "$web" >/dev/null
  assert_ok dokku ps:restart "$web"
  assert_in_order "-----> zero downtime is disabled for app ($web.web). stopping currently running containers
=====> stopping $web.web ($old)
-----> Running post-deploy"
  refute_match 'pre-flight checks|Shutting down old containers'
  is_stopped "$old"
  dokku checks:enable "$web" >/dev/null
  assert_answers "$web.$DOMAIN:3000" nodejs/express
}

@test "no CHECKS: the container has to live for a while" {
  local app
  app=$(app default)
  create_app "$app"
  fast "$app"
  source_of hello "$BATS_TEST_TMPDIR/source"
  rm "$BATS_TEST_TMPDIR/source/CHECKS"
  commit "$BATS_TEST_TMPDIR/source" nochecks
  push "$BATS_TEST_TMPDIR/source" "$app"
  assert_success
  out=$err
  assert_in_order "$ESCAPE       No CHECKS file found. Simple container checks will be performed.
$ESCAPE-----> Attempting pre-flight checks (web.1)
$ESCAPE       Waiting for 1 seconds ...
$ESCAPE       Default container check successful!"
  assert_ok dokku checks:run "$app"
  assert_in_order "-----> Running checks for app ($app.web.1)
       Waiting for 1 seconds ...
       Default container check successful!"
  assert_answers "$app.$DOMAIN" 'Hello from dokku-rs'
}

@test "several checks: hosts, paths, several that fail are counted" {
  redeploy_with 'WAIT=1 # second
TIMEOUT=2
ATTEMPTS=1

//example.com/ nodejs
http://example.com nodejs.express
/missing whatever
/ not there'
  assert_failure 1
  out=$err
  assert_in_order '       http://example.com/ => "nodejs"
       http://example.com => "nodejs.express"
       http://localhost/missing => "whatever"
 !     Check attempt 1/1 failed.
       http://localhost/ => "not there"
 !     http://localhost/: expected to but did not find: "not there"
 !     Check attempt 1/1 failed.
Could not start due to 2 failed checks.'
  assert_err_match 'curl: \(22\) The requested URL returned error: 404'
}

@test "an attempt that succeeds later is enough" {
  redeploy_with 'WAIT=0.5
TIMEOUT=2
ATTEMPTS=20
/ nodejs'
  assert_success
  assert_err_match '^       All checks successful!$'
}

@test "settings come from the config where the file has none" {
  assert_ok dokku config:set --no-restart "$web" DOKKU_CHECKS_WAIT=1 DOKKU_CHECKS_ATTEMPTS=7
  redeploy_with '/ nodejs'
  assert_success
  assert_err_match '^       Attempt 1/7\. Waiting for 1 seconds \.\.\.$'
}

@test "an app's answer after a redirect is what counts" {
  assert_ok dokku config:unset --no-restart "$web" DOKKU_CHECKS_WAIT DOKKU_CHECKS_ATTEMPTS
  redeploy_with 'WAIT=1
ATTEMPTS=1
/'
  assert_success
  assert_err_match '^       http://localhost/ => ""$'
}
