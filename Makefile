# What this project does, by name: make help

# The first that runs and is new enough: a name on the PATH may be a version manager's shim for what is not there.
ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do $$name -c '$(ENOUGH)' 2>/dev/null && { echo $$name; break; }; done)
LISTENS := import socket; socket.create_connection(("localhost", 6543), 2)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt
JS := tests/clients/js
# Half as many again as there are processors: a test that has asked a server, or a browser, waits for it.
WORKERS ?= $(shell echo $$(( ( $$(nproc 2>/dev/null || echo 2) * 3 + 1 ) / 2 )))
QUICK := not served and not proxied and not zeo and not sqlite and not postgresql and not any_order
export OIDC_ARTEFACTS ?= $(or $(TMPDIR),/tmp)/oidc_op-artefacts

.DEFAULT_GOAL := help
.PHONY: help serve test check lint docs docs-live bench soak clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.serve  ## set everything up and run the provider at http://localhost:6543
	@if $(BIN)/python -c '$(LISTENS)' 2>/dev/null; then \
	  echo "It is running already at http://localhost:6543 (if that is something else, stop it first)."; \
	else \
	  mkdir -p var && $(BIN)/oidc-op init development.ini && $(BIN)/pserve development.ini; \
	fi

test: $(VENV)/.test $(VENV)/.machine  ## set everything up and run the whole suite
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup
	@echo "Screenshots of every page are in $(OIDC_ARTEFACTS)"

check: lint $(VENV)/.test  ## for use while working: lint, types, and the tests that need no server
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -q -n $(WORKERS) -k "$(QUICK)" tests/model tests/protocol tests/accounts tests/resources tests/flows

lint: $(VENV)/.lint  ## style, types, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.docs  ## the documentation, into docs/_build
	$(BIN)/sphinx-build -W -n -q -b html docs docs/_build

docs-live: $(VENV)/.docs  ## the documentation at http://localhost:8000, built anew when a page changes
	$(BIN)/sphinx-autobuild -n -q --port 8000 --watch oidc_op --watch examples docs docs/_build

bench: $(VENV)/.bench  ## what a sign-in costs on this machine, and on each store
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.stores

soak: $(VENV)/.test  ## what takes long: kill -9 under load, ten times
	$(BIN)/python -m pytest -m soak

clean:  ## forget what was set up; what a provider keeps in var/ stays
	rm -rf $(VENV) build dist docs/_build *.egg-info

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with its venv module on the PATH. On Debian: apt-get install python3-venv. Elsewhere: make PYTHON=/path/to/python3.12 …"; exit 1; }
	@$(PYTHON) -c '$(ENOUGH)' || { echo "$(PYTHON) is not Python 3.11 or newer with its venv module."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.serve: $(VENV)/.made setup.py constraints.txt
	$(PIP) 'setuptools<81' wheel
	$(PIP) --no-build-isolation -e '.[demo]'
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.docs $(VENV)/.bench: $(VENV)/.%: $(VENV)/.serve
	$(PIP) --no-build-isolation -e '.[$(if $(filter test,$*),tests$(COMMA)docs$(COMMA)zeo$(COMMA)sql,$(if $(filter lint,$*),lint$(COMMA)tests$(COMMA)sql,$*$(if $(filter bench,$*),$(COMMA)zeo$(COMMA)sql)))]'
	@touch $@

COMMA := ,

# What the tests need beside Python: a browser, Apache, Node 20, and other people's clients written for it.
$(VENV)/.machine: $(VENV)/.test $(wildcard $(JS)/package-lock.json)
	@sh .ci/machine $(BIN)
	cd $(JS) && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
