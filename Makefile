# Every target does its own set-up: a machine needs make, Python 3.11 or later, and npm for the demo's Slack.
# The steps longer than a line are in tools/.

PYTHON = .venv/bin/python
INSTALLED = .venv/.installed
LOCAL_SLACK = .tools/local-slack
LOCK = .tools/uv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

.PHONY: help demo test crash mutants lint bench migration lock clean

help:
	@echo "make demo       a company in a local Slack, in your browser; no Slack account needed"
	@echo "make test       every test"
	@echo "make crash      kill every process at every point, on both databases: a quarter of an hour"
	@echo "make mutants    break the code in many small ways and see that the tests notice"
	@echo "make lint       style and types"
	@echo "make bench      the benchmarks, one after the other"
	@echo "make migration  draft the schema's next step: make migration m='keep waivers'"
	@echo "make lock       pin again what pyproject.toml asks for"
	@echo "make clean      remove everything these targets made"

demo: $(INSTALLED) $(LOCAL_SLACK)
	.venv/bin/drumbeat demo

test: $(INSTALLED) $(LOCAL_SLACK)
	@tools/test.sh

crash: $(INSTALLED)
	$(PYTHON) -m tests.crash

mutants: $(INSTALLED)
	$(PYTHON) -m tests.mutants

lint: $(INSTALLED)
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

bench: $(INSTALLED)
	$(PYTHON) -m benchmarks

migration: $(INSTALLED)
	$(PYTHON) -m bot.migrations "$(m)"
	$(PYTHON) -m ruff check --quiet --fix migrations
	$(PYTHON) -m ruff format --quiet migrations

lock: .tools/uv/bin/uv
	$(LOCK) --extra postgres --output-file requirements.txt
	$(LOCK) --extra postgres --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf .venv .tools .demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find bot migrations tests -name __pycache__ -prune -exec rm -rf {} +

$(INSTALLED): requirements-dev.txt pyproject.toml tools/install.sh
	@tools/install.sh
	@touch $@

$(LOCAL_SLACK): tools/fetch-local-slack.sh | $(INSTALLED)
	@tools/fetch-local-slack.sh $@

.tools/uv/bin/uv: $(INSTALLED)
	@$(PYTHON) -m venv .tools/uv
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $@
