PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.complete

.PHONY: help setup verify test test-slow test-pages lint docs format fuzz mutants report smt2 regions catalogue experiment bench bench-compare lock clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-15s%s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## Create .venv with the locked dependencies and alignproof itself

# Starts from an empty environment, so nothing of an older lock stays behind.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

verify: setup ## Run every verification
	$(BIN)/alignproof verify

# The second run shows that games and checks do not rely on assert, which `python -O` removes.
# The tests' own asserts survive -O, since pytest rewrites them to if statements; only helper
# modules are not rewritten. tests/architecture/test_optimised_run.py shows that this holds.
# One process: pytest-xdist does not pass -O on. -P keeps the top-level folders off sys.path.
test: setup ## Run the tests that are not slow, those of games and checks also under -O
	$(BIN)/pytest -n 2 -m "not slow"
	$(BIN)/python -O -P -m pytest -m "not slow" -W "ignore:assertions not in test modules" \
		tests/games tests/checks tests/architecture/test_optimised_run.py

test-slow: setup ## Run the slow tests
	$(BIN)/pytest -n 2 -m slow

# A part of the slow tests: every block of code on every page, the examples, and the report in Chromium if there is one.
test-pages: setup ## Run the slow tests of documentation, examples and report
	$(BIN)/pytest -n 2 -m slow tests/docs tests/examples tests/report

lint: setup ## Check style, types, layers and the limits on games and checks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/structure.py

docs: setup ## Build the documentation, build/docs/index.html; a warning is an error
	rm -rf build/docs
	$(BIN)/python tools/pages.py build/pages
	$(BIN)/sphinx-build -q -W --keep-going -j 2 -c docs build/pages build/docs

format: setup ## Format the code and apply the safe fixes
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

FUZZ_INPUTS ?= 100000

fuzz: setup ## Try FUZZ_INPUTS spoilt files on every reader and the kernel
	$(BIN)/python -m tests.faults.fuzz --inputs $(FUZZ_INPUTS)

mutants: setup ## Break every hypothesis, sign and constant of the universal results, and print what is killed
	$(BIN)/python -m alignproof.verification.mutation build/mutants.json

report: setup ## Write build/report.html: verdicts, statements, proofs, counterexamples, on one page
	$(BIN)/alignproof report --out build/report.html

smt2: setup ## Write everything that solvers are asked to build/smt2, and ask Z3 and cvc5, also for proofs
	$(BIN)/python -m alignproof.verification.solvers build/smt2
	$(BIN)/python -m alignproof.verification.proofs build/proofs

catalogue: setup ## Make the catalogue of counterexamples from scratch, in place of the one that is kept
	$(BIN)/alignproof catalogue --out counterexamples/catalogue

regions: setup ## For which parameters the constructions work: inequalities, certificates and pictures
	$(BIN)/alignproof regions

# ALIGNPROOF_DATA is a folder with groups.csv and models.csv.
experiment: setup ## Measure alignment on the tables in ALIGNPROOF_DATA, or on a market that is made up
	$(BIN)/alignproof experiment $(if $(ALIGNPROOF_DATA),--data "$(ALIGNPROOF_DATA)")

# BENCH=--quick for a minute or two; BENCH="--limit 60" and the like, see benchmarks/run.py.
bench: setup ## Run the benchmarks; the rows are kept in build/bench/history
	$(BIN)/python benchmarks/run.py $(BENCH)
	$(BIN)/python benchmarks/experiments.py
	$(BIN)/python benchmarks/worst_case.py
	$(BIN)/python benchmarks/sweeps.py

# RUNS="OLD NEW" are two files of build/bench/history.
bench-compare: setup ## Compare two runs of the benchmarks, the last two unless RUNS says otherwise
	$(BIN)/python benchmarks/compare.py $(RUNS)

lock: ## Resolve requirements.lock anew, keeping pins that still fit
	tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && \
	$(PYTHON) -m venv "$$tmp" && "$$tmp/bin/pip" install --quiet uv && \
	"$$tmp/bin/uv" pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
		--output-file requirements.lock

clean: ## Remove the environment, build results and caches
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
