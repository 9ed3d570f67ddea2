# The two commands are `make run` and `make test`; each does its own set-up.
# Needed beforehand: Python 3.11 or newer, make and, on Debian, apt-get for what is missing.

PY    ?= $(shell command -v python3.11 || command -v python3)
PORT  ?= 8000
ARGS  ?=
JOBS  ?= 4

V     := .venv
BIN   := $(V)/bin
RUN   := $(V)/.run
DEV   := $(V)/.dev
BENCH := $(V)/.bench
PIP   := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
PYTEST := $(BIN)/python -m pytest -q
KEPT   := tests/spec/ledger tests/unit/setup tests/web tests/web_pages/test_status_and_audit_pages.py
WHEEL := $(PIP) install --require-hashes --only-binary :all:

export PORT
unexport PYTHONDONTWRITEBYTECODE # collecting the tests takes a third less time with bytecode
.DEFAULT_GOAL := help
.PHONY: help run test test-slow browser nginx age openssl rpact check fix messages bench bench-design bench-registry bench-registry-large screenshots sbom advisories lock vendor clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN) ## set up, rehearse PUMP-IT and serve it on 127.0.0.1 (PORT=8000)
	@exec $(BIN)/equipoise demo

test: $(DEV) browser age openssl nginx ## set up and pass every test but the slow ones (ARGS="-k panel")
	@$(PYTEST) -n $(JOBS) --dist loadfile -m "not slow" $(ARGS)
	@echo "== again on PostgreSQL: what is kept in the database"
	@EQUIPOISE_TEST_DATABASE=postgres $(PYTEST) -n $(JOBS) --dist loadfile \
	  -m "database and not slow" $(or $(ARGS),$(KEPT)) || [ $$? = 5 ] # 5: ARGS chose none of them

test-slow: $(DEV) browser age ## what `make test` leaves out: heavy statistics, many kills, whole walks, all examples
	@EQUIPOISE_TEST_WHOLE=1 $(PYTEST) -m "slow or hypothesis" $(ARGS)
	@echo "== again on PostgreSQL: what is kept in the database"
	@EQUIPOISE_TEST_DATABASE=postgres $(PYTEST) -m "database and slow" \
	  $(or $(ARGS),$(KEPT)) || [ $$? = 5 ] # 5: ARGS chose none of them

check: $(DEV) ## format, lint, types, import rules, sizes: runs all five, shows every failure
	@failed=""; \
	step() { echo "== $$*"; "$$@" || failed="$$failed, $$*"; }; \
	step ruff format --check .; \
	step ruff check .; \
	step mypy; \
	step lint-imports; \
	step python tools/sizes.py; \
	if [ -n "$$failed" ]; then echo "make check failed$$failed (make fix mends format and lint)"; exit 1; fi; \
	echo "make check: all five hold"
check fix: export PATH := $(CURDIR)/$(BIN):$(PATH)

fix: $(DEV) ## mend what ruff can mend
	@ruff check --fix . ; ruff format .

messages: $(DEV) ## bring the translations up to date and compile them (docs/how-to/translate.md)
	@$(BIN)/python tools/messages.py

bench: $(DEV) ## print the figures with their yardsticks, write build/bench.json
	@$(BIN)/python -m bench.trial $(ARGS)

bench-design: $(BENCH) rpact ## the same for the simulation of designs; write build/bench-design.json
	@$(BIN)/python -m bench.designs $(ARGS)

bench-registry: $(DEV) ## the same for the records of the registry (RECORDS=100000), build/bench-registry.json
	@$(BIN)/python -m bench.registry $(ARGS)

bench-registry-large: $(DEV) ## the same for as many records as the registry has: 600,000, which takes an hour
	@RECORDS=600000 $(BIN)/python -m bench.registry $(ARGS)

screenshots: $(DEV) browser ## photograph every screen of the running demonstration
	@$(BIN)/python tools/screenshots.py

sbom: $(RUN) ## write what runs, with versions, licences and digests: build/sbom.json, docs/reference/versions.md
	@$(BIN)/python tools/sbom.py --versions

advisories: $(RUN) ## ask whether what runs is named in an advisory (ARGS="--from FOLDER": OSV records)
	@$(BIN)/python tools/advisories.py --note $(ARGS)

lock: ## developers: write the pinned, hashed requirements anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 requirements.in -o requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 requirements-dev.in -o requirements-dev.lock
	for part in cluster bench; do \
	  uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 requirements-$$part.in -o requirements-$$part.lock; \
	done

vendor: $(DEV) ## developers: compile the front end anew (needs npm)
	@$(BIN)/python tools/vendor_frontend.py

clean: ## forget the environment, caches and what was built (the demonstration's data too)
	rm -rf $(V) build var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up ---

$(RUN): requirements.lock
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PY) is older. Try: make PY=/path/to/python3.11"; exit 1; }
	@echo "setting up $(V) (once; about a minute)"
	@mkdir -p $(V) && test -w $(V) \
	  || { echo "make sets Equipoise up in this folder and may not write there: copy it to where you may"; exit 1; }
	@$(PY) -c 'import ensurepip, venv' 2>/dev/null || sh tools/apt_install.sh python3-venv
	@$(PY) -m venv $(V)
	@$(WHEEL) -r requirements.lock
	@sh tools/link_package.sh $(V)
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@$(WHEEL) -r requirements-dev.lock
	@touch $@

# One of what is measured against is published as source only, and is plain Python.
$(BENCH): requirements-bench.lock $(DEV)
	@$(WHEEL) --no-binary autograd-gamma -r requirements-bench.lock
	@touch $@

rpact:
	@Rscript -e 'library(rpact)' >/dev/null 2>&1 \
	  || sh tools/apt_install.sh r-base-core r-cran-rpact \
	  || echo "without rpact its figures are left out"

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || command -v google-chrome >/dev/null || sh tools/apt_install.sh chromium

openssl: # gives the time stamps that a test has its heads stamped with
	@command -v openssl >/dev/null || sh tools/apt_install.sh openssl

nginx: # the proxy of docs/how-to/behind-nginx.md
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || sh tools/apt_install.sh nginx-light

age: # the tool that opens the secrets of a copy without Equipoise
	@command -v age >/dev/null || sh tools/apt_install.sh age
