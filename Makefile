# Everything there is to do with this tree. `make` alone explains it.
# Needs make and Python 3.11 or newer, nothing else; another Python: make demo PYTHON=python3.12

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2
ARGS   ?=

BIN    := $(VENV)/bin
CODE   := trader config dashboard benchmarks $(wildcard run_*.py)
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --timeout 900

.DEFAULT_GOAL := help
.PHONY: help demo panel backtest test check lint bench bench-peers soak shots fix clean

help:
	@echo "make demo      run the bot on its embedded market: no keys, no network, no real money"
	@echo "make panel     the panel beside it, http://127.0.0.1:8501 (in a second terminal)"
	@echo "make backtest  a backtest on generated candles, with a report"
	@echo "make test      all tests"
	@echo "make check     format, lint, types, layers, tests: what CI runs"
	@echo "make bench     speed and memory, in one table"
	@echo "make bench-peers  the same strategy by vectorbt, backtesting.py, backtrader: minutes, 1.3 GB in the cache"
	@echo "make soak      the long tests, with large numbers"
	@echo "make shots     pictures of every page of the panel, into screenshots/; needs Chromium, some minutes"
	@echo "make fix       format and repair what can be repaired"
	@echo "make clean     remove $(VENV) and caches; data/ and logs/ stay"
	@echo "ARGS=... goes to the program: make demo ARGS='--speed 120 --duration 60'"

demo: $(VENV)/.installed
	@$(BIN)/python run_bot.py $(ARGS)

panel: $(VENV)/.installed
	@$(BIN)/python run_dashboard.py $(ARGS)

backtest: $(VENV)/.installed
	@$(BIN)/python run_backtest.py $(ARGS)

test: $(VENV)/.installed-dev
	@$(PYTEST) $(ARGS)

check: lint test

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary $(CODE)
	@$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks $(ARGS)

bench-peers: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.peers $(ARGS)

soak: $(VENV)/.installed-dev
	@SOAK=1 $(BIN)/python -m pytest -m soak $(ARGS)

shots: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.browser.shots $(ARGS)

fix: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv is missing; Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.txt constraints.txt | $(BIN)/python
	@echo "installing into $(VENV), about a minute the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt constraints.txt | $(BIN)/python
	@echo "installing into $(VENV), about a minute the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(VENV)/.installed $@
