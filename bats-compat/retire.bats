#!/usr/bin/env bats
# What becomes of old containers: stopped when their time is over, removed by ps:retire, and no
# process stays behind.

load helpers

setup_file() {
  setup_apps retire
  STRANGERS=$(retirers | awk '{ print $1 }')
  export STRANGERS
  deploy hello "$(app web)"
}

teardown_file() { teardown_apps; }

setup() {
  suite retire
  web=$(app web)
  dead=$DOKKU_LIB/data/scheduler-docker-local/dead-containers
}

# What the user dokku runs on this machine, outside of containers: nothing, between two commands,
# but what other apps had running when we came.
retirers() {
  pgrep --list-full --euid dokku --runstates R,S,D | grep -v ' sshd:' |
    awk -v strangers=" ${STRANGERS//$'\n'/ } " '!index(strangers, " " $1 " ")' || true
}

@test "an old container runs on for its time and is stopped then" {
  local old
  dokku config:set --no-restart "$web" DOKKU_WAIT_TO_RETIRE=3 >/dev/null
  old=$(container_of "$web")
  assert_ok dokku ps:restart "$web"
  assert_line '-----> Shutting down old containers in 3 seconds'
  is_running "$old"
  assert_match "$old"
  assert_ok grep -E "^$web $old [0-9]+\$" "$dead"
  local when
  when=$(grep "$old" "$dead" | cut -d ' ' -f 3)
  ((when >= $(date +%s) && when <= $(date +%s) + 4)) || complain "a time 3 seconds from now: $when"
  assert_file "$dead" 644 dokku:dokku
  sleep 1
  is_running "$old"
  eventually 15 is_stopped "$old"
  assert_equal no "$(inspect "$old" '{{.HostConfig.RestartPolicy.Name}}')"
}

@test "no process stays behind" {
  dokku config:set --no-restart "$web" DOKKU_WAIT_TO_RETIRE=1 >/dev/null
  local old
  old=$(container_of "$web")
  dokku ps:restart "$web" >/dev/null
  eventually 15 is_stopped "$old"
  eventually 5 nobody_waits || complain 'no process of dokku'
}

nobody_waits() {
  out=$(retirers)
  [[ -z $out ]]
}

@test "its name is free for its successor" {
  local old new
  new=$(container_of "$web")
  assert_equal "/$web.web.1" "$(inspect "$new" '{{.Name}}')"
  old=$(grep "^$web " "$dead" | tail -n 1 | cut -d ' ' -f 2)
  inspect "$old" '{{.Name}}' | grep -E "^/$web\.web\.1\.[0-9]{10}$"
}

@test "ps:retire removes it, and not before its time" {
  local old
  old=$(grep "^$web " "$dead" | tail -n 1 | cut -d ' ' -f 2)
  eventually 10 overdue "$old"
  assert_ok dokku ps:retire
  is_gone "$old"
  assert_equal '' "$(grep "$old" "$dead" || true)" 'lines about it'
  is_running "$(container_of "$web")"
  # One whose time has not come stays.
  dokku config:set --no-restart "$web" DOKKU_WAIT_TO_RETIRE=30 >/dev/null
  old=$(container_of "$web")
  dokku ps:restart "$web" >/dev/null
  assert_ok dokku ps:retire
  assert_no_out
  is_running "$old"
  assert_ok grep "$old" "$dead"
}

overdue() { (($(grep "$1" "$dead" | cut -d ' ' -f 3) < $(date +%s))); }

@test "ps:retire stops what is still running when its time is over" {
  local old
  old=$(grep "^$web " "$dead" | tail -n 1 | cut -d ' ' -f 2)
  # As after a reboot in between: the line is due, the container runs.
  sed -i -E "s/^($web $old) .*/\1 1/" "$dead"
  assert_ok dokku ps:retire
  is_gone "$old"
  is_running "$(container_of "$web")"
}

@test "a container that is gone already is forgotten" {
  printf '%s %s 1\n' "$web" "$(printf 'f%.0s' {1..64})" >>"$dead"
  assert_ok dokku ps:retire
  assert_no_err
  assert_equal '' "$(grep ffffffff "$dead" || true)" 'lines about it'
}

@test "only one retires at a time" {
  local lock=$DOKKU_LIB/data/ps/retire
  exec 9>"$lock"
  chown dokku:dokku "$lock"
  flock 9
  capture dokku ps:retire
  exec 9>&-
  rm -f "$lock"
  assert_failure 1
  assert_err 'Failed to acquire ps:retire lock'
  assert_ok dokku ps:retire
  [[ ! -e $lock ]] || complain 'no lock file'
}

@test "the deploy itself does not wait for the end of the old ones" {
  local before=$SECONDS
  dokku config:set --no-restart "$web" DOKKU_WAIT_TO_RETIRE=60 >/dev/null
  assert_ok dokku ps:restart "$web"
  ((SECONDS - before < 30)) || complain 'a deploy of less than 30 seconds'
  # Over ssh neither: nothing holds the session open.
  before=$SECONDS
  assert_ok over_ssh ps:restart "$web"
  ((SECONDS - before < 30)) || complain 'a session of less than 30 seconds'
}

# running_of APP: its containers, those on their way out too.
running_of() { "$DOCKER" container list --quiet --filter "label=com.dokku.app-name=$1"; }

@test "a signal in the middle of a check ends the deploy, and nothing new runs on" {
  local old before log=$BATS_TEST_TMPDIR/log signal deploy
  old=$(container_of "$web")
  before=$(running_of "$web")
  for signal in TERM HUP; do
    setsid dokku ps:restart "$web" >"$log" 2>&1 &
    deploy=$!
    eventually 20 grep -q 'Attempt 1/' "$log" || complain 'a check'
    kill "-$signal" -- "-$deploy"
    status=0
    wait "$deploy" || status=$?
    assert_equal 1 "$status"
    assert_equal "$old" "$(container_of "$web")"
    assert_equal "$before" "$(running_of "$web")"
    assert_ok dokku logs:failed "$web"
    assert_ok curl_app "$web.dokku.me"
  done
}

@test "destroying the app ends all that waits for retirement" {
  local app
  app=$(app gone)
  deploy hello "$app"
  dokku config:set --no-restart "$app" DOKKU_WAIT_TO_RETIRE=60 >/dev/null
  dokku ps:restart "$app" >/dev/null
  assert_ok dokku --force apps:destroy "$app"
  assert_equal '' "$(containers "$app")" 'containers'
}

@test "containers are retired on a schedule" {
  if [[ -d /run/systemd/system ]]; then
    assert_ok systemctl is-enabled dokku-retire.timer
  else
    assert_file /etc/cron.d/dokku-retire 644 root:root
    assert_ok grep -E '^\*/5 \* \* \* \* dokku .*dokku ps:retire' /etc/cron.d/dokku-retire
  fi
}
