#!/usr/bin/env bats
# Nobody notices a deploy: while requests come in without a pause, an app is rebuilt, restarted,
# scaled, reconfigured, and a bad version refused, and every single request is answered.
# RUNS is how often each is done (3).

load helpers

readonly RUNS=${RUNS:-3}
# Requests a second of each of the two clients.
readonly RATE=100

setup_file() {
  setup_apps zero
  deploy hello "$(app web)"
  # Old containers stay until nginx has let go of them.
  dokku config:set --no-restart "$(app web)" DOKKU_WAIT_TO_RETIRE=2 >/dev/null
}

teardown_file() { teardown_apps; }

setup() {
  suite zero
  web=$(app web)
}

# Clients that are left by a failed test.
teardown() { stop_load; }

# A client asks on and on, each request on a connection of its own, and notes each answer at once.
start_load() {
  local client
  clients=()
  for client in 1 2; do
    stdbuf --output=L curl --silent --max-time 10 --rate "$RATE/s" --header "Host: $web.$DOMAIN" \
      --header 'Connection: close' --output /dev/null \
      --write-out '%{http_code} %{time_total} %{errormsg}\n' \
      "http://127.0.0.1/?request=[1-100000]" >"$BATS_TEST_TMPDIR/answers.$client" 2>/dev/null 3>&- &
    clients+=("$!")
  done
}

stop_load() {
  if ((${#clients[@]} == 0)); then return 0; fi
  kill "${clients[@]}" 2>/dev/null || true
  wait "${clients[@]}" 2>/dev/null || true
  clients=()
}

# assert_nobody_noticed LEAST: all requests were answered with 200, and there were enough of them.
assert_nobody_noticed() {
  local all bad
  all=$(cat "$BATS_TEST_TMPDIR"/answers.*)
  bad=$(grep -v '^200 ' <<<"$all" || true)
  echo "# requests: $(wc -l <<<"$all"), failed: $(grep -c . <<<"$bad" || true), slowest: $(cut -d ' ' -f 2 <<<"$all" | sort -n | tail -n 1) s" >&3
  if [[ -n $bad ]]; then
    printf -- '--- failed requests:\n%s\n' "$(sort <<<"$bad" | uniq -c | head -n 20)" >&2
    return 1
  fi
  if (($(wc -l <<<"$all") < $1)); then
    printf -- '--- only %s requests, at least %s are needed to say anything\n' "$(wc -l <<<"$all")" "$1" >&2
    return 1
  fi
}

# under_load COMMAND...: RUNS times, and until the old containers are gone.
under_load() {
  local run
  start_load
  for ((run = 1; run <= RUNS; run++)); do
    capture "$@"
    assert_success
  done
  sleep 3
  stop_load
  assert_nobody_noticed $((RUNS * 50))
}

restarted_config() { dokku config:set "$web" CHANGED="$RANDOM"; }

rescale() {
  dokku ps:scale "$web" web=3
  dokku ps:scale "$web" web=1
}

@test "the clients do notice a deploy with zero downtime disabled" {
  dokku checks:disable "$web" >/dev/null
  start_load
  assert_ok dokku ps:restart "$web"
  sleep 1
  stop_load
  dokku checks:enable "$web" >/dev/null
  grep -v '^200 ' "$BATS_TEST_TMPDIR"/answers.* || complain 'failed requests'
}

@test "ps:restart" { under_load dokku ps:restart "$web"; }

@test "ps:rebuild" { under_load dokku ps:rebuild "$web"; }

@test "ps:scale up and down" { under_load rescale; }

@test "config:set" { under_load restarted_config; }

@test "git push" {
  local run
  start_load
  for ((run = 1; run <= RUNS; run++)); do
    commit "$BATS_FILE_TMPDIR/$web" "version $run"
    push "$BATS_FILE_TMPDIR/$web" "$web"
    assert_success
  done
  sleep 3
  stop_load
  assert_nobody_noticed $((RUNS * 50))
}

@test "a deploy that fails" {
  local run dir=$BATS_TEST_TMPDIR/source
  cp -R "$BATS_FILE_TMPDIR/$web" "$dir"
  printf 'WAIT=0\nTIMEOUT=1\nATTEMPTS=1\n/ never\n' >"$dir/CHECKS"
  start_load
  for ((run = 1; run <= RUNS; run++)); do
    commit "$dir" "bad $run"
    push "$dir" "$web"
    assert_failure 1
  done
  stop_load
  assert_nobody_noticed $((RUNS * 20))
}

@test "a deploy that fails half-way, with three processes" {
  local run cid
  # The image of the version that was refused is still the latest one.
  commit "$BATS_FILE_TMPDIR/$web" good
  push "$BATS_FILE_TMPDIR/$web" "$web"
  assert_success
  dokku ps:scale "$web" web=3 >/dev/null
  cid=$(container_of "$web" web.3)
  # Whoever comes third does not get up.
  dokku docker-options:add "$web" deploy '--label=bats=1'
  start_load
  # Each time takes as long as three of the others.
  for ((run = 1; run <= (RUNS + 2) / 3; run++)); do
    fail_third dokku ps:restart "$web"
    assert_failure
  done
  stop_load
  dokku docker-options:remove "$web" deploy '--label=bats=1'
  assert_equal "$cid" "$(container_of "$web" web.3)" 'the container of web.3'
  assert_equal 3 "$("$DOCKER" container list --quiet --filter "label=com.dokku.app-name=$web" | wc -l)" 'running containers'
  assert_nobody_noticed $((RUNS * 50))
}

# fail_third COMMAND...: runs it, and kills the third new container of the app as soon as it is there.
fail_third() {
  local watcher
  (
    while sleep 0.05; do
      third=$("$DOCKER" container list --quiet --filter label=bats=1 --filter "label=com.dokku.app-name=$web" \
        --filter label=com.dokku.dyno=web.3)
      if [[ -n $third ]]; then "$DOCKER" container kill "$third" >/dev/null 2>&1; fi
    done
  ) 3>&- &
  watcher=$!
  capture "$@"
  kill "$watcher"
  wait "$watcher" 2>/dev/null || true
}
