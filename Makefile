# Everything here sets up what it needs first. `make help` lists the targets.

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
BIN := .venv/bin
UV := $(BIN)/uv --quiet
SAMPLE := build/sample
COMPONENTS := $(wildcard pipelines/weather/components/*/pyproject.toml)
SHARED := $(wildcard pipelines/weather/shared/*/pyproject.toml)
API := $(shell find src/barograph/server src/barograph/views src/barograph/store -name '*.py')
WEB := web/index.html web/vite.config.ts web/tsconfig.json $(shell find web/src web/public -type f ! -name schema.d.ts)
NPM := npm --prefix web --silent
# A shell that forbids it would make every start compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
export VIRTUAL_ENV := $(CURDIR)/.venv

.PHONY: help run images ui ui-build package test check lint types layers web-check tests web-tests format locks clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/run.stamp ui-build ## Train the weather model on sample photos, and say how to look at what came out
	$(BIN)/pipeline sample $(SAMPLE)
	$(BIN)/pipeline compile --output build/weather.yaml
	$(BIN)/barograph run build/weather.yaml -p data_uri=$(CURDIR)/$(SAMPLE) -p weights=none
	@$(BIN)/barograph artifacts last --export build/results >build/results.txt
	@echo "\nLook at it in a browser: make ui"

images: .venv/run.stamp ## Build the components' images (PUSH=PREFIX pushes them, VARIANT=all adds those for a GPU)
	$(BIN)/pipeline images build $(if $(VARIANT),--variant $(VARIANT)) $(if $(PUSH),--push $(PUSH))

ui: .venv/run.stamp ui-build ## Open the web UI, and serve it if no server does
	$(BIN)/barograph ui

ui-build: src/barograph/ui/index.html ## Build the web UI

package: .venv/run.stamp ui-build ## Build what is published: a wheel that has the UI in it
	rm -rf dist
	$(UV) build --wheel --sdist --out-dir dist

test: check web-tests tests ## Check and test everything

check: lint types layers web-check ## Style, types and layers, without the tests

lint: .venv/dev.stamp ## Style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/dev.stamp ## Types
	$(BIN)/mypy

layers: .venv/dev.stamp ## Which part may import which
	$(BIN)/lint-imports --no-logo

web-check: web/src/api/schema.d.ts ## Style and types of the web UI
	cd web && npx biome check && npx tsc --noEmit

web-tests: web/src/api/schema.d.ts ## The tests of the web UI's parts; those in a browser are among the others
	$(NPM) run test

# Tests mostly wait for other processes, so one more of them runs than there are processors; each takes about 1 GB.
# Threads that wait for each other (torch's) must not keep a processor busy with it that another test needs.
tests: .venv/dev.stamp ui-build ## The tests alone
	OMP_WAIT_POLICY=passive $(BIN)/pytest -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --maxprocesses 6

format: .venv/dev.stamp ## Bring the source into shape
	$(BIN)/ruff check --fix --unsafe-fixes
	$(BIN)/ruff format
	$(NPM) run format

locks: .venv/run.stamp ## Pin all dependencies anew, with hashes
	scripts/lock

clean: ## Remove what was made here, the home included
	rm -rf .venv .barograph build dist web/node_modules web/src/api/schema.d.ts src/barograph/ui

# The environment of Barograph and the pipeline's own command; tasks get environments of their own.
.venv/run.stamp: pipelines/requirements.lock pyproject.toml pipelines/pyproject.toml
	$(if $(PYTHON),,$(error Barograph needs Python 3.11 or newer; set PYTHON=/path/to/python3))
	test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --require-hashes --requirement requirements.lock; }
	$(UV) pip install --compile-bytecode --require-hashes --requirement pipelines/requirements.lock
	$(UV) pip install --no-deps --editable . --editable pipelines
	touch $@

# The same, and everything that the components and the tests need.
.venv/dev.stamp: .venv/run.stamp requirements-dev.lock $(COMPONENTS) $(SHARED)
	$(UV) pip install --require-hashes --requirement requirements-dev.lock
	$(UV) pip install --no-deps $(foreach p,$(COMPONENTS) $(SHARED),--editable $(dir $(p)))
	touch $@

# The web UI: its libraries, its types of the server's API, and what is served.
web/node_modules/.package-lock.json: web/package-lock.json
	$(if $(shell command -v npm),,$(error The web UI is built with Node 20.19 or newer: install it, or use a released package))
	$(NPM) ci

web/src/api/schema.d.ts: .venv/run.stamp web/node_modules/.package-lock.json scripts/openapi $(API)
	$(BIN)/python scripts/openapi build/openapi.json
	$(NPM) run types

src/barograph/ui/index.html: web/src/api/schema.d.ts $(WEB)
	$(NPM) run build
