#!/bin/sh
# The docker of the *-live.bats worlds: images are the lines of the file images, containers answer
# that they run if the file running names them, everything else succeeds without a word.
printf 'docker' >>"$WORLD/calls"
for word; do printf ' [%s]' "$word" >>"$WORLD/calls"; done
echo >>"$WORLD/calls"
for last; do :; done
case "$*" in
  version*) echo 19.03.8 ;;
  "image inspect"*)
    if ! grep -sqx "$last" "$WORLD/answers/images"; then
      echo "Error: No such image: $last" >&2
      exit 1
    fi
    case "$*" in *--format*) ;; *) echo '[{"Id": "sha256:1", "Config": {}}]' ;; esac
    ;;
  "container create"*) echo c0ffee ;;
  *"{{.State."*) grep -sqx "$last" "$WORLD/answers/running" && echo true || echo false ;;
  "container inspect"*)
    running=false
    if grep -sqx "$last" "$WORLD/answers/running"; then running=true; fi
    printf '[{"Id": "%s", "Name": "/%s", "State": {"Running": %s}}]\n' "$last" "$last" "$running"
    ;;
  "container logs"*) printf 'one line\n\nanother * line\n' ;;
esac
exit 0
