#!/usr/bin/env bats
# What somebody types first: version, help, apps, config, domains, and what they get wrong; on the
# server and over ssh.
# bats file_tags=quick

load helpers

setup_file() {
  setup_apps first
  create_app "$(app main)"
}

teardown_file() { teardown_apps; }

setup() {
  suite first
  main=$(app main)
}

readonly UNKNOWN=' !     See `dokku help` for a list of available commands.'

@test "version is told in all its spellings" {
  local word
  for word in version --version -v; do
    assert_ok dokku "$word"
    assert_out 'dokku version 0.20.4'
    assert_no_err
  done
}

@test "help lists the plugins, and so does no command at all" {
  assert_ok dokku help
  assert_line '    apps                     Manage apps'
  assert_line "    version                  Print dokku's version"
  assert_equal "$(sort <<<"$out")" "$out" 'sorted'
  local help=$out
  assert_ok dokku
  assert_out "$help"
  assert_ok over_ssh
  assert_out "$help"
}

@test "help --all lists every command with its arguments" {
  assert_ok dokku help --all
  assert_match '^    apps:create <app>  +Create a new app$'
  assert_match '^    config:set \[--encoded\] \[--no-restart\] \(<app>\|--global\) KEY1=VALUE1 \[KEY2=VALUE2 \.\.\.\]  +Set one or more config vars$'
  assert_match '^    network:create <network>  +Creates an attachable docker network$'
  assert_match '^    ps:scale <app> <proc>=<count> \[<proc>=<count>\.\.\.\]  +Get/Set how many'
}

@test "a plugin's own help names its commands" {
  assert_ok dokku apps:help
  assert_line 'Usage: dokku apps[:COMMAND]'
  assert_line '    apps:create <app>                Create a new app'
  local help=$out
  assert_ok over_ssh apps:help
  assert_out "$help"
}

@test "an unknown command is refused, locally and over ssh" {
  assert_fails 1 $' !     `nonexistent` is not a dokku command.\n'"$UNKNOWN" dokku nonexistent
  assert_fails 1 $' !     `apps:nonexistent a b` is not a dokku command.\n'"$UNKNOWN" dokku apps:nonexistent a b
  assert_fails 1 $' !     `nonexistent` is not a dokku command.\n'"$UNKNOWN" over_ssh nonexistent
}

@test "an app is created, listed, reported and destroyed" {
  local app
  app=$(app short)
  assert_ok dokku apps:create "$app"
  assert_out "-----> Creating $app..."
  assert_ok dokku apps:list
  assert_line '=====> My Apps'
  assert_line "$app"
  assert_ok dokku --quiet apps:list
  refute_line '=====> My Apps'
  assert_ok dokku apps:exists "$app"
  assert_no_out
  assert_ok dokku apps:report "$app"
  assert_in_order "=====> $app app information
       App deploy source:
       App dir:                       $DOKKU_HOME/$app
       App locked:                    false"
  assert_ok dokku apps:report "$app" --app-dir
  assert_out "$DOKKU_HOME/$app"
  assert_ok dokku --force apps:destroy "$app"
  assert_line "-----> Destroying $app (including all add-ons)"
  assert_fails 1 "FAILED: App $app does not exist" dokku apps:exists "$app"
}

@test "destroying asks for the name of the app" {
  local app
  app=$(app asked)
  create_app "$app"
  capture_with $'something-else\n' dokku apps:destroy "$app"
  assert_failure 1
  assert_err_line ' !     WARNING: Potentially Destructive Action'
  assert_err_line " !     To proceed, type \"$app\""
  assert_ok dokku apps:exists "$app"
  capture_with "$app"$'\n' dokku apps:destroy "$app"
  assert_success
  assert_fails 1 "FAILED: App $app does not exist" dokku apps:exists "$app"
}

@test "apps are managed over ssh as they are locally" {
  local app
  app=$(app remote)
  assert_ok over_ssh apps:create "$app"
  assert_out "-----> Creating $app..."
  assert_fails 1 'FAILED: Name is already taken' over_ssh apps:create "$app"
  assert_ok over_ssh --force apps:destroy "$app"
  assert_fails 1 "FAILED: App $app does not exist" over_ssh apps:exists "$app"
}

@test "names that no app can have are refused" {
  local text='FAILED: App name must begin with lowercase alphanumeric character, and cannot include uppercase characters or colons'
  assert_fails 1 'FAILED: Please specify an app to run the command on' dokku apps:create
  assert_fails 1 "$text" dokku apps:create "Upper-$main"
  assert_fails 1 "$text" dokku apps:create "$main:x"
  assert_fails 1 'FAILED: Name is already taken' dokku apps:create "$main"
}

@test "config vars are set, read, listed, exported and unset" {
  local app
  app=$(app config)
  create_app "$app"
  assert_ok dokku config:set --no-restart "$app" PLAIN=one SPACES='two words' QUOTES="it's \"so\"" MULTI=$'a\nb'
  assert_in_order '-----> Setting config vars
       MULTI:   a
b
       PLAIN:   one'
  assert_ok dokku config:get "$app" SPACES
  assert_out 'two words'
  assert_ok dokku config:get "$app" MULTI
  assert_out $'a\nb'
  assert_ok dokku config:keys "$app"
  assert_out $'MULTI\nPLAIN\nQUOTES\nSPACES'
  assert_ok dokku config:export "$app"
  assert_out "export MULTI='a
b'
export PLAIN='one'
export QUOTES='it'\\''s \"so\"'
export SPACES='two words'"
  assert_file "$DOKKU_HOME/$app/ENV" 644 dokku:dokku 'MULTI="a\nb"
PLAIN="one"
QUOTES="it'\''s \"so\""
SPACES="two words"'
  assert_ok dokku config:unset --no-restart "$app" PLAIN MULTI
  assert_ok dokku config:keys "$app"
  assert_out $'QUOTES\nSPACES'
  capture dokku config:get "$app" PLAIN
  assert_failure 1
  assert_no_out
}

@test "config over ssh sees words as a shell on the client leaves them" {
  local app
  app=$(app sshconf)
  create_app "$app"
  # What a user types is  ssh dokku@host config:set APP GREETING='"two words"'
  assert_ok over_ssh config:set --no-restart "$app" "GREETING='two words'"
  assert_ok over_ssh config:get "$app" GREETING
  assert_out 'two words'
}

@test "bad config calls say what is missing" {
  assert_fails 1 'FAILED: Please specify an app or --global' dokku config:set
  assert_fails 1 'FAILED: At least one env pair must be given' dokku config:set "$main"
  assert_fails 1 'FAILED: Invalid env pair: FOO' dokku config:set "$main" FOO
  assert_fails 1 "FAILED: Invalid key name: 'BAD-KEY'" dokku config:set --no-restart "$main" BAD-KEY=x
  assert_fails 1 'FAILED: Expected: key' dokku config:get "$main"
  assert_fails 1 'FAILED: App nope does not exist' dokku config:keys nope
  assert_fails 1 '' dokku config:get nope FOO
}

@test "an app that is not deployed is not restarted by a config change" {
  assert_ok dokku config:set "$main" FOO=bar
  assert_line "-----> Restarting app $main"
  assert_err " !     App $main has not been deployed"
}

@test "domains are added, reported and removed" {
  local app
  app=$(app domains)
  create_app "$app"
  assert_ok dokku domains:add "$app" "extra.$app.example.com"
  assert_line "-----> Added extra.$app.example.com to $app"
  assert_ok dokku domains:report "$app" --domains-app-vhosts
  assert_out "extra.$app.example.com"
  assert_ok dokku domains:report "$app" --domains-global-vhosts
  assert_out "$DOMAIN"
  assert_ok dokku domains:remove "$app" "extra.$app.example.com"
  assert_ok dokku domains:report "$app"
  assert_line '       Domains app enabled:           true'
  refute_match "extra.$app"
}

@test "before the first deploy there is a report, a url and nothing to start" {
  assert_ok dokku ps:report "$main"
  assert_in_order "=====> $main ps information
       Processes:                     0
       Deployed:                      false
       Running:                       false
       Restore:                       true
       Restart policy:                on-failure:10
       Ps can scale:                  true"
  assert_no_err
  assert_ok dokku url "$main"
  assert_match '^http://'
  assert_fails 1 "App $main has not been deployed" dokku logs "$main"
  assert_ok dokku ps:restart "$main"
  assert_err " !     App $main has not been deployed"
}

@test "a command without its app says so" {
  assert_fails 1 'Please specify an app to run the command on' dokku urls
  assert_fails 1 'Please specify an app to run the command on' dokku logs
  assert_fails 1 'Please specify an app to run the command on' dokku ps:start
  assert_fails 1 'APP must not be null' dokku run
}

@test "an app that does not exist is told as such" {
  assert_fails 1 'App nope does not exist' dokku urls nope
  assert_fails 1 'App nope does not exist' dokku logs nope
  assert_fails 1 'App nope does not exist' dokku ps:scale nope web=1
  assert_fails 1 'App nope does not exist' dokku run nope ls
}

@test "a deployed app is looked at and worked in from afar" {
  local app
  app=$(app far)
  deploy hello "$app"
  assert_ok over_ssh url "$app"
  assert_out "http://$app.$DOMAIN"
  assert_ok over_ssh urls "$app"
  assert_out "http://$app.$DOMAIN"
  assert_ok over_ssh ps:report "$app"
  assert_line '       Running:                       true'
  assert_ok over_ssh logs "$app" -q
  assert_out 'Listening on 5000'
  assert_ok over_ssh --rm run "$app" echo hello
  assert_out hello
  assert_ok over_ssh nginx:show-config "$app"
  assert_match "^ +server_name +$app\.$DOMAIN;\$"
  assert_match "^ +server $(<"$DOKKU_HOME/$app/IP.web.1"):5000;\$"
  assert_ok over_ssh proxy:ports "$app"
  assert_match '^ +http +80 +5000 *$'
  assert_ok over_ssh config:set "$app" GREETING=Servus
  assert_line "-----> Restarting app $app"
  assert_answers "$app.$DOMAIN" Servus
  assert_ok over_ssh domains:add "$app" "second.$app.example.com"
  assert_answers "second.$app.example.com" Servus
  assert_ok over_ssh --force apps:destroy "$app"
}

@test "only root may change plugins and keys" {
  assert_fails 1 'This command must be run as root' over_ssh plugin:install https://example.com/x.git
  assert_fails 1 'This command must be run as root' over_ssh ssh-keys:add somebody
  assert_fails 1 'This command must be run as root' sudo -u dokku dokku plugin:install
  assert_ok over_ssh plugin:list
  assert_match '^  apps +0\.20\.4 enabled +dokku core apps plugin$'
}

@test "a key that was never added gets nothing" {
  ssh-keygen -q -t ed25519 -N '' -f "$BATS_TEST_TMPDIR/stranger"
  capture ssh -F "$COMPAT_DIR/ssh_config" -i "$BATS_TEST_TMPDIR/stranger" -o IdentityFile=none \
    -o IdentitiesOnly=yes localhost version
  # The config's own key is offered as well; without it the stranger stays outside.
  sed "s|^  IdentityFile .*|  IdentityFile $BATS_TEST_TMPDIR/stranger|" "$COMPAT_DIR/ssh_config" >"$BATS_TEST_TMPDIR/config"
  capture ssh -F "$BATS_TEST_TMPDIR/config" localhost version
  assert_failure 255
  assert_no_out
  assert_err_match 'Permission denied'
}

@test "a shell injection over ssh stays a word" {
  capture over_ssh 'apps:exists' '"$(touch /tmp/bats-compat-owned; echo nope)"'
  assert_failure 1
  capture over_ssh 'version; touch /tmp/bats-compat-owned'
  [[ ! -e /tmp/bats-compat-owned ]] || complain 'nothing to be run by a shell'
}
