# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# This file is the front door only: it sets the machine up and calls CMake,
# ninja and the test runner. The build itself is described in CMakeLists.txt.
#
# Variables: MLIR_DIR=<prefix>/lib/cmake/mlir   use another MLIR 22
#            CMAKE_FLAGS="-D... -D..."          more flags for configuring
#            PYTHON=/usr/bin/python3            the interpreter behind .venv

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

MLIR_DIR ?=
CMAKE_FLAGS ?=
PYTHON ?= /usr/bin/python3
VENV := .venv
VENV_PYTHON := $(VENV)/bin/python

CONFIGURE_FLAGS := $(if $(MLIR_DIR),-DMLIR_DIR=$(abspath $(MLIR_DIR))) $(CMAKE_FLAGS)

# What Debian calls the things that we need. With MLIR_DIR= the LLVM packages
# are not asked for: that installation brings libraries, lld and test tools.
PACKAGES := git make cmake ninja-build ccache g++ clang-22 lld-22 \
  libclang-rt-22-dev clang-format-22 clang-tidy-22 libgtest-dev libgmock-dev \
  valgrind python3-dev python3-venv zlib1g-dev libzstd-dev \
  $(if $(MLIR_DIR),,libmlir-22-dev mlir-22-tools llvm-22-dev liblld-22-dev)
# A compiler for microcontrollers, its C library, and a machine to run the code.
ARM_PACKAGES := gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
# The same as commands, for systems without dpkg.
COMMANDS := git cmake ninja ccache clang-22 clang++-22 ld.lld clang-format-22 \
  valgrind $(PYTHON)

##@ Use
.PHONY: build
build: build/build.ninja ## build everything into build/ (the default)
	@cmake --build build

.PHONY: demo
demo: deps ## set up, build, train the four iris models
	@$(MAKE) build
	$(MAKE) -C examples/iris demo CATGRAD_COMPILE="$(CURDIR)/build/bin/catgrad-compile"
	@echo "the last of them from Python (examples/python/iris.py):"
	@PYTHONPATH=python $(VENV_PYTHON) examples/python/iris.py hidden

.PHONY: test
test: deps ## set up, build, run every test; the last line counts them
	@$(MAKE) build
	$(VENV_PYTHON) test/run.py --build-dir build

.PHONY: random
N ?= 10000
random: deps ## check N=10000 random programs; goes on where it was stopped
	@$(MAKE) build
	OPENBLAS_NUM_THREADS=1 $(VENV_PYTHON) test/Integration/run_random.py $(N)

.PHONY: mutants
mutants: deps ## change every reverse derivative in every way; the tests must notice
	@$(MAKE) build
	OPENBLAS_NUM_THREADS=1 $(VENV_PYTHON) test/Integration/mutants.py

.PHONY: bench
bench: deps ## time a training step, and a call from Python, against the peers that are installed
	@$(MAKE) build
	$(VENV_PYTHON) benchmarks/step.py
	$(VENV_PYTHON) benchmarks/python.py --plot build/python-calls.png

.PHONY: test-gpu
test-gpu: deps ## run tests on the GPU of this machine; says so when there is none
	@$(MAKE) build
	$(VENV_PYTHON) test/gpu/run_device.py

.PHONY: bench-gpu
bench-gpu: deps ## time a training step on the GPU of this machine, against torch
	@$(MAKE) build
	$(VENV_PYTHON) benchmarks/step_gpu.py

##@ Set up
.PHONY: deps
deps: packages $(VENV)/stamp ## install what is missing (Debian packages, .venv)

.PHONY: deps-arm
deps-arm: ## install what the tests need that run C source on a microcontroller
	@$(MAKE) packages PACKAGES="$(ARM_PACKAGES)"

.PHONY: deps-cuda
deps-cuda: $(VENV)/stamp ## install what compiling for CUDA needs without a toolkit: ptxas and libdevice
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check 'nvidia-cuda-nvcc>=13,<14'
	home=$$(echo $(abspath $(VENV))/lib/python3*/site-packages/nvidia/cu13)
	test -x "$$home/bin/ptxas" && test -e "$$home/nvvm/libdevice/libdevice.10.bc" || {
	  echo "error: the package has no ptxas or no libdevice" >&2; exit 1; }
	echo "export CUDA_HOME=$$home"

.PHONY: packages
packages:
	@if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	  missing=
	  for c in $(COMMANDS); do command -v "$$c" >/dev/null || missing+=" $$c"; done
	  [ -z "$$missing" ] && exit 0
	  echo "error: this system has no apt-get, and these commands are missing:$$missing" >&2
	  echo "note: install them, LLVM/MLIR/lld 22 with headers, GoogleTest, zlib and zstd by your" >&2
	  echo "note: own package manager; then MLIR_DIR=<prefix>/lib/cmake/mlir names that MLIR" >&2
	  exit 1
	fi
	missing=
	for p in $(PACKAGES); do
	  case "$$(dpkg-query -W -f='$${db:Status-Status} ' "$$p" 2>/dev/null || true)" in
	    installed*) ;;
	    *) missing+=" $$p" ;;
	  esac
	done
	[ -z "$$missing" ] && exit 0
	as_root=
	if [ "$$(id -u)" != 0 ]; then
	  if ! command -v sudo >/dev/null; then
	    echo "error: these packages are missing, and there is no sudo here:$$missing" >&2
	    echo "note: as root: apt-get install --no-install-recommends$$missing" >&2
	    exit 1
	  fi
	  as_root=sudo
	fi
	echo "installing:$$missing"
	$$as_root apt-get update -qq || echo "warning: apt-get update failed; going on with the old lists" >&2
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing || {
	  echo "error: apt-get could not install:$$missing" >&2
	  echo "note: where a package of version 22 is unknown, add its source (https://apt.llvm.org)," >&2
	  echo "note: or build LLVM/MLIR/lld 22 and say MLIR_DIR=<prefix>/lib/cmake/mlir" >&2
	  exit 1
	}

$(VENV)/stamp: requirements.txt python/requirements-diagrams.txt
	@echo "making $(VENV) from requirements.txt"
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV) || {
	  echo "error: '$(PYTHON) -m venv' failed: python3-venv is missing, or PYTHON= names no Python 3.11 or later" >&2
	  exit 1
	}
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt || {
	  echo "error: pip could not install requirements.txt: is a package index reachable?" >&2
	  exit 1
	}
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps -r python/requirements-diagrams.txt || {
	  echo "error: pip could not install python/requirements-diagrams.txt: is a package index reachable?" >&2
	  exit 1
	}
	touch $@

# ninja configures again by itself when a CMakeLists.txt changes. With flags on
# the command line we do it every time: they may differ from the last ones.
build/build.ninja build-asan/build.ninja build-tsan/build.ninja build-fuzz/build.ninja: build%/build.ninja: CMakePresets.json $(if $(strip $(CONFIGURE_FLAGS)),always)
	@missing=
	for c in cmake ninja clang-22 clang++-22 ccache; do
	  command -v "$$c" >/dev/null || missing+=" $$c"
	done
	if [ -n "$$missing" ]; then
	  echo "error: missing:$$missing; run 'make deps' first" >&2
	  exit 1
	fi
	cmake --preset $(if $*,$(*:-%=%),release) $(CONFIGURE_FLAGS) || {
	  echo "error: configuring failed (see above); 'make deps' installs what is needed," >&2
	  echo "note: 'make clean' forgets the last configuration" >&2
	  exit 1
	}
	touch $@

.PHONY: always
always:

##@ Develop
.PHONY: test-asan
test-asan: deps ## run the lit tests with tools built under ASan and UBSan
	@$(MAKE) build-asan/build.ninja
	cmake --build build-asan --target catgrad-opt catgrad-compile catgrad-reduce catgrad-translate CatgradPlugin catgrad-capi-tests
	# LLVM's allocators poison memory by hand where they are inlined into our code,
	# and cannot take it back in Debian's libraries, which are not instrumented.
	ASAN_OPTIONS=allow_user_poisoning=0 $(VENV_PYTHON) test/run.py --build-dir build-asan --suite lit

.PHONY: test-tsan
test-tsan: deps ## compile on four threads at once under ThreadSanitizer
	@$(MAKE) build-tsan/build.ninja
	cmake --build --preset tsan
	# Debian's libraries are not instrumented: what they order is invisible.
	TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1 \
	  $(VENV_PYTHON) test/run.py --build-dir build-tsan --suite lit --filter CAPI/threads

.PHONY: test-torch
test-torch: deps ## install PyTorch into .venv, and run the tests that need it
	@$(MAKE) build
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check torch
	$(VENV_PYTHON) -m pytest -q -n 2 -p no:cacheprovider test/torch

.PHONY: wheel
wheel: deps ## build the Python package into build/wheels, install it into a clean environment, train with it
	rm -rf build/wheels build/wheel-venv
	$(VENV_PYTHON) -m pip wheel --quiet --no-deps --config-settings=build-dir=build-wheel -w build/wheels .
	$(PYTHON) -m venv build/wheel-venv
	build/wheel-venv/bin/pip install --quiet --disable-pip-version-check build/wheels/catgrad_mlir-*.whl
	build/wheel-venv/bin/python test/python/train_installed.py

.PHONY: fuzz
fuzz: deps ## N=100000 random and damaged modules; SEED=, JOBS=
	@$(MAKE) build
	$(VENV_PYTHON) test/fuzz/generate.py --build-dir build --count $(or $(N),10000) \
	  $(if $(SEED),--seed $(SEED)) $(if $(JOBS),--jobs $(JOBS))

.PHONY: libfuzzer
libfuzzer: deps ## SECONDS=600 of libFuzzer on each target, with sanitizers
	@$(MAKE) build-fuzz/build.ninja
	cmake --build --preset fuzz
	for target in parse derive compile; do
	  mkdir -p build-fuzz/corpus/$$target
	  # See test-asan; a fatal error of LLVM is caught and leaks, by design.
	  ASAN_OPTIONS=allow_user_poisoning=0:detect_leaks=0 build-fuzz/bin/catgrad-fuzz-$$target \
	    build-fuzz/corpus/$$target test/fuzz/seeds -dict=test/fuzz/catgrad.dict \
	    -artifact_prefix=build-fuzz/ -timeout=10 -max_len=4096 -rss_limit_mb=4096 \
	    -max_total_time=$(or $(SECONDS),60) -print_final_stats=1
	done

.PHONY: reference
reference: build/build.ninja ## write docs/reference/*.md from TableGen
	@cmake --build build --target catgrad-docs

.PHONY: docs
docs: deps ## build the site into build/site/, with the reference and the executed tutorial
	@$(MAKE) packages PACKAGES=graphviz # draws the tutorial's hypergraphs
	$(MAKE) build
	$(MAKE) reference
	# The theme's authors advertise a successor.
	NO_MKDOCS_2_WARNING=1 $(VENV_PYTHON) -m mkdocs build --strict
	echo "build/site/index.html"

.PHONY: format
format: ## format the C++ and C sources
	@git ls-files -z -- '*.cpp' '*.h' '*.c' | xargs -0 -r clang-format-22 -i

.PHONY: format-check
format-check: ## say which sources `make format` would change
	@git ls-files -z -- '*.cpp' '*.h' '*.c' | xargs -0 -r clang-format-22 --dry-run -Werror

.PHONY: tidy
tidy: build ## run clang-tidy over the library and the tools
	@git ls-files -z -- 'lib/*.cpp' 'tools/*.cpp' | xargs -0 -r -n 1 -P "$$(nproc)" clang-tidy-22 -p build --quiet

.PHONY: clean
clean: ## remove the build folders
	@rm -rf build build-debug build-asan build-tsan build-fuzz build-wheel

.PHONY: help
help: ## this text
	@echo "make [target] [MLIR_DIR=<prefix>/lib/cmake/mlir] [CMAKE_FLAGS=...]"
	awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) }
	  /^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
