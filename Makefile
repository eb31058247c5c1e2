# Everything runs from .venv, which is made anew when the lock file or the project changes.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs lock clean

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
HOME_DIR ?= .spanwise
DATA ?=

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

setup: $(STAMP)  ## Make .venv with everything that is needed

demo: $(STAMP)  ## Build the sample organisation and open it (DATA=dir replays real data)
	$(BIN)/spanwise demo --home $(HOME_DIR) $(if $(DATA),--data $(DATA))

test: $(STAMP)  ## Run the whole suite
	tests/system-packages
	$(BIN)/pytest -n 2 --dist loadfile

check: $(STAMP)  ## Format, lint, types, import directions, conventions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest tests/unit/test_conventions.py

bench: $(STAMP)  ## Measure the claims that benchmarks/ makes
	$(BIN)/python -m benchmarks.decide

docs: $(STAMP)  ## Write the reference pages again from the code
	$(BIN)/python docs/generate.py

lock: $(STAMP)  ## Resolve dependencies again into requirements.lock (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet \
		--all-extras --group dev --python-version 3.11 pyproject.toml -o requirements.lock

clean:  ## Remove what was built, but no data
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
