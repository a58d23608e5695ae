# make demo    the whole product against simulators on this machine
# make test    format check, build with warnings as errors, all tests
# make simulate    20,000 simulated worlds; SEEDS=n for another number, SEED=n to replay one
# make kill-test   the server killed fifty times under load: nothing is lost or doubled
# make crash-test  the server killed at its n-th call, for each n; CRASH_TEST_ARGUMENTS="--scenario spot" for a part
# make image-test  the entry script of the agent's image, against stand-ins
# make observability-test  the alert rules and the dashboard
# make extension  the Azure Pipelines extension's package; PUBLISHER=id for your own publisher
# make extension-test  that package, looked into, and each of its sources broken
# make bench   the measurements of docs/performance.md
# make format  lay out the Swift sources

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: demo test simulate bench format format-check build conformance openapi-test screenshots kill-test crash-test image-test observability-test extension extension-test clean

SWIFT_SOURCES := Package.swift Sources Tests Benchmarks Simulation

demo:
	@scripts/prepare build
	@echo "Building (the first time takes some minutes) ..."
	@swift build --product slipway
	@"$$(swift build --show-bin-path)/slipway" demo $(DEMO_ARGUMENTS)

build:
	@scripts/prepare build
	swift build --build-tests --explicit-target-dependency-import-check error

test: format-check
	@scripts/prepare test
	@scripts/mutations --check
	swift build --build-tests --explicit-target-dependency-import-check error
	scripts/test
	@$(MAKE) --no-print-directory image-test observability-test extension-test simulate

# In release mode, since in debug mode it takes ten times as long. Builds the rules and nothing else of Slipway.
simulate:
	@scripts/prepare build
	@swift build -c release --scratch-path .build-release --product simulate
	@"$$(swift build -c release --scratch-path .build-release --show-bin-path)/simulate" \
		$(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),20000)) $(SIMULATE_ARGUMENTS)

# The built server against moto, driven by published payloads posted with curl.
conformance:
	@scripts/prepare test
	@swift build --product slipway
	@Tests/conformance/run "$$(swift build --show-bin-path)/slipway"
	@Tests/conformance/run "$$(swift build --show-bin-path)/slipway" events
	@Tests/conformance/run "$$(swift build --show-bin-path)/slipway" claims

# The API of the built server against schemathesis, by its own OpenAPI document.
openapi-test:
	@scripts/prepare test
	@swift build --product slipway
	@Tests/openapi/run "$$(swift build --show-bin-path)/slipway"

# Pictures of the console's pages; Chromium must be there.
screenshots:
	@swift build --product slipway
	@swift build --product store-bench
	@Tests/console/screenshots "$$(swift build --show-bin-path)/slipway" "$$(swift build --show-bin-path)/store-bench" .build/screenshots

kill-test:
	@scripts/prepare test
	@scripts/kill-under-load $(KILL_TEST_ARGUMENTS)

crash-test:
	@scripts/prepare test
	@swift build --product slipway
	@swift build --product crash-test
	@"$$(swift build --show-bin-path)/crash-test" --program "$$(swift build --show-bin-path)/slipway" $(CRASH_TEST_ARGUMENTS)

image-test:
	@scripts/prepare test
	@deploy/agent/test/run

# Needs promtool and Python, and no Swift.
observability-test:
	@scripts/prepare test
	@deploy/observability/test/run

# Needs Python alone, and no Swift.
extension:
	@scripts/prepare extension
	@extension/build $(if $(PUBLISHER),--publisher "$(PUBLISHER)")

extension-test:
	@scripts/prepare extension
	@extension/test/run

bench:
	@scripts/prepare bench
	@bench/run

format:
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

format-check:
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

clean:
	rm -rf .build .venv .tools
