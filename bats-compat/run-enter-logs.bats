#!/usr/bin/env bats
# Commands inside of an app: one-off containers, a running container, what it has written.

load helpers

setup_file() {
  setup_apps run
  local name
  name=$(app web)
  deploy dockerfile-procfile "$name"
  dokku config:set "$name" GREETING='hello world' >/dev/null
}

teardown_file() { teardown_apps; }

setup() {
  suite run
  web=$(app web)
}

# last_run: the name of the newest one-off container.
last_run() {
  "$DOCKER" container list --all --latest --filter "label=com.dokku.app-name=$web" \
    --filter label=com.dokku.container-type=run --format '{{.Names}}'
}

@test "run keeps words as they are" {
  assert_ok dokku run "$web" echo hello world
  assert_out 'hello world'
  assert_ok dokku --rm run "$web" printf '[%s]\n' 'quoted arg' "x  y" '$HOME' ''
  assert_out $'[quoted arg]\n[x  y]\n[$HOME]\n[]'
}

@test "run returns the status of the command" {
  capture dokku --rm run "$web" sh -c 'exit 42'
  assert_failure 42
  capture dokku --rm run "$web" false
  assert_failure 1
  assert_no_err
}

@test "stdout and stderr of the command stay apart" {
  assert_ok dokku --rm run "$web" sh -c 'echo out; echo err >&2'
  assert_out out
  assert_err err
}

@test "a one-off container has its name, its labels and the app's config" {
  assert_ok dokku run "$web" env
  assert_line 'GREETING=hello world'
  assert_match '^DYNO=run\.[0-9]+$'
  refute_match '^PORT='
  local name
  name=$(last_run)
  grep -E "^$web\.run\.[0-9]+$" <<<"$name"
  assert_equal "run dokku $web" "$(inspect "$name" '{{index .Config.Labels "com.dokku.container-type"}} {{index .Config.Labels "org.label-schema.vendor"}} {{index .Config.Labels "com.dokku.app-name"}}')"
  assert_equal exited "$(inspect "$name" '{{.State.Status}}')"
}

@test "without --rm the container stays until cleanup, with it it goes" {
  local name
  assert_ok dokku run "$web" true
  name=$(last_run)
  assert_ok dokku --rm run "$web" echo gone
  assert_equal "$name" "$(last_run)"
  assert_ok dokku cleanup "$web"
  assert_out '-----> Cleaning up...'
  is_gone "$name"
  is_running "$(container_of "$web")"
}

@test "variables and labels are given for one run" {
  assert_ok dokku --rm run -e ONE=1 --env 'TWO=two words' --env=THREE=3 "$web" env
  assert_line ONE=1
  assert_line 'TWO=two words'
  assert_line THREE=3
  assert_ok dokku --label=com.example.test=value run "$web" true
  assert_equal value "$(inspect "$(last_run)" '{{index .Config.Labels "com.example.test"}}')"
}

@test "detached, it prints the id and returns at once" {
  local cid
  assert_ok dokku --detach run "$web" sleep 20
  cid=$out
  grep -E '^[0-9a-f]{64}$' <<<"$cid"
  is_running "$cid"
  "$DOCKER" container rm --force "$cid" >/dev/null
}

@test "a word of the Procfile runs its command" {
  assert_ok dokku --detach run "$web" worker
  local cid
  cid=$(tail -n 1 <<<"$out")
  assert_line "-----> Found 'worker' in Procfile, running that command"
  eventually 5 grep -q 'sleeping for 60 seconds' <("$DOCKER" container logs "$cid" 2>&1)
  "$DOCKER" container rm --force "$cid" >/dev/null
}

@test "bad runs leave no container behind" {
  assert_fails 1 'APP must not be null' dokku run
  capture dokku run -e
  assert_failure 1
  assert_err_line ' !     expected -e to have an argument'
  local app
  app=$(app empty)
  create_app "$app"
  assert_fails 1 "App image (dokku/$app:latest) not found" dokku run "$app" ls
  assert_equal '' "$(containers "$app")"
  capture dokku --rm run "$web" no-such-program
  assert_failure
  assert_err_match 'no-such-program'
}

@test "over ssh a run is the same" {
  assert_ok over_ssh --rm run "$web" echo hello
  assert_out hello
  # Words are split at blanks, quotes mean nothing: so does every Dokku.
  capture over_ssh --rm run "$web" grep needle /nowhere
  assert_failure 2
}

@test "with a terminal the command gets one too" {
  capture script --quiet --return --command "dokku --rm run $web sh -c 'test -t 0 && test -t 1 && echo terminal'" /dev/null
  assert_success
  assert_match terminal
}

@test "enter runs a command in the running container" {
  assert_ok dokku enter "$web" web echo 'two  words'
  assert_out 'two  words'
  assert_ok dokku enter "$web" web.1 sh -c 'cat /proc/1/cmdline | tr "\0" " "'
  assert_match 'node web.js'
  capture dokku enter "$web" web sh -c 'exit 5'
  assert_failure 5
}

# bats test_tags=beyond-dokku
@test "enter by container id" {
  local cid
  cid=$(container_of "$web")
  assert_ok dokku enter "$web" --container-id "$cid" echo inside
  assert_out inside
  assert_ok dokku enter "$web" --container-id "${cid:0:12}" echo inside
  assert_out inside
  capture dokku enter "$web" --container-id ffffffffffff echo inside
  assert_failure 1
  assert_err " !     Invalid container id for app
Available ids for app ($web): $cid"
}

@test "enter says what there is to enter" {
  capture dokku enter "$web" nope echo inside
  assert_failure 1
  assert_err " !     No containers found for type 'nope'
Available types for app ($web): web"
}

@test "logs are coloured, dated and named by process" {
  assert_ok dokku logs "$web"
  grep -E $'^\e\\[36m[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z app\\[web\\.1\\]:\e\\[0m Listening on 3000$' <<<"$out"
  assert_ok dokku logs "$web" -q
  assert_out 'Listening on 3000'
  assert_ok dokku logs "$web" --quiet --num 1 --ps web
  assert_out 'Listening on 3000'
  assert_ok dokku logs "$web" -p nope
  assert_no_out
}

@test "logs of several processes, each with its name" {
  dokku ps:scale "$web" web=2 worker=1 >/dev/null
  assert_ok dokku logs "$web"
  assert_match 'app\[web\.1\]'
  assert_match 'app\[web\.2\]'
  assert_match 'app\[worker\.1\].*sleeping for 60 seconds'
  assert_ok dokku logs "$web" -p worker -q
  assert_out 'sleeping for 60 seconds'
  assert_ok dokku logs "$web" -n 0
  assert_no_out
  dokku ps:scale "$web" web=1 worker=0 >/dev/null
}

@test "logs -t follows, and ends with its terminal leaving nothing behind" {
  local group
  setsid dokku logs "$web" -t -q >"$BATS_TEST_TMPDIR/followed" 2>&1 3>&- &
  group=$!
  eventually 5 grep -qx 'Listening on 3000' "$BATS_TEST_TMPDIR/followed"
  # What a container writes later comes as well.
  "$DOCKER" exec "$(container_of "$web")" sh -c 'echo later >/proc/1/fd/1'
  eventually 5 grep -qx later "$BATS_TEST_TMPDIR/followed"
  # A terminal that is closed tells all processes that run in it.
  kill -HUP -- "-$group"
  wait "$group" || true
  eventually 5 no_follower
}

no_follower() { ! pgrep --full "logs .*--follow.*$(container_of "$web")" >/dev/null; }

@test "logs of what is not deployed, or is not there" {
  local app
  app=$(app empty)
  create_app "$app" || true
  assert_fails 1 "App $app has not been deployed" dokku logs "$app"
  assert_fails 1 'App nope does not exist' dokku logs nope
  assert_ok dokku logs:failed "$web"
  assert_out "=====> $web failed deploy logs"
  assert_err ' !     No failed containers found'
}
