#!/usr/bin/env bats
# Every library function that the binary answers (`common/fn`), called through its library from a
# third-party plugin: what it prints, changes and returns.
# shellcheck disable=SC2016 # the plugins expand their variables themselves
bats_require_minimum_version 1.5.0
load live

setup_file() { lay_world; }
setup() { fresh_world; }

# lib LIBRARY: runs the code on stdin in a plugin's subcommand that has sourced the library.
lib() {
  plugin caller subcommands/go <<<"source \"\$PLUGIN_AVAILABLE_PATH/$1\""$'\n'"$(cat)"
  run dokku caller:go </dev/null
}

@test "every function that a library asks of the binary is known there" {
  while read -r name; do
    run here PLUGIN_PATH="$WORLD/lib/plugins" "$WORLD/lib/core-plugins/available/common/fn" "$name"
    [[ "$output" != *"Unknown function"* ]] || { echo "$name is unknown"; return 1; }
  done < <(grep -rhoE '_dokku_fn [a-z][a-zA-Z_-]+' "$BATS_TEST_DIRNAME/../plugins" | cut -d' ' -f2 | sort -u)
  run here PLUGIN_PATH="$WORLD/lib/plugins" "$WORLD/lib/core-plugins/available/common/fn" nonsense
  check 1 "Unknown function: nonsense"
}

@test "get_app_urls: the trigger's answer, else the app's own" {
  deployed_app app
  dokku domains:set app b.me a.me 2>/dev/null
  lib common/functions <<<'get_app_urls urls app; echo +; get_app_urls url app; get_app_urls urls nosuch || echo "status $?"'
  check 0 $'http://a.me\nhttp://b.me\n+\nhttp://b.me\nApp nosuch does not exist\nstatus 1' ||
    check 0 $'http://a.me\nhttp://b.me\n+\nhttp://a.me\nApp nosuch does not exist\nstatus 1'
  plugin asked app-urls <<<'echo "https://$1/$2"'
  lib common/functions <<<'get_app_urls urls app; internal_get_app_urls urls app'
  check 0 $'https://app/urls\nhttp://a.me\nhttp://b.me'
}

@test "release_and_deploy: nothing without an image; a failing release hook is its status" {
  dokku apps:create app
  plugin stop builder-release <<<'echo "release $*"; exit 9'
  lib common/functions <<<'release_and_deploy app; echo done; release_and_deploy nosuch'
  check 1 $'done\nApp nosuch does not exist'
  deployed_app live
  lib common/functions <<<'release_and_deploy live'
  [[ "$status" -eq 9 && "$output" == $'-----> Releasing live (dokku/live:latest)...\n'*"release "*" live "* ]] || check 9 ""
}

@test "dokku_receive: builds what it is told, and its hooks' failure is its own" {
  dokku apps:create app
  plugin 00_stop builder-build <<<'echo "build $*"; exit 9'
  lib common/functions <<<'dokku_receive app dockerfile "$DOKKU_ROOT"'
  [[ "$status" -eq 9 ]] || check 9 ""
  [[ "$output" == *$'-----> Building app from dockerfile...\n'*"build dockerfile app $WORLD/home" ]] || check 9 ""
  run dokku config:get app DOKKU_APP_TYPE
  check 0 dockerfile
  plugin 00_stop builder-build <<<'[[ "$1" != cnb ]] || echo "build $*"'
  lib common/functions <<<'dokku_receive app cnb /src; dokku config:get app DOKKU_APP_TYPE'
  [[ "$status" -eq 0 && "$output" == *$'-----> Building app from cnb...\nbuild cnb app /src\ncnb' ]] || check 0 ""
}

@test "docker_cleanup: skipped by the caller's variable or the app's, else asked of the scheduler" {
  dokku apps:create app
  plugin recorder scheduler-docker-cleanup <<<'echo "cleanup [$1] [$2] [$3]"'
  lib common/functions <<<'f() { local DOKKU_SKIP_CLEANUP=false; docker_cleanup app; }; f; docker_cleanup app; docker_cleanup --global true'
  check 0 "-----> DOKKU_SKIP_CLEANUP set. Skipping dokku cleanup
-----> Cleaning up...
cleanup [docker-local] [app] []
-----> Cleaning up...
cleanup [docker-local] [] [true]"
  dokku config:set --no-restart app DOKKU_SKIP_CLEANUP=1
  lib common/functions <<<'docker_cleanup app; docker_cleanup app true'
  check 0 "-----> DOKKU_SKIP_CLEANUP set. Skipping dokku cleanup
-----> Cleaning up...
cleanup [docker-local] [app] [true]"
}

@test "get_ssl_hostnames: the names in the certificate, nothing without one" {
  dokku apps:create app
  lib certs/functions <<<'get_ssl_hostnames app; echo end'
  check 0 end
  mkdir "$WORLD/home/app/tls"
  openssl req -new -x509 -nodes -subj /CN=a.me -addext subjectAltName=DNS:a.me,DNS:www.a.me \
    -keyout "$WORLD/home/app/tls/server.key" -out "$WORLD/home/app/tls/server.crt" 2>/dev/null
  lib certs/internal-functions <<<'get_ssl_hostnames app; fn-ssl-enabled app; fn-ssl-hostnames app'
  check 0 $'a.me\nwww.a.me\ntrue\na.me www.a.me'
}

@test "get_default_vhosts and domains_enable: what the global domains and hooks make of the name" {
  dokku apps:create app
  printf 'dokku.me\nother.me\n' >"$WORLD/home/VHOST"
  plugin host nginx-hostname <<<'if [[ "$3" == other.me ]]; then echo "$2-x.$3"; fi'
  lib domains/functions <<<'get_default_vhosts app'
  check 0 $'app.dokku.me\napp-x.other.me'
  dokku config:set --no-restart app NO_VHOST=1
  lib domains/functions <<<'is_app_vhost_enabled app; domains_enable app --no-restart; is_app_vhost_enabled app'
  [[ "$status" -eq 0 && "${lines[0]}" == false && "${lines[-1]}" == true ]] || check 0 ""
  [[ "$output" != *estarting* ]]
  run cat "$WORLD/home/app/VHOST"
  check 0 $'app.dokku.me\napp-x.other.me'
}

# An app with a repository that holds one commit with a Dockerfile, on its deploy branch.
app_with_source() {
  dokku apps:create "$1" >/dev/null
  git init -q "$WORLD/tmp/src"
  echo 'FROM scratch' >"$WORLD/tmp/src/Dockerfile"
  git -C "$WORLD/tmp/src" add .
  git -C "$WORLD/tmp/src" -c user.name=t -c user.email=t@t commit -qm one
  REV="$(git -C "$WORLD/tmp/src" rev-parse HEAD)"
  lib git/functions <<<"fn-git-create-hook $1"
  git -C "$WORLD/tmp/src" push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' \
    "$WORLD/home/$1" HEAD:refs/heads/master
}

@test "fn-git-create-hook: a bare repository that calls git-hook before it takes a push" {
  dokku apps:create app
  lib git/functions <<<'fn-git-create-hook app; fn-git-create-hook app'
  [[ "$status" -eq 0 ]] || check 0 ""
  [[ -d "$WORLD/home/app/refs" && -x "$WORLD/home/app/hooks/pre-receive" ]]
  grep -q 'git-hook app' "$WORLD/home/app/hooks/pre-receive"
}

@test "git_build_app_repo, git_build, git_receive_app and git_trigger_build reach the builder with the source" {
  app_with_source app
  plugin stop pre-receive-app <<<'echo "$1 $2 $4 $(ls -A "$3") in $([[ "$PWD" -ef "$3" ]] && echo it)"; exit 9'
  for call in "git_build_app_repo app $REV" "git_build app" "git_build app $REV" "git_receive_app app" "git_receive_app app $REV"; do
    lib git/functions <<<"unset GIT_DIR; $call"
    [[ "$status" -eq 9 && "${output##*$'\e[1G'}" == "app dockerfile $REV Dockerfile in it" ]] || check 9 "of $call"
  done
  run dokku config:get app GIT_REV
  check 0 "$REV"
  mkdir "$WORLD/tmp/tree"
  cp "$WORLD/tmp/src/Dockerfile" "$WORLD/tmp/tree"
  lib git/functions <<<'cd "$WORLD/tmp/tree"; git_trigger_build app "$PWD" abc'
  [[ "$status" -eq 9 && "$output" == *"app dockerfile abc Dockerfile in it" ]] || check 9 ""
}

@test "tar_build, tar_receive_app and tar_trigger_build reach the builder with the archive's files" {
  dokku apps:create app
  plugin stop pre-receive-app <<<'echo "$1 $2 [$4] $(ls -A "$3")"; exit 9'
  mkdir "$WORLD/tmp/tree"
  echo 'web: x' >"$WORLD/tmp/tree/Procfile"
  lib tar/functions <<<'tar_receive_app app; echo no archive, no work'
  check 0 "no archive, no work"
  tar -c -C "$WORLD/tmp/tree" -f "$WORLD/home/app/src.tar" Procfile
  for call in "tar_build app" "tar_receive_app app"; do
    lib tar/functions <<<"$call"
    [[ "$status" -eq 9 && "${output##*$'\e[1G'}" == "app herokuish [] Procfile" ]] || check 9 "of $call"
  done
  lib tar/functions <<<'cd "$WORLD/tmp/tree"; tar_trigger_build app "$PWD"'
  [[ "$status" -eq 9 && "$output" == *"app herokuish [] Procfile" ]] || check 9 ""
}

@test "nginx: configure_nginx_ports, nginx_build_config, manage-hsts, init-cmd" {
  deployed_app app
  lib nginx-vhosts/functions <<<'configure_nginx_ports app; config_get app DOKKU_PROXY_PORT_MAP | xargs; nginx_build_config app 5000 10.0.0.9'
  [[ "$status" -eq 0 && "$output" == *"http:80:5000"* ]] || check 0 ""
  grep -q 'server 10.0.0.9:5000;' "$WORLD/home/app/nginx.conf"
  lib nginx-vhosts/functions <<<'fn-nginx-vhosts-manage-hsts app true; cat "$DOKKU_ROOT/app/nginx.conf.d/hsts.conf"; fn-nginx-vhosts-manage-hsts app ""; ls "$DOKKU_ROOT/app/nginx.conf.d"'
  [[ "$status" -eq 0 && "$output" == *Strict-Transport-Security* && "$output" != *hsts.conf ]] || check 0 ""
  : >"$WORLD/calls"
  lib nginx-vhosts/functions <<<'fn-nginx-vhosts-nginx-init-cmd reload; restart_nginx app'
  [[ "$status" -eq 0 ]]
  run grep -cE '^(nginx \[-s\] \[reload\]|sudo .*nginx.*\[reload\])' "$WORLD/calls"
  check 0 2
}

@test "nginx: get_custom_nginx_template takes the image's, and is silent without" {
  deployed_app app
  lib nginx-vhosts/functions <<<'get_custom_nginx_template app "$WORLD/tmp/out"; ls "$WORLD/tmp"'
  check 0 ""
  echo 'a template' >"$WORLD/image/nginx.conf.sigil"
  lib nginx-vhosts/functions <<<'get_custom_nginx_template app "$WORLD/tmp/out"; cat "$WORLD/tmp/out"'
  check 0 "a template"
}

@test "nginx: validate_ssl_domains reads the caller's lists" {
  dokku apps:create app
  mkdir "$WORLD/home/app/tls"
  openssl req -new -x509 -nodes -subj /CN=x -addext subjectAltName=DNS:a.me -keyout "$WORLD/home/app/tls/server.key" \
    -out "$WORLD/home/app/tls/server.crt" 2>/dev/null
  echo b.me >"$WORLD/home/app/VHOST"
  lib nginx-vhosts/functions <<<'f() { local VHOST_PATH="$DOKKU_ROOT/app/VHOST" NONSSL_VHOSTS=b.me; validate_ssl_domains app; }; f; echo end'
  [[ "$status" -eq 0 && "$output" == *"b.me"*"end" ]] || check 0 "a warning about b.me"
  echo a.me >"$WORLD/home/app/VHOST"
  lib nginx-vhosts/functions <<<'f() { local VHOST_PATH="$DOKKU_ROOT/app/VHOST" NONSSL_VHOSTS=a.me; validate_ssl_domains app; }; f; echo end'
  check 0 end
}

@test "ps: a Procfile is taken out of the image and checked, a scale made of it and changed" {
  deployed_app app
  rm "$WORLD/home/app/DOKKU_SCALE"
  printf 'web: run $PORT\nworker: work\n' >"$WORLD/image/Procfile"
  lib ps/functions <<<'extract_procfile app; get_cmd_from_procfile app web 80; generate_scale_file app; print_dokku_scale_file app; IMAGE_TAG=latest; set_scale app worker=2; cat "$DOKKU_ROOT/app/DOKKU_SCALE"; fn-ps-can-scale app; remove_procfile app'
  [[ "$status" -eq 0 ]] || check 0 ""
  [[ "$output" == *$'run 80\n'* && "$output" == *$'web=1\nworker=2\ntrue' ]] || check 0 ""
  [[ ! -e "$WORLD/home/app/DOKKU_PROCFILE" ]]
  echo '!!!' >"$WORLD/image/Procfile"
  lib ps/functions <<<'extract_procfile app; echo survived'
  [[ "$status" -eq 1 && "$output" != *survived* ]]
  lib ps/functions <<<'set_scale app web=many; echo survived'
  [[ "$status" -eq 1 && "$output" != *survived* ]]
}

@test "app-json: the scripts of a phase and the release command" {
  deployed_app app
  printf '{"scripts": {"dokku": {"predeploy": "touch a", "postdeploy": "touch b"}}}' >"$WORLD/image/app.json"
  printf 'release: migrate\nweb: x\n' >"$WORLD/image/Procfile"
  lib app-json/internal-functions <<<'f() { local APP=app; get_phase_script dokku/app:latest predeploy; get_phase_script dokku/app:latest postdeploy; }; f; get_release_cmd app latest'
  check 0 $'touch a\ntouch b\nmigrate'
  rm "$WORLD"/image/*
  lib app-json/internal-functions <<<'APP=app; get_phase_script dokku/app:latest predeploy; get_release_cmd app latest; execute_script app latest predeploy; echo end'
  check 0 end
}

@test "verify_ssh_key_file: ends the caller without keys or with a bad one" {
  lib ssh-keys/functions <<<'verify_ssh_key_file; echo survived'
  [[ "$status" -eq 1 && "$output" != *survived* ]]
  mkdir "$WORLD/home/.ssh"
  echo 'command="x" no-key' >"$WORLD/home/.ssh/authorized_keys"
  lib ssh-keys/functions <<<'verify_ssh_key_exists; verify_ssh_key_file; echo survived'
  [[ "$status" -eq 1 && "$output" != *survived* ]]
  ssh-keygen -q -t ed25519 -N '' -f "$WORLD/tmp/key"
  cp "$WORLD/tmp/key.pub" "$WORLD/home/.ssh/authorized_keys"
  lib ssh-keys/functions <<<'verify_ssh_key_file; echo survived'
  check 0 survived
}

@test "plugin_prime_bash_completion, fn-logs-usage and fn-help-content print and write what commands do" {
  lib plugin/internal-functions <<<'plugin_prime_bash_completion'
  check 0 "-----> Priming bash-completion cache"
  lib logs/internal-functions <<<'fn-logs-usage'
  run dokku logs --help
  [[ "$status" -eq 0 && "$output" == "Usage: dokku logs"* ]]
  for name in 20_events certs checks docker-options domains enter git logs nginx-vhosts plugin ps \
    scheduler-docker-local shell ssh-keys storage tags tar trace; do
    space="${name#20_}"
    lib "$name/help-functions" <<<"fn-help-content; cmd-$name-help help; cmd-$name-help ${space%-vhosts}:help"
    [[ "$status" -eq 0 && "${lines[0]}" == "    "* && "$output" == *"Usage: dokku "* ]] || check 0 "the help of $name"
  done
}

@test "a retired container is stopped, and the functions over plugn ask the scheduler" {
  deployed_app app
  echo cid-old >"$WORLD/answers/running"
  : >"$WORLD/calls"
  lib scheduler-docker-local/internal-functions <<<'fn-scheduler-docker-local-retire-container app cid-old 0'
  [[ "$status" -eq 0 ]] || check 0 ""
  grep -q 'docker \[container\] \[stop\] .*\[cid-old\]' "$WORLD/calls"
  lib ps/functions <<<'fn-ps-app-status app; fn-ps-is-app-running app; get_app_scheduler app; get_app_container_ids app; get_app_running_container_types app'
  check 0 $'1 false\nfalse\ndocker-local\n cid-app \nweb'
}

@test "acquire_app_deploy_lock keeps the binary from building, and the other way round" {
  app_with_source app
  plugin stop post-extract <<<'source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"; (acquire_app_deploy_lock "$1" exclusive) || echo refused'
  plugin stop pre-receive-app <<<'echo built; exit 9'
  lib git/functions <<<'acquire_app_deploy_lock app exclusive; (exec 200>&-; git_receive_app app) || echo "status $?"; release_app_deploy_lock app; git_receive_app app'
  [[ "$status" -eq 9 && "$output" == "app currently has a deploy lock in place. Exiting..."$'\nstatus 1\n'*refused*built ]] || check 9 ""
}

@test "items that are added to a list at the same time all stay" {
  lib common/property-functions <<'S'
for i in {1..20}; do fn-plugin-property-list-add probe app list "v$i" & done
wait
fn-plugin-property-list-length probe app list
S
  check 0 20
}
