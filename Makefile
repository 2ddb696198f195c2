# Channelpress: `make` lists the commands.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
UV ?= $(firstword $(wildcard $(BIN)/uv) uv)
DATA_DIR ?= ./var
export PORT DATA_DIR
PYTEST = $(BIN)/python -m pytest
# What runs on every core at once: no browser, no server, nothing that measures or kills for long.
QUICK = not shared and not browser and not slow and not servers

.PHONY: help run test servers check prove bench reset lint format lock messages
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(VENV)/.run-stamp: requirements.lock pyproject.toml
	@echo "Creating the environment and installing pinned dependencies …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --progress-bar on --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev-stamp: requirements-dev.lock pyproject.toml
	@echo "Creating the environment and installing pinned dependencies, with the tools for tests …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --progress-bar on --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@ $(VENV)/.run-stamp

run: $(VENV)/.run-stamp ## install, load the demo world and start the hub (PORT=8000, DATA_DIR=./var)
	@CHANNELPRESS_DEMO=$${CHANNELPRESS_DEMO-1} exec $(BIN)/channelpress up

test: $(VENV)/.dev-stamp ## the tests that need no server and no browser (under 5 minutes)
	@$(PYTEST) -n auto -m "$(QUICK)"

lint: $(VENV)/.dev-stamp ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: test lint ## everything with reduced counts, on both sets of engines: what CI runs
	@$(PYTEST) -m "not ($(QUICK))"
	@CHANNELPRESS_TEST_ENGINES=servers $(PYTEST) -n 2 -m "$(QUICK)"
	@CHANNELPRESS_TEST_ENGINES=servers $(PYTEST) -m "not ($(QUICK))"

servers: $(VENV)/.dev-stamp ## the tests that reach an engine, on PostgreSQL, Redis and S3 of their own (no browser)
	@CHANNELPRESS_TEST_ENGINES=servers $(PYTEST) -n 2 -m "$(QUICK)"

prove: $(VENV)/.dev-stamp ## the full counts and the long benchmarks, results to docs/proof
	@$(BIN)/python -m tests.prove docs/proof
	@$(BIN)/python -m benchmarks --full --proof docs/proof

bench: $(VENV)/.dev-stamp ## benchmarks as ratios, results to docs/performance.md
	@$(BIN)/python -m benchmarks

reset: $(VENV)/.run-stamp ## delete the demo's data and start over
	@$(BIN)/channelpress reset --yes

format: $(VENV)/.dev-stamp ## format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

messages: $(VENV)/.dev-stamp ## renew the catalogues of the interface from the sources
	@$(BIN)/python -m locales.renew

lock: ## renew the lock files (needs uv)
	@$(UV) pip compile -q --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	@$(UV) pip compile -q --generate-hashes --no-header --python-version 3.11 --extra test --extra postgres --extra redis pyproject.toml -o requirements-dev.lock
