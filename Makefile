.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.venv/installed: requirements/test.txt pyproject.toml hatch_build.py
	@sh .ci/prepare python
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	@$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

test: .venv/installed ## Everything that CI runs
	@$(BIN)/python -m pytest

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: help test
