#!/usr/bin/env python3
"""Fails when documentation points at something that is not there.

Relative links in every Markdown file lead to a file and, with #, to a heading. In ARCHITECTURE.md every `path` exists, and in
"`path` (`name`, `name`)" every name occurs in that file.

usage: check_docs.py [ROOT]
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_tree

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.M | re.S)
PLACES = r"(?:include|bindings|src|tests|tools|cmake|docs|bench|examples|\.ci)/[\w./*-]*|[A-Z]\w+\.(?:md|txt|json)|Makefile|LICENSE"
PATH = re.compile(rf"`({PLACES})`(?: \(((?:`[^`]+`(?:, )?)+)\))?")


def without_fences(text):
    return FENCE.sub(lambda match: re.sub(r"[^\n]", "", match.group()), text)


def anchors(text):
    """The anchors GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", without_fences(text), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(root, path, text):
    for number, line in enumerate(without_fences(text).splitlines(), 1):
        for target in LINK.findall(line):
            if re.match(r"[a-z]+:", target):
                continue  # another site
            name, _, anchor = target.partition("#")
            file = (root / path).parent / name if name else root / path
            if not file.exists():
                yield f"{path}:{number}: {target} does not exist"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
                yield f"{path}:{number}: {name or path} has no heading #{anchor}"


def check_paths(root, path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for place, names in PATH.findall(line):
            found = [f for f in ([root / place] if "*" not in place else root.glob(place)) if f.exists()]
            if not found:
                yield f"{path}:{number}: {place} does not exist"
                continue
            for name in re.findall(r"`([^`]+)`", names):
                word = re.compile(rf"(?<!\w){re.escape(name.removesuffix('()'))}(?!\w)")
                if not any(word.search(f.read_text(encoding="utf-8")) for f in found if f.is_file()):
                    yield f"{path}:{number}: {place} has no '{name}'"


def check(root):
    problems = []
    for path in check_tree.tracked_files(root):
        if path.endswith(".md") and not check_tree.matches(path, check_tree.DATA):
            text = (root / path).read_text(encoding="utf-8")
            problems += check_links(root, path, text)
            if path == "ARCHITECTURE.md":
                problems += check_paths(root, path, text)
    return problems


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    problems = check(root)
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{len(problems)} broken references")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
