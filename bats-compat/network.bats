#!/usr/bin/env bats
# Every example of the network documentation: networks of one's own, attaching, publishing ports.

load helpers

setup_file() {
  setup_apps net
  deploy dockerfile-procfile "$(app web)"
}

teardown_file() { teardown_apps; }

setup() {
  suite net
  web=$(app web)
  network=$PREFIX-one
}

make_network() { dokku network:create "$1" >/dev/null; }

# Whoever is attached is told to go first: docker refuses to remove a network in use.
drop_networks() {
  local name
  dokku network:set "$web" attach-post-create >/dev/null 2>&1 || true
  dokku network:set "$web" attach-post-deploy >/dev/null 2>&1 || true
  for name in $("$DOCKER" network list --format '{{.Name}}' | grep "^$PREFIX"); do
    "$DOCKER" network inspect --format '{{range $id, $_ := .Containers}}{{println $id}}{{end}}' "$name" |
      grep . | xargs --no-run-if-empty -n 1 "$DOCKER" network disconnect --force "$name"
    "$DOCKER" network rm "$name" >/dev/null
  done
}

# resolve NAME NETWORK: asks docker's name server from another container of the network.
resolve() {
  "$DOCKER" run --rm --network "$2" dokku-rs/base:latest wget -q -O - "http://$1:3000/"
}

@test "a network is created, listed, known and destroyed with --force" {
  assert_ok dokku network:create "$network"
  assert_out "-----> Creating network $network"
  assert_equal "true $network" "$("$DOCKER" network inspect --format '{{.Attachable}} {{index .Labels "com.dokku.network-name"}}' "$network")"
  assert_ok dokku network:list
  assert_line '=====> Networks'
  assert_line bridge
  assert_line "$network"
  assert_ok dokku --quiet network:list
  refute_line '=====> Networks'
  assert_line "$network"
  assert_ok dokku network:exists "$network"
  assert_out '-----> Network exists'
  capture dokku network:create "$network"
  assert_failure 1
  assert_err "FAILED: Error response from daemon: network with name $network already exists"
  assert_ok dokku --force network:destroy "$network"
  assert_out "-----> Destroying network $network"
  assert_fails 1 'FAILED: Network does not exist' dokku network:exists "$network"
  assert_fails 1 'FAILED: No network name specified' dokku network:exists
}

@test "destroying asks for the name of the network" {
  make_network "$network"
  capture_with $'nope\n' dokku network:destroy "$network"
  assert_failure 1
  assert_err_line ' !     WARNING: Potentially Destructive Action'
  assert_err_line " !     This command will destroy network $network."
  assert_err_line " !     To proceed, type \"$network\""
  assert_err_match '^Confirmation did not match .*Aborted\.$'
  assert_ok dokku network:exists "$network"
  capture_with "$network"$'\n' dokku network:destroy "$network"
  assert_success
  assert_line "> -----> Destroying network $network"
  capture dokku network:exists "$network"
  assert_failure 1
}

@test "a network that is not there cannot be destroyed" {
  capture dokku --force network:destroy "$PREFIX-nowhere"
  assert_failure 1
  assert_err_match '^FAILED: .*(not found|[Nn]o such network)'
}

# bats test_tags=beyond-dokku
@test "info tells about a network" {
  make_network "$network"
  assert_ok dokku network:info "$network"
  assert_match "$network"
  drop_networks
  capture dokku network:info "$PREFIX-nowhere"
  assert_failure 1
}

@test "report shows all apps, one app, one value, and less with --quiet" {
  local ip
  ip=$(<"$DOKKU_HOME/$web/IP.web.1")
  assert_ok dokku network:report "$web"
  assert_out "=====> $web network information
       Network attach post create:    
       Network attach post deploy:    
       Network bind all interfaces:   false
       Network web listeners:         $ip:3000"
  assert_ok dokku network:report
  assert_line "=====> $web network information"
  assert_ok dokku --quiet network:report "$web"
  refute_match '=====>'
  assert_line '       Network bind all interfaces:   false'
  assert_ok dokku network:report "$web" --network-web-listeners
  assert_out "$ip:3000"
  assert_ok dokku network:report "$web" --network-bind-all-interfaces
  assert_out false
}

@test "set refuses what cannot be" {
  assert_fails 1 'FAILED: APP must not be null' dokku network:set
  assert_fails 1 'FAILED: No property specified' dokku network:set "$web"
  capture dokku network:set "$web" nope x
  assert_failure 1
  assert_err_match '^FAILED: Invalid property specified, valid properties include: '
  assert_fails 1 'FAILED: Invalid network name specified for attach' dokku network:set "$web" attach-post-create host
  assert_fails 1 'FAILED: App nope does not exist' dokku network:set nope attach-post-create "$network"
  assert_ok dokku network:set "$web" attach-post-create "$network"
  assert_fails 1 'FAILED: Network name already associated with this app' dokku network:set "$web" attach-post-deploy "$network"
  assert_ok dokku network:set "$web" attach-post-create
  assert_out '=====> Unsetting attach-post-create'
}

@test "attach-post-create puts the app on a network under its alias, from its start" {
  make_network "$network"
  assert_ok dokku network:set "$web" attach-post-create "$network"
  assert_out "=====> Setting attach-post-create to $network"
  assert_file "$DOKKU_LIB/config/network/$web/attach-post-create" 600 dokku:dokku "$network"
  assert_ok dokku ps:rebuild "$web"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_ok resolve "$web.web" "$network"
  assert_out nodejs/express
  # One-off containers are on it as well: they reach the app by its name.
  assert_ok dokku --rm run "$web" wget -q -O - "http://$web.web:3000/"
  assert_out nodejs/express
  drop_networks
}

@test "attach-post-deploy attaches what has passed its checks" {
  make_network "$network"
  assert_ok dokku network:set "$web" attach-post-deploy "$network"
  assert_ok dokku ps:rebuild "$web"
  assert_match "^$ESCAPE_RE-----> Associating app with network $network\$"
  assert_ok resolve "$web.web" "$network"
  assert_out nodejs/express
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  # In use, it cannot be destroyed.
  capture dokku --force network:destroy "$network"
  assert_failure 1
  assert_err_match '^FAILED: .*has active endpoints'
  drop_networks
}

@test "both at once, on two networks" {
  make_network "$network"
  make_network "$PREFIX-two"
  assert_ok dokku network:set "$web" attach-post-create "$network"
  assert_ok dokku network:set "$web" attach-post-deploy "$PREFIX-two"
  assert_ok dokku ps:rebuild "$web"
  assert_ok resolve "$web.web" "$network"
  assert_ok resolve "$web.web" "$PREFIX-two"
  drop_networks
}

@test "a network that does not exist fails the deploy and not the running app" {
  local cid
  cid=$(container_of "$web")
  assert_ok dokku network:set "$web" attach-post-create "$PREFIX-nowhere"
  capture dokku ps:rebuild "$web"
  assert_failure 1
  assert_err_line "FAILED: Network $PREFIX-nowhere does not exist"
  assert_equal "$cid" "$(container_of "$web")"
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_ok dokku network:set "$web" attach-post-create
}

@test "rebuild brings the addresses of an app in line with its containers" {
  local ip
  ip=$(<"$DOKKU_HOME/$web/IP.web.1")
  printf 10.0.0.1 >"$DOKKU_HOME/$web/IP.web.1"
  assert_ok dokku network:rebuild "$web"
  assert_line "-----> Ensuring network configuration is in sync for $web"
  assert_file "$DOKKU_HOME/$web/IP.web.1" 644 dokku:dokku "$ip"
  assert_fails 1 'FAILED: APP must not be null' dokku network:rebuild
  assert_fails 1 'FAILED: App nope does not exist' dokku network:rebuild nope
}

@test "rebuildall does all apps" {
  assert_ok dokku network:rebuildall
  assert_line "-----> Ensuring network configuration is in sync for $web"
}

# bats test_tags=beyond-dokku
@test "rebuildall's exit status is the number of failures" {
  local bad
  bad=$(app bad)
  create_app "$bad"
  # A state that no rebuild can write over: a directory in the place of its address.
  cp "$DOKKU_HOME/$web/CONTAINER.web.1" "$DOKKU_HOME/$bad/CONTAINER.web.1"
  echo web=1 >"$DOKKU_HOME/$bad/DOKKU_SCALE"
  mkdir "$DOKKU_HOME/$bad/IP.web.1"
  capture dokku network:rebuildall
  rm -r "$DOKKU_HOME/$bad/IP.web.1" "$DOKKU_HOME/$bad/CONTAINER.web.1"
  assert_failure 1
  assert_line "-----> Ensuring network configuration is in sync for $web"
}

# bats test_tags=beyond-dokku
@test "bind-all-interfaces publishes the ports, and the app is still reached through nginx" {
  local cid port
  assert_ok dokku network:set "$web" bind-all-interfaces true
  assert_out '=====> Setting bind-all-interfaces to true'
  assert_ok dokku ps:rebuild "$web"
  cid=$(container_of "$web")
  assert_ok "$DOCKER" container port "$cid" 3000
  port=$(head -n 1 <<<"$out")
  port=${port##*:}
  assert_ok curl --silent --fail "http://127.0.0.1:$port/"
  assert_match nodejs/express
  assert_answers "$web.$DOMAIN:3000" nodejs/express
  assert_ok dokku network:set "$web" bind-all-interfaces
  assert_out '=====> Setting bind-all-interfaces to false'
  assert_ok dokku ps:rebuild "$web"
  capture "$DOCKER" container port "$(container_of "$web")"
  assert_no_out
  assert_answers "$web.$DOMAIN:3000" nodejs/express
}

@test "--network=host as a docker option: the address is this machine's" {
  local app
  app=$(app host)
  create_app "$app"
  assert_ok dokku docker-options:add "$app" deploy --network=host
  source_of hello "$BATS_TEST_TMPDIR/source"
  # A port that nothing else has here.
  sed -i 's/^CMD/EXPOSE 45871\nCMD/' "$BATS_TEST_TMPDIR/source/Dockerfile"
  commit "$BATS_TEST_TMPDIR/source" port
  push "$BATS_TEST_TMPDIR/source" "$app"
  assert_success
  assert_answers "$app.$DOMAIN:45871" 'Hello from dokku-rs'
  assert_file "$DOKKU_HOME/$app/IP.web.1" 644 dokku:dokku 127.0.0.1
}

@test "clones and renamed apps keep the network settings" {
  local clone
  clone=$(app clone)
  create_app "$(app template)"
  assert_ok dokku network:set "$(app template)" attach-post-deploy "$network"
  assert_ok dokku apps:clone "$(app template)" "$clone"
  assert_ok dokku network:report "$clone" --network-attach-post-deploy
  assert_out "$network"
  assert_ok dokku apps:rename "$clone" "$clone-2"
  assert_ok dokku network:report "$clone-2" --network-attach-post-deploy
  assert_out "$network"
}
