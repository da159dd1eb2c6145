# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

CARGO ?= cargo
NPM ?= npm
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
MATCHDAY := $(TARGET_DIR)/release/matchday
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -path web/tests -prune -o -type f -print)

.PHONY: help demo crowd build test test-rust test-web lint e2e web bench fuzz schemas clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: build ## sixteen real games at thirty times their speed, at http://127.0.0.1:8080 (ARGS='--speed 60')
	$(MATCHDAY) demo $(ARGS)

crowd: build ## the same, and a made-up match with its crowd (SPORT=soccer, basketball, football, tennis)
	$(MATCHDAY) demo --crowd $(or $(SPORT),soccer) $(ARGS)

build: web/dist/index.html ## the release binary, with the web app inside
	$(CARGO) build --release --locked -p matchday

test: lint test-rust test-web e2e ## every test there is

test-rust: web/dist/index.html web/tests/centrifuge/node_modules/.package-lock.json ## Rust's tests
	$(CARGO) test --workspace --locked

test-web: web/node_modules/.package-lock.json ## the web app's lint, types, unit tests and weight
	cd web && $(NPM) run --silent lint && $(NPM) test --silent

e2e: web/dist/index.html ## the pages in headless Chromium, against invented games and against the real server
	$(CARGO) build --locked -p matchday
	cd web && $(NPM) run --silent e2e
	scripts/e2e-real.sh $(TARGET_DIR)/debug/matchday

lint: web/dist/index.html ## formatting, clippy, licences and sources of what comes from outside
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny check bans licenses sources; \
	elif [ -n "$${CI:-}" ]; then echo "cargo-deny is not installed" >&2; exit 1; \
	else echo "left out: cargo-deny is not installed (cargo install --locked cargo-deny)"; fi

web: web/dist/index.html ## the web app alone, into web/dist

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && $(NPM) ci --no-audit --no-fund
	@touch $@

web/tests/centrifuge/node_modules/.package-lock.json: web/tests/centrifuge/package-lock.json
	cd web/tests/centrifuge && $(NPM) ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && $(NPM) run --silent build

bench: build ## the figures in docs/benchmarks.md, on this machine
	scripts/bench.sh $(MATCHDAY)

fuzz: ## every parser under a fuzzer, SECONDS=600 each
	scripts/fuzz.sh $(or $(SECONDS_EACH),600)

schemas: ## JSON Schemas of events, facts, views and commands, into schemas/
	$(CARGO) run --locked -p matchday -- schema

clean: ## what the builds made
	$(CARGO) clean
	rm -rf web/dist web/node_modules
