# What contributors need. All of it runs in .venv, which `make setup` makes;
# `make test BIN=` runs with the environment that is switched on instead.
ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN ?= .venv/Scripts/
else
PYTHON ?= python3
BIN ?= .venv/bin/
endif

# Tests to run: make test T=tests/unit/store
T ?=

.DEFAULT_GOAL := help
.PHONY: help setup test test-all lint docs

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /make \1: /p' Makefile

setup: ## make .venv and install the package in it, editable, with what the tests need
	$(PYTHON) -m venv .venv
	$(BIN)python -m pip install --editable ".[test]"

test: ## the fast tests: no process, server, browser or outside data
	$(BIN)python -m pytest -m "not slow" -n auto $(or $(T),tests/unit tests/test_docs.py)

test-all: ## all tests, as the README runs them
	$(BIN)python -m pytest -n 2 --dist loadfile $(T)

lint: ## style, types, and who may import whom
	$(BIN)ruff check .
	$(BIN)ruff format --check .
	$(BIN)mypy
	$(BIN)lint-imports

docs: ## write the pages that are made from the code
	$(BIN)python scripts/generate_docs.py
