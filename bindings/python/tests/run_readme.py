#!/usr/bin/env python3
"""Runs the Python examples of Markdown files, those of a file one after the other in one program.

usage: run_readme.py PYTHON [FILE.md...]     default: the README of the package and of the project, and pages of the guide whose examples need no server
"""

import pathlib
import re
import subprocess
import sys
import tempfile

PACKAGE = pathlib.Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
FILES = [PACKAGE / "README.md", *(PACKAGE.parents[1] / name for name in ("README.md", "docs/guide/evaluation.md", "docs/guide/python.md", "docs/guide/retrieval.md"))]


def program_of(text):
    """The examples, each on the line that it has in the file, so that errors name it."""
    lines = [""] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        for i, line in enumerate(block[1].splitlines()):
            lines[first + i] = line
    return "\n".join(lines)


def run(python, path):
    """What running the examples of a file says; None when all is well."""
    program = program_of(path.read_text(encoding="utf-8"))
    if not program.strip():
        return f"{path} has no examples"
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / f"{path.stem}.py"
        script.write_text(program, encoding="utf-8")
        done = subprocess.run([python, script], cwd=folder, capture_output=True, text=True, timeout=120)
    return None if done.returncode == 0 else f"{path}:\n{done.stdout}{done.stderr}"


def main():
    python, *files = sys.argv[1:]
    problems = [said for path in map(pathlib.Path, files or FILES) if (said := run(python, path))]
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
