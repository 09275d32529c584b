# Two commands from a fresh clone: `make run` and `make test`. Python >= 3.11 and a shell suffice.
.POSIX:
KIT = sh scripts/with-python.sh
ARGS =

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: ## the whole portal with demo data, on PORT (8000); Ctrl-C stops it
	@$(KIT) run $(ARGS)

test: ## the whole suite; ARGS="-k name" for a part
	@$(KIT) test $(ARGS)

check: ## what CI runs: lint, format, layers, types, migrations, catalogue, docs, tests
	@$(KIT) check $(ARGS)

journey: ## the walk through the portal in Chromium, Word files in LibreOffice
	@$(KIT) journey $(ARGS)

faults: ## ideas sent while worker, broker and web are killed
	@$(KIT) faults $(ARGS)

bench: ## speed, by ratios
	@$(KIT) tool python -m bench $(ARGS)

lint: ## ruff, layers, types
	@$(KIT) tool ruff check .
	@$(KIT) tool lint-imports
	@$(KIT) tool mypy

format: ## ruff rewrites the files
	@$(KIT) tool ruff check --fix-only --quiet .
	@$(KIT) tool ruff format .

messages: ## collect the sentences of the screens into the catalogues
	@$(KIT) tool python manage.py messages

docs: ## write the generated pages of docs/ anew
	@$(KIT) tool python manage.py docs

pins: ## write constraints.txt anew from .venv
	@$(KIT) pins

clean: ## caches, compiled catalogues and .venv; var/ with your data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find . -path ./var -prune -o -name '*.mo' -type f -exec rm -f {} +

.PHONY: help run test check journey faults bench lint format messages docs pins clean
