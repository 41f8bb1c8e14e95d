# `make demo` runs the main job on embedded data, `make test` the tests. Both install what they need.

PYTHON ?= python3
SERVE ?= yes
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
NODE := scripts/with-node
WEB_SOURCES := $(shell find web/src web/scripts web/*.html web/*.json web/assets/webparity.wasm -type f 2>/dev/null)

.PHONY: help demo test test-all check try-wheel times install web wasm package lint types vitest browsers arm64 available-browsers generated lock clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: package available-browsers  ## train, export, verify and serve a digit classifier (SERVE=no stops before serving)
	$(if $(filter no,$(SERVE)),$(PYTHON) scripts/timed demo) $(BIN)/webparity demo --out build/demo --port $(PORT) $(if $(filter no,$(SERVE)),--no-serve)

test: package browsers  ## what a change must pass: lint, types, units, and the pairs of the parity matrix in Node and three browsers
	$(PYTHON) scripts/timed test scripts/run-tier test

test-all: package browsers arm64  ## the whole product: all that `make test` runs and all that it leaves out
	$(PYTHON) scripts/timed test-all scripts/run-tier test-all

check: package  ## what to run while working: lint, types and the quick tests, in under two minutes
	$(PYTHON) scripts/timed check scripts/run-tier check

try-wheel: package  ## before a release: run all documented commands, Python blocks and notebooks from the wheel, in new environments (needs a package index)
	scripts/with-node $(PYTHON) scripts/try-wheel

times:  ## measure `check`, `demo`, `test` and `test-all`, and write the times into the README
	scripts/measure-times

install: $(VENV)/.installed  ## the locked Python packages in .venv

$(VENV)/.installed: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	touch $@

web/node_modules/.installed: web/package-lock.json $(VENV)/.installed
	cd web && ONNXRUNTIME_NODE_INSTALL_CUDA=skip ../$(NODE) npm ci --no-audit --no-fund
	touch $@

web/assets/page/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && ../$(NODE) npm run --silent build
	touch $@

web: web/assets/page/index.html  ## the page and the harnesses, built into web/assets

wasm: install  ## the module, from its C sources into web/assets/webparity.wasm, which is committed
	$(BIN)/python wasm/build.py web/assets/webparity.wasm

# Always: a strict editable install sees a new file only when it is made again.
package: install web
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

lint types vitest: package
	scripts/static-checks $@

browsers: package
	scripts/ensure-browsers

arm64: package
	scripts/ensure-node-arm64

# As `browsers`, but a machine that cannot have them is no error.
available-browsers: package
	scripts/ensure-browsers --optional

generated: package  ## write anew what is generated and committed: schemas, TypeScript types, the references of the command line and of Python
	$(BIN)/python -c "import webparity.bundle.manifest as m; open('core/bundle/manifest.schema.json', 'wb').write(m.generate_schema())"
	$(BIN)/python -c "import webparity.verification.report as r; open('core/verification/report.schema.json', 'wb').write(r.generate_schema())"
	cd web && ../$(NODE) npm run --silent types
	cd web && ../$(NODE) npm run --silent kernels
	$(BIN)/python scripts/cli-reference > docs/cli.md
	$(BIN)/python scripts/api-reference > docs/api.md
	$(BIN)/python scripts/onnx-operators > docs/onnx-operators.md

lock:  ## resolve the Python packages anew (needs uv)
	uv lock --python 3.11
	uv export -q --no-emit-project --all-extras --all-groups --no-header --format requirements-txt > requirements.lock
	! grep -nE 'https?://' requirements.lock

clean:  ## remove what was built, not what was installed
	rm -rf build web/assets/page web/assets/node
