# `make` alone lists what there is.
PYTHON ?= python3
VENV := .venv/bin
BOOTSTRAP = @command -v $(PYTHON) >/dev/null 2>&1 || { echo "alongside: there is no $(PYTHON); install Python 3.11 or newer."; exit 1; }; exec $(PYTHON) -m config.bootstrap

COMMA := ,
SPACE := $(subst ,, )
CORE := referral.transitions.sets referral.transitions.straight referral.transitions.detours referral.policy \
  referral.relations referral.gates referral.gate_facts referral.purposes referral.services.lifecycle
CORE_FILES := referral/transitions/*.py referral/policy.py referral/relations.py referral/gates.py \
  referral/gate_facts.py referral/purposes.py referral/services/lifecycle.py referral/services/handover_*.py
CORE_TESTS := $(wildcard tests/referral/test_transitions*.py tests/referral/test_policy*.py tests/referral/test_gates*.py) \
  tests/referral/services/test_lifecycle.py tests/referral/services/test_gates*.py tests/referral/services/test_contact.py

.DEFAULT_GOAL := help
.PHONY: help run reset bench test test-long test-assurance test-marathon coverage coverage-core mutation lint types messages check

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up what is missing and serve (PORT, HOST, ALONGSIDE_DATA; see docs/operations.md)
	$(BOOTSTRAP) runtime config.supervise --with-parent

reset: ## throw the embedded database away and start the demonstration again
	$(BOOTSTRAP) runtime config.supervise --with-parent reset

test: ## the suite against a real PostgreSQL (ARGS="-k name" to choose)
	$(BOOTSTRAP) dev pytest -n logical --maxprocesses 4 --dist loadfile -m "not long and not wide and not marathon" $(ARGS)

test-long: export ALONGSIDE_TESTS = long
test-long: ## what takes longer: further exploration, browsers, memory bounds, every page in both directions
	$(BOOTSTRAP) dev pytest -n logical --maxprocesses 4 --dist loadgroup -m "(long or wide or race or hypothesis) and not marathon" --ignore tests/assurance $(ARGS)

test-assurance: export ALONGSIDE_TESTS = long
test-assurance: ## who can reach what: the whole access matrix, canaries, two worlds, hostile input
	$(BOOTSTRAP) dev pytest -n logical --maxprocesses 4 --dist loadgroup -m "(long or hypothesis) and not marathon" tests/assurance $(ARGS)

bench: ## how fast it is, on a copy of its own (ARGS="scale" for a full registry; docs/performance.md)
	$(BOOTSTRAP) runtime bench $(ARGS)

test-marathon: ## ten thousand random steps of the handover machine, every hostile value in every control and on drawn pages: hours
	$(BOOTSTRAP) dev pytest -n 0 -m marathon $(ARGS)

coverage: ## the ordinary suite, what is wide, and what starts processes, with branch coverage: at least 95 % of all of it
	$(BOOTSTRAP) dev pytest -q -n 2 --dist loadgroup -m "(not long or processes) and not marathon" --cov --cov-report=term:skip-covered --cov-fail-under=95 $(ARGS)

coverage-core: ## after it: every branch of the rules themselves, 100 %
	$(BOOTSTRAP) dev coverage report --show-missing --fail-under=100 --include="$(subst $(SPACE),$(COMMA),$(CORE_FILES))"

mutation: ## whether a test notices each small change to the rules (ARGS="--sample 200" for some of them)
	$(BOOTSTRAP) dev pytest -q -n 0 -p no:randomly -p tests.mutation.plugin -m "not long and not marathon" --least 85 \
	  $(addprefix --core ,$(CORE)) $(ARGS) $(CORE_TESTS)

lint: ## formatting, style, templates, who may import whom
	$(BOOTSTRAP) dev config.lint

types: ## mypy, strict for the core
	$(BOOTSTRAP) dev mypy

messages: ## bring locale/*.po up to date with the strings of the sources (docs/translations.md)
	$(BOOTSTRAP) dev config.messages

check: lint types ## what is quick: style, structure, types, architecture
	$(BOOTSTRAP) dev pytest -q tests/architecture
