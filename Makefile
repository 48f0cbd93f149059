# The two commands: `make run` starts everything, `make test` checks everything. The rest is for those who work on it.
.PHONY: run demo test lint types format translations browser fuzz clean

PYTHON ?= python3
BIN := .venv/bin

run: .venv/installed
	@exec $(BIN)/aggregator run

demo: .venv/installed # the same with sample feeds, without a network
	@exec $(BIN)/python scripts/demo.py

test: .venv/tested lint types browser
	$(BIN)/pytest -n auto

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/tested
	$(BIN)/mypy

format: .venv/tested
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: .venv/tested # new messages into the Chinese catalogue; says what is left to translate
	@$(BIN)/python -m scripts.translations

browser: .venv/tested # Chromium for the browser tests: found, or installed
	@$(BIN)/python scripts/browser.py

FUZZED ?= feed html list both-ways json sitemap charset discovery links dates opml unpack answer robots search tags
SECONDS_EACH ?= 60
fuzz: .venv/tested # what reads strangers' bytes, by coverage; no part of `test`
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	@for target in $(FUZZED); do $(BIN)/python -m tests.fuzz $$target --seconds $(SECONDS_EACH) || exit 1; done

# Installed once, and again when what is to be installed has changed.
.venv/installed: pyproject.toml constraints.txt
	@echo "Installing into .venv (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $@")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/tested: .venv/installed
	@echo "Installing what the tests need"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache *.egg-info
