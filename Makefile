# Everything runs inside the checkout: .venv/ for packages, var/ for data. Paths are relative, so that the checkout
# may lie anywhere, also where there is a space in the path.
PORT ?= 8000
MAIL_PORT ?= 8025
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$each; break; }; done)
IN_VENV := .venv/bin/python
# The shell that asks for a code has a USER of its own; only the one written behind `make code` counts.
GIVEN_USER = $(if $(filter command line,$(origin USER)),$(USER))

.PHONY: help run code shell test test-fast test-unit faults coverage bench lint format messages migrations lock
.DEFAULT_GOAL := run

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: .venv/.stamp-run ## the demo at http://localhost:8000; other ports: PORT=8080 MAIL_PORT=8026
	@exec $(IN_VENV) -m devserver.demo --port "$(PORT)" --mail-port "$(MAIL_PORT)"

code: ## the present code of somebody's token in the running demo: USER=adelgado
	@test -n "$(GIVEN_USER)" || { echo "Whose code? make code USER=adelgado" >&2; exit 2; }
	@exec $(IN_VENV) -m devserver.manage code "$(GIVEN_USER)"

shell: ## a command in the running demo: CMD="verify_audit"; without CMD a Python prompt
	@exec $(IN_VENV) -m devserver.manage $(or $(CMD),shell)

test: lint ## everything: style, types, imports, every test
	CHROMIUM_PATH="$$($(IN_VENV) -m devserver.chromium)" && export CHROMIUM_PATH && \
		$(IN_VENV) -m devserver.readers && \
		exec $(IN_VENV) -m pytest -n 2

test-fast: lint ## the same without a browser and LibreOffice
	exec $(IN_VENV) -m pytest -n 2 -m "not browser and not readers"

test-unit: .venv/.stamp-test ## rules, templates, architecture: no server, some seconds
	@exec $(IN_VENV) -m pytest --unit

faults: .venv/.stamp-test ## each fault of tests/faults.toml planted in a copy, some minutes; WITH="row lock"
	@exec $(IN_VENV) -m tests.support.faults $(WITH)

# Tests that count seconds may fail while they are measured: `make test` decides.
coverage: .venv/.stamp-test ## what no test runs: var/coverage/html/index.html
	$(IN_VENV) -m coverage erase
	-$(IN_VENV) -m coverage run -m pytest -n 2 -m "not browser"
	$(IN_VENV) -m coverage combine --quiet
	$(IN_VENV) -m coverage html --quiet
	$(IN_VENV) -m coverage report

bench: .venv/.stamp-test ## pages and sign-in beside a bare Django site, some minutes; WITH="--quick": bench/README.md
	@exec $(IN_VENV) -m bench $(WITH)

lint: .venv/.stamp-test ## style, types, imports, templates
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy
	.venv/bin/lint-imports
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' '*/templates/*.html' | \
		xargs -0 .venv/bin/djade --target-version 5.2 --check

format: .venv/.stamp-test ## puts style and templates right
	$(IN_VENV) -m ruff check --fix .
	$(IN_VENV) -m ruff format .
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' '*/templates/*.html' | \
		xargs -0 .venv/bin/djade --target-version 5.2

messages: .venv/.stamp-test ## new texts into the Spanish catalogues, unused ones out of them
	@exec $(IN_VENV) -m tests.support.messages

# Opens no connection, so that Django cannot look which migrations ran; it would say so each time.
migrations: .venv/.stamp-test ## what the models want migrated; written down: CALLED=enabled_by APP=products
	@DJANGO_SETTINGS_MODULE=tests.support.settings_for_tools \
		$(IN_VENV) -W "ignore:Got an error checking a consistent migration history" \
		manage.py makemigrations $(if $(CALLED),--name "$(CALLED)",--dry-run) $(APP)
	@$(IN_VENV) -m ruff format --quiet */migrations

# Needs uv on the machine. The lock files name versions and hashes, and no address they come from.
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: ## the lock files, after a change of pyproject.toml
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) --extra demo pyproject.toml --output-file requirements-demo.lock
	$(COMPILE) --extra demo --extra test pyproject.toml --output-file requirements-dev.lock

.venv/.stamp-run: requirements-demo.lock
.venv/.stamp-test: requirements-dev.lock
.venv/.stamp-run .venv/.stamp-test:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(IN_VENV) -c 'import pip' 2>/dev/null || { echo "Making .venv with $(PYTHON)"; "$(PYTHON)" -m venv --clear .venv; }
	@echo "Installing $<"
	@$(IN_VENV) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
