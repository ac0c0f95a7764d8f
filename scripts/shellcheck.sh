#!/usr/bin/env bash
# Checks every shell file of the tree: scripts, fixtures, plugins, tests. Names those that fail.
set -euo pipefail

# A shell file has a name that says so, or a first line that does. Plugins' libraries have neither
# always, but lie below plugins/. (Excluded: what they source is elsewhere at run time.)
is_shell() {
  local first=''
  case $1 in
    *.sh | *.bash | *.bats | .ci/run) return 0 ;;
  esac
  IFS= read -r first <"$1" 2>/dev/null || true
  [[ $first =~ ^#!.*(bash|[^a-z]sh)( |$) || $first == '# shellcheck shell='* ]]
}

main() {
  local file files=() failed=0
  cd "${BASH_SOURCE[0]%/*}/.."
  while IFS= read -r -d '' file; do
    if [[ -f $file && ! -L $file ]] && is_shell "$file"; then files+=("$file"); fi
  done < <(git ls-files -z --cached --others --exclude-standard)
  for file in "${files[@]}"; do
    if shellcheck --exclude=SC1090,SC1091 "$file"; then
      echo "ok $file"
    else
      echo "not ok $file"
      failed=1
    fi
  done
  return "$failed"
}

main "$@"
