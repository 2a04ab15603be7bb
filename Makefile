# What is done already is skipped: stamp files lie in .venv, built wheels and models in the user's
# cache folder (or under RAG_HOME).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS ?= runs
DATA ?= ../shared/data
MODELS := --model qwen2.5-coder-1.5b --model qwen2.5-coder-0.5b
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help setup chat test eval bench-public lint format test-tools chromium lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## prepare everything that the chat needs: environment, models, build, library
	@$(BIN)/rag setup

chat: setup ## setup, then the chat in the browser, http://127.0.0.1:7860
	@$(BIN)/rag serve

test: setup test-tools chromium lint ## setup, test tools, then every check and test
	@$(BIN)/rag models fetch qwen2.5-coder-0.5b  # quick tests of the runtime use the smaller model
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not (models or clock)"
	$(BIN)/python -m pytest -n 2 --dist loadfile --own-cores -m "models and not clock"
	$(BIN)/python -m pytest -m clock

eval: setup ## demo and islands, both models, all baselines: hours; stopped, it goes on; report in runs/eval
	@$(BIN)/rag models fetch qwen2.5-coder-0.5b
	$(BIN)/rag eval run demo-dev demo-report islands-dev islands-report --system all $(MODELS) --out $(RUNS)/eval
	@$(BIN)/rag eval report $(RUNS)/eval

# Quick forms with fixed ids for answers, of the half that is not tuned on where there is one; everything for
# retrieval. The sets are the user's own: DATA=path.
bench-public: setup ## public sets under DATA=../shared/data: answers on fixed questions, retrieval on all
	@$(BIN)/rag models fetch qwen2.5-coder-0.5b
	@for a in en vi; do for q in en vi; do \
	  asked=""; test $$a = $$q || asked="--questions $(DATA)/xquad/xquad.$$q.json"; \
	  $(BIN)/rag eval import squad $(DATA)/xquad/xquad.$$a.json $$asked --half report --limit 200 --out $(RUNS)/data/xquad-$$q-$$a && \
	  $(BIN)/rag eval import squad $(DATA)/xquad/xquad.$$a.json $$asked --out $(RUNS)/data/xquad-$$q-$$a-all || exit; \
	  done; done
	@$(BIN)/rag eval import squad $(DATA)/xquad/xquad.vi.json --half report --limit 40 --unanswerable 40 --out $(RUNS)/data/xquad-vi-none
	@$(BIN)/rag eval import clapnq $(DATA)/clapnq --half report --limit 200 --out $(RUNS)/data/clapnq
	@$(BIN)/rag eval import bipia $(DATA)/bipia --articles eval/corpus --questions eval/suites/demo-dev.jsonl --out $(RUNS)/data/bipia
	@$(BIN)/rag eval import tatqa $(DATA)/tatqa --limit 100 --out $(RUNS)/data/tatqa
	$(BIN)/rag eval run $(RUNS)/data/xquad-??-??-all/suite.jsonl --system search --out $(RUNS)/public-search
	@$(BIN)/rag eval report $(RUNS)/public-search
	$(BIN)/rag eval run $(RUNS)/data/xquad-??-??/suite.jsonl $(RUNS)/data/xquad-vi-none/suite.jsonl \
	  $(RUNS)/data/clapnq/suite.jsonl $(RUNS)/data/bipia/suite.jsonl $(RUNS)/data/tatqa/suite.jsonl \
	  --system all $(MODELS) --out $(RUNS)/public
	@$(BIN)/rag eval report $(RUNS)/public

lint: test-tools ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: test-tools ## bring the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.tested ## write requirements.lock from the environment
	@{ sed -n '/^#/p' requirements.lock; $(PIP) freeze --all --exclude-editable \
	  | sed -e 's/^\([^ ]*\) @ .*/\1/' -e 's/+cpu$$//' -e '/^llama_cpp_python/d'; \
	  sed -n '/^llama-cpp-python==/p' requirements.lock; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

clean: ## remove the environment and what the tools left; models and library stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON). Install it: apt-get install python3 python3-venv, or: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), needed is Python 3.11 or newer: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make environments. Install what is missing: apt-get install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml requirements.lock
	@echo "Installing the packages: torch for the CPU first, alone, then the rest (2 to 5 minutes, once)"
	@$(PIP) install -qq -c requirements.lock pip setuptools
	@$(BIN)/python -I rag/setup/torch_cpu.py requirements.lock
	@$(PIP) install -qq -c requirements.lock -e .
	@rm -rf *.egg-info  # its pins would grow old here and hide the installed ones
	@$(BIN)/python -I rag/setup/torch_cpu.py requirements.lock
	@touch $@

test-tools: $(VENV)/.tested
$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing the test tools"
	@$(PIP) install -qq -c requirements.lock -e '.[test]'
	@rm -rf *.egg-info
	@touch $@

chromium:
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  { DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  </dev/null || echo "SKIPPED: the browser tests, because apt-get could not install chromium"; \
	else echo "SKIPPED: the browser tests, because chromium is missing and installing it needs root"; fi
