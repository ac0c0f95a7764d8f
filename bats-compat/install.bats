#!/usr/bin/env bats
# The installation: what it leaves on the machine, that doing it again does no harm, and that apps
# survive an uninstallation.

load helpers

setup_file() {
  setup_apps install
  deploy hello "$(app web)"
  cp "$(readlink -f "$(type -P dokku)")" "$BATS_FILE_TMPDIR/dokku"
}

teardown_file() { teardown_apps; }

setup() {
  suite install
  web=$(app web)
}

# machine: all that an installation owns, with modes, owners and content, apps and logs aside.
machine() {
  {
    find "$DOKKU_HOME" -maxdepth 2 \( -path "$DOKKU_HOME/t[0-9a-f]*" -prune -o -print0 \)
    find "$DOKKU_LIB/core-plugins" "$DOKKU_LIB/plugins" "$DOKKU_LIB/config" -maxdepth 2 -print0
    find /etc/sudoers.d /etc/cron.d /etc/nginx/conf.d /etc/rsyslog.d /etc/logrotate.d /etc/update-motd.d -name '*dokku*' -print0
    printf '%s\0' "$(type -P dokku)" "$DOKKU_LIB/VERSION" /var/log/dokku
  } | sort -zu | xargs -0 stat -c '%n %A %U:%G' | grep -v "$PREFIX"
}

@test "the programs are in the path" {
  local program
  for program in dokku plugn sshcommand sigil procfile-util; do
    type -P "$program" || complain "$program in the path"
  done
  assert_equal 755 "$(stat -L -c %a "$(type -P dokku)")"
  assert_ok env "PLUGIN_PATH=$DOKKU_LIB/plugins" plugn version
  assert_ok procfile-util --version
  assert_out 'procfile-util 0.6.0'
}

@test "the user dokku lives in its home and may talk to docker" {
  assert_ok getent passwd dokku
  assert_match ':/bin/bash$'
  assert_ok id -nG dokku
  assert_match '(^| )docker( |$)'
  assert_ok sudo -u dokku "$DOCKER" version --format '{{.Server.Version}}'
}

@test "its files have their owners and modes" {
  assert_file "$DOKKU_HOME/.ssh" 700 dokku:dokku
  assert_file "$DOKKU_HOME/.dokkurc" 755 dokku:dokku
  assert_equal dokku:dokku "$(stat -c %U:%G "$DOKKU_HOME/.ssh/authorized_keys")"
  assert_equal "$(type -P dokku)" "$(<"$DOKKU_HOME/.sshcommand")"
  assert_equal dokku:dokku "$(stat -c %U:%G "$DOKKU_HOME/HOSTNAME")"
  assert_file "$DOKKU_HOME/VHOST" 644 dokku:dokku "$DOMAIN"
  local dir
  for dir in plugins plugins/available plugins/enabled core-plugins core-plugins/available core-plugins/enabled \
    data data/storage data/ps data/scheduler-docker-local config/git config/network config/resource \
    config/buildpacks config/nginx config/scheduler-docker-local; do
    assert_file "$DOKKU_LIB/$dir" 755 dokku:dokku
  done
  assert_file /var/log/dokku 775 "$(stat -c %U:%G /var/log/dokku)"
  assert_equal 440 "$(stat -c %a /etc/sudoers.d/dokku-nginx)"
  assert_file /etc/nginx/conf.d/dokku.conf 644 root:root
  assert_ok grep -r "include $DOKKU_HOME/\*/nginx.conf;" /etc/nginx/conf.d/dokku.conf
  assert_file /etc/logrotate.d/dokku 644 root:root
  assert_ok test -x /etc/update-motd.d/99-dokku
  assert_ok visudo -c -f /etc/sudoers.d/dokku-nginx
}

@test "the thirty core plugins are there, enabled in both trees" {
  assert_equal 30 "$(find "$DOKKU_LIB/core-plugins/available" -mindepth 1 -maxdepth 1 -type d | wc -l)"
  local path name
  for path in "$DOKKU_LIB"/core-plugins/available/*; do
    name=${path##*/}
    [[ -e $path/.core && -e $path/plugin.toml ]] || complain "$name/.core and plugin.toml"
    [[ $(readlink -f "$DOKKU_LIB/plugins/enabled/$name") == "$path" ]] || complain "$name enabled"
    [[ $(readlink -f "$DOKKU_LIB/core-plugins/enabled/$name") == "$path" ]] || complain "$name enabled in the core"
  done
}

# bats test_tags=beyond-dokku
@test "installing again changes nothing" {
  local before
  before=$(machine)
  assert_ok "$BATS_FILE_TMPDIR/dokku" install --prefix "$(prefix)"
  assert_equal "$before" "$(machine)" 'files after a second installation'
  assert_answers "$web.$DOMAIN" 'Hello from dokku-rs'
  assert_ok over_ssh version
}

prefix() {
  local path
  path=$(type -P dokku)
  echo "${path%/bin/dokku}"
}

# bats test_tags=beyond-dokku
@test "uninstalled, apps and data stay and answer; installed again, they are managed again" {
  local cid before prefix
  prefix=$(prefix)
  cid=$(container_of "$web")
  before=$(machine)
  assert_ok "$BATS_FILE_TMPDIR/dokku" uninstall --prefix "$prefix"
  hash -r
  [[ -z $(type -P dokku) ]] || complain 'no dokku in the path'
  [[ -d $DOKKU_HOME/$web/refs && -e $DOKKU_HOME/$web/ENV ]] || complain 'the app on disk'
  is_running "$cid"
  assert_ok getent passwd dokku
  assert_ok "$BATS_FILE_TMPDIR/dokku" install --prefix "$prefix"
  hash -r
  assert_equal "$before" "$(machine)" 'files after the new installation'
  assert_equal "$cid" "$(container_of "$web")"
  assert_answers "$web.$DOMAIN" 'Hello from dokku-rs'
  assert_ok over_ssh ps:report "$web" --running
  assert_out true
  commit "$BATS_FILE_TMPDIR/$web" after
  push "$BATS_FILE_TMPDIR/$web" "$web"
  assert_success
  assert_answers "$web.$DOMAIN" 'Hello from dokku-rs'
}

@test "only root may install" {
  capture sudo -u dokku dokku install
  assert_failure
  [[ $err == *root* || $err == *'is not a dokku command'* ]] || complain 'a refusal'
}
