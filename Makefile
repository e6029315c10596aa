# Needs Python 3.11+ and nothing else; `make help` lists what there is.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
# Further options of the supervisor or of pytest, such as ARGS="--no-demo" or ARGS="tests/orders -k hold".
ARGS ?=

# Many processes start from this code: what one has compiled is there for all, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
CODE := omnichannel catalog customers stores carts orders loyalty campaigns insights backoffice demo
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help demo test check static lint types layers migrations schema schema-check prove bench format lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.production ## run everything on this machine with the demo brand (PORT=8000 HOST=127.0.0.1)
	@exec $(BIN)/python manage.py run --port $(PORT) --host $(HOST) $(ARGS)

test: .venv/.development ## all tests but the long proofs and the benchmarks
	$(BIN)/pytest -m "not prove" $(if $(ARGS),$(ARGS),-n logical --maxprocesses 4)

check: static test ## what CI runs: lint, types, layers, migrations, schema, tests

static: lint types layers migrations schema-check

lint: .venv/.development ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.development ## mypy
	DEBUG=1 $(BIN)/mypy $(CODE)

layers: .venv/.development ## import-linter: who may import whom
	$(BIN)/lint-imports

migrations: .venv/.development ## no model without its migration
	$(BIN)/python manage.py makemigrations --check --dry-run

schema: .venv/.development ## write docs/openapi.yaml from the code
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

schema-check: .venv/.development
	@new=$$(mktemp) && $(BIN)/python manage.py spectacular --validate --fail-on-warn --file $$new && \
	  { diff -u docs/openapi.yaml $$new || { echo "docs/openapi.yaml is not the code's: run make schema"; rm -f $$new; exit 1; }; } && rm -f $$new

prove: .venv/.development ## long races, kills and the full import: under 30 minutes
	$(BIN)/pytest -m prove $(ARGS)

bench: .venv/.development ## measure the production stack; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks $(ARGS)

format: .venv/.development ## ruff, writing
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links
DEV_INPUT := import tomllib; p = tomllib.load(open("pyproject.toml", "rb")); \
  print(*p["project"]["dependencies"], *p["dependency-groups"]["dev"], sep="\n")

lock: .venv/.development ## compile the hashed locks from pyproject.toml
	$(COMPILE) --output-file=requirements.lock pyproject.toml
	$(BIN)/python -c '$(DEV_INPUT)' | $(COMPILE) --constraint=requirements.lock --output-file=requirements-dev.lock -

clean: ## remove the virtual environment and caches; data under .data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed (PYTHON=...)"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.production: requirements.lock | .venv/bin/python
	@echo "Installing from $<"
	@$(PIP) install --require-hashes -r $<
	@touch $@

.venv/.development: requirements-dev.lock | .venv/bin/python
	@echo "Installing from $<"
	@$(PIP) install --require-hashes -r $<
	@touch $@ .venv/.production
