#!/usr/bin/env bats
# A buildpack app: its push, the scripts of app.json, config baked into the image, TLS, renaming.

load helpers

setup_file() {
  setup_apps hk
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  local name
  name=$(app node)
  create_app "$name"
  fast "$name"
  dokku config:set --no-restart "$name" SECRET=s3cret MULTI=$'a\nb' >/dev/null
  source_of nodejs-express "$BATS_FILE_TMPDIR/source"
  push "$BATS_FILE_TMPDIR/source" "$name"
  printf '%s' "$status" >"$BATS_FILE_TMPDIR/first-status"
  printf '%s\n' "$err" >"$BATS_FILE_TMPDIR/first-push"
}

teardown_file() { teardown_apps; }

setup() {
  suite hk
  node=$(app node)
}

# a_certificate DIR HOST: server.crt and server.key in DIR, valid for HOST.
a_certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" \
    -keyout "$1/server.key" -out "$1/server.crt" 2>/dev/null
  chmod 644 "$1/server.key"
}

@test "the first push tells its story" {
  out=$(<"$BATS_FILE_TMPDIR/first-push")
  status=$(<"$BATS_FILE_TMPDIR/first-status")
  command_line='git push'
  assert_success
  # Global defaults that the very first buildpack build of a server sets are no part of it.
  assert_in_order "$ESCAPE-----> Cleaning up...
$ESCAPE-----> Building $node from herokuish...
$ESCAPE-----> Adding BUILD_ENV to build environment...
$ESCAPE$ESCAPE       $ESCAPE-----> Node.js app detected
$ESCAPE$ESCAPE       $ESCAPE-----> Discovering process types
$ESCAPE$ESCAPE       Procfile declares types -> cron, custom, release, web, worker
$ESCAPE-----> Releasing $node (dokku/$node:latest)...
$ESCAPE-----> Deploying $node (dokku/$node:latest)...
$ESCAPE !     Predeploy command declared: 'touch /app/predeploy.test'
$ESCAPE !     Release command declared: 'touch /app/release.test'
$ESCAPE-----> App Procfile file found ($DOKKU_HOME/$node/DOKKU_PROCFILE)
$ESCAPE-----> DOKKU_SCALE file not found in app image. Generating one based on Procfile...
$ESCAPE       DOKKU_SCALE declares scale -> cron=0 custom=0 release=0 web=1 worker=0
$ESCAPE=====> Processing deployment checks
$ESCAPE-----> Attempting pre-flight checks (web.1)
$ESCAPE       All checks successful!
$ESCAPE       Listening on 5000
$ESCAPE-----> Running post-deploy
$ESCAPE-----> Configuring $node.$DOMAIN...(using built-in template)
$ESCAPE-----> Creating http nginx.conf
$ESCAPE !     Postdeploy command declared: 'touch /app/postdeploy.test'
$ESCAPE=====> Application deployed:
$ESCAPE       http://$node.$DOMAIN"
}

@test "it answers on port 80, and says so" {
  assert_ok dokku urls "$node"
  assert_out "http://$node.$DOMAIN"
  assert_answers "$node.$DOMAIN" nodejs/express
  assert_file "$DOKKU_HOME/$node/PORT.web.1" 644 dokku:dokku 5000
  assert_ok dokku config:get "$node" DOKKU_APP_TYPE
  assert_out herokuish
}

@test "predeploy changes the image, release and postdeploy do not" {
  assert_ok dokku enter "$node" web ls /app
  assert_line predeploy.test
  refute_line release.test
  refute_line postdeploy.test
}

@test "config is baked into the image, for run and for enter" {
  local command
  for command in "--rm run $node" "enter $node web"; do
    # shellcheck disable=SC2086 # words of a command
    assert_ok dokku $command env
    assert_line SECRET=s3cret
    assert_match '^MULTI=a$'
    assert_line b
    assert_line USER=herokuishuser
    assert_line DOKKU_APP_TYPE=herokuish
    assert_line HOME=/app
  done
  assert_ok dokku --rm run "$node" env
  assert_match '^DYNO=run\.[0-9]+$'
}

@test "the web process runs as the app's own user, through /start" {
  local cid
  cid=$(container_of "$node")
  assert_equal '[/start web]' "$(inspect "$cid" '{{.Config.Cmd}}')"
  capture "$DOCKER" top "$cid" -o pid,uid,args
  assert_match '^ *[0-9]+ +32767 +nginx'
}

@test "an inline comment of the Procfile is no part of the command" {
  local cid
  cid=$(container_of "$node")
  capture "$DOCKER" top "$cid" -o pid,args
  refute_match 'inline comment'
}

@test "a config change restarts the app with it" {
  local old
  old=$(container_of "$node")
  assert_ok dokku config:set "$node" ADDED=later
  assert_in_order "-----> Setting config vars
       ADDED:  later
-----> Restarting app $node
-----> Releasing $node (dokku/$node:latest)...
-----> Deploying $node (dokku/$node:latest)...
=====> Application deployed:
       http://$node.$DOMAIN"
  [[ $old != "$(container_of "$node")" ]] || complain 'a new container'
  assert_ok dokku enter "$node" web env
  assert_line ADDED=later
  assert_answers "$node.$DOMAIN" nodejs/express
}

@test "certs:add makes it an https app that http redirects to" {
  a_certificate "$BATS_TEST_TMPDIR" "$node.$DOMAIN"
  chmod 755 "$BATS_TEST_TMPDIR"
  assert_ok dokku certs:add "$node" "$BATS_TEST_TMPDIR/server.crt" "$BATS_TEST_TMPDIR/server.key"
  assert_in_order "-----> Configuring $node.$DOMAIN...(using built-in template)
-----> Creating https nginx.conf
       Enabling HSTS
       Reloading nginx"
  assert_file "$DOKKU_HOME/$node/tls" 750 dokku:dokku
  assert_file "$DOKKU_HOME/$node/tls/server.crt" 640 dokku:dokku
  assert_file "$DOKKU_HOME/$node/tls/server.key" 640 dokku:dokku
  assert_ok dokku urls "$node"
  assert_out $'http://'"$node.$DOMAIN"$'\nhttps://'"$node.$DOMAIN"
  eventually 5 redirects_to_https
  assert_ok ask_https
  assert_match nodejs/express
  assert_ok ask_https --head
  assert_match '^[Ss]trict-[Tt]ransport-[Ss]ecurity: max-age='
  assert_ok dokku certs:report "$node" --ssl-enabled
  assert_out true
  assert_ok dokku certs:report "$node" --ssl-hostnames
  assert_out "$node.$DOMAIN"
}

redirects_to_https() {
  [[ $(curl_app "$node.$DOMAIN" / --output /dev/null --write-out '%{http_code} %{redirect_url}') == "301 https://$node.$DOMAIN:443/" ]]
}

ask_https() {
  curl --silent --show-error --fail --max-time 10 --cacert "$DOKKU_HOME/$node/tls/server.crt" \
    --resolve "$node.$DOMAIN:443:127.0.0.1" "$@" "https://$node.$DOMAIN/"
}

@test "certs:remove makes it an http app again" {
  assert_ok dokku certs:remove "$node"
  assert_line "-----> Removing SSL endpoint from $node"
  assert_ok dokku urls "$node"
  assert_out "http://$node.$DOMAIN"
  assert_answers "$node.$DOMAIN" nodejs/express
  assert_fails 1 'An app-specific SSL endpoint is not defined' dokku certs:remove "$node"
}

@test "certs:generate makes a certificate of its own" {
  capture_with $'\n\n\n\n\n'"$node.$DOMAIN"$'\n\n\n\n' dokku certs:generate "$node" "tls.$node.$DOMAIN"
  assert_success
  assert_line '-----> Installing certificate and key...'
  assert_match 'BEGIN CERTIFICATE REQUEST'
  assert_file "$DOKKU_HOME/$node/tls/server.csr" 640 dokku:dokku
  assert_ok dokku domains:report "$node" --domains-app-vhosts
  assert_match "tls\.$node\.$DOMAIN"
  assert_ok dokku certs:generate "$node" other.example.com
  assert_out "-----> $node has an SSL endpoint already defined"
  assert_ok dokku certs:remove "$node"
  assert_ok dokku domains:remove "$node" "tls.$node.$DOMAIN"
}

@test "a certificate comes in as a tar archive on stdin, over ssh too" {
  a_certificate "$BATS_TEST_TMPDIR" "$node.$DOMAIN"
  tar -C "$BATS_TEST_TMPDIR" -cf "$BATS_TEST_TMPDIR/pair.tar" server.crt server.key
  status=0
  over_ssh certs:add "$node" <"$BATS_TEST_TMPDIR/pair.tar" >"$BATS_TEST_TMPDIR/log" 2>&1 || status=$?
  out=$(<"$BATS_TEST_TMPDIR/log") err='' command_line='ssh certs:add'
  assert_success
  assert_line server.crt
  assert_ok ask_https
  assert_match nodejs/express
  assert_ok dokku certs:remove "$node"
}

@test "scaled to nothing it answers 502, and neither it nor its certificate stands in nginx's way" {
  a_certificate "$BATS_TEST_TMPDIR" "$node.$DOMAIN"
  chmod 755 "$BATS_TEST_TMPDIR"
  assert_ok dokku certs:add "$node" "$BATS_TEST_TMPDIR/server.crt" "$BATS_TEST_TMPDIR/server.key"
  assert_ok dokku ps:scale "$node" web=0
  grep -E '^ *server [0-9.]+:[0-9]+ down;' "$DOKKU_HOME/$node/nginx.conf" || complain 'servers that are down'
  eventually 5 https_status_is 502
  assert_ok dokku certs:remove "$node"
  assert_ok nginx -t
  [[ ! -e $DOKKU_HOME/$node/tls ]] || complain 'no certificate'
  assert_ok dokku ps:scale "$node" web=1
  assert_answers "$node.$DOMAIN" nodejs/express
}

# https_status_is STATUS
https_status_is() {
  [[ $(curl --silent --insecure --max-time 5 --resolve "$node.$DOMAIN:443:127.0.0.1" --output /dev/null \
    --write-out '%{http_code}' "https://$node.$DOMAIN/") == "$1" ]]
}

@test "renamed, it answers under its new name and no longer under the old" {
  local new
  new=$(app renamed)
  assert_ok dokku apps:rename "$node" "$new"
  assert_line "-----> Renaming $node to $new"
  assert_ok dokku urls "$new"
  assert_out "http://$new.$DOMAIN"
  assert_answers "$new.$DOMAIN" nodejs/express
  assert_fails 1 "FAILED: App $node does not exist" dokku apps:exists "$node"
  assert_ok dokku config:get "$new" SECRET
  assert_out s3cret
  assert_equal "/$new.web.1" "$(inspect "$(container_of "$new")" '{{.Name}}')"
  capture "$DOCKER" image list --quiet "dokku/$node"
  assert_no_out
}
