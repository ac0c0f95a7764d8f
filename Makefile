# What a developer or an administrator does with this tree; `make help` lists it.
PREFIX ?= /usr
INSTALL_FLAGS ?=
BINARY := $${CARGO_TARGET_DIR:-target}/release/dokku
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help demo install uninstall build test fmt lint

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name about; do \
		printf '  make %-10s %s\n' "$$name" "$$about"; done

demo: ## install everything on this machine and deploy a sample app
	@scripts/demo.sh

build: export DOKKU_GIT_REV := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
build: ## build the release binary
	@scripts/cargo.sh build --release --locked

install: build ## install dokku (PREFIX=/usr, INSTALL_FLAGS="--vhost example.com")
	@$(AS_ROOT) $(BINARY) install --prefix $(PREFIX) $(INSTALL_FLAGS)

uninstall: ## take dokku away; apps and data stay
	@$(AS_ROOT) $(PREFIX)/bin/dokku uninstall --prefix $(PREFIX)

test: ## run every check and test
	@scripts/test.sh

fmt: ## format the Rust code
	@scripts/cargo.sh fmt

lint: ## check format and lints
	@scripts/cargo.sh fmt --check
	@scripts/cargo.sh clippy --all-targets --locked -- -D warnings
	@scripts/shellcheck.sh
