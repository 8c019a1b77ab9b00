# Every target makes its own environment; nothing is needed before but make and Python 3.11+ with venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# End-to-end tests wait more than they work, so there are more workers than processors. What is costly
# to set up is shared by the tests of a file.
PARALLEL := -n 4 --dist loadfile --no-loadscope-reorder
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' sidecar/__init__.py)

.DEFAULT_GOAL := help
.PHONY: help demo install test unit e2e golden completion format lint types bench worst soak pressure hunt image peers bench-compare ci clean

help:  ## say what can be made
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(READY): pyproject.toml sidecar/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'sidecar needs Python 3.11 or later; found: '"$$($(PYTHON) --version 2>&1)" >&2; \
	  echo '  on Debian or Ubuntu: sudo apt-get install python3 python3-venv' >&2; \
	  echo '  another interpreter: make PYTHON=/path/to/python3.13 ...' >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'this Python has no venv; on Debian or Ubuntu: sudo apt-get install python3-venv' >&2; exit 2; }
	@echo 'making $(VENV) (once)...' >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: $(READY)  ## make the environment in .venv

demo: $(READY)  ## raw Tomcat lines, and the JSON they become
	@$(BIN)/python docs/demo/demo.py

test: $(READY)  ## every test; end-to-end tests that lack a system package are skipped by name
	@$(BIN)/python -m pytest $(PARALLEL)

unit: $(READY)  ## the tests that need no process and no server
	@$(BIN)/python -m pytest $(PARALLEL) -m 'not e2e'

e2e: $(READY)  ## the tests beside real servers; a missing system package fails here
	@SIDECAR_TEST_E2E=required $(BIN)/python -m pytest -m e2e

golden: $(READY)  ## rewrite what the tests' logs and configurations become; read the diff
	@$(BIN)/python -m tests.formats.golden
	@$(BIN)/python -m tests.unit.appconf.golden

completion: $(READY)  ## rewrite the shells' completions, docs/completion
	@$(BIN)/python docs/completion/generate.py

format: $(READY)  ## lay the code out
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: $(READY)  ## style, layout and the import contract
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(READY)  ## mypy, strict
	@$(BIN)/mypy

bench: $(READY)  ## the benchmark table, as Markdown; redraws docs/benchmarks.svg (ARGS=--quick)
	@$(BIN)/python -m benchmarks --json benchmarks/results/latest.json \
	  --chart docs/benchmarks.svg $(ARGS)

bench-compare: $(READY)  ## a revision beside the tree, in one run; REV=... says which (ARGS=--help)
	@$(BIN)/python -m benchmarks.compare $(or $(REV),HEAD) $(ARGS)

worst: $(READY)  ## the worst lines for every format and layout, all of them; minutes
	@SIDECAR_TEST_WORST=all $(BIN)/python -m pytest $(PARALLEL) \
	  tests/unit/formats/test_worst_lines.py tests/unit/layouts/test_worst_layouts.py

hunt: $(READY)  ## examples for every property that nobody has tried; HUNT=38 times as many (ARGS="-k model")
	@SIDECAR_TEST_HUNT=$(or $(HUNT),10) $(BIN)/python -m pytest -n auto -m hypothesis --timeout 7200 \
	  -o faulthandler_timeout=0 $(ARGS)

soak: $(READY)  ## ten minutes of writers, rotations, stops and kills; SOAK="--seconds 60 --report DIR"
	@$(BIN)/python -m tests.soak $(SOAK)

pressure: $(READY)  ## long lines, stalls, many files and other pressure, at full size; ten minutes
	@$(BIN)/python -m tests.soak.pressure

peers:  ## unpack Debian's rsyslog and syslog-ng into .peers, for the benchmark; nothing is installed
	@benchmarks/fetch-peers .peers

image:  ## build the container image with buildah or docker; BASE=... takes another base
	@set -- --tag sidecar:$(VERSION) --build-arg VERSION=$(VERSION) $(if $(BASE),--build-arg BASE=$(BASE)) \
	  --build-arg REVISION=$$(git rev-parse --short HEAD 2>/dev/null || echo unknown) .; \
	if command -v buildah >/dev/null; then buildah bud "$$@"; \
	elif command -v docker >/dev/null; then docker build "$$@"; \
	else echo 'neither buildah nor docker is here; on Debian or Ubuntu: sudo apt-get install buildah' >&2; exit 2; fi

ci: lint types test  ## what the continuous integration runs

clean:  ## take away what the other targets made
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .coverage
