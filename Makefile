# Qiantai 前台. `make` lists what there is; `make run` starts it; `make test` proves it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8000
VAR ?= var
BROKER ?=
DATABASE ?=
WEB ?= 1
WORKERS ?= 1
T ?=
JOBS ?= 2
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
SERVICES := customer appointment triage followup billing device-gateway
MEMBERS := shared $(addprefix services/,$(SERVICES)) deploy/embedded
UNIT := services/triage/tests shared/tests $(foreach s,$(filter-out triage,$(SERVICES)),services/$(s)/tests) tests/contracts tests/bench
PYTEST = $(BIN)/pytest -q $(if $(findstring .py,$(T)),,-n $(JOBS) --dist loadfile --no-loadscope-reorder)

ifneq ($(findstring command,$(origin DATABASE) $(origin BROKER)),)
ifneq ($(findstring @,$(DATABASE)$(BROKER)),)
$(error a password in make's arguments shows in ps: write DATABASE=… BROKER=… before make, or set DATABASE_FILE and BROKER_FILE)
endif
endif

export PORT VAR BROKER DATABASE WEB WORKERS
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run console tour test unit flows faults browser pictures bench check format lock migrate revision seed replay clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/uv:
	@$(SHELL) deploy/setup/venv.sh $(VENV) "$(PYTHON)"

$(VENV)/run.stamp: requirements/run.txt $(addsuffix /pyproject.toml,$(MEMBERS)) | $(BIN)/uv
	@echo "… installing what the system needs" >&2
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-index $(addprefix -e ,$(MEMBERS))
	@$(BIN)/python -m compileall -q $(MEMBERS)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "… installing what the tests need" >&2
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/run.stamp ## start everything (PORT=, VAR=, BROKER=, DATABASE=, WEB=, WORKERS=)
	@exec $(BIN)/python -m embedded.cli run

console: $(VENV)/run.stamp ## build the console; `make run` does it by itself
	@$(SHELL) deploy/setup/console.sh $(VENV)

tour: $(VENV)/run.stamp ## play a day at the desk against the running system (PORT=, VAR=)
	@$(BIN)/python -m embedded.cli tour

test: $(VENV)/dev.stamp ## all tests, with their servers and browser
	@$(SHELL) deploy/setup/test-servers.sh
	@$(SHELL) deploy/setup/console.sh $(VENV) test
	@$(PYTEST) $(or $(T),tests/flows tests/faults tests/browser $(UNIT))

unit: $(VENV)/dev.stamp ## tests of the services and the shared library
	@$(PYTEST) $(or $(T),$(UNIT))

flows: $(VENV)/dev.stamp ## the main line over all services, embedded and on real servers
	@$(SHELL) deploy/setup/test-servers.sh
	@$(PYTEST) $(or $(T),tests/flows)

faults: $(VENV)/dev.stamp ## kills, cuts and floods on private servers
	@$(SHELL) deploy/setup/test-servers.sh
	@$(PYTEST) $(or $(T),tests/faults)

browser: $(VENV)/dev.stamp ## the console: its own tests, and in Chromium
	@$(SHELL) deploy/setup/test-servers.sh
	@$(SHELL) deploy/setup/console.sh $(VENV) test
	@$(PYTEST) $(or $(T),tests/browser)

pictures: $(VENV)/dev.stamp ## every page of the console in both languages and themes, into docs/pictures/
	@$(SHELL) deploy/setup/test-servers.sh
	@$(SHELL) deploy/setup/console.sh $(VENV)
	@$(BIN)/python tests/browser/pictures.py

bench: $(VENV)/dev.stamp ## measure, as ratios to floors in the same run; writes var/bench/*.json (T=name)
	@$(SHELL) deploy/setup/test-servers.sh
	@$(BIN)/python -m tests.bench $(T)

check: $(VENV)/dev.stamp ## style, types, imports, contracts, migrations, the console, no index hosts
	@$(SHELL) deploy/setup/check.sh $(BIN)

format: $(VENV)/dev.stamp ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix -q .

lock: $(BIN)/uv ## write requirements/*.txt anew from the pyproject files
	@$(BIN)/uv lock -q --upgrade
	@$(BIN)/uv export -q --all-packages --no-emit-workspace --no-header --no-annotate --no-dev -o requirements/run.txt
	@$(BIN)/uv export -q --all-packages --no-emit-workspace --no-header --no-annotate -o requirements/dev.txt

migrate: $(VENV)/run.stamp ## bring the six schemas up to date and stop (VAR=, DATABASE=)
	@$(BIN)/python -m embedded.cli migrate

revision: $(VENV)/run.stamp ## write the next migration of a service (S=billing M="refunds")
	@$(BIN)/python -m qiantai.storage.revision $(S) "$(M)"

seed: $(VENV)/run.stamp ## load the demo chain into the running system (PORT=, VAR=)
	@$(BIN)/python -m embedded.cli seed

replay: $(VENV)/run.stamp ## replay a day script (SCRIPT=day.json)
	@$(BIN)/triage replay $(SCRIPT)

clean: ## remove the environment and caches; var/ (data) stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
