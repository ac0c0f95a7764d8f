#!/usr/bin/env bats
# The life of processes: scaling, stopping, starting, restarting, rebuilding, one app or all.

load helpers

setup_file() {
  setup_apps ps
  deploy dockerfile-procfile "$(app web)"
}

teardown_file() { teardown_apps; }

setup() {
  suite ps
  web=$(app web)
}

scale_of() { dokku --quiet ps:scale "$1" | sed 's/ *$//; s/:  */=/'; }

@test "the report tells what runs" {
  local cid
  cid=$(container_of "$web")
  assert_ok dokku ps:report "$web"
  assert_in_order "=====> $web ps information
       Processes:                     1
       Deployed:                      true
       Running:                       true
       Restore:                       true
       Restart policy:                on-failure:10
       Ps can scale:                  true
       Status web.1:                  running    (CID: ${cid:0:12})"
  assert_ok dokku ps:report "$web" --processes
  assert_out 1
  assert_ok dokku ps:report "$web" --status-web.1
  assert_out running
  capture dokku ps:report "$web" --nope
  assert_failure 1
  assert_err 'Invalid flag passed, valid flags: --processes --deployed --running --restore --restart-policy --ps-can-scale --status-web.1'
}

@test "inspect shows the container without its secrets" {
  assert_ok dokku config:set --no-restart "$web" SECRET=s3cret
  assert_ok dokku ps:restart "$web"
  assert_ok dokku ps:inspect "$web"
  refute_match s3cret
  assert_match '"SECRET=XXXXXX"'
  assert_match '"PORT=3000"'
  assert_equal "$(container_of "$web")" "$(jq -r '.[0].Id' <<<"$out")"
}

@test "scale shows what is declared, in columns" {
  assert_ok dokku ps:scale "$web"
  assert_in_order "-----> Scaling for $web
proctype                  qty
--------                  ---
cron:                     0
web:                      1
worker:                   0"
  assert_equal 103 "$(grep '^web:' <<<"$out" | tr -d '\n' | wc -c)" 'width of a row'
}

@test "scaling up starts more processes, names them, and asks them all" {
  assert_ok dokku ps:scale "$web" web=2 worker=1
  assert_in_order "-----> Scaling $web:web to 2
-----> Scaling $web:worker to 1
-----> Releasing $web (dokku/$web:latest)...
       DOKKU_SCALE declares scale -> cron=0 web=2 worker=1
-----> Attempting pre-flight checks (web.1)
-----> Attempting pre-flight checks (web.2)
-----> Attempting pre-flight checks (worker.1)
       Default container check successful!
-----> Renaming containers
-----> Shutting down old containers in 1 seconds
=====> Application deployed:"
  assert_file "$DOKKU_HOME/$web/DOKKU_SCALE" 644 dokku:dokku $'cron=0\nweb=2\nworker=1'
  local process
  for process in web.1 web.2 worker.1; do
    assert_equal "/$web.$process" "$(inspect "$(container_of "$web" "$process")" '{{.Name}}')"
    is_running "$(container_of "$web" "$process")"
  done
  assert_file "$DOKKU_HOME/$web/PORT.worker.1" 644 dokku:dokku 3000
  assert_ok dokku network:report "$web" --network-web-listeners
  assert_out "$(<"$DOKKU_HOME/$web/IP.web.1"):3000 $(<"$DOKKU_HOME/$web/IP.web.2"):3000"
  assert_ok dokku nginx:show-config "$web"
  assert_match "server $(<"$DOKKU_HOME/$web/IP.web.1"):3000;"
  assert_match "server $(<"$DOKKU_HOME/$web/IP.web.2"):3000;"
}

@test "inspect shows every container" {
  assert_ok dokku ps:inspect "$web"
  assert_equal 3 "$(jq length <<<"$out")"
}

@test "scaling down retires what is too many" {
  local second worker
  second=$(container_of "$web" web.2)
  worker=$(container_of "$web" worker.1)
  assert_ok dokku ps:scale "$web" web=1 worker=0
  assert_line "       $second"
  assert_line "       $worker"
  [[ ! -e $DOKKU_HOME/$web/CONTAINER.web.2 && ! -e $DOKKU_HOME/$web/IP.web.2 ]] || complain 'no state of web.2'
  [[ ! -e $DOKKU_HOME/$web/CONTAINER.worker.1 ]] || complain 'no state of worker.1'
  eventually 15 is_stopped "$second"
  eventually 15 is_stopped "$worker"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
}

@test "bad scales are refused and change nothing" {
  assert_fails 1 'nope is not a valid process name' dokku ps:scale "$web" nope=1
  capture dokku ps:scale "$web" web=many
  assert_failure 1
  assert_err 'ps:scale many is not a number'
  assert_equal $'cron=0\nweb=1\nworker=0' "$(scale_of "$web")"
}

@test "before the first deploy a scale is only remembered" {
  local app
  app=$(app later)
  create_app "$app"
  assert_ok dokku ps:scale "$app" web=2 worker=1
  assert_line "-----> Scaling $app:web to 2"
  assert_equal $'web=2\nworker=1' "$(scale_of "$app")"
  destroy_app "$app"
}

@test "restart replaces the container" {
  local old
  old=$(container_of "$web")
  assert_ok dokku ps:restart "$web"
  assert_in_order "-----> Releasing $web (dokku/$web:latest)...
-----> Deploying $web (dokku/$web:latest)...
       Found previous container(s) (${old:0:12}) named $web.web.1
-----> Shutting down old containers in 1 seconds
       $old
=====> Application deployed:
       http://$web.$DOMAIN"
  [[ $old != "$(container_of "$web")" ]] || complain 'another container'
  eventually 15 is_stopped "$old"
  is_running "$(container_of "$web")"
}

@test "stop stops, start starts again" {
  local old
  old=$(container_of "$web")
  assert_ok dokku ps:stop "$web"
  assert_out "Stopping $web ..."
  is_stopped "$old"
  assert_equal no "$(inspect "$old" '{{.HostConfig.RestartPolicy.Name}}')"
  assert_ok dokku config:get "$web" DOKKU_APP_RESTORE
  assert_out 0
  assert_ok dokku ps:report "$web" --running
  assert_out false
  refute_answers "$web.$DOMAIN:3000"
  assert_ok dokku ps:stop "$web"
  assert_ok dokku ps:start "$web"
  assert_in_order "-----> Deploying $web (dokku/$web:latest)...
=====> Application deployed:
-----> Ensuring network configuration is in sync for $web
-----> Configuring $web.$DOMAIN...(using built-in template)"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_ok dokku ps:report "$web" --restore
  assert_out true
  assert_ok dokku ps:start "$web"
  assert_err_line " !     App $web already running"
}

@test "rebuild builds from source again" {
  assert_ok dokku ps:rebuild "$web"
  out=$(normalise <<<"$out")
  assert_in_order "-----> Cleaning up...
-----> Building $web from dockerfile...
-----> Releasing $web (dokku/$web:latest)...
-----> Deploying $web (dokku/$web:latest)...
=====> Application deployed:
       http://$web.$DOMAIN"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
}

@test "the restart policy is shown, checked, and set for the next deploy" {
  assert_ok dokku ps:restart-policy "$web"
  assert_out "=====> $web restart-policy:
on-failure:10"
  assert_fails 1 'Please specify an valid restart policy matching the following regex: ^(no|unless-stopped|always|on-failure(:[1-9][0-9]*)?)$' \
    dokku ps:set-restart-policy "$web" sometimes
  assert_ok dokku ps:set-restart-policy "$web" on-failure:20
  assert_out '-----> Setting restart policy: on-failure:20'
  assert_file "$DOKKU_HOME/$web/DOCKER_OPTIONS_DEPLOY" 644 dokku:dokku --restart=on-failure:20
  assert_ok dokku ps:restart "$web"
  assert_equal on-failure:20 "$(inspect "$(container_of "$web")" '{{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}')"
}

@test "restore brings back what docker lost, and leaves alone what a user stopped" {
  local stopped
  stopped=$(app stopped)
  deploy hello "$stopped"
  dokku ps:stop "$stopped" >/dev/null
  "$DOCKER" container stop "$(container_of "$web")" >/dev/null
  refute_answers "$web.$DOMAIN:3000"
  assert_ok dokku ps:restore
  assert_match "^-----> Running 'dokku ps:restore' "
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  is_stopped "$(container_of "$stopped")"
  # One app by name.
  "$DOCKER" container stop "$(container_of "$web")" >/dev/null
  assert_ok dokku ps:restore "$web"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_ok dokku ps:restore "$web"
  assert_err_line " !     App $web already running"
  destroy_app "$stopped"
}

@test "stopall and startall do every app" {
  local other
  other=$(app other)
  deploy hello "$other"
  assert_ok dokku ps:stopall
  assert_match "^-----> Running 'dokku ps:stop' "
  assert_line "Stopping $web ..."
  assert_line "Stopping $other ..."
  is_stopped "$(container_of "$web")"
  is_stopped "$(container_of "$other")"
  assert_ok dokku ps:startall
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_answers "$other.$DOMAIN" 'Hello from dokku-rs'
}

# bats test_tags=beyond-dokku
@test "restartall and rebuildall go on past a broken app, and say so in the exit status" {
  local broken other old_web old_other dir=$BATS_TEST_TMPDIR/source
  # In the order of names before the others: what comes after it must still be done.
  broken=$(app a-broken)
  other=$(app other)
  deploy hello "$broken" "$dir"
  old_web=$(container_of "$web")
  old_other=$(container_of "$other")
  # Its checks fail from now on, and so does its build.
  printf 'WAIT=0\nTIMEOUT=1\nATTEMPTS=1\n/ never\n' >"$dir/CHECKS"
  "$DOCKER" image build --quiet --tag "dokku/$broken:latest" - >/dev/null <<DOCKERFILE
FROM dokku/$broken:latest
RUN printf 'WAIT=0\nTIMEOUT=1\nATTEMPTS=1\n/ never\n' >/app/CHECKS
DOCKERFILE
  capture dokku ps:restartall
  assert_failure 1
  assert_err_match 'Could not start due to 1 failed checks\.'
  [[ $old_web != "$(container_of "$web")" ]] || complain "a new container of $web"
  [[ $old_other != "$(container_of "$other")" ]] || complain "a new container of $other"
  assert_answers "$broken.$DOMAIN" 'Hello from dokku-rs'
  old_other=$(container_of "$other")
  dokku docker-options:add "$broken" build --no-such-option
  capture dokku ps:rebuildall
  assert_failure 1
  assert_err_match 'unknown flag: --no-such-option'
  [[ $old_other != "$(container_of "$other")" ]] || complain "a new container of $other"
  assert_answers "$broken.$DOMAIN" 'Hello from dokku-rs'
}

@test "an image that ships DOKKU_SCALE decides itself" {
  local app dir=$BATS_TEST_TMPDIR/source
  app=$(app fixed)
  create_app "$app"
  fast "$app"
  source_of hello "$dir"
  echo web=2 >"$dir/DOKKU_SCALE"
  commit "$dir" scale
  push "$dir" "$app"
  assert_success
  assert_equal web=2 "$(scale_of "$app")"
  is_running "$(container_of "$app" web.2)"
  assert_fails 1 'App contains DOKKU_SCALE file and cannot be manually scaled' dokku ps:scale "$app" web=1
  assert_ok dokku ps:report "$app" --ps-can-scale
  assert_out false
}

@test "scaled to zero, the app is gone from nginx and comes back" {
  assert_ok dokku ps:scale "$web" web=0
  [[ ! -e $DOKKU_HOME/$web/CONTAINER.web.1 ]] || complain 'no container on record'
  assert_ok dokku ps:report "$web" --processes
  assert_out 0
  assert_ok dokku ps:scale "$web" web=1
  assert_answers "$web.$DOMAIN:3000" nodejs/express
}
