#!/usr/bin/env bash
# Installs the built library into a fresh prefix, builds the consumer against it and runs it with and without exceptions.
# usage: test.sh BUILD_OF_VECSTORE SCRATCH_FOLDER C++_COMPILER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
vecstore=$1 scratch=$2 compiler=$3

rm -rf "$scratch"
mkdir -p "$scratch"
cmake --install "$vecstore" --prefix "$scratch/prefix" >"$scratch/install.log"
cmake -G Ninja -S "$here" -B "$scratch/build" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$scratch/prefix"
cmake --build "$scratch/build"
"$scratch/build/consumer" "$scratch/with.db"
"$scratch/build/consumer_noexcept" "$scratch/without.db"
if [ -x "$scratch/build/consumer_rag" ]; then
  mkdir "$scratch/docs"
  printf 'The pump is oiled on Mondays.\n' >"$scratch/docs/pump.md"
  "$scratch/build/consumer_rag" "$scratch/rag.db" "$scratch/docs"
else
  echo "built without the toolkit: vecstore::rag is not tried"
fi
