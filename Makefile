# Every target is a line of ordinary commands. PYTHON= chooses the Python that makes .venv, PORT= where the demo listens.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
VENDOR := src/motcham/ui/static/vendor
FONTS := node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro
PRINTED := node_modules/@expo-google-fonts/be-vietnam-pro
MESSAGES := $(patsubst %.po,%.mo,$(wildcard src/motcham/locale/*/LC_MESSAGES/django.po))
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NPM := npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
DEMO := MOTCHAM_MODE=demo MOTCHAM_HOME="$(CURDIR)/var/demo" PORT=$(PORT)
CHECK := MOTCHAM_MODE=test MOTCHAM_HOME="$(CURDIR)/build/check"
NO_PYTHON := '✗ Không tìm thấy %s.\n  %s was not found.\n  → sudo apt-get install python3 python3-venv\n'
SHELL := /bin/bash
# A proxy that is set for the packages is not for this machine itself.
SPARED := $(or $(no_proxy),$(NO_PROXY))
export no_proxy := $(if $(SPARED),$(SPARED)$(shell echo ,))127.0.0.1,localhost
export NO_PROXY := $(no_proxy)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help doctor setup setup-tests assets run demo clean-demo check fix test journeys kill-test fuzz bench messages docs

help: ## list the targets / liệt kê các lệnh
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

doctor: ## check this machine; each failure comes with the command that mends it / kiểm tra máy
	@command -v $(PYTHON) >/dev/null || { printf $(NO_PYTHON) $(PYTHON) $(PYTHON) >&2; exit 1; }
	@$(PYTHON) src/motcham/project/doctor.py --port "$(or $(LISTENS),0)"

setup: doctor $(BIN)/.locked $(BIN)/.installed assets ## install everything into .venv and node_modules / cài đặt
setup-tests: doctor $(BIN)/.locked-tests $(BIN)/.installed node_modules/.locked-tests assets
assets: $(VENDOR)/.copied $(MESSAGES)

demo: LISTENS = $(PORT)
demo: setup ## the city at work on http://127.0.0.1:8000 (PORT=) / chạy thành phố mẫu
	@$(DEMO) exec $(BIN)/motcham up --with-parent

clean-demo: ## forget the data of the demo / xóa dữ liệu mẫu
	$(if $(wildcard $(BIN)/motcham),$(DEMO) $(BIN)/motcham forget)
	rm -rf var/demo

run: setup ## run as in production, with the state in MOTCHAM_HOME / chạy thật
	$(BIN)/motcham up --port $(PORT)

check: setup-tests ## style, types, layers, migrations, messages, docs / kiểm tra mã
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(CHECK) $(BIN)/mypy
	$(BIN)/lint-imports
	$(CHECK) $(BIN)/motcham manage makemigrations --check --dry-run
	$(BIN)/pytest -q -p no:randomly tests/architecture

fix: setup-tests ## mend what can be mended by itself / tự sửa
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: setup-tests ## every test, with its own set-up / chạy mọi kiểm thử
	@.ci/packages chromium nginx
	@$(BIN)/pytest -n auto --maxprocesses 4 $(TESTS)

journeys: setup-tests ## only the browser journeys / chỉ các hành trình trên trình duyệt
	@.ci/packages chromium nginx
	@$(BIN)/pytest -m journey $(TESTS)

kill-test: setup-tests ## kill every process at random moments under load, 100 times / thử giết tiến trình
	@MOTCHAM_KILLS=100 $(BIN)/pytest -m kill -rP -o faulthandler_timeout=3600 $(TESTS)

fuzz: setup-tests ## 50,000 calls, right and wrong, of every documented operation / gọi thử 50.000 lần
	@MOTCHAM_FUZZ=50000 $(BIN)/pytest -n auto --maxprocesses 4 -rP -o faulthandler_timeout=3600 tests/fuzz

bench: setup-tests ## all benchmarks; bench-NAME runs one / đo hiệu năng
	@$(BIN)/python -m bench

bench-%: setup-tests
	@$(BIN)/python -m bench $*

messages: setup-tests ## gather the texts to be translated / gom chuỗi cần dịch
	@.ci/packages xgettext
	cd src/motcham && $(CHECK) ../../$(BIN)/motcham manage makemessages -l vi --no-location --no-wrap

docs: setup-tests ## write docs/reference from the definitions / sinh tài liệu tham chiếu
	$(BIN)/python scripts/docs.py

# Set-up, step by step; each step is done again only when its lock has changed. An environment is whole when it has pip.
$(BIN)/pip:
	$(PYTHON) -m venv .venv

$(BIN)/.locked: requirements.lock | $(BIN)/pip
	$(if $(wildcard $(BIN)/.locked-tests),,$(PIP) --require-hashes -r requirements.lock)
	@touch $@

$(BIN)/.locked-tests: requirements-dev.lock | $(BIN)/pip
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@ $(BIN)/.locked

$(BIN)/.installed: pyproject.toml | $(BIN)/.locked
	$(PIP) --no-deps --no-build-isolation -e . -e verify
	@touch $@

node_modules/.locked: package-lock.json package.json
	$(if $(wildcard node_modules/.locked-tests),,$(NPM) --omit=dev)
	@touch $@

node_modules/.locked-tests: package-lock.json package.json
	$(NPM)
	@touch $@ node_modules/.locked

$(VENDOR)/.copied: node_modules/.locked Makefile
	@mkdir -p $(VENDOR)/be-vietnam-pro
	cp $(foreach subset,vietnamese latin latin-ext,$(foreach weight,400 600 700,$(FONTS)-$(subset)-$(weight)-normal.woff2)) $(VENDOR)/be-vietnam-pro/
	cp $(foreach weight,400Regular 600SemiBold 700Bold,$(PRINTED)/$(weight)/BeVietnamPro_$(weight).ttf) $(VENDOR)/be-vietnam-pro/
	cp node_modules/htmx.org/dist/htmx.min.js $(foreach part,gl.mjs gl-shared.mjs gl-worker.mjs gl.css,node_modules/maplibre-gl/dist/maplibre-$(part)) $(VENDOR)/
	@touch $@

%.mo: %.po | $(BIN)/.locked
	$(BIN)/python -c 'import polib, sys; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])' $< $@
