# `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: demo run test lint format messages races faults matrix swap drills bench bench-names screenshots lock

demo: $(VENV)/demo ## a filled practice on http://localhost:PORT
	@PORT=$(PORT) $(RUN) -m groupcare.demo

test: $(VENV)/dev ## everything that can run here, on every database that is here
	@$(RUN) -m tests.everything

run: $(VENV)/demo ## the real start: settings from the environment or .env
	@$(RUN) manage.py check --deploy --fail-level ERROR
	@$(RUN) manage.py collectstatic --noinput -v0
	@$(RUN) -m gunicorn groupcare.wsgi --bind 127.0.0.1:$(PORT) --worker-class gthread --threads 4 --no-control-socket

lint: $(VENV)/dev ## style, types, arrows, migrations
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(VENV)/bin/djlint templates --lint --quiet
	@$(RUN) -m mypy .
	@$(VENV)/bin/lint-imports
	@DJANGO_SETTINGS_MODULE=tests.settings $(RUN) manage.py makemigrations --check --dry-run

format: $(VENV)/dev
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

messages: $(VENV)/dev ## after a change of words; needs gettext. Then fill locale/es/LC_MESSAGES/django.po and run it again
	@$(VENV)/bin/django-admin makemessages -l es --no-location --no-obsolete --ignore=.venv --ignore=var --ignore=tests
	@$(VENV)/bin/django-admin compilemessages -l es --ignore=.venv --ignore=var

races: $(VENV)/dev ## many at once on the same items: nothing goes out that was taken back
	@$(RUN) -m tests.drills.races

faults: $(VENV)/dev ## plant each fault of tests/faults; the tests named beside it turn red
	@$(RUN) -m tests.drills.faults

matrix: $(VENV)/dev ## every address, tried by every method as every person of docs/access-matrix.yaml
	@GROUPCARE_DRILL=full $(RUN) -m pytest -q -s -n 0 tests/pages/test_matrix.py

swap: $(VENV)/dev ## walks whose every request is tried with the ids of others and with extra fields
	@$(RUN) -m pytest -q -s -n 0 tests/pages/test_swap*.py

drills: $(VENV)/dev ## every drill at full size; figures to docs/figures.json. ONLY=name for one
	@$(RUN) -m tests.drills.all $(if $(ONLY),--only $(ONLY))

bench: $(VENV)/dev ## what a decision costs against bare SQL; needs PostgreSQL (BENCH_SERVER)
	@$(RUN) -m bench.decision

bench-names: $(VENV)/dev ## what the name guard finds, marks for nothing, and takes
	@$(RUN) -m bench.names

screenshots: $(VENV)/dev ## docs/images, from a demo that is running on PORT
	@PORT=$(PORT) $(RUN) -m tests.browser.screenshots

lock: $(VENV)/dev ## after a change of dependencies in pyproject.toml
	@$(VENV)/bin/uv pip compile pyproject.toml --extra test --generate-hashes --no-header --python-version 3.11 -q -o requirements.txt
	@$(VENV)/bin/uv pip compile pyproject.toml --extra test --extra dev -c requirements.txt --generate-hashes --no-header --python-version 3.11 -q -o requirements-dev.txt

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/demo: requirements.txt | $(VENV)/bin/python
	@$(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt | $(VENV)/bin/python
	@$(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/demo
