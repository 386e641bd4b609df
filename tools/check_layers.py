#!/usr/bin/env python3
"""Fails on any #include that the architecture does not allow.

What a layer may include is written once, in the DEPS of its src/<layer>/CMakeLists.txt; the order of the layers is that of the root
CMakeLists.txt, and which of them are the engine is in cmake/vecstore.cmake. This reads all three.

usage: check_layers.py [ROOT]
"""
import fnmatch
import pathlib
import re
import sys

# Beyond its own headers and the standard library, a file may include these and nothing else.
OUTSIDE = {
    "rapidjson/*": ["src/base/*"],
    "xxhash.h": ["src/base/*"],
    "libstemmer.h": ["src/text/analysis/*"],
    "archive*.h": ["src/rag/loaders/archive/test_zip.h"],
    "bzlib.h": ["src/rag/loaders/archive/unpack*"],
    "lzma.h": ["src/rag/loaders/archive/unpack*"],
    "zstd*.h": ["src/rag/loaders/archive/unpack*"],
    "nettle/*": ["src/rag/loaders/archive/zip_cipher.cc"],
    "gumbo.h": ["src/rag/loaders/*"],
    "pugixml.hpp": ["src/rag/loaders/xml/*"],
    "md4c.h": ["src/rag/loaders/*"],
    "iconv.h": ["src/rag/loaders/charset.cc"],
    "qpdf/*": ["src/rag/loaders/pdf/pdf_file.cc"],
    "zlib.h": ["src/cli/*", "src/embed/remote/http_client_test.cc", "src/rag/loaders/*"],
    "curl/*": ["src/embed/remote/*_curl.cc"],
    "openssl/*": ["src/embed/remote/test_tls.h", "src/service/digest.cc", "src/service/jwt/verify_key.cc", "src/service/jwt/test_signer.h",
                  "src/server/http/beast_tls.cc"],
    "boost/*": ["src/server/http/beast_*"],
    "grpc/*": ["src/server/grpc/*"],
    "grpcpp/*": ["src/server/grpc/*"],
    "google/protobuf/*": ["src/server/grpc/*"],
    "CLI/*": ["src/cli/*"],
    "toml++/*": ["src/cli/*"],
    "dlfcn.h": ["src/embed/onnxruntime/onnx_runtime.cc", "src/rag/splitters/grammar.cc"],
    "gtest/*": ["*_test.cc", "*_test.h", "tests/*"],
    "gmock/*": ["*_test.cc", "*_test.h", "tests/*"],
    "benchmark/*": ["*_bench.cc", "bench/*"],
    "hnswlib/*": ["bench/peers/hnswlib.cc"],
    # What this processor can do: in files named for an instruction set, and where one of them is chosen.
    "*mmintrin.h": ["src/simd/*", "src/base/crc32c_*"],
    "arm_*.h": ["src/simd/*", "src/base/crc32c_*"],
    "cpuid.h": ["src/simd/*", "src/base/crc32c_*"],
    "sys/auxv.h": ["src/simd/*", "src/base/crc32c_*"],
    "asm/hwcap.h": ["src/simd/*", "src/base/crc32c_*"],
    # The operating system: in files named for it, in the program, and in tests that play the outside world.
    "sys/*": ["src/*posix*", "src/*_linux.cc", "src/cli/*", "*_test.cc", "src/*/test_*.h", "*_bench.cc", "tests/*", "bench/*"],
    "linux/*": ["src/*posix*"],
    "nanobind/*": ["bindings/python/src/*"],
    "Python.h": ["bindings/python/src/*"],
    "pthread.h": ["bindings/python/src/call.cc", "src/*posix*"],
    "*.h": ["src/*posix*", "src/*_linux.cc", "src/cli/*", "*_test.cc", "src/*/test_*.h", "*_bench.cc", "tests/*", "bench/*"],
}

# Outside the engine, the engine is seen through include/vecstore; these layers are the exceptions.
SHARED = {"*": {"base"}, "embed": {"base", "simd"}}

# Bindings lie outside src/ and see what a program does, with the toolkit: folder, and what its quoted includes may begin with.
BINDINGS = {"bindings/python/src": {"vecstore", "base", "embed", "rag", "python"}}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCES = {".cc", ".h", ".inc"}


def layer_order(root):
    text = (root / "CMakeLists.txt").read_text()
    return re.findall(r"^\s*add_subdirectory\(src/(\w+)\)", text, re.M)


def engine_layers(root):
    text = (root / "cmake/vecstore.cmake").read_text()
    return set(re.search(r"VECSTORE_ENGINE_LAYERS ([\w ]+)\)", text).group(1).split())


def deps_of(root, layer):
    text = re.sub(r"#.*", "", (root / "src" / layer / "CMakeLists.txt").read_text())
    call = re.search(r"vecstore_layer\(([^)]*)\)", text)
    words = call.group(1).split()
    if words[0] != layer:
        raise ValueError(f"src/{layer}/CMakeLists.txt declares the layer '{words[0]}'")
    deps, keyword = [], None
    for word in words[1:]:
        if word.isupper() or re.fullmatch(r"[A-Z_]+", word):
            keyword = word
        elif keyword == "DEPS":
            deps.append(word)
    return deps


def check_direction(order, engine, deps):
    """A layer stands only on layers before it, and outside the engine on the engine's public face."""
    problems = []
    for position, layer in enumerate(order):
        where = f"src/{layer}/CMakeLists.txt"
        for dep in deps[layer]:
            if dep == "engine":
                if layer in engine:
                    problems.append(f"{where}: an engine layer cannot stand on the engine")
            elif dep not in order[:position]:
                problems.append(f"{where}: '{dep}' is not a layer before '{layer}'")
            elif layer not in engine and dep in engine and dep not in SHARED.get(layer, SHARED["*"]):
                problems.append(f"{where}: '{layer}' sees the engine through include/vecstore, not '{dep}'")
    return problems


def allowed_outside(name, path):
    if "/" not in name and not name.endswith((".h", ".hpp")):
        return True  # a header of the C++ standard library
    for pattern, places in OUTSIDE.items():
        if fnmatch.fnmatch(name, pattern):
            return any(fnmatch.fnmatch(path, place) for place in places)
    return False


def check_file(root, file, may_include):
    """may_include: the first folders that quoted includes may name, or None for any."""
    path = file.relative_to(root).as_posix()
    problems = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        if quote == "<":
            if not allowed_outside(name, path):
                problems.append(f"{path}:{number}: <{name}> does not belong in this folder")
        elif "/" not in name:
            problems.append(f'{path}:{number}: "{name}" must be named from src/ or include/')
        elif may_include is not None and name.split("/")[0] not in may_include:
            problems.append(f'{path}:{number}: "{name}" is not in this layer\'s DEPS')
    return problems


def sources_under(folder):
    return sorted(f for f in folder.rglob("*") if f.suffix in SOURCES)


def check(root):
    order = layer_order(root)
    engine = engine_layers(root)
    deps = {layer: deps_of(root, layer) for layer in order}
    problems = check_direction(order, engine, deps)
    for folder in sorted((root / "src").iterdir()):
        if folder.is_dir() and folder.name not in order:
            problems.append(f"src/{folder.name}: not in the root CMakeLists.txt")
    for layer in order:
        for file in sources_under(root / "src" / layer):
            problems += check_file(root, file, {"vecstore", layer, *deps[layer]})
    for folder, may_include in BINDINGS.items():
        for file in sources_under(root / folder):
            problems += check_file(root, file, may_include)
    for file in sources_under(root / "include"):
        problems += check_file(root, file, {"vecstore"})
    for file in sources_under(root / "tests") + sources_under(root / "bench"):
        problems += check_file(root, file, None)
    return problems


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    problems = check(root.resolve())
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{len(problems)} layering violations")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
