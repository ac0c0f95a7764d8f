#!/usr/bin/env bash
# What the suites share: capturing commands, assertions that say what came out instead, apps with
# names of their own, pushes, requests through nginx. Only commands, ssh, git, curl and docker.

BATS_COMPAT=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
PROJECT=${BATS_COMPAT%/*}
FIXTURES=$PROJECT/fixtures
DOMAIN=dokku.me
DOKKU_HOME=$(getent passwd dokku | cut -d: -f6)
DOKKU_HOME=${DOKKU_HOME:-/home/dokku}
DOKKU_LIB=${DOKKU_LIB_ROOT:-/var/lib/dokku}
DOCKER=${DOCKER_BIN:-docker}
ESCAPE=$'\e[1G'
ESCAPE_RE=$'\e\\[1G'

# The environment of a user: nothing that bats, git or dokku's own variables could change.
unset GIT_DIR GIT_WORK_TREE DOKKU_TRACE DOKKU_QUIET_OUTPUT
export LC_ALL=C.UTF-8 GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1
export GIT_SSH_COMMAND="ssh -F ${COMPAT_DIR:-/nonexistent}/ssh_config"

die() {
  printf 'bats-compat: %s\n' "$*" >&2
  return 1
}

# ---- capturing

# capture COMMAND...: runs it without input; sets status, out and err (trailing newlines dropped).
capture() { capture_with '' "$@"; }

# capture_with TEXT COMMAND...: the same with TEXT on its standard input.
capture_with() {
  local text=$1
  shift
  command_line=$*
  status=0
  "$@" < <(printf '%s' "$text") >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
  out=$(<"$BATS_TEST_TMPDIR/out")
  err=$(<"$BATS_TEST_TMPDIR/err")
}

over_ssh() { ssh -F "$COMPAT_DIR/ssh_config" localhost -- "$@"; }

# normalise NAME...: stdin with ids, addresses, times and NAMEs made equal.
normalise() {
  local expressions=() name
  for name in "$@"; do expressions+=(-e "s/$name/APP/g"); done
  sed -E "${expressions[@]}" \
    -e 's/\x1b\[1G//g' -e 's/ +$//' \
    -e 's/^(       Renaming container \([0-9a-f]{12}\)) [a-z]+_[a-z]+[0-9]* /\1 <NAME> /' \
    -e 's/\b[0-9a-f]{40}\b/<SHA>/g' -e 's/\b[0-9a-f]{64}\b/<ID>/g' -e 's/\b[0-9a-f]{12}\b/<ID>/g' \
    -e 's/\b172\.[0-9]+\.[0-9]+\.[0-9]+\b/<IP>/g' \
    -e 's/\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/<TIME>/g' -e 's/\b1[0-9]{9}\b/<UNIXTIME>/g'
}

# ---- assertions

# complain WANTED: what was wanted, and all that the last command gave.
complain() {
  {
    printf -- '--- command: %s\n--- wanted : %s\n--- status : %s\n' "${command_line:-}" "$1" "${status:-}"
    printf -- '--- stdout :\n%s\n--- stderr :\n%s\n---\n' "${out:-}" "${err:-}"
  } | sed 's/\x1b/<ESC>/g' >&2
  return 1
}

assert_success() { [[ $status == 0 ]] || complain 'exit status 0'; }

# assert_failure [STATUS]
assert_failure() {
  if [[ -n ${1:-} ]]; then
    [[ $status == "$1" ]] || complain "exit status $1"
  else
    [[ $status != 0 ]] || complain 'a failure'
  fi
}

assert_out() { [[ $out == "$1" ]] || complain "stdout exactly: $1"; }
assert_err() { [[ $err == "$1" ]] || complain "stderr exactly: $1"; }
assert_no_out() { [[ -z $out ]] || complain 'nothing on stdout'; }
assert_no_err() { [[ -z $err ]] || complain 'nothing on stderr'; }

# assert_line LINE / assert_err_line LINE: a whole line (trailing blanks aside) of stdout / stderr.
assert_line() { has_line "$1" <<<"$out" || complain "a line on stdout: $1"; }
assert_err_line() { has_line "$1" <<<"$err" || complain "a line on stderr: $1"; }
refute_line() { ! has_line "$1" <<<"$out" || complain "no such line on stdout: $1"; }
has_line() { sed 's/ *$//' | grep -Fx -- "$1" >/dev/null; }

assert_match() { grep -E -- "$1" <<<"$out" >/dev/null || complain "stdout matches: $1"; }
assert_err_match() { grep -E -- "$1" <<<"$err" >/dev/null || complain "stderr matches: $1"; }
refute_match() { ! grep -E -- "$1" <<<"$out" >/dev/null || complain "stdout does not match: $1"; }
refute_err_match() { ! grep -E -- "$1" <<<"$err" >/dev/null || complain "stderr does not match: $1"; }

# assert_equal WANTED GOT [WHAT]: long texts are shown as their differences.
assert_equal() {
  if [[ $1 == "$2" ]]; then return 0; fi
  {
    printf -- '--- %s\n' "${3:-not equal}"
    if (($(wc -l <<<"$1$2") > 20)); then
      diff --unified=1 --label wanted --label got <(printf '%s\n' "$1") <(printf '%s\n' "$2") || true
    else
      printf -- '--- wanted:\n%s\n--- got:\n%s\n---\n' "$1" "$2"
    fi
  } | sed 's/\x1b/<ESC>/g' >&2
  return 1
}

# assert_ok COMMAND...: succeeds, whatever it prints.
assert_ok() {
  capture "$@"
  assert_success
}

# assert_fails STATUS STDERR COMMAND...: fails with exactly this on stderr and nothing on stdout.
assert_fails() {
  local wanted=$1 text=$2
  shift 2
  capture "$@"
  assert_failure "$wanted"
  assert_err "$text"
  assert_no_out
}

# assert_in_order TEXT: its lines are found on stdout in this order, others may be between them.
assert_in_order() {
  local wanted line next=0
  mapfile -t wanted <<<"$1"
  while IFS= read -r line; do
    if ((next < ${#wanted[@]})) && [[ $line == "${wanted[next]}" ]]; then next=$((next + 1)); fi
  done < <(printf '%s\n' "$out" | sed 's/ *$//')
  ((next == ${#wanted[@]})) || complain "this line, in its place: ${wanted[next]}"
}

# assert_file PATH MODE OWNER [CONTENT]: OWNER as user:group; CONTENT without trailing newlines.
assert_file() {
  [[ -e $1 ]] || complain "the file $1"
  assert_equal "$2 $3" "$(stat -c '%a %U:%G' "$1")" "mode and owner of $1"
  if (($# > 3)); then assert_equal "$4" "$(<"$1")" "content of $1"; fi
}

# eventually SECONDS COMMAND...: COMMAND succeeds within that time.
eventually() {
  local seconds=$1 deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= deadline)); then
      printf -- '--- not within %s seconds: %s\n' "$seconds" "$*" >&2
      return 1
    fi
    sleep 0.2
  done
}

# ---- apps

# suite NAME: what the apps of a file are called after; the first call of every file.
suite() {
  SUITE=$1
  export PREFIX=t$COMPAT_ID-$SUITE
}

# app WHAT: the name of one of the apps of this file, its own in every run.
app() { echo "$PREFIX-$1"; }

# setup_apps SUITE / teardown_apps: for setup_file and teardown_file.
setup_apps() {
  suite "$1"
  dangling_images >"$BATS_FILE_TMPDIR/dangling"
  chmod 755 "$BATS_FILE_TMPDIR"
}

# Destroys what the file has made, and fails when a destroyed app has left something behind.
teardown_apps() {
  local name left
  while IFS= read -r name; do destroy_app "$name"; done < <(own_apps)
  remove_failed_builds
  remove_new_dangling_images
  left=$(leftovers)
  if [[ -n $left ]]; then
    printf -- '--- left behind:\n%s\n' "$left" >&2
    remove_leftovers
    return 1
  fi
}

own_apps() { dokku --quiet apps:list 2>/dev/null | grep "^$PREFIX" || true; }

create_app() { dokku apps:create "$1" >/dev/null; }

destroy_app() { dokku --force apps:destroy "$1" >/dev/null 2>&1 || dokku --force apps:destroy "$1"; }

# fast APP: short waits, where the default ones are not the point.
fast() {
  dokku config:set --no-restart "$1" DOKKU_DEFAULT_CHECKS_WAIT=1 DOKKU_WAIT_TO_RETIRE=1 >/dev/null
}

leftovers() {
  "$DOCKER" container list --all --format 'container {{.Names}} ({{.Image}}, {{.Status}})' | grep -E "[ /]$PREFIX" || true
  "$DOCKER" image list --format 'image {{.Repository}}:{{.Tag}}' | grep "/$PREFIX" || true
  "$DOCKER" network list --format 'network {{.Name}}' | grep " $PREFIX" || true
  find "$DOKKU_HOME" -maxdepth 1 -name "$PREFIX*"
}

remove_leftovers() {
  local name
  for name in $("$DOCKER" container list --all --format '{{.ID}} {{.Names}} {{.Image}}' | grep "$PREFIX" | cut -d ' ' -f 1); do
    "$DOCKER" container rm --force "$name" >/dev/null
  done
  for name in $("$DOCKER" image list --format '{{.Repository}}:{{.Tag}}' | grep "/$PREFIX"); do
    "$DOCKER" image rm --force "$name" >/dev/null
  done
  for name in $("$DOCKER" network list --format '{{.Name}}' | grep "^$PREFIX"); do
    "$DOCKER" network rm "$name" >/dev/null
  done
}

# Docker keeps the container of a RUN that failed; the tests put a label on theirs.
remove_failed_builds() {
  local ids
  ids=$("$DOCKER" container list --all --quiet --filter "label=bats-compat=$PREFIX")
  if [[ -n $ids ]]; then xargs "$DOCKER" container rm --force <<<"$ids" >/dev/null; fi
}

dangling_images() {
  local label
  for label in dokku bats-compat; do
    "$DOCKER" image list --quiet --filter dangling=true --filter "label=$label"
  done | sort -u
}

# Every build leaves its predecessor without a tag; dokku collects it later, the suite at once.
remove_new_dangling_images() {
  local images
  images=$(dangling_images | comm -13 "$BATS_FILE_TMPDIR/dangling" -)
  if [[ -n $images ]]; then xargs "$DOCKER" image rm <<<"$images" >/dev/null 2>&1 || true; fi
}

# ---- docker

# container_of APP [TYPE.N]: the id that dokku has on record.
container_of() { head -n 1 "$DOKKU_HOME/$1/CONTAINER.${2:-web.1}"; }

# inspect NAME FORMAT
inspect() { "$DOCKER" container inspect --format "$2" "$1"; }

is_running() { [[ $(inspect "$1" '{{.State.Running}}' 2>/dev/null) == true ]]; }
is_stopped() { [[ $(inspect "$1" '{{.State.Running}}' 2>/dev/null) == false ]]; }
is_gone() { ! "$DOCKER" container inspect "$1" >/dev/null 2>&1; }

# containers APP: names of all its containers, the running ones first said so.
containers() {
  "$DOCKER" container list --all --filter "label=com.dokku.app-name=$1" --format '{{.State}} {{.Names}}' | sort
}

# ---- git

# source_of SHAPE DIR: a repository of a sample app, with one commit on master.
source_of() {
  mkdir -p "$2"
  cp -R "$FIXTURES/apps/$1/." "$2"
  # Checks of a sample wait longer, and try more often, than these tests like to.
  if [[ -f $2/CHECKS ]]; then sed -i -e 's/^WAIT=.*/WAIT=1/' -e 's/^ATTEMPTS=.*/ATTEMPTS=2/' "$2/CHECKS"; fi
  git -C "$2" -c init.defaultBranch=master init --quiet
  commit "$2" first
}

commit() {
  git -C "$1" add --all --force
  git -C "$1" -c user.name=bats -c user.email=bats@example.com -c commit.gpgsign=false \
    commit --quiet --no-verify --allow-empty --message "${2:-next}"
}

# push DIR APP [BRANCH]: captured; every "remote: " line without it and the blanks git appends.
push() {
  capture git -C "$1" push "ssh://dokku@localhost/$2" "master:refs/heads/${3:-master}"
  err=$(sed -e 's/^remote: //' -e 's/ *$//' <<<"$err")
}

# deploy SHAPE APP [DIR]: creates a fast app, pushes a sample and insists on success.
deploy() {
  local dir=${3:-$BATS_FILE_TMPDIR/$2}
  if [[ ! -d $DOKKU_HOME/$2 ]]; then create_app "$2"; fi
  fast "$2"
  source_of "$1" "$dir"
  BATS_TEST_TMPDIR=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}
  push "$dir" "$2"
  assert_success
}

# ---- http

# curl_app HOST [PATH] [CURL OPTIONS]: asks nginx on this machine; HOST may carry a port.
curl_app() {
  local host=$1 path=${2:-/} port=80
  if (($# > 1)); then shift 2; else shift; fi
  if [[ $host == *:* ]]; then port=${host##*:}; fi
  curl --silent --show-error --max-time 10 --header "Host: $host" "$@" "http://127.0.0.1:$port$path"
}

# assert_answers HOST TEXT: the page contains TEXT; nginx takes a moment for a new configuration.
assert_answers() {
  local tries
  for tries in {1..25}; do
    capture curl_app "$1" / --fail
    if [[ $status == 0 && $out == *"$2"* ]]; then return 0; fi
    sleep 0.2
  done
  complain "a page of $1 with: $2 ($tries tries)"
}

# refute_answers HOST: no page comes. nginx says 502 once the kernel gives up the address that was
# vacated, which takes it from 3 to 60 seconds: a wait without an answer is as good.
refute_answers() {
  capture curl_app "$1" / --fail --max-time 5
  assert_failure
}

# http_status HOST [PATH]
http_status() { curl_app "$1" "${2:-/}" --output /dev/null --write-out '%{http_code}'; }
