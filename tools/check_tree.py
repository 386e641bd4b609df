#!/usr/bin/env python3
"""Fails on what the style guide forbids and a compiler does not see; reports what it only frowns upon.

Every .cc has a test; files have at most 500 lines and functions at most 60; every file but test data is text, UTF-8 without invisible
characters; calls that have a better replacement here are not made; nothing speaks of the machine it was written on.

usage: check_tree.py [ROOT]
"""
import collections
import fnmatch
import pathlib
import re
import subprocess
import sys

MAX_FILE_LINES = 500  # of what people write
MAX_FUNCTION_LINES = 60
LONG_FUNCTION_LINES = 25  # reported only

TEXT = {".cc", ".h", ".py", ".md", ".txt", ".cmake", ".in", ".sh", ".mjs", ".json", ".toml", ""}
CODE = {".cc", ".h"}
ENGINE = "src/base/* src/io/* src/simd/* src/quant/* src/text/* src/meta/* src/index/* src/storage/* src/query/* src/db/*".split()
TABLES = ["docs/reliability/error_returns.md"]  # written by a tool, a line for each thing
DATA = ["tests/fuzz/*", "tests/golden/*", "tests/*/data/*"]
TESTS = ["*_test.cc", "*_bench.cc", "*_fuzz.cc", "src/*/test_*.h", "tests/*"]
PROGRAM = ["src/cli/main.cc", "src/cli/run_cli.cc"]  # run as a whole by tests/cli

# pattern, what to use instead, where it may stand, where the rule holds
Ban = collections.namedtuple("Ban", "pattern instead allowed scope", defaults=(TESTS, ["src/*", "include/*"]))
BANS = [
    Ban(r"\bstd::(thread|jthread|mutex|shared_mutex|condition_variable|lock_guard|unique_lock)\b", "base/sync, base/thread_pool",
        ["src/base/sync*", "src/base/thread_pool*", *TESTS]),
    Ban(r"\b(std::)?s?rand\(|\bstd::(random_device|mt19937|mt19937_64)\b", "base/random",
        ["src/db/store_files.cc", "src/embed/cache/cached_embedder.cc", *TESTS]),  # ids that differ from all others, seeds that nobody guesses
    Ban(r"\b(std::)?(strtof|strtod|strtold|atof|atoi|atol|stof|stod|stoi|stol|stoul|stoull)\(", "base/number",
        ["src/base/number_portable.cc", *TESTS]),
    Ban(r"\bstd::(regex|basic_regex)\b", "hand-written matching: std::regex overflows the stack"),
    Ban(r"\bstd::(format|source_location|expected)\b", "what g++ 12, clang 14 and clang 19 for wasm share: see CONTRIBUTING.md"),
    Ban(r"\bstd::filesystem\b|\bstd::[io]?fstream\b|\b(std::)?f(open|write|read)\(", "io/file_system", TESTS, ENGINE),
    Ban(r"\bstd::(cout|cerr|clog)\b|(?<![\w.>])(std::)?(printf|puts|putchar)\(", "a Status, or the log callback",
        ["src/cli/*", *TESTS]),
    Ban(r"\bstd::chrono::(system_clock|steady_clock)::now\b|\b(std::)?time\((nullptr|0|NULL)\)", "base/clock",
        ["src/base/clock*", "src/base/sync*", "src/base/thread_pool*", "src/cli/*", *TESTS], ["src/*"]),
    Ban(r"\bthrow\b(?!\(\))|\btry\s*\{", "Status and Result",
        ["include/vecstore/status.h", "src/db/boundary.h", "src/server/boundary.h", "src/cli/*", "src/rag/loaders/*", *TESTS]),
    Ban(r"\bdynamic_cast\b|\btypeid\b", "a design that knows its types"),
    Ban(r"\bgetenv\(", "an option: the library reads no environment", ["src/cli/*", "src/simd/*", "src/embed/reference.h", "src/base/mutant_chosen.cc", *TESTS]),
    Ban(r"\busing namespace\b(?! std::(string_view_|string_|chrono_)?literals)", "names", TESTS),
    Ban(r"\b(alloca|gets|strcpy|strcat|sprintf|strtok)\(", "std::string", []),
    Ban(r"\bTempDir\(|\btemp_directory_path\b|\bmkd?temp\(", "base/test_folder: a name of its own for each process", ["src/base/test_folder.h", "*_bench.cc"], ["src/*", "tests/*"]),
    Ban(r"(?<!\w)sleep_for\(|(?<!\w)usleep\(", "a condition to wait for", ["src/cli/*", "src/*posix*", "tests/crash/*"], ["src/*", "tests/*"]),
]

# Words of unfinished work, and places that exist on one machine only.
UNWANTED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|/(wo" r"rk|ro" r"ot|ho" r"me/\w+)/\w")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")


def tracked_files(root):
    """What git knows or would add; without git, all but build folders and caches."""
    listing = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True)
    names = {name for name in listing.stdout.decode().split("\0") if name}
    if listing.returncode != 0:
        walked = (file.relative_to(root) for file in root.rglob("*"))
        names = {f.as_posix() for f in walked if f.parts[0] not in (".git", ".cache", "build") and "__pycache__" not in f.parts}
    return sorted(name for name in names if (root / name).is_file())


def matches(path, patterns):
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)


def without_comments_and_strings(text):
    """The same text with the same line breaks, where comments and literals are blank."""
    def blank(match):
        token = match.group()
        if token[0] == "'" and re.search(r"[0-9a-fA-F]$", text[max(0, match.start() - 1):match.start()]):
            return token  # the digit separator of 1'000
        mark = '""' if token[0] in '"R' else ""
        return mark + re.sub(r"[^\n]", " ", token[len(mark):])
    return TOKEN.sub(blank, text)


def families(path):
    """src/io/disk_posix.cc, src/io/disk.cc: without the ending, with ever shorter names."""
    folder, _, name = path.rpartition("/")
    words = name.rsplit(".", 1)[0].split("_")
    return [f"{folder}/{'_'.join(words[:n])}" for n in range(len(words), 0, -1)]


def check_tests(files):
    """foo.cc is tested by foo_test.cc, for foo_avx2.cc too, or by a test that includes its header; or it is a part that such a
    source of its layer is made of, and tested through it."""
    sources = [p for p in files if re.fullmatch(r"src/.*\.cc", p) and not matches(p, TESTS + PROGRAM)]
    includes = {p: ["src/" + name for name in re.findall(r'#include "([^"]+)"', text)] for p, text in files.items()}
    reached = {header for p in files if p.endswith("_test.cc") for header in includes[p]}
    untested = {p for p in sources if not any(f"{f}_test.cc" in files for f in families(p))}

    def is_reached(path):
        return any(f"{family}.h" in reached for family in families(path)) or includes[path][:1] and includes[path][0] in reached

    waiting = [p for p in sources if p not in untested or is_reached(p)]
    while waiting:  # whatever a tested source includes from its own layer
        path = waiting.pop()
        untested.discard(path)
        for part in (path, path[:-3] + ".h"):
            layer = "/".join(path.split("/")[:2]) + "/"
            new = {h for h in includes.get(part, ()) if h.startswith((layer, "src/vecstore/"))} - reached
            reached |= new
            waiting += [h for h in new if h in files and h.endswith(".h")]
        waiting += [p for p in untested if is_reached(p) and p not in waiting]
    for path in sorted(untested):
        yield f"{path}: no {path.split('/')[-1][:-3]}_test.cc, no family test and no tested source of its layer that includes its header"


def functions(text):
    """(first line, lines, header) of each outermost braced body whose header has a parameter list."""
    stack, header_start, open_function = [], 0, None
    for match in re.finditer(r"[{};]", text):
        at, char = match.start(), match.group()
        if char == ";":
            header_start = at + 1
            continue
        if char == "{":
            header = text[header_start:at].strip()
            kind = "scope" if re.search(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$", header) else "body"
            stack.append(kind)
            if kind == "body" and open_function is None and ")" in header:
                open_function = (len(stack), text.count("\n", 0, at) + 1, header)
        elif stack:
            if open_function and open_function[0] == len(stack):
                _, line, name = open_function
                yield line, text.count("\n", 0, at) + 1 - line + 1, " ".join(name.split())
                open_function = None
            stack.pop()
        header_start = at + 1


def check_sizes(path, text, code, long_functions):
    lines = text.count("\n")
    if lines > MAX_FILE_LINES and not matches(path, TABLES):
        yield f"{path}: {lines} lines, the limit is {MAX_FILE_LINES}"
    if pathlib.Path(path).suffix in CODE:
        for line, length, name in functions(code):
            if length > MAX_FUNCTION_LINES:
                yield f"{path}:{line}: {length} lines, the limit is {MAX_FUNCTION_LINES}: {name[-80:]}"
            elif length > LONG_FUNCTION_LINES and not matches(path, TESTS):
                long_functions.append((length, f"{path}:{line}"))


def check_bans(path, code):
    for ban in BANS:
        if not matches(path, ban.scope) or matches(path, ban.allowed):
            continue
        for number, line in enumerate(code.splitlines(), 1):
            found = re.search(ban.pattern, line)
            if found:
                yield f"{path}:{number}: {found.group().strip()} is not used here; use {ban.instead}"


def check_text(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if INVISIBLE.search(line):
            yield f"{path}:{number}: an invisible character"
        found = UNWANTED.search(line)
        if found:
            yield f"{path}:{number}: '{found.group()}'"


def check(root):
    problems, long_functions, files = [], [], {}
    for path in tracked_files(root):
        if matches(path, DATA):
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            problems.append(f"{path}: not UTF-8: {error}; only test data ({' '.join(DATA)}) may be binary")
            continue
        if pathlib.Path(path).suffix in TEXT:
            files[path] = text
        elif "\0" in text:
            problems.append(f"{path}: holds a zero byte; only test data ({' '.join(DATA)}) may be binary")
    problems += check_tests(files)
    for path, text in files.items():
        code = without_comments_and_strings(text) if pathlib.Path(path).suffix in CODE else text
        if path != "LICENSE":
            problems += check_sizes(path, text, code, long_functions)
            problems += check_text(path, text)
        if pathlib.Path(path).suffix in CODE:
            problems += check_bans(path, code)
    return problems, sorted(long_functions, reverse=True), files


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    problems, long_functions, files = check(root)
    sizes = sorted(text.count("\n") for path, text in files.items() if path.endswith((".cc", ".h")))
    if sizes:
        print(f"{len(sizes)} C++ files: median {sizes[len(sizes) // 2]} lines, nine in ten under {sizes[len(sizes) * 9 // 10]}, "
              f"longest {sizes[-1]}")
    print(f"{len(long_functions)} functions over {LONG_FUNCTION_LINES} lines" + (", the longest:" if long_functions else ""))
    for length, where in long_functions[:10]:
        print(f"  {length:3} {where}")
    print(*sorted(problems), sep="\n", end="\n" if problems else "")
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
