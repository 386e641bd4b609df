# Every verb of the project. `make` alone lists them.
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 330
SOAK_MINUTES ?= 30
BENCH_MINUTES ?= 240
BENCH_PYTHON_MINUTES ?= 10
MODEL_TEXTS ?= 100000
JOBS ?= $(shell nproc)

.PHONY: help demo test test-models test-python wheel build bench bench-quick bench-text bench-python bench-rag bench-quality bench-micro bench-models compare soak mutants asan tsan coverage fuzz headers lint docs install clean
help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo:  ## search two real manuals: installs what is missing, builds, ingests, asks
	tools/setup demo
	cmake --preset release
	cmake --build build/release -j$(JOBS)
	tools/demo build/release

test:  ## build everything and run every test
	tools/setup test
	cmake --preset dev
	cmake --build build/dev -j$(JOBS)
	tools/run_tests build/dev

test-python:  ## build the Python package and run its tests alone
	tools/setup python
	cmake --preset dev
	cmake --build build/dev -j$(JOBS) --target vecstore_python
	tools/run_tests build/dev -R '^python\.'

wheel:  ## a source archive of the Python package and a wheel made from it in build/wheel, tried in an empty environment
	tools/setup python
	tools/make_wheel build/wheel

build:  ## the command line and the library, optimised, in build/release
	tools/setup demo
	cmake --preset release
	cmake --build build/release -j$(JOBS)

compare:  ## what the loaders read out of files beside what pandoc, LibreOffice, pdftotext and the like read
	tools/setup compare
	cmake --preset dev
	cmake --build build/dev -j$(JOBS) --target vecstore_program
	for script in tests/loaders/compare_*.py; do echo "$$script" && python3 $$script build/dev/src/cli/vecstore || exit 1; done

MODELS = $(or $(VECSTORE_MODELS),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vecstore/models)
MODEL_PYTHON = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vecstore/models-python/bin/python
ONNXRUNTIME = $(dir $(MODEL_PYTHON))../lib/python3*/site-packages/onnxruntime/capi/libonnxruntime.so.*
TORCH_PYTHON = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vecstore/models-torch/bin/python
test-models:  ## tokenizers beside the library they follow, on MODEL_TEXTS (100,000) fuzzed texts each; vectors beside ONNX Runtime's, heads beside PyTorch
	tools/setup models
	cmake --preset dev
	cmake --build build/dev -j$(JOBS) --target encode_texts --target embed_vectors --target run_heads
	tests/models/run build/dev $(MODEL_TEXTS)
	$(MODEL_PYTHON) tests/models/vectors.py build/dev/tests/models/embed_vectors $(MODELS)
	$(TORCH_PYTHON) tests/models/heads.py build/dev/tests/models/run_heads --onnxruntime $(ONNXRUNTIME)

bench-quick:  ## ten minutes beside the fastest peers on two data sets: tables, and plots in bench/results/quick
	tools/setup bench
	cmake --preset bench
	cmake --build build/bench -j$(JOBS) --target vecstore_runner hnswlib_runner
	bench/run --plan quick --sparse --strict
	bench/report quick

bench:  ## all peers, data sets and filters, for at most BENCH_MINUTES (240); goes on where it stopped
	tools/setup bench
	cmake --preset bench
	cmake --build build/bench -j$(JOBS) --target vecstore_runner vecstore_text_runner hnswlib_runner
	bench/run --plan all --strict --minutes $(BENCH_MINUTES)
	bench/report all

bench-text:  ## text queries beside Lucene and Tantivy: ten minutes
	tools/setup bench
	cmake --preset bench
	cmake --build build/bench -j$(JOBS) --target vecstore_text_runner
	bench/run --plan text --strict
	bench/report text

bench-quality:  ## how good the answers are with each model that is there: nDCG by words, vectors and both
	tools/setup demo
	cmake --preset release
	cmake --build build/release -j$(JOBS)
	bench/quality/run build/release

bench-python:  ## called from Python beside eight peers: queries, batches, a case, inserts and their syncs; BENCH_PYTHON_MINUTES (10), then goes on
	tools/setup bench
	tools/setup python
	cmake --preset bench
	cmake --build build/bench -j$(JOBS) --target vecstore_python
	bench/python/run --minutes $(BENCH_PYTHON_MINUTES)
	bench/report python

bench-rag:  ## documents to answers: loaders and splitters beside what people use, a folder, each way to search; ten minutes
	tools/setup test
	tools/setup compare
	cmake --preset bench
	cmake --build build/bench -j$(JOBS) --target vecstore_program split_bench vecstore_python
	bench/rag/run build/bench
	bench/report --docs

bench-models:  ## texts a second of a sentence transformer beside ONNX Runtime
	tools/setup models
	cmake --preset dev
	cmake --build build/dev -j$(JOBS) --target embed_vectors
	$(MODEL_PYTHON) bench/models build/dev/tests/models/embed_vectors $(MODELS)

bench-micro:  ## the micro-benchmarks, each alone
	tools/setup all
	cmake --preset bench
	cmake --build build/bench -j$(JOBS)
	tools/run_benchmarks build/bench

soak:  ## random trials of the battery for SOAK_MINUTES (30): crashes, damage, failures, models, races; adds to docs/reliability
	tools/setup test
	cmake --preset dev
	cmake --build build/dev -j$(JOBS) --target crash_tests model_tests concurrency_tests soak_tests
	tools/soak build/dev --minutes $(SOAK_MINUTES)

# What the battery runs is listed in tools/mutants.toml.
mutants:  ## each seeded bug in turn against the battery: which test notices it
	tools/setup test
	cmake --preset mutants
	cmake --build build/mutants -j$(JOBS) --target io_tests storage_tests db_tests concurrency_tests crash_tests count_syncs
	tools/mutants --build build/mutants --write

asan:  ## the tests under address and undefined-behaviour sanitizers
	tools/setup all
	cmake --preset asan
	cmake --build build/asan -j$(JOBS)
	tools/run_tests build/asan

# Only what has threads; of the rest, what damages every byte in turn would take minutes here and has nobody to race with.
TSAN_LAYERS = base io index storage db rag
TSAN_TESTS = crash model concurrency soak
tsan:  ## the tests that have threads under the data-race sanitizer
	tools/setup test
	cmake --preset tsan
	cmake --build build/tsan -j$(JOBS) --target $(addsuffix _tests,$(TSAN_LAYERS) $(TSAN_TESTS))
	tools/run_tests build/tsan -R '^($(subst $() ,|,$(TSAN_LAYERS) $(TSAN_TESTS)))\.' -E '(flip|truncat|cut_off|damage|FailingAll|FailingOp|CrashStates)'

coverage:  ## which branches of io, storage and db the tests take, and what reached each error return, in docs/reliability/
	tools/setup all
	cmake --preset coverage
	cmake --build build/coverage -j$(JOBS) --target io_tests storage_tests db_tests golden_tests crash_tests concurrency_tests model_tests
	tools/coverage build/coverage --write

fuzz:  ## every fuzz target, FUZZ_SECONDS in all
	tools/setup all
	cmake --preset asan
	cmake --build build/asan -j$(JOBS) --target fuzz_targets
	tools/run_fuzzers build/asan $(FUZZ_SECONDS)

docs:  ## the documentation: links resolve, every example runs; the pages of the Python package in build/dev/docs/python
	tools/setup test
	cmake --preset dev
	cmake --build build/dev -j$(JOBS)
	tools/run_tests build/dev -R '^(hygiene\.(docs|snippets)|python\.docs)'

headers:  ## every header compiles alone
	tools/setup test
	cmake --preset dev
	cmake --build build/dev -j$(JOBS) --target all_verify_interface_header_sets

lint:  ## format, clang-tidy, and a clang build with thread-safety analysis
	tools/setup all
	cmake --preset clang
	cmake --build build/clang -j$(JOBS)
	tools/lint build/clang

install:  ## library, headers and command line into PREFIX (default /usr/local)
	tools/setup demo
	cmake --preset release
	cmake --build build/release -j$(JOBS)
	cmake --install build/release --prefix $(PREFIX)

clean:  ## remove what was built
	rm -rf build
