# Everything that is done with this project. `make run` and `make test` set up what they need.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# As many processes as there are cores; whoever has done takes over from whoever has not.
SIDE_BY_SIDE := -q -n auto --dist worksteal

export NO_MKDOCS_2_WARNING = 1
export PYTHONPATH = functions

.DEFAULT_GOAL := help
.PHONY: help run test test-rules check format build bench promises golden pictures lock deploy check-live check-mail export forget retry backup restore release rotate-keys clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(READY) ## run site, form, functions and outbox on this machine (PORT=8000, KEEP=folder)
	@$(BIN)/python -m infra.build site
	@$(BIN)/python -m infra.server --port $(PORT) $(if $(KEEP),--keep "$(KEEP)")

test: $(READY) ## run all the tests, the browser's too (TESTS='-m "not browser"', EXPLORE=all)
	@$(BIN)/python -m infra.build site
	@$(BIN)/python -m tests.browser.install
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(TESTS)

test-rules: $(READY) ## run the tests of what is stored again, by DynamoDB's own rules (needs Java)
	@$(BIN)/python -m infra.build site
	@DYNAMODB=local $(BIN)/python -m pytest $(SIDE_BY_SIDE) -m rules $(TESTS)

check: $(READY) ## lint, format, types, template, strict site
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/python -m infra.lint
	@$(BIN)/python -m infra.build site

format: $(READY) ## put the Python in its usual form
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

build: $(READY) ## build the site, and the bundle that the functions run from
	@$(BIN)/python -m infra.build all

bench: $(READY) ## measure, as ratios in one run
	@$(BIN)/python -m tests.bench

promises: $(READY) ## write the page of the promises anew from its tests; review the difference
	@$(BIN)/python -m infra.build site
	@EXPLORE=all $(BIN)/python -m pytest $(SIDE_BY_SIDE) -m promise --golden

golden: $(READY) ## write the emails that the tests compare with anew; review the difference
	@$(BIN)/python -m infra.build site
	@$(BIN)/python -m pytest -q tests/mail/test_emails.py --golden

pictures: $(READY) ## take the handbook's pictures anew, of pages that look otherwise by now; look at them
	@$(BIN)/python -m tests.pictures

lock: $(READY) ## lock the requirements anew, with hashes
	@for name in runtime site development deploy; do \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	    requirements/$$name.in --output-file requirements/$$name.txt; done

deploy: $(READY) .venv-deploy/.ready ## build, deploy to AWS, publish the site
	@$(BIN)/python -m infra.deploy

check-live: $(READY) ## see whether mail can leave AWS, and open the form if it can
	@$(BIN)/python -m infra.live

check-mail: $(READY) ## see whether mailboxes believe our mail: SPF, DKIM, DMARC (DOMAIN)
	@DOMAIN="$(DOMAIN)" $(BIN)/python -m infra.mailcheck

export: $(READY) ## export applications from AWS (ROLE, STATUS, AREA, SINCE, UNTIL, FORMAT, INCLUDE)
	@ROLE="$(ROLE)" STATUS="$(STATUS)" AREA="$(AREA)" SINCE="$(SINCE)" UNTIL="$(UNTIL)" \
	  FORMAT="$(FORMAT)" INCLUDE="$(INCLUDE)" $(BIN)/python -m infra.export

forget: $(READY) ## list and delete all that is stored of somebody (ADDRESS=…)
	@$(BIN)/python -m infra.operate forget "$(ADDRESS)"

retry: $(READY) ## have an address tried again that refused mail (ADDRESS=…)
	@$(BIN)/python -m infra.operate retry "$(ADDRESS)"

backup: $(READY) ## write all that is stored on AWS to a file (FILE=…)
	@$(BIN)/python -m infra.operate backup "$(FILE)"

restore: $(READY) ## write a backup back; nothing is overwritten, nobody is mailed (FILE=…)
	@$(BIN)/python -m infra.operate restore "$(FILE)"

release: $(READY) ## have the letters sent that a restored backup left held
	@$(BIN)/python -m infra.operate release

rotate-keys: $(READY) ## sign links with a new key (LEAKED=yes has no older link work)
	@$(BIN)/python -m infra.operate rotate-keys "$(LEAKED)"

clean: ## remove all that was generated
	@rm -rf build .dynamodb .venv .venv-* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements/development.txt
	@echo "Setting up $(VENV), once …"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.13 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep ^uv== requirements/development.in)"
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes \
	  requirements/development.txt
	@touch $@

.venv-deploy/.ready: requirements/deploy.txt $(READY)
	@echo "Setting up the AWS SAM CLI, once …"
	@$(PYTHON) -m venv .venv-deploy
	@$(BIN)/uv pip sync --quiet --python .venv-deploy/bin/python --require-hashes requirements/deploy.txt
	@touch $@
