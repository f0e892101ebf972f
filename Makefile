.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
URL = http://$(HOST):$(PORT)

.venv/run: requirements/run.txt pyproject.toml hatch_build.py $(wildcard pilot_ops/translations/*/*/*.po)
	@sh .ci/prepare python
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/test: .venv/run requirements/test.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@sh .ci/prepare test
	@cd tests/js && npm ci --silent --no-audit --no-fund
	@touch $@

run: .venv/run ## Start the service with the demonstration (PORT=8000 HOST=127.0.0.1)
	@PILOT_OPS_PUBLIC_URL=$${PILOT_OPS_PUBLIC_URL:-$(URL)} $(BIN)/pilot-ops demo
	@PILOT_OPS_PUBLIC_URL=$${PILOT_OPS_PUBLIC_URL:-$(URL)} exec $(BIN)/pilot-ops serve --host $(HOST) --port $(PORT)

test: .venv/test ## Everything that CI runs
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: .venv/test ## Linters, types and import contracts alone
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint --lint templates

format: .venv/test ## Put the code in its usual form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

messages: .venv/test ## Bring the catalogues up to date with the sentences of code and templates
	@$(BIN)/python -m tests.support.messages

bench: .venv/test ## Measure: taps through HTTP against the raw limit, the cost page, the counting page and families' pages on a bad network, tickets to PDF
	@$(BIN)/python -m bench

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: run test lint format messages bench help
