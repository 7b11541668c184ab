# Everything a newcomer needs; `make` alone lists it. Needs Python 3.11 or later, git and make, nothing else.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RUN := $(BIN)/python -m
PACKAGES := marketplace payments search
# What `make test` hands to pytest, such as: make test ARGS="-x tests/orders"
ARGS ?=
# Files are shared out to as many workers as there are processors; each has a PostgreSQL of its own.
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types contracts tidy format bench bench-payments openapi clean

help: ## Show what can be made
	@echo "Lumbung. Two commands to begin with: make demo, make test"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-15s %s\n", $$1, $$2 }'

demo: $(STAMP) ## Start a whole marketplace on this machine (options: make demo ARGS="--port 9000 --reset")
	@exec $(BIN)/lumbung demo $(ARGS)

test: $(STAMP) ## Run all tests (some: make test ARGS="-x tests/orders")
	$(RUN) pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: lint types contracts tidy ## Check style, types, import contracts, tidiness, schema and API snapshot

lint: $(STAMP)
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: $(STAMP)
	$(RUN) mypy --strict $(PACKAGES)
	$(RUN) mypy tests

contracts: $(STAMP)
	$(BIN)/lint-imports

tidy: $(STAMP)
	$(RUN) pytest -q tests/tidy

format: $(STAMP) ## Put the code into its usual form
	$(RUN) ruff check --fix-only .
	$(RUN) ruff format .

bench: $(STAMP) ## Measure speed against the bare database and server
	$(RUN) benchmarks $(ARGS)

bench-payments: $(STAMP) ## Measure the ledger: postings, balances, a store-year (all of it: ARGS=--full)
	$(RUN) benchmarks.payments $(ARGS)

openapi: $(STAMP) ## Write docs/openapi.json anew
	$(BIN)/lumbung openapi

clean: ## Remove the virtual environment and caches; the demo's data (.lumbung) stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed exactly as locked. Done once; again when the lock changes. No network is needed while nothing changes.
$(STAMP): uv.lock pyproject.toml
	@set -e; \
	for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Lumbung needs Python 3.11 or later; this machine's python3 is: $$(python3 --version 2>&1)." >&2; \
		echo "Install a newer one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Installing the locked packages into $(VENV) (once) …"; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		rm -rf $(VENV); \
		$$found -m venv $(VENV) || { echo "The venv module is missing: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }; \
	fi; \
	$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
	UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/python -m uv sync --locked --inexact --quiet; \
	touch $(STAMP)
