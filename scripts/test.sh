#!/usr/bin/env bash
# Every check and test of this tree, in parts that all run whatever failed before; the last line
# says how many passed and failed. Installs and starts what they need.
set -euo pipefail

cd "${BASH_SOURCE[0]%/*}/.."
# shellcheck source=scripts/services.sh
source scripts/services.sh

passed=0
failed=0
summary=()

# part NAME COUNTER COMMAND...: runs COMMAND and adds what COUNTER reads in its output.
part() {
  local name=$1 counter=$2 began=$SECONDS status=0 counts good bad
  shift 2
  printf '\n=====> %s\n' "$name"
  "$@" </dev/null 2>&1 | tee "$LOG" || status=$?
  counts=$("$counter" "$status")
  read -r good bad <<<"$counts"
  # A part that broke off, or that ran nothing, has failed.
  if ((bad == 0 && (status != 0 || good == 0))); then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  summary+=("$(printf '%-14s %5d passed, %3d failed  (%d s)' "$name" "$good" "$bad" $((SECONDS - began)))")
}

# The counters print "PASSED FAILED"; they read $LOG, and the status as their argument.
count_status() { if (($1)); then echo '0 1'; else echo '1 0'; fi; }

# Lines of TAP; a skipped test is none that passed.
count_tap() { awk '/^not ok / { bad++ } /^ok / && !/# skip/ { good++ } END { print good + 0, bad + 0 }' "$LOG"; }

count_cargo() {
  awk '/^test result: / { good += $4; bad += $6 } END { print good + 0, bad + 0 }' "$LOG"
}

prepare() {
  scripts/packages.sh test || return 1
  start_services rsyslog docker nginx ssh
}

install_dokku() {
  make --silent build || return 1
  as_root "${CARGO_TARGET_DIR:-target}/release/dokku" install || return 1
  as_root fixtures/images/build.sh
}

# The records of Dokku's deploys, run again; the tests make keys and apps, and need root for that.
replay_deploys() {
  scripts/cargo.sh test --locked --test real --config "target.'cfg(unix)'.runner = 'sudo -n'" \
    -- --ignored --test-threads=1
}

main() {
  LOG=$(mktemp)
  trap 'rm -f "$LOG"' EXIT
  part preparing count_status prepare
  part format count_status scripts/cargo.sh fmt --check
  part clippy count_status scripts/cargo.sh clippy --all-targets --locked --quiet -- -D warnings
  part shellcheck count_tap scripts/shellcheck.sh
  part 'cargo test' count_cargo scripts/cargo.sh test --locked --no-fail-fast
  part 'shell library' count_tap bats --formatter tap tests/*.bats
  part install count_status install_dokku
  part 'real deploys' count_cargo replay_deploys
  part bats-compat count_tap as_root env "PATH=$PATH" bats --formatter tap bats-compat
  printf '\n'
  printf '%s\n' "${summary[@]}"
  echo "$passed passed, $failed failed"
  ((failed == 0))
}

main "$@"
