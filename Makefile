# The one entry for developers: `make` alone lists what there is.
.POSIX:
.SUFFIXES:
.PHONY: help run test test-all bench check load format messages lock clean environment test-environment
.DEFAULT_GOAL := help

PORT ?= 8000
PYTEST_ARGS ?=
RUN ?=
N ?=
DATABASE ?= sqlite
QUICK ?=
BIN = .venv/bin
LOCK = $$(command -v uv || echo $(BIN)/uv) pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --annotation-style line --custom-compile-command 'make lock'

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment ## Set everything up and serve the demo on 127.0.0.1 (PORT=8000)
	@$(BIN)/python -m portfolio db upgrade
	@$(BIN)/python -m portfolio demo --if-empty
	@exec $(BIN)/python -m portfolio serve --port $(PORT)

test: test-environment ## Set up what is needed and run all tests (PYTEST_ARGS='-k review')
	@$(BIN)/python tests/chromium.py
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(PYTEST_ARGS)

test-all: ## The same and what is long: all on both databases, more of what has no end (before a release)
	@PORTFOLIO_TEST_ALL=1 $(MAKE) test PYTEST_ARGS="$(PYTEST_ARGS)"

bench: test-environment ## Measure how long searches take, into tests/bench/latest.json (QUICK=1)
	@$(BIN)/python -m tests.bench.search $(QUICK:1=--quick) --out tests/bench/latest.json

check: test-environment ## Format, lint, types, import rules, templates, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m pytest --quiet tests/test_translations.py

load: test-environment ## List the long runs, or do one (RUN=kill9 N=100 DATABASE=postgresql)
	@$(BIN)/python -m tests.load --database $(DATABASE) $(RUN) $(N)

format: test-environment ## Put the code into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

messages: environment ## Gather what the app says, and compile its Indonesian
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext --no-wrap --add-location=file -o build/messages.pot .
	@$(BIN)/pybabel -q update -i build/messages.pot -d portfolio/translations -l id --no-wrap \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -d portfolio/translations -l id

lock: environment ## Lock the newest versions that pyproject.toml allows, with hashes
	$(LOCK) --upgrade --group dev --extra postgresql --extra s3 -o requirements-dev.txt
	$(LOCK) --upgrade -c requirements-dev.txt -o requirements.txt
	$(LOCK) --upgrade -c requirements-dev.txt --extra postgresql -o requirements-postgresql.txt
	$(LOCK) --upgrade -c requirements-dev.txt --extra s3 -o requirements-s3.txt

clean: ## Remove the environment and all caches; never data in instance/
	rm -rf .venv .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
		build dist htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@scripts/environment requirements.txt

test-environment:
	@scripts/environment requirements-dev.txt
