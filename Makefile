# `make propose` and `make test` do all the set-up themselves.
# PYTHON chooses the interpreter (3.11 or newer), OUT the report's folder.

PYTHON ?= python3
VENV   ?= .venv
OUT    ?= proposals
N      ?= 8
SEED   ?= 0
PIP     = $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
INPUTS  = pyproject.toml setup.py requirements.lock
EXTRAS  = dev,cell,cluster,postgres,notebook,tracking,docs

# One thread a worker: results do not depend on the number of cores.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
export MKL_NUM_THREADS = 1
export NUMEXPR_NUM_THREADS = 1

.DEFAULT_GOAL := help
.PHONY: help propose test lint format types docs wheel lock notebooks notebooks-remake clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; choose one with PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(INPUTS) | $(VENV)/bin/python
	@echo "Installing Sodalyte into $(VENV) (about a minute) ..."
	$(PIP) install --constraint requirements.lock --editable .
	@touch $@

$(VENV)/.dev: $(INPUTS) | $(VENV)/bin/python
	@echo "Installing Sodalyte and its tools into $(VENV) (about two minutes) ..."
	$(PIP) install --constraint requirements.lock --editable '.[$(EXTRAS)]'
	@touch $@ $(VENV)/.run

propose: $(VENV)/.run  ## propose electrolytes from the bundled data; report in $(OUT)/
	$(VENV)/bin/sodalyte propose -n $(N) --seed $(SEED) --out $(OUT)

test: $(VENV)/.dev  ## run the whole test suite
	$(VENV)/bin/python -m pytest -n 2

notebooks: $(VENV)/.dev  ## check that notebooks are paired and small, and execute them
	$(VENV)/bin/python -m pytest tests/test_notebooks.py
	$(VENV)/bin/python -m pytest --nbmake --nbmake-timeout=600 -n 2 notebooks

notebooks-remake: $(VENV)/.dev  ## write the notebooks anew from their scripts
	$(VENV)/bin/python notebooks/remake.py

lint: $(VENV)/.dev  ## check style and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(VENV)/.dev  ## mend style and format where that is safe
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# An editable install maps packages with import hooks, which mypy cannot follow.
types: $(VENV)/.dev  ## check types on a regular install
	rm -rf build/types
	$(PIP) install --no-deps --no-build-isolation --target build/types .
	MYPYPATH=build/types $(VENV)/bin/mypy -p sodalyte

docs: $(VENV)/.dev  ## build the documentation in build/docs; a warning is an error
	$(VENV)/bin/python -m sphinx -W --keep-going -n -q -b html docs build/docs
	@echo "Documentation: build/docs/index.html"

wheel: $(VENV)/.dev  ## build a wheel in dist/
	rm -rf build/lib build/bdist.* dist
	$(VENV)/bin/python -m build --wheel --outdir dist .

lock: $(VENV)/.dev  ## pin what is installed now
	$(VENV)/bin/python -m pip freeze --exclude-editable | sed -E 's/^torch==([0-9.]+).*/torch==\1/' | grep -v ' @ ' > requirements.lock

clean:  ## remove everything that make made
	rm -rf $(VENV) build dist src/*.egg-info *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis site
