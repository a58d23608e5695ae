# make demo    the whole product against simulators on this machine
# make test    format check, build with warnings as errors, all tests
# make kill-test  the server killed fifty times under load: nothing is lost or doubled
# make bench   the measurements of docs/performance.md
# make format  lay out the Swift sources

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: demo test bench format format-check build conformance kill-test clean

SWIFT_SOURCES := Package.swift Sources Tests Benchmarks

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
	swift build --build-tests --explicit-target-dependency-import-check error
	scripts/test

# The built server against moto, driven by published payloads posted with curl.
conformance:
	@scripts/prepare test
	@swift build --product slipway
	@Tests/conformance/run "$$(swift build --show-bin-path)/slipway"
	@Tests/conformance/run "$$(swift build --show-bin-path)/slipway" events

kill-test:
	@scripts/prepare test
	@scripts/kill-under-load $(KILL_TEST_ARGUMENTS)

bench:
	@scripts/prepare bench
	@bench/run

format:
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

format-check:
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

clean:
	rm -rf .build .venv
