# Thin on purpose: each target sets up what it needs, once, and calls `barback` (see barback/cli.py).
# Options come from the environment or .env: ENGINE=docker|embedded, TARGET=aws, GATEWAY_PORT=… (see .env.example).

# What a person types reaches a recipe's shell in the environment only, as it is: neither make nor the shell may find
# anything to run in the name of a file. `RUN` puts the words of ARGS where a recipe says {ARGS}.
override FILE := $(value FILE)
override F := $(value F)
override ARGS := $(value ARGS)
override FOLLOW := $(value FOLLOW)
override FLOW := $(value FLOW)
export FILE F ARGS FOLLOW

# The Python that the environment was made with; the first time, python3 or the one that is named.
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
VENV = .venv/bin/python
BARBACK = $(VENV) -m barback
RUN = $(VENV) -m barback.words
BASE = @$(PYTHON) -m barback.setup base
DEV = @$(PYTHON) -m barback.setup dev
SIDE_BY_SIDE = -n 2 --dist loadscope
TESTS_OF_FLOW = $(if $(FLOW),$(or $(wildcard tests/unit/$(FLOW) tests/unit/flows/$(FLOW) tests/integration/test_$(FLOW).py),tests/no-flow-of-this-name))
export PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL := help
.PHONY: $(shell awk -F: '/^[a-z-]+:.*\#\# / { print $$1 }' $(MAKEFILE_LIST))

help: ## show this list
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Use it
demo: ## start everything, upload sample files, show the results
	$(BASE)
	@$(BARBACK) demo

up: ## start the local environment, or bring a running one up to date
	$(BASE)
	@$(BARBACK) up

watch: ## start it; the next event uses what you save
	$(BASE)
	@$(BARBACK) watch

down: ## stop it and remove what it left running
	$(BASE)
	@$(BARBACK) down

profile: ## upload FILE=my.csv, wait, and show its profile; ARGS="--columns a,b", "--html out.html"
	$(BASE)
	@$(RUN) barback profile --upload {ARGS} -- "$$FILE" || [ $$? -eq 3 ]  # 3: the file is bad, which is an answer

cocktails: ## fetch the drinks and show them; ARGS="--with gin --without cream", "--mocktails", "NAME"
	$(BASE)
	@ARGS="$${ARGS:---fetch}" $(RUN) barback cocktails {ARGS}

api: ## serve the API in the foreground, and restart it at every change of its code
	$(BASE)
	@$(BARBACK) api

dashboard: ## open the web pages; with TARGET=aws, read-only; ARGS="--no-browser"
	@$(PYTHON) -m barback.setup base dashboard
	@$(RUN) barback dashboard {ARGS}

ingest: ## fetch records now, without waiting for the schedule; ARGS="--source randomuser --limit 5"
	$(BASE)
	@$(RUN) barback ingest {ARGS}

run-orders: ## generate orders, upload them, show the tables and what was rejected; ARGS="--count 10000 --mess 0.1"
	$(BASE)
	@$(RUN) barback run-orders {ARGS}

redrive: ## show failed events and, if you confirm, send them again; ARGS="--function NAME --limit N"
	$(BASE)
	@$(RUN) barback redrive {ARGS}

status: ## show what runs and what is deployed
	$(BASE)
	@$(BARBACK) status || [ $$? -eq 3 ]  # 3: nothing runs, which is an answer

logs: ## show logs; F=csv_profile for one function, FOLLOW=1 to follow them
	$(BASE)
	@$(BARBACK) logs $${FOLLOW:+--follow} $${F:+-- "$$F"}

monitor: ## follow the logs of all functions; F=orders for one, ARGS="--level warning --request 1a2b"
	$(BASE)
	@$(RUN) barback monitor {ARGS} $${F:+-- "$$F"}

doctor: ## check this machine for problems
	$(BASE)
	@$(BARBACK) doctor

##@ On AWS (TARGET=aws)
# exec: what make is sent when a pipeline is cancelled then reaches the command, and make waits for its end.
deploy: ## build the stack there: show the plan, ask, apply, smoke-test
	$(BASE)
	@exec $(RUN) barback deploy {ARGS}

plan: ## show every attribute that a deployment would change
	$(BASE)
	@$(RUN) barback plan {ARGS}

rollback: ## make triggers invoke the versions before the last deployment; ARGS="--function NAME"
	$(BASE)
	@exec $(RUN) barback rollback {ARGS}

terraform: ## run a Terraform command with this stack's state and variables; ARGS="state list"
	$(BASE)
	@exec $(RUN) barback terraform -- {ARGS}

destroy: ## remove it: show what will be removed, ask, check that nothing is left
	$(BASE)
	@exec $(RUN) barback destroy {ARGS}

cost: ## estimate the monthly bill; ARGS="--uploads 500 --mb 20"
	$(BASE)
	@$(RUN) barback cost {ARGS}

tf-local: ## try the Terraform code on the local engine
	$(DEV)
	@$(RUN) barback tf-local {ARGS}

##@ Change it
test: lint ## everything that needs no cloud; FLOW=cocktails for one flow, ARGS=--failed-first goes to pytest
	$(DEV)
	@$(RUN) pytest $(SIDE_BY_SIDE) $(TESTS_OF_FLOW) {ARGS}

unit-test: ## tests without an engine; ARGS="-k name" goes to pytest
	$(DEV)
	@$(RUN) pytest $(SIDE_BY_SIDE) tests/unit {ARGS}

terraform-test: ## Terraform: parity, rehearsal, scan; and every role's policy enforced
	$(DEV)
	@$(RUN) pytest $(SIDE_BY_SIDE) tests/terraform tests/iam {ARGS}

scan: ## security scan of infra/*.tf with checkov, in an environment of its own
	@$(PYTHON) -m barback.setup dev scan
	@$(RUN) pytest -q tests/terraform/test_files.py {ARGS}

integration-test: ## the flows on an engine (ENGINE=docker|embedded), or on AWS (TARGET=aws)
	$(DEV)
	@$(RUN) pytest tests/integration {ARGS}

fuzz: ## compare the profiler's kernel with its reference on made-up files, with sanitizers; ARGS="--minutes 60"
	$(DEV)
	@$(RUN) tests.fuzz.kernel {ARGS}

browser-test: ## the web pages in this machine's Chromium; ARGS="-k upload" goes to pytest
	@$(PYTHON) -m barback.setup dev browser
	@$(RUN) pytest tests/browser {ARGS}

screenshots: ## take the pictures of the web pages in docs/images/
	@$(PYTHON) -m barback.setup dev browser
	@$(RUN) tests.browser.screenshots {ARGS}

lint: ## format, lint, types, stack
	$(DEV)
	@$(VENV) -m ruff format --check --quiet . && $(VENV) -m ruff check --quiet . && $(VENV) -m mypy --no-error-summary && $(BARBACK) check

format: ## let ruff format and fix what it can
	$(DEV)
	@$(VENV) -m ruff format . && $(VENV) -m ruff check --fix .

benchmark: ## compare the profiler's time and memory with other tools; ARGS="--full" for all sizes
	@$(PYTHON) -m barback.setup dev bench
	@$(RUN) benchmarks.csv_profile {ARGS}

package: ## build the Lambda package for AWS; ARGS="--for docker" for another
	$(BASE)
	@$(RUN) barback package {ARGS}

kernel: ## compile the CSV profiler's kernel; ARGS="--for all" for every platform
	$(BASE)
	@$(RUN) barback kernel {ARGS}

check: ## check infra/stack.yaml
	$(BASE)
	@$(BARBACK) check

lock: ## update the pinned requirements, with hashes (needs uv)
	@requirements/lock

clean: ## stop everything and remove all generated files
	@[ ! -x .venv/bin/python ] || $(BARBACK) down --forget
	rm -rf .venv .venv-scan .venv*.lock .engine build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
