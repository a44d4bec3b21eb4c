# Everything one does with the project on one machine. `make` alone lists it.
# Needs make and Python 3.11; everything else is fetched, locked by hash, into .venv and .holdfast.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
READY := $(VENV)/.installed-$(shell cat requirements/all.lock pyproject.toml | cksum | cut -d' ' -f1)
PYTEST := $(PYTHON) -m pytest
CODE := holdfast services tests

# --- the platform -------------------------------------------------------------------------------------------------

.PHONY: help
help: ## List what there is
	@echo "Holdfast: the placement stability of looked-after children, kept true as events arrive."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: up
up: $(READY) ## Start the whole platform here, with a simulated borough; Ctrl-C stops it
	@exec $(BIN)/holdfast up

.PHONY: down
down: $(READY) ## Stop it; what it has received is kept
	@$(BIN)/holdfast down

.PHONY: reset
reset: $(READY) ## Stop it and remove its data, keys and passwords; downloads are kept
	@$(BIN)/holdfast reset --yes

.PHONY: status
status: $(READY) ## How each process is doing
	@$(BIN)/holdfast status

.PHONY: logs
logs: $(READY) ## The last lines of the logs; SERVICE=gateway for those of one
	@$(BIN)/holdfast logs $(SERVICE)

# --- tests and checks ---------------------------------------------------------------------------------------------

.PHONY: test
test: $(READY) ## Unit, integration and system tests, on a broker and a database of their own (under 20 minutes)
	@for part in unit integration system; do \
		echo "== $$part"; \
		$(PYTEST) tests/$$part -rs || exit 1; \
		ran="$$ran $$part"; \
	done; echo "== all passed:$$ran"

.PHONY: test-unit
test-unit: $(READY) ## The tests that need no service
	@$(PYTEST) tests/unit

.PHONY: test-deep
test-deep: $(READY) ## Thousands of random histories against the plain reading of the definitions
	@$(PYTEST) tests -m deep

.PHONY: check
check: $(READY) ## Style, formatting and types
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy --strict $(CODE)

.PHONY: bench-spine
bench-spine: $(READY) ## Events a second, event to screen, memory a child: on the running code, a broker and a database
	@$(PYTHON) -m tests.load.bench_spine

.PHONY: bench-engine
bench-engine: $(READY) ## The pure engine alone
	@$(PYTHON) -m tests.load.bench_engine

.PHONY: browser
browser: ## Chromium and its driver from Debian's packages, for the tests that look at pages
	@if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then \
		echo "chromium and chromedriver are here"; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && apt-get install -q -y --no-install-recommends chromium chromium-driver; \
	else \
		echo "The tests of pages need chromium and chromium-driver:" \
			"ask your administrator for 'apt-get install chromium chromium-driver', or install them as your system does."; \
		exit 1; \
	fi

# --- what is generated --------------------------------------------------------------------------------------------

.PHONY: docs
docs: $(READY) ## Write the schemas and the registers in docs/ anew from the code
	@$(PYTHON) -m holdfast.contracts.schema
	@$(PYTHON) docs/registers.py

.PHONY: lock
lock: $(READY) ## Resolve the dependencies anew and lock them with hashes
	@$(call locked,--all-extras,all)
	@$(call locked,--extra services,services)

define locked
PATH="$(BIN):$$PATH"; command -v uv >/dev/null || { echo "Locking needs uv: pip install uv"; exit 1; }; \
uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--python-version 3.11 $(1) pyproject.toml -o requirements/$(2).lock
endef

.PHONY: install
install: $(READY) ## Install what is locked into .venv, without starting anything

# Its name holds a checksum of what is to be installed: a second `make up` has nothing to do here.
$(READY):
	@set -e; \
	python=$$(command -v python3.11 || command -v python3 || true); \
	if [ -z "$$python" ] || ! "$$python" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))'; then \
		echo "Holdfast needs Python 3.11, and neither python3.11 nor a python3 of at least that version was found."; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "$$python has no venv: install it (on Debian, apt-get install python3-venv)."; exit 1; \
	fi; \
	[ -x $(PYTHON) ] || { echo "Making $(VENV) with $$("$$python" -V)"; "$$python" -m venv $(VENV); }; \
	echo "Installing the $$(grep -c == requirements/all.lock) locked packages (about 400 MB; once)"; \
	$(PYTHON) -m pip install --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
		-r requirements/all.lock; \
	$(PYTHON) -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .; \
	rm -f $(VENV)/.installed-*; touch $@
