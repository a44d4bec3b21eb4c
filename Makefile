# Everything one does with the project on one machine. `make` alone lists it.
# Needs make and Python 3.11; everything else is fetched, locked by hash, into .venv and .holdfast.

.DEFAULT_GOAL := help
SHELL := /bin/sh
# What is compiled is kept: else every process that starts, and tests start hundreds, compiles it anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
READY := $(VENV)/.installed-$(shell cat requirements/all.lock pyproject.toml | cksum | cut -d' ' -f1)
PYTEST := $(PYTHON) -m pytest
CODE := holdfast services tests docs requirements/install.py

# --- the platform -------------------------------------------------------------------------------------------------

.PHONY: help
help: ## List what there is
	@echo "Holdfast: the placement stability of looked-after children, kept true as events arrive."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: up
up: $(READY) ## Start the whole platform here, with a simulated borough (PACE=2: days a minute); Ctrl-C stops it
	@exec $(BIN)/holdfast up $(if $(PACE),--pace $(PACE)) $(if $(BOROUGHS),--boroughs $(BOROUGHS))

.PHONY: down
down: $(READY) ## Stop it; what it has received is kept
	@$(BIN)/holdfast down

.PHONY: reset
reset: $(READY) ## Stop it and remove its data, keys and passwords; downloads are kept
	@$(BIN)/holdfast reset --yes

.PHONY: status
status: $(READY) ## How each process is doing
	@$(BIN)/holdfast status || true

.PHONY: printed
printed: $(READY) ## What Rotherham printed in 2017 beside the platform's figures (BOROUGHS=E08000018:rotherham-2017)
	@set -e; token=$${HOLDFAST_HOME:-.holdfast}/secrets/printed.token; \
	if ! [ -s $$token ]; then \
		(umask 077; $(BIN)/holdfast token create --reader --authority E08000018 --role analyst >$$token); \
	fi; \
	exec $(BIN)/holdfast printed rotherham-2017 --token-file $$token

.PHONY: logs
logs: $(READY) ## The last lines of the logs; SERVICE=gateway for those of one
	@$(BIN)/holdfast logs $(SERVICE)

# --- tests and checks ---------------------------------------------------------------------------------------------

.PHONY: test
test: $(READY) ## Checks, then unit, integration and system tests, and what ran (20 minutes and more; T="-x" for pytest)
	@$(call with_browser,echo "So the tests of pages in a browser will be skipped; everything else runs.")
	@MAKE="$(MAKE_COMMAND)" $(PYTHON) -m tests.run $(T)

.PHONY: test-unit
test-unit: $(READY) ## The tests that need no service
	@$(PYTEST) tests/unit

.PHONY: test-deep
test-deep: $(READY) ## Thousands of random histories against the plain reading of the definitions, on all processors
	@$(PYTHON) -m tests.deep && $(PYTHON) -m tests.boroughs && HOLDFAST_TEST_SEEDS=1,2 $(PYTEST) tests/unit/test_likeness.py

.PHONY: year
year: $(READY) ## A borough's year on the running platform: as known is what was published, and what lay ahead comes true
	@$(PYTEST) -s tests/system/a_year_as_known.py

.PHONY: fuzz
fuzz: $(READY) ## 100,000 mutated returns through `import --check`: no crash, every row accounted for (about ten minutes)
	@$(PYTHON) -m tests.fuzz_returns

.PHONY: mistakes
mistakes: $(READY) ## Make deliberate mistakes in a copy of the engine: each must be caught by the test named beside it
	@$(PYTHON) -m tests.mistakes

.PHONY: check
check: $(READY) ## Style, formatting and types
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy --strict $(CODE)

.PHONY: bench-spine
bench-spine: $(READY) ## Events a second, event to screen, memory a child: on the running code, a broker and a database
	@$(PYTHON) -m tests.load.bench_spine

.PHONY: bench-engine
bench-engine: $(READY) ## Children folded a second, figures of 500,000, reading and memory; DuckDB beside (some minutes)
	@$(PYTHON) -m pip --disable-pip-version-check --no-input install --quiet --no-deps --require-hashes \
		--only-binary :all: -r requirements/bench.lock || echo "Without DuckDB, then."
	@$(PYTHON) -m tests.load.bench_engine

.PHONY: bench-register
bench-register: $(READY) ## Statements written a second, figures as known at a past date, receipts and bridges; a database
	@$(PYTHON) -m tests.load.bench_register

.PHONY: bench-import
bench-import: $(READY) ## `import --check` of a million rows in three forms, and facts a second through the door
	@$(PYTHON) -m tests.load.bench_import
	@$(PYTHON) -m tests.load.bench_import_door

.PHONY: bench-borough
bench-borough: $(READY) ## How fast ten years of a simulated borough are made up, of 400 children and of 20,000
	@$(PYTHON) -m tests.load.bench_borough

.PHONY: browser
browser: ## Chromium and its driver from Debian's packages, for the tests that look at pages
	@$(call with_browser,exit 1)

# $(1) is what to do where there is none and none can be had.
define with_browser
if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then :; \
elif [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	echo "There is no Chromium here for the tests of pages: 'apt-get install chromium chromium-driver' as root installs it."; \
	$(1); \
else \
	echo "Installing Chromium and its driver from Debian's packages (about 150 MB; once)"; \
	export DEBIAN_FRONTEND=noninteractive; \
	quietly="-qq -o Acquire::Retries=1 -o Acquire::http::Timeout=30 -o Dpkg::Use-Pty=0"; \
	if apt-get $$quietly update >/dev/null && \
		apt-get $$quietly install -y --no-install-recommends chromium chromium-driver >/dev/null; then \
		echo "✓ Chromium installed"; \
	else \
		echo "Chromium could not be installed."; $(1); \
	fi; \
fi
endef

# --- what is generated --------------------------------------------------------------------------------------------

.PHONY: docs
docs: $(READY) ## Write the schemas and the registers in docs/ anew from the code
	@$(PYTHON) -m holdfast.contracts.schema
	@$(PYTHON) -m docs.registers
	@$(PYTHON) -m docs.late_entry
	@$(PYTHON) -m docs.borough_page

.PHONY: docs-progress
docs-progress: $(READY) ## Make docs/import-progress.svg anew: a large made-up return, read on this machine
	@$(PYTHON) -m docs.import_progress

.PHONY: lock
lock: $(READY) ## Resolve the dependencies anew and lock them with hashes
	@$(call locked,--extra services --extra laptop --extra dev,all)
	@$(call locked,--extra services,services)
	@$(call locked,--extra bench --constraint requirements/all.lock,bench)

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
	"$$python" requirements/install.py; \
	rm -f $(VENV)/.installed-*; touch $@
