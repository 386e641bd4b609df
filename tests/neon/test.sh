#!/usr/bin/env bash
# Compiles the kernels and their tests for 64-bit ARM and runs them under emulation. usage: test.sh BUILD_FOLDER
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
googletest=/usr/src/googletest/googletest  # the sources that libgtest-dev brings

for tool in aarch64-linux-gnu-g++ qemu-aarch64-static; do
  command -v $tool >/dev/null || { echo "skipped: $tool is not installed (tools/setup test)"; exit 77; }
done
[ -d $googletest ] || { echo "skipped: no $googletest (tools/setup test)"; exit 77; }

mkdir -p "$build"
compile() {
  $(command -v ccache || true) aarch64-linux-gnu-g++ -std=c++20 -ffp-contract=off -fno-math-errno "$@"
}
objects=()
for source in "$root"/src/simd/{kernels,kernels_on_arm64,kernels_scalar,kernels_neon,matrix,matrix_on_arm64,matrix_scalar,matrix_neon,metric,unpack,unpack_on_any}.cc \
              "$root"/src/simd/*_test.cc "$root"/src/base/{status,random}.cc; do
  object=$build/$(basename "$source").o
  optimise=-O2
  [[ $source == *_test.cc ]] && optimise=-O1
  compile $optimise -Wall -Wextra -Wshadow -Wconversion -Werror -I"$root/include" -I"$root/src" -c "$source" -o "$object"
  objects+=("$object")
done
for source in gtest-all gtest_main; do
  compile -O0 -I$googletest -I$googletest/include -c $googletest/src/$source.cc -o "$build/$source.o"
  objects+=("$build/$source.o")
done
aarch64-linux-gnu-g++ "${objects[@]}" -o "$build/simd_tests"
qemu-aarch64-static -L /usr/aarch64-linux-gnu "$build/simd_tests" --gtest_brief=1
