# `make` alone lists what there is.
PYTHON ?= python3
VENV := .venv/bin
BOOTSTRAP = @command -v $(PYTHON) >/dev/null 2>&1 || { echo "alongside: there is no $(PYTHON); install Python 3.11 or newer."; exit 1; }; exec $(PYTHON) -m config.bootstrap

.DEFAULT_GOAL := help
.PHONY: help run reset bench test test-long test-marathon lint types messages check

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up what is missing and serve (PORT, HOST, ALONGSIDE_DATA; see docs/operations.md)
	$(BOOTSTRAP) runtime config.supervise --with-parent

reset: ## throw the embedded database away and start the demonstration again
	$(BOOTSTRAP) runtime config.supervise --with-parent reset

test: ## the suite against a real PostgreSQL (ARGS="-k name" to choose)
	$(BOOTSTRAP) dev pytest -n 2 --dist loadgroup -m "not long and not marathon" $(ARGS)

test-long: export ALONGSIDE_TESTS = long
test-long: ## what takes longer: further exploration, browsers, memory bounds, every page in both directions
	$(BOOTSTRAP) dev pytest -n 2 --dist loadgroup -m "(long or race or hypothesis) and not marathon" $(ARGS)

bench: ## how fast it is, on a copy of its own (ARGS="scale" for a full registry; docs/performance.md)
	$(BOOTSTRAP) runtime bench $(ARGS)

test-marathon: ## ten thousand random steps of the handover machine, most of an hour
	$(BOOTSTRAP) dev pytest -n 0 -m marathon $(ARGS)

lint: ## formatting, style, templates, who may import whom
	$(BOOTSTRAP) dev config.lint

types: ## mypy, strict for the core
	$(BOOTSTRAP) dev mypy

messages: ## bring locale/*.po up to date with the strings of the sources (docs/translations.md)
	$(BOOTSTRAP) dev config.messages

check: lint types ## what is quick: style, structure, types, architecture
	$(BOOTSTRAP) dev pytest -q tests/architecture
