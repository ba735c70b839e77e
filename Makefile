# The workshop. `make help` lists what it does; CONTRIBUTING.md says when to use which.

PYTHON ?= python3
TESTS ?= tests
HOUSE ?= tests/house
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
BUILT_FROM := pyproject.toml CHANGELOG.md

.PHONY: help run test check bench drills pictures lock
.DEFAULT_GOAL := help

help: ## say what can be done here
	@sed -n 's/^\([a-z]*\):.*## /make \1 - /p' Makefile

run: .venv/for-running ## start the demo with its mailbox on 127.0.0.1:8000 (PORT=… for another port); Ctrl-C stops it
	@if [ -t 0 ]; then set -m; $(BIN)/coalition demo; else exec $(BIN)/coalition demo; fi

test: .venv/for-working ## run every test, on SQLite and on PostgreSQL where there is one (TESTS=… for some)
	COALITION_TEST_DATABASE=sqlite $(BIN)/pytest -n 2 $(TESTS)
	COALITION_TEST_DATABASE=postgres $(BIN)/pytest -n 2 $(TESTS)

check: .venv/for-working ## look over the code: form, types, layers, templates, leftovers, the rules of the house
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/deptry .
	$(BIN)/vulture
	$(if $(HOUSE),COALITION_TEST_DATABASE=sqlite $(BIN)/pytest -n 2 $(HOUSE))

bench: .venv/for-working ## measure against the machine's limits
	$(BIN)/python -m bench

drills: .venv/for-working ## try every promise of docs/drills.md (ROW=3 one; WITHOUT=1 each without its safeguard; DATABASE=sqlite)
	$(BIN)/python -m drills $(if $(ROW),--row $(ROW)) $(if $(WITHOUT),--without) $(if $(DATABASE),--database $(DATABASE))

pictures: .venv/for-working ## make the README's pictures from the running demo
	$(BIN)/python -m docs.pictures

lock: ## write the hashed lock files from pyproject.toml (needs uv; UPGRADE=--upgrade for newer versions)
	@command -v uv > /dev/null || { echo "make lock needs uv: $(PYTHON) -m pip install uv" >&2; exit 1; }
	$(LOCK) $(UPGRADE) --extra postgres pyproject.toml -o requirements.txt
	$(LOCK) $(UPGRADE) --group build -c requirements.txt -o requirements-build.txt
	$(LOCK) $(UPGRADE) --extra postgres --extra seal --extra metrics --group build --group dev -c requirements.txt -c requirements-build.txt pyproject.toml -o requirements-dev.txt

sbom: ## write down what an installation is made of, and under which licences (needs cyclonedx-py)
	@command -v cyclonedx-py > /dev/null || { echo "make sbom needs cyclonedx-py: $(PYTHON) -m pip install cyclonedx-bom" >&2; exit 1; }
	$(PYTHON) docs/sbom.py

.venv/bin/python:
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 or later is missing: install python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; $(PYTHON) is older. Name another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { echo "Python's venv module is missing: install python3-venv." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/for-running: requirements.txt requirements-build.txt $(BUILT_FROM) | .venv/bin/python
	$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/for-working: requirements-dev.txt $(BUILT_FROM) | .venv/bin/python
	$(PIP) --require-hashes -r requirements-dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
