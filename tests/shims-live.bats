#!/usr/bin/env bats
# The shell libraries against the real binary: code that is written as the six widely used
# third-party plugins are (reference 06) runs in a scratch world. What the libraries do by
# themselves is in the other shims-*.bats.
# shellcheck disable=SC2016 # the plugins expand their variables themselves
bats_require_minimum_version 1.5.0
load live

setup_file() { lay_world; }
setup() { fresh_world; }

# sub PLUGIN COMMAND: a subcommand that has sourced the libraries a plugin of its kind sources.
sub() {
  plugin "$1" "subcommands/$2" <<<"$(sources "$1")"$'\n'"$(cat)"
}

sources() {
  local path
  case "$1" in
    database) set -- PLUGIN_ENABLED_PATH/common PLUGIN_AVAILABLE_PATH/config PLUGIN_AVAILABLE_PATH/docker-options PLUGIN_AVAILABLE_PATH/ps ;;
    redirect) set -- PLUGIN_ENABLED_PATH/common PLUGIN_AVAILABLE_PATH/{config,certs,nginx-vhosts,proxy} ;;
    letsencrypt) set -- PLUGIN_CORE_AVAILABLE_PATH/{common,config,certs,nginx-vhosts} ;;
    maintenance | gate) set -- PLUGIN_CORE_AVAILABLE_PATH/common PLUGIN_AVAILABLE_PATH/nginx-vhosts ;;
    *) set -- PLUGIN_CORE_AVAILABLE_PATH/common ;;
  esac
  for path; do printf 'source "$%s/functions"\n' "$path"; done
  echo 'source "$PLUGIN_CORE_AVAILABLE_PATH/common/property-functions"'
}

# --- databases: postgres, redis and their kin -----------------------------------------------------

database_plugin() {
  sub database link <<'S'
SERVICE="$2" APP="$3"
verify_app_name "$APP"
scheme="$(config_get "$APP" DB_SCHEME || true)"
url="${scheme:-db}://u:p@dokku-db-$SERVICE:5432/$SERVICE"
alias=DATABASE
if config_all "$APP" | grep -qE "^DATABASE_URL:"; then
  if config_all "$APP" | grep -qE ":\s*$url$"; then dokku_log_fail "Already linked as $(config_all "$APP" | grep "$url" | cut -d: -f1)"; fi
  alias=DOKKU_DB_AQUA
fi
passed_phases=(build deploy run)
if declare -f -F add_passed_docker_option >/dev/null; then
  add_passed_docker_option passed_phases[@] "--link dokku.db.$SERVICE:dokku-db-$SERVICE"
fi
config_set "$APP" "${alias}_URL=$url"
S
  sub database unlink <<'S'
SERVICE="$2" APP="$3"
verify_app_name "$APP"
passed_phases=(build deploy run)
remove_passed_docker_option passed_phases[@] "--link dokku.db.$SERVICE:dokku-db-$SERVICE"
keys=($(config_all "$APP" | grep "dokku-db-$SERVICE:" | cut -d: -f1)) || true
[[ ${#keys[@]} -gt 0 ]] || dokku_log_fail "Not linked"
config_unset "$APP" "${keys[*]}"
S
  sub database promote <<'S'
SERVICE="$2" APP="$3"
verify_app_name "$APP"
old="$(config_get "$APP" DATABASE_URL)"
new="$(config_all "$APP" | grep -v ^DATABASE_URL | grep "dokku-db-$SERVICE:" | tr -s ' ' | cut -d' ' -f2)"
config_set "$APP" "DOKKU_DB_OLD_URL=$old" "DATABASE_URL=$new"
S
}

@test "a database is linked: its url is in the config and its link in the options of all phases" {
  database_plugin
  dokku apps:create my_app
  run dokku database:link l my_app
  check 0 "-----> Setting config vars
       DATABASE_URL:  db://u:p@dokku-db-l:5432/l
-----> Restarting app my_app
 !     App my_app has not been deployed"
  run dokku config:get my_app DATABASE_URL
  check 0 "db://u:p@dokku-db-l:5432/l"
  run bash -c "cat '$WORLD'/home/my_app/DOCKER_OPTIONS_{BUILD,DEPLOY,RUN}"
  check 0 "--link dokku.db.l:dokku-db-l
--link dokku.db.l:dokku-db-l
--restart=on-failure:10
--link dokku.db.l:dokku-db-l"
  [[ "$(stat -c %a "$WORLD/home/my_app/DOCKER_OPTIONS_BUILD")" == 644 ]]
}

@test "a scheme of the app, a second database and a promotion come out as their plugins expect" {
  database_plugin
  dokku apps:create app
  dokku config:set --no-restart app DB_SCHEME=mysql2
  dokku database:link one app
  dokku database:link two app
  run dokku database:link one app
  check 1 "Already linked as DATABASE_URL"
  run --separate-stderr dokku database:promote two app
  check 0 "-----> Setting config vars
       DATABASE_URL:      mysql2://u:p@dokku-db-two:5432/two
       DOKKU_DB_OLD_URL:  mysql2://u:p@dokku-db-one:5432/one
-----> Restarting app app"
  run dokku config:get app DATABASE_URL
  check 0 "mysql2://u:p@dokku-db-two:5432/two"
}

@test "an unlinked database leaves no option, and two keys in one word are refused as before" {
  database_plugin
  dokku apps:create app
  dokku database:link l app
  run --separate-stderr dokku database:unlink l app
  check 0 "-----> Unsetting DATABASE_URL
-----> Restarting app app"
  run bash -c "dokku() { env -i PATH='$WORLD/bin:$PATH' $(here env | grep -E '^(WORLD|HOME|DOKKU)' | tr '\n' ' ') dokku \"\$@\"; }
    dokku --quiet docker-options:report app | xargs"
  check 0 "Docker options build: Docker options deploy: --restart=on-failure:10 Docker options run:"
  dokku database:link l app
  dokku config:set --no-restart app OTHER_URL=x@dokku-db-l:1
  run dokku database:unlink l app
  check 1 "FAILED: Invalid key name: 'DATABASE_URL OTHER_URL'"
}

@test "names are verified before anything else happens" {
  database_plugin
  run dokku database:link l nosuch
  check 1 "App nosuch does not exist"
  run dokku database:link l Bad
  check 1 "App name must begin with lowercase alphanumeric character"
  run dokku database:link l
  check 1 "APP must not be null"
}

@test "an upgrade stops and starts the linked apps that are deployed, and ends at one that is not" {
  sub database upgrade <<'S'
app() { ps_stop "$1"; echo "stopped $1"; }
app "$2"
S
  dokku apps:create app
  run dokku database:upgrade app
  check 0 " !     App app has not been deployed"
  deployed_app live
  echo cid-live >"$WORLD/answers/running"
  : >"$WORLD/calls"
  run dokku database:upgrade live
  check 0 "Stopping live ...
stopped live"
  grep -q 'docker \[container\] \[stop\] .*\[cid-live\]' "$WORLD/calls"
}

@test "a dump on stdin reaches the plugin past nested dokku calls" {
  sub database import <<'S'
dokku database:stop "$2"
cat
S
  sub database stop <<'S'
dokku_log_info1_quiet "Stopping $2"
S
  run dokku database:import l <<<"the dump"
  check 0 "-----> Stopping l
the dump"
}

@test "what current database plugins call besides: waiting, logs, errors, the docker of the host" {
  sub database probe <<'S'
"$DOCKER_BIN" version
fn-in-array b a b && echo in-array
suppress_output bash -c 'echo hidden'
suppress_output bash -c 'echo shown; exit 3' || echo "status $?"
dokku_container_log_verbose_quiet cid
is_container_status cid Running && echo running
is_container_status other Running || echo stopped
has_tty || echo no tty
plugn trigger service-action post-create db l
S
  echo cid >"$WORLD/answers/running"
  run dokku database:probe </dev/null
  check 0 "19.03.8
in-array
shown
status 3
       one line
       another * line
running
stopped
no tty"
}

# --- redirect -------------------------------------------------------------------------------------

@test "a redirect rebuilds the proxy of a deployed app only" {
  sub redirect set <<'S'
verify_app_name "$2"
echo "$3:$4" >>"$DOKKU_ROOT/$2/REDIRECTS"
is_deployed "$2" && plugn trigger proxy-build-config "$2"
dokku_log_verbose done
S
  plugin recorder proxy-build-config <<<'echo "built $*"'
  dokku apps:create app
  run dokku redirect:set app a.me b.me
  check 0 "       done"
  echo cid >"$WORLD/home/app/CONTAINER.web.1"
  run --separate-stderr dokku redirect:set app a.me b.me
  [[ "$output" == *$'built app\n       done' ]]
  run cat "$WORLD/home/app/REDIRECTS"
  check 0 $'a.me:b.me\na.me:b.me'
}

@test "nginx-pre-reload may rewrite the config that was just written, and can stop the build" {
  plugin redirect nginx-pre-reload <<'S'
source "$PLUGIN_AVAILABLE_PATH/common/functions"
source "$PLUGIN_AVAILABLE_PATH/config/functions"
source "$PLUGIN_AVAILABLE_PATH/certs/functions"
source "$PLUGIN_AVAILABLE_PATH/nginx-vhosts/functions"
source "$PLUGIN_AVAILABLE_PATH/proxy/functions"
APP="$1"
[[ "$#" -eq 3 && -z "$2$3" ]]
[[ "$(get_app_proxy_type "$APP" 2>/dev/null)" == nginx ]] || exit 0
map="$(config_get "$APP" DOKKU_PROXY_PORT_MAP)"
version="$("$(get_nginx_location)" -v 2>&1 | cut -d/ -f2)"
ssl=no; if is_ssl_enabled "$APP"; then ssl=yes; fi
printf '# map %s nginx %s ssl %s spdy %s key %s\n' "$map" "$version" "$ssl" "$(is_spdy_enabled "$version")" "$KEY" |
  cat - "$DOKKU_ROOT/$APP/nginx.conf" >"$DOKKU_ROOT/$APP/nginx.conf.new"
mv "$DOKKU_ROOT/$APP/nginx.conf.new" "$DOKKU_ROOT/$APP/nginx.conf"
[[ ! -e "$WORLD/answers/stop" ]]
S
  answer nginx 0 'nginx version: nginx/1.14.2'
  deployed_app app
  dokku config:set --no-restart app KEY=value
  run fire proxy-build-config app
  [[ "$status" -eq 0 ]] || check 0 ""
  run head -n 1 "$WORLD/home/app/nginx.conf"
  check 0 "# map http:80:5000   nginx 1.14.2 ssl no spdy false key value"
  [[ "$(grep -c 'include .*/app/nginx.conf.d/\*.conf;' "$WORLD/home/app/nginx.conf")" -eq 1 ]]
  touch "$WORLD/answers/stop"
  run fire proxy-build-config app
  [[ "$status" -eq 1 ]]
}

# --- letsencrypt ----------------------------------------------------------------------------------

@test "a certificate is asked for with the global e-mail under the app's, and installed by a nested dokku" {
  sub letsencrypt default <<'S'
APP="${DOKKU_APP_NAME:-$2}"
verify_app_name "$APP"
eval "$(config_export global)"
eval "$(config_export app "$APP")"
[[ -n "$DOKKU_LETSENCRYPT_EMAIL" ]] || { dokku_log_warn "no e-mail"; exit 1; }
dokku_log_info2 "$DOKKU_LETSENCRYPT_EMAIL asks for $(get_app_domains "$APP" | xargs)"
[[ "$(get_available_port)" -gt 1024 ]]
if is_ssl_enabled "$APP"; then dokku_log_verbose "renewal"; fi
dir="$DOKKU_ROOT/$APP/letsencrypt"
mkdir -p "$dir"
openssl req -new -x509 -nodes -subj /CN=app.dokku.me -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
if [[ -n "$DOKKU_APP_NAME" ]]; then set --; else set -- "$APP"; fi
dokku certs:add "$@" "$dir/cert.pem" "$dir/key.pem" </dev/null
S
  dokku apps:create app
  run dokku letsencrypt app
  check 1 " !     no e-mail"
  dokku config:set --global "DOKKU_LETSENCRYPT_EMAIL=all@dokku.me"
  dokku config:set --no-restart app "DOKKU_LETSENCRYPT_EMAIL=it's mine"
  dokku domains:add app app.dokku.me www.dokku.me >/dev/null
  run --separate-stderr dokku letsencrypt app
  [[ "$status" -eq 0 && "$output" == "=====> it's mine asks for app.dokku.me www.dokku.me"$'\n'* ]] || check 0 ""
  cmp "$WORLD/home/app/tls/server.crt" "$WORLD/home/app/letsencrypt/cert.pem"
  cmp "$WORLD/home/app/tls/server.key" "$WORLD/home/app/letsencrypt/key.pem"
  run --separate-stderr dokku --app app letsencrypt
  [[ "$status" -eq 0 && "$output" == *"       renewal"* ]] || check 0 ""
}

@test "certificates of all apps are listed in columns, and an unset variable falls through its chain" {
  sub letsencrypt ls <<'S'
dokku_col_log_info1_quiet "App name" "Expiry" "Before" "After"
for app in $(dokku_apps "false"); do
  dokku_col_log_msg "$app" "$(config_get --global GRACE || config_get "$app" GRACE || echo 30)" x y
done
S
  run dokku --quiet letsencrypt:ls
  check 0 ""
  dokku apps:create b
  dokku apps:create a
  mkdir "$WORLD/home/tls" "$WORLD/home/.hidden"
  dokku config:set --no-restart b GRACE=7
  run dokku letsencrypt:ls
  check 0 "-----> App name           Expiry                    Before                    After                    
a                         30                        x                         y                        
b                         7                         x                         y                        "
}

@test "current letsencrypt asks for ports and paths that 0.20.4 did not have" {
  sub letsencrypt enable <<'S'
source "$PLUGIN_CORE_AVAILABLE_PATH/nginx-vhosts/internal-functions"
plugn trigger ports-get "$2" | grep -q '^http:80:' || dokku ports:add "$2" http:80:5000
plugn trigger ports-get "$2"
plugn trigger ports-get "$2" json
port="$(plugn trigger ports-get-available)"
[[ "$port" -gt 1024 && "$port" -le 65535 ]]
for path in access-log-format computed-access-log-format computed-access-log-path computed-error-log-path; do
  echo "$path=$("fn-nginx-$path" "$2")"
done
S
  dokku apps:create app
  run --separate-stderr dokku letsencrypt:enable app
  check 0 "-----> Setting config vars
       DOKKU_PROXY_PORT_MAP:  http:80:5000
http:80:5000
[{\"container_port\":5000,\"host_port\":80,\"scheme\":\"http\"}]
access-log-format=
computed-access-log-format=
computed-access-log-path=/var/log/nginx/app-access.log
computed-error-log-path=/var/log/nginx/app-error.log"
  run --separate-stderr dokku --app app ports:add https:443:5000
  run fire ports-get app
  check 0 $'http:80:5000\nhttps:443:5000'
}

@test "a plugin named ports is asked instead of ours" {
  sub ports add <<<'echo "ours: $*"'
  run dokku ports:add app http:80:5000
  check 0 "ours: ports:add app http:80:5000"
}

# --- maintenance, http-auth -----------------------------------------------------------------------

@test "a plugin checks and reloads nginx through sudo or as root" {
  sub maintenance on <<'S'
APP="$2"
[[ -n "$APP" ]] || dokku_log_fail "Please specify an app to run the command on"
verify_app_name "$APP"
validate_nginx "$APP" && restart_nginx "$APP" >/dev/null
dokku_log_verbose done
S
  answer nginx 0
  dokku apps:create app
  run dokku maintenance:on
  check 1 "Please specify an app to run the command on"
  run dokku maintenance:on app
  check 0 "       done"
  grep -qE '^(nginx|sudo \[.*nginx\]) \[-t\]' "$WORLD/calls"
}

@test "an invalid nginx config ends the plugin" {
  sub maintenance on <<'S'
validate_nginx "$2" && restart_nginx "$2" >/dev/null
dokku_log_verbose done
S
  answer nginx 1 'emerg'
  program sudo <<<'#!/bin/sh
exec "$@"'
  dokku apps:create app
  run dokku maintenance:on app
  stand_in sudo
  [[ "$status" -eq 1 && "$output" != *done* ]]
}

@test "a page on stdin is unpacked into the app's directory, which apps:clone copies" {
  sub maintenance custom-page <<'S'
[[ ! -t 0 ]]
mkdir -p "$DOKKU_ROOT/$2/maintenance"
tar -x -C "$DOKKU_ROOT/$2/maintenance"
S
  dokku apps:create app
  echo page >"$WORLD/tmp/index.html"
  run dokku maintenance:custom-page app < <(tar -c -C "$WORLD/tmp" index.html)
  check 0 ""
  dokku apps:clone --skip-deploy app copy
  [[ "$(cat "$WORLD/home/copy/maintenance/index.html")" == page ]]
}

@test "a list of users is kept in the property store" {
  sub gate users <<'S'
fn-plugin-property-list-add gate "$2" users ann
fn-plugin-property-list-add gate "$2" users "ben b"
fn-plugin-property-list-add gate "$2" users cat 1
fn-plugin-property-list-get gate "$2" users
fn-plugin-property-list-get-by-value gate "$2" users "ben b" && echo has ben
fn-plugin-property-list-get-by-value gate "$2" users nobody || echo "status $?"
fn-plugin-property-list-remove gate "$2" users ann
fn-plugin-property-list-remove gate "$2" users ann || echo "status $?"
fn-plugin-property-list-get gate "$2" users
fn-plugin-property-list-length gate "$2" users
fn-plugin-property-clone gate "$2" other
fn-plugin-property-list-get gate other users
fn-plugin-property-destroy gate "$2"
fn-plugin-property-list-get gate "$2" users
S
  run dokku gate:users app
  check 0 "cat
ann
ben b
has ben
Value not found
status 1
Property not found, nothing was removed
status 1
cat
ben b
2
cat
ben b"
  [[ "$(stat -c %a "$WORLD/lib/config/gate/other/users")" == 600 ]]
}

@test "properties: written as they are, read with a default, gone when deleted" {
  sub gate props <<'S'
fn-plugin-property-setup gate
fn-plugin-property-write gate app key '100% "x" '
fn-plugin-property-get gate app key other
fn-plugin-property-get gate app nokey default
fn-plugin-property-get gate app nokey
fn-plugin-property-write gate app empty ""
fn-plugin-property-get gate app empty default
fn-plugin-property-get-default gate --global key fallback
fn-plugin-property-get-all gate app | sort
fn-plugin-property-exists gate app key && echo exists
fn-plugin-property-exists gate app nokey || echo "exists not"
fn-plugin-property-delete gate app key
fn-plugin-property-delete gate app key || echo "status $?"
fn-plugin-property-get-all gate none || echo "status $?"
fn-plugin-property-destroy gate _all_
S
  run dokku gate:props
  check 0 "100% \"x\" 
default
fallback
empty 
key 100% \"x\" 
exists
exists not
Unable to remove gate property app.key
status 1
open $WORLD/lib/config/gate/none: no such file or directory
status 1"
  [[ ! -e "$WORLD/lib/config/gate" ]]
}

@test "every verb of prop answers as upstream's, unknown ones with nothing" {
  sub gate verbs <<'S'
p() { echo "+ $1 ${5-}" && { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" "$@" || echo "status $?"; }; }
p rpush gate app l a
p rpush gate app l c 99
p rpush gate app l b 2
p rpush gate app l x nonumber
p lrange gate app l
p lindex gate app l 1
p lindex gate app l 9
p lset gate app l B 1
p lset gate app l D 9
p lset gate app l D
p lrange gate app l
p lrem-by-prefix gate app l D
p lismember gate app l B
p llen gate app nolist
p lrem gate app nolist x
p get gate app l
p get gate app nothing
p nosuchverb gate
p
S
  run dokku gate:verbs
  check 0 "+ rpush a
+ rpush c
+ rpush b
+ rpush x
status 1
+ lrange 
a
b
c
+ lindex 1
b
+ lindex 9
Index not found
status 1
+ lset B
+ lset D
+ lset D
status 1
+ lrange 
a
B
c
D
+ lrem-by-prefix D
+ lismember B
+ llen 
0
+ lrem x
open $WORLD/lib/config/gate/app/nolist: no such file or directory
status 1
+ get 
a
B
c

+ get 
+ nosuchverb 
+  "
}

# --- hosts that are laid out otherwise ------------------------------------------------------------

@test "all plugin paths may point to one flat directory" {
  database_plugin
  mkdir "$WORLD/tmp/flat"
  cp -a "$WORLD"/lib/core-plugins/available/. "$WORLD/lib/plugins/available/database" "$WORLD/tmp/flat"
  flat="$WORLD/tmp/flat"
  there() {
    here PLUGIN_PATH="$flat" PLUGIN_ENABLED_PATH="$flat" PLUGIN_AVAILABLE_PATH="$flat" \
      PLUGIN_CORE_AVAILABLE_PATH="$flat" "$@"
  }
  there dokku apps:create app
  run --separate-stderr there dokku database:link l app
  check 0 "-----> Setting config vars
       DATABASE_URL:  db://u:p@dokku-db-l:5432/l
-----> Restarting app app"
  run there dokku database:link l app
  check 1 "Already linked as DATABASE_URL"
}
