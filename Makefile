# `make` alone lists the targets. Each first sees to what it needs; when that is there, it costs milliseconds.
STACK ?= orders-dev
ARGS ?=
BIN := .venv/bin

# Without bytecode the cloud SDKs take several times longer to import, and some machines turn it off.
unexport PYTHONDONTWRITEBYTECODE

# A person without a Pulumi CLI is told which tests were skipped; under CI=true those tests fail.
define PYTEST
@if pulumi=$$($(BIN)/python tools/install-pulumi); then PULUMI=$$pulumi; export PULUMI; fi; exec $(BIN)/pytest
endef

# The engine, its program and its providers are busy by turns: two processes keep two processors busy, a file each,
# in the order that tests/conftest.py gives them.
TWO := --numprocesses 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help plan test test-all lint refresh golden crash-table rule-mutation lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST) $(BENCH_IS_MISSING)

plan: ## print the plan of a stack: make plan STACK=orders-dev
	@tools/bootstrap runtime
	@$(BIN)/slipway plan $(STACK)

test: ## run every test that is fast; ARGS="-k name" chooses
	@tools/bootstrap dev
	$(PYTEST) -m "not slow" $(TWO) $(ARGS)

test-all: ## run the slow tests too
	@tools/bootstrap dev
	$(PYTEST) $(TWO) $(ARGS)

lint: ## check style, types and which room may import which
	@tools/bootstrap dev
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter

ifneq ($(wildcard benchmarks/__main__.py),)
.PHONY: bench
bench: ## measure; ARGS=sdk chooses what, benchmarks/ has the list
	@tools/bootstrap dev
	@$(BIN)/python -m benchmarks $(ARGS)
else
BENCH_IS_MISSING := | grep -v '^bench '
endif

refresh: ## write anew what is generated: JSON schemas, blocks of README and docs
	@tools/bootstrap dev
	@$(BIN)/python -m config.schema
	@$(BIN)/python tools/refresh-docs
	@$(BIN)/python -m tests.policies.mutants

crash-table: ## crash every shipped stack at every creation, for half an hour; writes docs/rehearsal-crashes.md
	@tools/bootstrap dev
	@if pulumi=$$($(BIN)/python tools/install-pulumi); then PULUMI=$$pulumi; export PULUMI; fi; exec $(BIN)/python tools/crash-table $(ARGS)

rule-mutation: ## change the rules in each place and see which changes no test notices; writes docs/rule-mutation.md
	@tools/bootstrap dev
	@$(BIN)/python tools/rule-mutation $(ARGS)

golden: ## write the golden plans of the version in pyproject.toml, once a release (docs/upgrades.md)
	@tools/bootstrap dev
	@$(BIN)/python -m tests.golden $(ARGS)

lock: ## write requirements/ anew from pyproject.toml; ARGS=--upgrade takes newer versions
	@tools/bootstrap lock $(ARGS)

clean: ## remove what was made here, except the Pulumi CLI in .cache/pulumi
	@rm -rf .venv .venv.old .hypothesis
	@if [ -d .cache ]; then find .cache -mindepth 1 -maxdepth 1 ! -name pulumi -exec rm -rf {} +; fi
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
