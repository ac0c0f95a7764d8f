#!/usr/bin/env bats
# The sourceable bash libraries in plugins/ without the native binary: the libraries of the single plugins.
# shellcheck disable=SC2016 # the scripts under test expand their variables themselves

load shims

# --- certs, domains, checks, proxy, apps ----------------------------------------------------------

@test "ssl is on with both files" {
  lib certs/internal-functions <<<'is_ssl_enabled my_app || echo off; fn-ssl-enabled my_app'
  expect 0 $'off\nfalse'
  mkdir "$DOKKU_ROOT/my_app/tls"
  touch "$DOKKU_ROOT/my_app/tls/server.crt"
  lib certs/functions <<<'is_ssl_enabled my_app; echo survived'
  expect 1 ""
  touch "$DOKKU_ROOT/my_app/tls/server.key"
  lib certs/internal-functions <<<'is_ssl_enabled my_app; fn-ssl-enabled my_app'
  expect 0 "true"
  lib certs/functions <<<'is_ssl_enabled nope || echo survived'
  expect 1 "App nope does not exist"
}

@test "an app's domains are its own, else the global ones, else the hostname, and none if disabled" {
  echo host >"$DOKKU_ROOT/HOSTNAME"
  lib domains/functions <<<'get_app_domains my_app'
  expect 0 "host"
  echo dokku.me >"$DOKKU_ROOT/VHOST"
  lib domains/functions <<<'get_app_domains my_app; get_global_vhosts'
  expect 0 $'dokku.me\ndokku.me'
  printf 'a.b\nc.d\n' >"$DOKKU_ROOT/my_app/VHOST"
  lib domains/functions <<<'get_app_domains my_app; is_app_vhost_enabled my_app'
  expect 0 $'a.b\nc.d\ntrue'
  echo 1 >"$WORLD/config.my_app.NO_VHOST"
  lib domains/functions <<<'get_app_domains my_app; is_app_vhost_enabled my_app'
  expect 0 "false"
}

@test "hostnames are letters, digits, hyphens, dots and stars, not ending in a dot" {
  lib domains/functions <<<'for n in a.b .dokku.me "*.X.io" 127.0.0.1 a--b; do is_valid_hostname "$n"; done
for n in "" a. a_b http://x "a b" a:1; do if is_valid_hostname "$n"; then exit 9; fi; done; echo ok'
  expect 0 "ok"
}

@test "a change of domains that fails ends the caller, also one that tests it" {
  for name in setup add remove set; do
    stub "$PLUGIN_CORE_AVAILABLE_PATH/domains/subcommands/$name" "domains/$name"
    echo 3 >"$WORLD/status.domains-$name"
    lib domains/functions <<<"domains_$name my_app a.me || echo survived"
    expect 3 "" || { echo "$name"; return 1; }
  done
}

@test "a global domain is one valid line" {
  lib domains/internal-functions <<<'is_global_vhost_enabled; fn-domains-global-vhosts; echo end'
  expect 0 $'false\n\nend'
  printf 'bad_one\ngood.me' >"$DOKKU_ROOT/VHOST"
  lib domains/internal-functions <<<'is_global_vhost_enabled; fn-domains-global-vhosts; fn-domains-app-vhosts my_app; echo end'
  expect 0 $'true\nbad_one good.me\n\nend'
}

@test "disabling virtual hosts removes the files and writes config quietly" {
  touch "$DOKKU_ROOT/my_app/VHOST" "$DOKKU_ROOT/my_app/URLS"
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/config/subcommands/set" <<<$'#!/bin/sh\necho "$* quiet=$DOKKU_QUIET_OUTPUT" >>"$CALLS"'
  lib domains/functions <<<'disable_app_vhost my_app --no-restart; enable_app_vhost my_app'
  expect 0 $'-----> VHOST support disabled, deleting my_app/VHOST\n-----> VHOST support disabled, deleting my_app/URLS'
  expect_calls "plugn trigger pre-disable-vhost my_app
config:set --no-restart my_app NO_VHOST=1 quiet=1
plugn trigger pre-enable-vhost my_app
config:set my_app NO_VHOST=0 quiet=1"
  [[ ! -e "$DOKKU_ROOT/my_app/VHOST" && ! -e "$DOKKU_ROOT/my_app/URLS" ]]
}

@test "checks lists name types or all" {
  lib checks/internal-functions <<<'is_app_proctype_checks_disabled my_app web; fn-checks-disabled-list my_app'
  expect 0 $'false\nnone'
  echo _all_ >"$WORLD/config.my_app.DOKKU_CHECKS_DISABLED"
  echo urgentworker,web >"$WORLD/config.my_app.DOKKU_CHECKS_SKIPPED"
  lib checks/internal-functions <<<'is_app_proctype_checks_disabled my_app web; for t in web worker; do is_app_proctype_checks_skipped my_app $t; done; fn-checks-skipped-list my_app'
  expect 0 $'true\ntrue\nfalse\nurgentworker,web'
}

@test "deprecated functions say so on stderr and fire their trigger" {
  echo nginx >"$WORLD/trigger.proxy-type"
  separate proxy/functions <<<'get_app_proxy_type my_app'
  [[ "$(cat "$WORLD/out")" == "nginx" && "$(cat "$WORLD/err")" == " !     Deprecated: plugn#proxy-type" ]]
  separate apps/functions <<<'apps_maybe_create my_app'
  [[ "$(cat "$WORLD/err")" == " !     Deprecated: plugn#app-maybe-create" ]]
  grep -qx "plugn trigger app-maybe-create my_app" "$CALLS"
}

# --- nginx ----------------------------------------------------------------------------------------

@test "nginx versions with suffixes decide about features" {
  lib nginx-vhosts/functions <<<'for v in "1.9.4" "1.9.5" "1.13.9 (Ubuntu)" "1.13.10" "1.14.0 (Ubuntu)" 2.0.1; do
echo "$v $(is_spdy_enabled "$v") $(is_tls13_available "$v") $(is_http2_enabled "$v") $(is_http2_push_enabled "$v") $(is_grpc_enabled "$v")"; done'
  expect 0 $'1.9.4 true false false false false\n1.9.5 false false false false false\n1.13.9 (Ubuntu) false true true true false\n1.13.10 false true true true true\n1.14.0 (Ubuntu) false true true true true\n2.0.1 false true true true true'
}

@test "log paths are properties with a default" {
  lib nginx-vhosts/functions <<<'fn-nginx-access-log-path my_app; fn-nginx-computed-error-log-path my_app'
  root=/var/log/nginx
  [[ ! -x /usr/bin/openresty ]] || root=/var/log/openresty
  expect_calls "common/prop [get-with-default] [nginx] [my_app] [access-log-path] [$root/my_app-access.log]
common/prop [get-with-default] [nginx] [my_app] [error-log-path] [$root/my_app-error.log]"
}

@test "nginx is found on the path" {
  [[ ! -x /usr/bin/openresty ]] || skip "openresty wins"
  stub "$WORLD/bin/nginx" nginx
  lib nginx-vhosts/functions <<<'get_nginx_location'
  expect 0 "$WORLD/bin/nginx"
}

@test "validate_nginx drops empty arguments and ends the shell with nginx's status" {
  validate="$PLUGIN_CORE_AVAILABLE_PATH/nginx-vhosts/subcommands/validate-config"
  stub "$validate" validate
  lib nginx-vhosts/functions <<<'validate_nginx ""; validate_nginx my_app --clean; echo ok'
  expect 0 "ok"
  expect_calls $'validate [nginx:validate-config]\nvalidate [nginx:validate-config] [my_app] [--clean]'
  echo 4 >"$WORLD/status.validate"
  lib nginx-vhosts/functions <<<'validate_nginx || echo survived'
  expect 4 ""
}

@test "restart_nginx reloads whatever its arguments" {
  lib nginx-vhosts/functions <<<'restart_nginx my_app'
  expect_calls "common/fn [fn-nginx-vhosts-nginx-init-cmd] [reload]"
}

@test "an invalid config is shown and, if asked, removed" {
  stub_script "$WORLD/bin/sudo" <<<$'#!/bin/sh\ngrep include "$4" >>"$CALLS"\nexit 1'
  NGINX_LOCATION=/x lib nginx-vhosts/functions <<<'nginx_vhosts_validate_single_func my_app --clean'
  expect 0 " !     No nginx config found for my_app"
  echo "server {" >"$DOKKU_ROOT/my_app/nginx.conf"
  export NGINX_LOCATION=/x
  lib nginx-vhosts/functions <<<'nginx_vhosts_validate_single_func my_app --clean'
  expect 0 $' !     Failed to validate nginx config for my_app. Contents below...\nserver {\n !     Removing invalid nginx file'
  [[ ! -e "$DOKKU_ROOT/my_app/nginx.conf" ]]
  expect_calls "include $DOKKU_ROOT/my_app/nginx.conf;"
}

@test "validate_ssl_domains shows the caller's variables to the binary" {
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/common/fn" <<<$'#!/bin/sh\necho "$* $VHOST_PATH $NONSSL_VHOSTS"'
  lib nginx-vhosts/functions <<<'f() { local VHOST_PATH=/v NONSSL_VHOSTS=d; validate_ssl_domains my_app; }; f'
  expect 0 "validate_ssl_domains my_app /v d"
}

# --- ps, git, plugin and the rest -----------------------------------------------------------------

@test "ps_stop ends the caller with success if the app is not deployed" {
  stub "$PLUGIN_CORE_AVAILABLE_PATH/ps/subcommands/stop" ps-stop
  lib ps/functions <<<'ps_stop my_app; echo survived'
  expect 0 " !     App my_app has not been deployed"
  touch "$WORLD/deployed"
  lib ps/functions <<<'ps_stop my_app; echo survived'
  expect 0 "survived"
  [[ "$(tail -1 "$CALLS")" == "ps-stop [ps:stop] [my_app]" ]]
}

@test "ps reads policies, scale and status" {
  printf -- '--restart=always\n-v /a\n--restart=no\n' >"$WORLD/options"
  lib ps/functions <<<'get_restart_policies "$WORLD/options"; get_raw_restart_policies "$WORLD/options"; get_restart_policies /nope || echo 1'
  expect 0 $'always\nno\n--restart=always\n--restart=no\n1'
  printf 'web=1\n\nworker=0\n' >"$DOKKU_ROOT/my_app/DOKKU_SCALE"
  echo "2 mixed" >"$WORLD/trigger.scheduler-app-status"
  lib ps/functions <<<'print_dokku_scale_file my_app; fn-ps-app-status my_app; fn-ps-is-app-running my_app >/dev/null; echo "$APP_STATUS"; fn-ps-is-app-running my_app; fn-ps-can-scale my_app; touch "$DOKKU_ROOT/my_app/DOKKU_SCALE.extracted"; fn-ps-can-scale my_app'
  expect 0 $'       DOKKU_SCALE declares scale -> web=1 worker=0\n2 mixed\n2 mixed\nmixed\ntrue\nfalse'
}

@test "a process type's command comes from procfile-util, if there is a Procfile" {
  stub "$WORLD/bin/procfile-util" procfile-util
  lib ps/functions <<<'get_cmd_from_procfile my_app web 5001'
  expect 0 ""
  [[ ! -s "$CALLS" ]]
  touch "$DOKKU_ROOT/my_app/DOKKU_PROCFILE"
  lib ps/functions <<<'get_cmd_from_procfile my_app web 5001; get_cmd_from_procfile my_app web ""; get_cmd_from_procfile my_app web; remove_procfile my_app'
  file="$DOKKU_ROOT/my_app/DOKKU_PROCFILE"
  expect_calls "procfile-util [show] [--procfile] [$file] [--process-type] [web] [--default-port] [5001]
procfile-util [show] [--procfile] [$file] [--process-type] [web] [--default-port] []
procfile-util [show] [--procfile] [$file] [--process-type] [web] [--default-port] [5000]"
  [[ ! -e "$file" ]]
}

@test "set_scale shows the caller's IMAGE_TAG to the binary" {
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/common/fn" <<<$'#!/bin/sh\necho "$* tag=$IMAGE_TAG"'
  lib ps/functions <<<'f() { local IMAGE_TAG=v2; set_scale my_app web=2; }; f'
  expect 0 "set_scale my_app web=2 tag=v2"
}

@test "a report function drops its own command word and keeps the status" {
  stub "$PLUGIN_CORE_AVAILABLE_PATH/nginx-vhosts/subcommands/report" report
  lib nginx-vhosts/command-functions <<<'cmd-nginx-report nginx:report my_app; cmd-nginx-report-single my_app --nginx-hsts; cmd-nginx-report'
  expect_calls $'report [nginx:report] [my_app]\nreport [nginx:report] [my_app] [--nginx-hsts]\nreport [nginx:report]'
  echo 1 >"$WORLD/status.report"
  lib nginx-vhosts/command-functions <<<'cmd-nginx-report my_app; echo survived'
  expect 1 ""
}

@test "the commands for all apps are subcommands" {
  stub "$PLUGIN_CORE_AVAILABLE_PATH/ps/subcommands/stopall" stopall
  stub "$PLUGIN_CORE_AVAILABLE_PATH/ps/subcommands/restore" restore
  lib ps/internal-functions <<<'fn-ps-parallel-cmd stop; fn-ps-parallel-cmd restore'
  expect_calls $'stopall [ps:stopall]\nrestore [ps:restore]'
}

@test "raw git commands go to the plugin's commands link, with stdin" {
  stub_script "$PLUGIN_CORE_AVAILABLE_PATH/git/commands" <<<$'#!/bin/sh\necho "$*"; cat'
  lib git/functions <<<'echo refs | cmd-git-hook git-hook my_app; cmd-git-upload-pack repo </dev/null; cmd-git-glob git-receive-pack repo </dev/null'
  expect 0 $'git-hook my_app\nrefs\ngit-upload-pack repo\ngit-receive-pack repo'
}

@test "worktrees need git 2.11" {
  for version in 1.9.1 2.10.9 2; do
    stub_script "$WORLD/bin/git" <<<$'#!/bin/sh\necho "git version '"$version"'"'
    lib git/functions <<<'use_git_worktree || echo no'
    expect 0 "no"
  done
  for version in 2.11.0 "2.30.2 (Apple Git)" 3.0; do
    stub_script "$WORLD/bin/git" <<<$'#!/bin/sh\necho "git version '"$version"'"'
    lib git/functions <<<'use_git_worktree && echo yes'
    expect 0 "yes"
  done
}

@test "plugins are named after their URL" {
  lib plugin/functions <<<'plugin_name https://x/dokku-redis.git; plugin_name git@h:u/legit; plugin_name /a/dokku-x'
  expect 0 $'redis\nlegit\nx'
}

@test "a plugin is downloaded, enabled and pinned" {
  lib plugin/functions <<'S'
plugn() { echo "plugn $*"; if [[ "$1" == install ]]; then mkdir "$PLUGIN_AVAILABLE_PATH/$3"; fi; }
download_and_enable_plugin https://x/dokku-redis.git --committish v1 --other --name mine
S
  expect 0 "-----> Cloning plugin repo https://x/dokku-redis.git to $PLUGIN_AVAILABLE_PATH/mine
plugn install https://x/dokku-redis.git mine
plugn enable mine
-----> Plugin mine enabled
plugn update mine v1"
}

@test "plugin errors come in their order" {
  # Here, unlike in the flat world above, third-party plugins are not below the core path.
  export PLUGIN_AVAILABLE_PATH="$WORLD/third"
  mkdir -p "$PLUGIN_AVAILABLE_PATH/extra"
  run bash -c 'source "$PLUGIN_CORE_AVAILABLE_PATH/plugin/functions"
    for c in "disable_plugin" "disable_plugin ps" "disable_plugin extra" "enable_plugin" "enable_plugin nope" "uninstall_plugin" "uninstall_plugin ps" "uninstall_plugin nope" "update_plugin nope"; do ($c) || true; done
    enable_plugin extra; uninstall_plugin extra'
  expect 0 "Please specify a plugin to disable
Cannot disable a core plugin
Plugin already disabled
Please specify a plugin to enable
Plugin does not exist
Please specify a plugin to uninstall
Cannot uninstall a core plugin
Plugin (nope) is not currently installed
Plugin (nope) is not currently installed
-----> Plugin extra enabled
-----> Plugin extra uninstalled"
}

@test "a retired container is noted with the time of its end" {
  lib scheduler-docker-local/internal-functions <<<'fn-scheduler-docker-local-register-retired-container my_app c1 60'
  read -r app cid time <"$DOKKU_LIB_ROOT/data/scheduler-docker-local/dead-containers"
  [[ "$app $cid" == "my_app c1" && "$time" -ge $(($(date +%s) + 50)) && "$time" -le $(($(date +%s) + 61)) ]]
}

@test "a time to retire that is no number is refused, and nothing in it is run" {
  lib scheduler-docker-local/internal-functions <<<'fn-scheduler-docker-local-register-retired-container my_app c1 '"'x[\$(touch \$WORLD/ran)]'"' || echo "status $?"; fn-scheduler-docker-local-register-retired-container my_app c1 08'
  expect 0 "status 1"
  [[ ! -e "$WORLD/ran" && "$(wc -l <"$DOKKU_LIB_ROOT/data/scheduler-docker-local/dead-containers")" -eq 1 ]]
}

@test "app.json scripts are asked for with the caller's app" {
  lib app-json/internal-functions <<<'f() { local APP=my_app; get_phase_script img predeploy; }; f'
  expect_calls "common/fn [get_phase_script] [my_app] [img] [predeploy]"
}

@test "help comes from the commands link, and in full if the parent was asked for all" {
  lib certs/help-functions <<<'cmd-certs-help certs:help; cmd-certs-help help; fn-help-content'
  expect_calls $'certs/commands [certs:help]\ncerts/commands [help]\ncommon/fn [fn-help-content] [certs]'
  : >"$CALLS"
  run bash -c 'bash -c "source \$PLUGIN_AVAILABLE_PATH/certs/help-functions; cmd-certs-help help"; :' dokku help --all
  expect_calls "common/fn [fn-help-content] [certs]"
}
