#!/usr/bin/env python3
"""Runs the examples of README.md and docs/guide, so that what is shown works.

  ```cpp     a whole program is compiled and run as it is; other code as the body of main
  ```sh      run in order in one folder per file, which holds a copy of docs/, with the built `vecstore` first on the PATH.
             Blocks that install or build (git, make, sudo, tools/) are not run; the make verbs in them must exist
  ```filter  every line must parse as a filter

usage: run_snippets.py --vecstore PROGRAM --compile "COMPILER FLAGS..." --link "LIBRARIES..." [FILE.md...]
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```(cpp|sh|filter)\n(.*?)^```$", re.M | re.S)
BUILDING = re.compile(r"^\s*(git|make|sudo|cd|tools/\S+|cmake|\.ci/run)\b", re.M)

FILTER_PROGRAM = """#include <vecstore/filter.h>
#include <cstdio>
int main() {
  int bad = 0;
  for (const char* text : {%s}) {
    const auto filter = vecstore::Filter::parse(text);
    if (!filter.ok()) ++bad, std::printf("%%s\\n  %%s\\n", text, filter.status().to_string().c_str());
  }
  return bad == 0 ? 0 : 1;
}
"""


def program_of(code):
    """Includes stay outside; what is not a whole program becomes the body of main."""
    if re.search(r"\bint main\(", code):
        return code
    lines = code.splitlines()
    includes = [line for line in lines if line.startswith("#include")]
    body = [line for line in lines if not line.startswith("#include")]
    return "\n".join(["#include <vecstore/vecstore.h>", *includes, "int main() {", *body, "}", ""])


def run(command, folder, **options):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **options)
    return done.returncode == 0, done.stdout


def run_cpp(code, folder, tools):
    source, program = folder / "snippet.cc", folder / "snippet"
    source.write_text(code)
    ok, output = run([*tools["compile"], source, "-o", program, *tools["link"]], folder)
    return run([program], folder) if ok else (ok, output)


def run_sh(code, folder, tools):
    if BUILDING.search(code):
        verbs = re.findall(r"^make ([a-z]+)", code, re.M)
        makefile = (ROOT / "Makefile").read_text()
        unknown = [verb for verb in verbs if not re.search(rf"^{verb}:", makefile, re.M)]
        return not unknown, f"the Makefile has no verb {unknown}\n" if unknown else ""
    home = {k: v for k, v in os.environ.items() if not k.startswith("VECSTORE_")}
    home["PATH"] = f"{tools['vecstore'].parent}:{home['PATH']}"
    return run(["bash", "-euo", "pipefail", "-c", code], folder, env=home, stdin=subprocess.DEVNULL)


def run_filter(code, folder, tools):
    lines = [line for line in code.splitlines() if line.strip()]
    return run_cpp(FILTER_PROGRAM % ", ".join(f'R"~({line})~"' for line in lines), folder, tools)


def run_file(path, tools):
    text = path.read_text(encoding="utf-8")
    failures = count = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        shutil.copytree(ROOT / "docs", folder / "docs")
        for block in BLOCK.finditer(text):
            kind, code = block.groups()
            runner = {"cpp": lambda c, f, t: run_cpp(program_of(c), f, t), "sh": run_sh, "filter": run_filter}[kind]
            ok, output = runner(code, folder, tools)
            count += 1
            if not ok:
                failures += 1
                line = text.count("\n", 0, block.start()) + 1
                print(f"{os.path.relpath(path, ROOT)}:{line}: this {kind} example fails:\n{code}-- it says:\n{output}")
    print(f"{os.path.relpath(path, ROOT)}: {count} examples, {failures} failed")
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vecstore", type=pathlib.Path, required=True)
    parser.add_argument("--compile", type=shlex.split, required=True)
    parser.add_argument("--link", type=shlex.split, required=True)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    files = arguments.files or [ROOT / "README.md", *sorted((ROOT / "docs/guide").glob("*.md"))]
    failures = sum(run_file(file.resolve(), vars(arguments)) for file in files)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
