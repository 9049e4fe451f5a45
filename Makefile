# Two commands: `make run` starts Dakehu, `make test` proves it. The rest is for those who work on it.
VENV  := .venv
BIN   := $(VENV)/bin
UV    := $(BIN)/uv pip
PY    := $(BIN)/python
STAMP := $(VENV)/.stamp
LOCK   = $(UV) compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url \
         --no-annotate --custom-compile-command 'make lock'

.PHONY: run test lint format docs lock messages clean screenshots bench-import fuzz
.DELETE_ON_ERROR:

run: $(STAMP)-run $(STAMP)-assets
	@$(BIN)/dakehu run

test: $(STAMP)-dev $(STAMP)-assets
	@scripts/test $(ARGS)

lint: $(STAMP)-dev
	$(BIN)/ruff check src tests scripts benchmarks
	$(BIN)/ruff format --check src tests scripts benchmarks
	$(BIN)/lint-imports
	$(BIN)/mypy src tests benchmarks
	$(BIN)/dakehu makemigrations --check --dry-run
	$(BIN)/dakehu messages --check
	$(PY) scripts/generated.py --check

format: $(STAMP)-dev
	$(BIN)/ruff check --fix-only src tests scripts benchmarks
	$(BIN)/ruff format src tests scripts benchmarks

docs: $(STAMP)-dev
	$(PY) scripts/generated.py

screenshots: $(STAMP)-dev $(STAMP)-assets
	$(PY) scripts/screenshots.py

messages: $(STAMP)-dev
	$(BIN)/dakehu messages

bench-import: bench-importing

fuzz: $(STAMP)-dev
	$(PY) -m tests.fuzz $(ARGS)

bench-%: $(STAMP)-dev $(STAMP)-assets
	$(PY) -m benchmarks.$* $(ARGS)

lock: $(STAMP)-bootstrap
	$(LOCK) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(LOCK) pyproject.toml requirements/build.in -o requirements/run.txt
	$(LOCK) pyproject.toml requirements/build.in --extra dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) build node_modules

# --- set-up: each stamp is redone when what it was made from changes
$(STAMP)-bootstrap: requirements/bootstrap.txt
	python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(STAMP)-run: $(STAMP)-bootstrap requirements/run.txt pyproject.toml
	$(UV) install --quiet --python $(PY) --require-hashes -r requirements/run.txt
	$(UV) install --quiet --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

$(STAMP)-dev: $(STAMP)-run requirements/dev.txt
	$(UV) install --quiet --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMP)-assets: $(STAMP)-run package.json package-lock.json $(shell find src -path '*/static/*' -type f)
	scripts/assets
	@touch $@
