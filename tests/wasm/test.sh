#!/usr/bin/env bash
# Builds the smoke program for WebAssembly and compares what it prints in Node. usage: test.sh BUILD_FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1

for tool in clang++-19 wasm-ld-19 node; do
  command -v $tool >/dev/null || { echo "skipped: $tool is not installed (tools/setup test)"; exit 77; }
done
cmake -G Ninja -S "$here" -B "$build" --toolchain "$here/../../cmake/wasm.cmake" -DCMAKE_BUILD_TYPE=Release \
  -DVECSTORE_EXCEPTIONS=OFF -DVECSTORE_TOOLKIT=OFF -DVECSTORE_WERROR=ON
cmake --build "$build" --target smoke

expected=$'c 0.707\nb 0.000\n3 records'
actual=$(node --no-warnings "$here/run.mjs" "$build/smoke.wasm")
echo "$actual"
[ "$actual" = "$expected" ] || { echo "expected:"; echo "$expected"; exit 1; }
