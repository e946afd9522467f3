# `make run` serves the portal with a demo cohort, `make test` runs the whole suite. Both install what they need.
SHELL := /bin/sh
PORT ?= 8000
BIN := .venv/bin

export PORT

.PHONY: help run setup test bench setup-tests doctor lock format clean

help:
	@sed -n 's/^## //p' Makefile

## make run      the portal with a demo cohort on http://127.0.0.1:8000 (PORT= changes it); Ctrl-C stops it
run: setup
	@exec $(BIN)/python -m tools.run

## make setup    install what the portal needs, nothing that is there already
setup:
	@exec tools/python tools/setup.py

setup-tests:
	@exec tools/python tools/setup.py --tests

## make test     install what the suite needs and run all of it
test: setup-tests
	@exec $(BIN)/python -m tools.check

## make bench    what pages and grading cost, as ratios of one run beside nbgrader (ONLY=attacks, dates, engine, curriculum, pages, grading, rosters or scale)
bench:
	@tools/python tools/setup.py --tests --bench
	@exec $(BIN)/python -m tests.benchmarks $(ONLY)

## make doctor   what this machine offers and what is missing, each with its remedy
doctor: setup
	@DEMO=1 exec $(BIN)/python manage.py doctor

## make format   put the code into its one format
format:
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

## make lock     resolve the requirements anew and lock them with hashes
lock: setup-tests
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-header requirements-dev.in -c requirements.txt -o requirements-dev.txt
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-header requirements-runtime.in -o requirements-runtime.txt
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-header requirements-bench.in -c requirements-runtime.txt -o requirements-bench.txt

## make clean    remove what set-up made; the portal's data in var/ stays
clean:
	rm -rf .venv .runtime .bench node_modules
