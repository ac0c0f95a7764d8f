#!/usr/bin/env bats
# Images by tag, sources as tar archives, and the care of repositories.

load helpers

setup_file() {
  setup_apps tags
  deploy hello "$(app web)"
}

teardown_file() { teardown_apps; }

setup() {
  suite tags
  web=$(app web)
}

# archive NAME TEXT: a tar of the sample app whose page says TEXT.
archive() {
  local dir=$BATS_TEST_TMPDIR/$1
  mkdir -p "$dir"
  cp -R "$FIXTURES/apps/hello/." "$dir"
  sed -i "s/Hello from dokku-rs/$2/" "$dir/web.sh" "$dir/CHECKS"
  tar -C "$dir" -cf "$BATS_TEST_TMPDIR/$1.tar" .
}

tar_in() {
  status=0 command_line="tar:in $1 < $2"
  dokku tar:in "$1" <"$2" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
  out=$(<"$BATS_TEST_TMPDIR/out") err=$(<"$BATS_TEST_TMPDIR/err")
}

@test "images are tagged, listed, deployed and untagged" {
  assert_ok dokku tags:create "$web" v1
  assert_out "=====> Added v1 tag to dokku/$web"
  assert_ok dokku tags "$web"
  assert_line "=====> Image tags for dokku/$web"
  assert_match "^dokku/$web +latest "
  assert_match "^dokku/$web +v1 "
  # A newer version, and back to v1.
  sed -i 's/Hello from dokku-rs/Second/' "$BATS_FILE_TMPDIR/$web/web.sh" "$BATS_FILE_TMPDIR/$web/CHECKS"
  commit "$BATS_FILE_TMPDIR/$web" second
  push "$BATS_FILE_TMPDIR/$web" "$web"
  assert_success
  assert_answers "$web.$DOMAIN" Second
  assert_ok dokku tags:deploy "$web" v1
  assert_in_order "-----> Releasing $web (dokku/$web:v1)...
-----> Deploying $web (dokku/$web:v1)...
=====> Application deployed:
       http://$web.$DOMAIN"
  assert_answers "$web.$DOMAIN" 'Hello from dokku-rs'
  assert_equal "dokku/$web:v1" "$(inspect "$(container_of "$web")" '{{.Config.Image}}')"
  assert_equal "$("$DOCKER" image inspect --format '{{.Id}}' "dokku/$web:v1")" "$("$DOCKER" image inspect --format '{{.Id}}' "dokku/$web:latest")"
  # A restart keeps to the tag that runs.
  assert_ok dokku ps:restart "$web"
  assert_line "-----> Releasing $web (dokku/$web:v1)..."
}

@test "bad tags" {
  assert_fails 1 "App image (dokku/$web:nope) not found" dokku tags:deploy "$web" nope
  assert_fails 1 "You can't remove internal dokku tag (latest) for dokku/$web" dokku tags:destroy "$web" latest
  assert_fails 1 'Please specify an app to run the command on' dokku tags
  assert_fails 1 'App nope does not exist' dokku tags:create nope v1
}

@test "a tag is destroyed" {
  dokku tags:create "$web" v2 >/dev/null
  assert_ok dokku tags:destroy "$web" v2
  assert_line "Untagged: dokku/$web:v2"
  capture "$DOCKER" image inspect "dokku/$web:v2"
  assert_failure 1
}

@test "an app is deployed from a tar archive on stdin, and again with ps:rebuild" {
  local app
  app=$(app tar)
  create_app "$app"
  fast "$app"
  archive one 'From a tar'
  tar_in "$app" "$BATS_TEST_TMPDIR/one.tar"
  assert_success
  out=$(normalise <<<"$out")
  assert_in_order "$(stat -c %s "$BATS_TEST_TMPDIR/one.tar")
-----> Striping 1 worth of directories from tarball
-----> Cleaning up...
-----> Building $app from dockerfile...
=====> Application deployed:
       http://$app.$DOMAIN"
  assert_answers "$app.$DOMAIN" 'From a tar'
  assert_file "$DOKKU_HOME/$app/src.tar" 644 dokku:dokku
  assert_ok dokku ps:rebuild "$app"
  assert_answers "$app.$DOMAIN" 'From a tar'
}

@test "over ssh, with a leading directory and compressed" {
  local app
  app=$(app tar)
  archive two 'With a directory'
  tar -C "$BATS_TEST_TMPDIR" -czf "$BATS_TEST_TMPDIR/two.tgz" two
  status=0 command_line='ssh tar:in'
  over_ssh tar:in "$app" <"$BATS_TEST_TMPDIR/two.tgz" >"$BATS_TEST_TMPDIR/log" 2>&1 || status=$?
  out=$(<"$BATS_TEST_TMPDIR/log") err=''
  assert_success
  assert_match 'Striping 1 worth of directories'
  assert_answers "$app.$DOMAIN" 'With a directory'
}

@test "what is no archive is refused, and the app goes on" {
  local app
  app=$(app tar)
  echo 'no tar at all, but long enough to be one perhaps' >"$BATS_TEST_TMPDIR/none.tar"
  tar_in "$app" "$BATS_TEST_TMPDIR/none.tar"
  assert_failure
  assert_err_match 'tar: This does not look like a tar archive'
  assert_answers "$app.$DOMAIN" 'With a directory'
  # And the old source is still there to be built.
  assert_ok dokku ps:rebuild "$app"
  assert_answers "$app.$DOMAIN" 'With a directory'
  assert_fails 1 'APP must not be null' dokku tar:in
  assert_fails 1 'App nope does not exist' dokku tar:in nope
}

# bats test_tags=beyond-dokku
@test "an archive is fetched from a url" {
  local app
  app=$(app tar)
  archive three 'From a url'
  cp "$BATS_TEST_TMPDIR/three.tar" "$COMPAT_DIR/three.tar"
  assert_ok dokku tar:from "$app" "file://$COMPAT_DIR/three.tar"
  assert_answers "$app.$DOMAIN" 'From a url'
  capture dokku tar:from "$app" "file://$COMPAT_DIR/nowhere.tar"
  assert_failure
  assert_answers "$app.$DOMAIN" 'From a url'
}

@test "gc packs the repository, and a rebuild still finds its revision" {
  local app
  app=$(app gc)
  deploy hello "$app"
  assert_ok dokku repo:gc "$app"
  assert_file "$DOKKU_HOME/$app/packed-refs" 644 dokku:dokku
  assert_ok dokku ps:rebuild "$app"
  assert_answers "$app.$DOMAIN" 'Hello from dokku-rs'
  commit "$BATS_FILE_TMPDIR/$app" after-gc
  push "$BATS_FILE_TMPDIR/$app" "$app"
  assert_success
  assert_fails 1 'FAILED: Please specify an app to run the command on' dokku repo:gc
  assert_fails 1 'FAILED: App nope does not exist' dokku repo:gc nope
}

@test "purge-cache empties the build cache" {
  mkdir -p "$DOKKU_HOME/$web/cache/deep"
  touch "$DOKKU_HOME/$web/cache/deep/file" "$DOKKU_HOME/$web/cache/.hidden"
  chown -R 32767:32767 "$DOKKU_HOME/$web/cache"
  assert_ok dokku repo:purge-cache "$web"
  assert_no_out
  assert_equal '' "$(ls -A "$DOKKU_HOME/$web/cache")"
}

@test "a clone is built from the same source" {
  local clone
  clone=$(app clone)
  assert_ok dokku apps:clone "$web" "$clone"
  assert_answers "$clone.$DOMAIN" Second
  assert_answers "$web.$DOMAIN" 'Hello from dokku-rs'
}
