#!/usr/bin/env bats
# A third-party plugin written in bash: taken in, listed, helped, run, and its hooks at work in a
# real deploy.

load helpers

readonly PLUGIN=hello-plugin

setup_file() {
  setup_apps plug
  cp -R "$FIXTURES/plugins/$PLUGIN" "$DOKKU_LIB/plugins/available/$PLUGIN"
  chown -R dokku:dokku "$DOKKU_LIB/plugins/available/$PLUGIN"
}

teardown_file() {
  dokku plugin:uninstall "$PLUGIN" >/dev/null 2>&1 || true
  rm -rf "$DOKKU_LIB/plugins/enabled/$PLUGIN" "$DOKKU_LIB/plugins/available/$PLUGIN" "$DOKKU_LIB/config/$PLUGIN"
  teardown_apps
}

setup() {
  suite plug
  name=$(app web)
}

@test "before it is enabled it is known and does nothing" {
  assert_ok dokku plugin:list
  assert_match "^  $PLUGIN +0\.1\.0 disabled +hello-plugin, a sample of a third-party plugin"
  assert_ok dokku plugin:installed "$PLUGIN"
  capture dokku "$PLUGIN:greet" x
  assert_failure 1
  assert_err_match 'is not a dokku command'
}

@test "it is enabled, once" {
  assert_ok dokku plugin:enable "$PLUGIN"
  assert_line "-----> Plugin $PLUGIN enabled"
  assert_ok dokku plugin:list
  assert_match "^  $PLUGIN +0\.1\.0 enabled"
  capture dokku plugin:enable "$PLUGIN"
  assert_failure 1
  assert_err 'Plugin already enabled'
  capture dokku plugin:enable "$PLUGIN-nowhere"
  assert_failure 1
  assert_err 'Plugin does not exist'
}

@test "its install hook runs, as root" {
  assert_ok dokku plugin:install
  assert_line '-----> Priming bash-completion cache'
  assert_file "$DOKKU_LIB/config/$PLUGIN" 755 dokku:dokku
  assert_ok grep -x "$PLUGIN:greet" /var/cache/dokku-completion
}

@test "it is in the help, with and without --all" {
  assert_ok dokku help
  assert_match "^    $PLUGIN +Greets in the name of an app\$"
  refute_match "$PLUGIN:greet"
  assert_ok dokku help --all
  assert_match "^    $PLUGIN:greet <app> \[<name>\] +Greets in the name of the app and remembers whom\$"
  assert_ok dokku "$PLUGIN:help"
  assert_line "Usage: dokku ${PLUGIN}[:COMMAND]"
  assert_ok dokku "$PLUGIN"
  assert_line "Usage: dokku ${PLUGIN}[:COMMAND]"
}

@test "its subcommand uses the functions of the core" {
  create_app "$name"
  assert_ok dokku "$PLUGIN:greet" "$name"
  assert_line '-----> Hello, world'
  assert_ok dokku config:set --no-restart "$name" GREETING=Servus
  assert_ok dokku "$PLUGIN:greet" "$name" 'Eve B'
  assert_line '-----> Servus, Eve B'
  assert_ok dokku config:get "$name" GREETED
  assert_out 'Eve B'
  assert_file "$DOKKU_LIB/config/$PLUGIN/$name/name" 600 dokku:dokku 'Eve B'
  capture dokku "$PLUGIN:greet"
  assert_failure 1
  assert_err 'Please specify an app to run the command on'
  capture dokku "$PLUGIN:greet" nope
  assert_failure 1
  assert_err 'App nope does not exist'
  assert_ok over_ssh "$PLUGIN:greet" "$name"
  assert_line '-----> Servus, Eve B'
}

@test "its hooks speak and act in a deploy" {
  deploy hello "$name"
  out=$err
  assert_in_order "$ESCAPE-----> Deploying $name (dokku/$name:latest)...
$ESCAPE-----> hello-plugin: $name is about to be deployed
$ESCAPE-----> Attempting pre-flight checks (web.1)
$ESCAPE-----> Running post-deploy
$ESCAPE-----> hello-plugin: deploy number 1 of $name
$ESCAPE=====> Application deployed:"
  assert_ok inspect "$(container_of "$name")" '{{range .Config.Env}}{{println .}}{{end}}'
  assert_line 'HELLO_PLUGIN=it works'
  # What the core's own plugins add is still there.
  assert_line PORT=5000
  assert_equal on-failure "$(inspect "$(container_of "$name")" '{{.HostConfig.RestartPolicy.Name}}')"
}

@test "it sees every deploy, not only pushes" {
  assert_ok dokku ps:restart "$name"
  assert_line "-----> hello-plugin: deploy number 2 of $name"
  assert_ok dokku enter "$name" web env
  assert_line 'HELLO_PLUGIN=it works'
}

@test "plugn triggers a hook from bash, core and third-party ones in one go" {
  # shellcheck disable=SC2016 # for the other bash
  assert_ok bash -c 'PLUGIN_PATH='"$DOKKU_LIB"'/plugins PLUGIN_CORE_PATH='"$DOKKU_LIB"'/core-plugins; export PLUGIN_PATH PLUGIN_CORE_PATH
    export PLUGIN_AVAILABLE_PATH=$PLUGIN_PATH/available PLUGIN_CORE_AVAILABLE_PATH=$PLUGIN_CORE_PATH/available DOKKU_ROOT='"$DOKKU_HOME"' DOKKU_LIB_ROOT='"$DOKKU_LIB"'
    : | plugn trigger docker-args-deploy "$1" latest' - "$name"
  assert_match -- "--restart=on-failure:10"
  assert_match "HELLO_PLUGIN='it works'"
  assert_ok dokku plugin:trigger docker-args-deploy "$name" latest
  assert_match "HELLO_PLUGIN='it works'"
}

@test "a hook that fails stops a deploy and leaves the app running" {
  local cid hook=$DOKKU_LIB/plugins/available/$PLUGIN/pre-deploy
  cid=$(container_of "$name")
  cp -p "$hook" "$BATS_TEST_TMPDIR/pre-deploy"
  printf '#!/usr/bin/env bash\necho "not today" >&2\nexit 7\n' >"$hook"
  capture dokku ps:restart "$name"
  cp -p "$BATS_TEST_TMPDIR/pre-deploy" "$hook"
  assert_failure 7
  assert_err_line 'not today'
  assert_equal "$cid" "$(container_of "$name")"
  assert_answers "$name.$DOMAIN" 'Hello from dokku-rs'
}

@test "user-auth of a plugin decides who may do what" {
  local hook=$DOKKU_LIB/plugins/available/$PLUGIN/user-auth
  # user-auth SSH_USER SSH_NAME COMMAND…: nobody may look at apps.
  printf '#!/usr/bin/env bash\n[[ $3 != apps:list ]]\n' >"$hook"
  chmod 755 "$hook"
  capture over_ssh apps:list
  local denied=$status text=$err
  capture over_ssh version
  rm "$hook"
  assert_success
  assert_equal 1 "$denied"
  assert_equal 'Access denied' "$text"
}

@test "disabled, it is silent, and core plugins cannot be" {
  assert_ok dokku plugin:disable "$PLUGIN"
  assert_line "-----> Plugin $PLUGIN disabled"
  assert_ok dokku help
  refute_match "$PLUGIN"
  assert_ok dokku ps:restart "$name"
  refute_match hello-plugin
  capture dokku plugin:disable "$PLUGIN"
  assert_failure 1
  assert_err 'Plugin already disabled'
  capture dokku plugin:disable apps
  assert_failure 1
  assert_err 'Cannot disable a core plugin'
}

@test "it is installed from a git repository, and uninstalled" {
  local repository=$BATS_TEST_TMPDIR/dokku-$PLUGIN
  dokku plugin:uninstall "$PLUGIN" >/dev/null
  cp -R "$FIXTURES/plugins/$PLUGIN" "$repository"
  git -C "$repository" -c init.defaultBranch=master init --quiet
  commit "$repository" plugin
  assert_ok dokku plugin:install "file://$repository"
  assert_line "-----> Cloning plugin repo file://$repository to $DOKKU_LIB/plugins/available/$PLUGIN"
  assert_line "-----> Plugin $PLUGIN enabled"
  assert_ok dokku "$PLUGIN:greet" "$name"
  assert_ok dokku plugin:uninstall "$PLUGIN"
  capture dokku plugin:installed "$PLUGIN"
  assert_failure 1
  [[ ! -e $DOKKU_LIB/plugins/available/$PLUGIN ]] || complain 'no plugin directory'
  capture dokku plugin:uninstall apps
  assert_failure 1
  assert_err 'Cannot uninstall a core plugin'
}
