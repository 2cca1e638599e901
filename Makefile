# Everything runs inside the checkout: .venv/ for packages, var/ for data. Paths are relative, so that the checkout
# may lie anywhere, also where there is a space in the path.
PORT ?= 8000
MAIL_PORT ?= 8025
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$each; break; }; done)
IN_VENV := .venv/bin/python
# The shell that asks for a code has a USER of its own; only the one written behind `make code` counts.
GIVEN_USER = $(if $(filter command line,$(origin USER)),$(USER))

.PHONY: run code shell test test-fast lint format lock
.DEFAULT_GOAL := run

run: .venv/.stamp-run
	@exec $(IN_VENV) -m devserver.demo --port "$(PORT)" --mail-port "$(MAIL_PORT)"

code:
	@test -n "$(GIVEN_USER)" || { echo "Whose code? make code USER=adelgado" >&2; exit 2; }
	@exec $(IN_VENV) -m devserver.manage code "$(GIVEN_USER)"

# make shell CMD="verify_audit"; without CMD a Python prompt
shell:
	@exec $(IN_VENV) -m devserver.manage $(or $(CMD),shell)

test: lint
	CHROMIUM_PATH="$$($(IN_VENV) -m devserver.chromium)" && export CHROMIUM_PATH && \
		exec $(IN_VENV) -m pytest -n 2

test-fast: lint
	exec $(IN_VENV) -m pytest -n 2 -m "not browser"

lint: .venv/.stamp-test
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy
	.venv/bin/lint-imports
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' '*/templates/*.html' | \
		xargs -0 .venv/bin/djade --target-version 5.2 --check

format: .venv/.stamp-test
	$(IN_VENV) -m ruff check --fix .
	$(IN_VENV) -m ruff format .
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' '*/templates/*.html' | \
		xargs -0 .venv/bin/djade --target-version 5.2

# Needs uv on the machine. The lock files name versions and hashes, and no address they come from.
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	$(COMPILE) --extra demo pyproject.toml --output-file requirements.lock
	$(COMPILE) --extra demo --extra test pyproject.toml --output-file requirements-dev.lock

.venv/.stamp-run: requirements.lock
.venv/.stamp-test: requirements-dev.lock
.venv/.stamp-run .venv/.stamp-test:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(IN_VENV) -c 'import pip' 2>/dev/null || { echo "Making .venv with $(PYTHON)"; "$(PYTHON)" -m venv --clear .venv; }
	@echo "Installing $<"
	@$(IN_VENV) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
