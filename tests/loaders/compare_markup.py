#!/usr/bin/env python3
"""What VecStore reads out of RTF, LaTeX, DocBook and notebooks beside what pandoc reads, on pages of two manuals.

usage: compare_markup.py PROGRAM [PAGES]

PROGRAM is the command line `vecstore`. Pandoc writes each of PAGES (20) HTML pages of the manuals that tools/setup keeps in each format;
then both read that file. Words are compared as a bag (F1) and in their order (longest common subsequence, as a share of pandoc's);
headings by their titles, as the page has them: pandoc finds none in RTF. Formulas, pictures and marks of lists are left out of both. Fails below the targets.
"""
import collections
import difflib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TARGETS = {"rtf": (0.97, 0.95, 0.90), "latex": (0.97, 0.95, 0.97), "docbook5": (0.97, 0.95, 0.97), "ipynb": (0.97, 0.95, 0.97)}
EXTENSIONS = {"rtf": "rtf", "latex": "tex", "docbook5": "xml", "ipynb": "ipynb"}
NOT_WORDS = re.compile(r"[^\w]+")


def pages(count):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vecstore/docs"
    found = [p for folder in ("postgresql", "sqlite") for p in sorted((cache / folder).rglob("*.html")) if 4_000 < p.stat().st_size < 60_000]
    return found[:: max(1, len(found) // count)][:count]


def pandoc(file, source, target, *more):
    done = subprocess.run(["pandoc", "-f", source, "-t", target, "--wrap=none", *more, file], capture_output=True, text=True, check=True)
    return done.stdout


def write_as(page, form, file):
    if form != "ipynb":
        file.write_text(pandoc(page, "html", form, "--standalone"))
        return
    # Pictures are files that a notebook would hold, and addresses of links are no words of plain text.
    text = re.sub(r"!?\[([^][]*)\]\([^)]*\)", r"\1", pandoc(page, "html", "markdown_strict-raw_html"))
    markdown = file.with_suffix(".md")
    markdown.write_text(re.sub(r"<[^>]*>", "", text))
    file.write_text(pandoc(markdown, "markdown_strict-raw_html", "ipynb"))


def words(text):
    return [word for word in NOT_WORDS.split(text.lower()) if word]


def bag_f1(ours, theirs):
    common = sum((collections.Counter(ours) & collections.Counter(theirs)).values())
    return 2 * common / max(1, len(ours) + len(theirs))


def in_order(ours, theirs):
    blocks = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(1, len(theirs))


def titles_of(node):
    """Of headings in pandoc's own JSON."""
    def text(inlines):
        return "".join(text(i["c"][-1] if isinstance(i["c"], list) else i["c"]) if "c" in i and i["t"] not in ("Str", "Code") else
                       (i["c"] if i["t"] == "Str" else i["c"][1] if i["t"] == "Code" else " ") for i in inlines if isinstance(i, dict))
    return [" ".join(words(text(block["c"][2]))) for block in node["blocks"] if block["t"] == "Header"]


def compare(program, page, form, scratch):
    file = scratch / f"page.{EXTENSIONS[form]}"
    write_as(page, form, file)
    done = subprocess.run([program, "extract", file, "-o", "json"], capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)["documents"][0]
    source = form.rstrip("5")  # pandoc reads every version of DocBook by one name
    # Its reader of RTF loses the letter after a character of \\u.
    reference = pandoc(page, "html", "plain") if form == "rtf" else pandoc(file, source, "plain")
    ours = words(re.sub(r"\[image: [^]]*\]", "", document["text"]))  # written by pandoc for pictures that it cannot embed
    theirs = words(reference)
    wanted = [t for t in titles_of(json.loads(pandoc(page, "html", "json"))) if t]
    found = [" ".join(words(h["title"])) for h in document["headings"]]
    if len(found) == len(wanted) + 1 and found[0] == " ".join(words(document["metadata"].get("title", ""))):
        found = found[1:]  # the title of the whole, which the page has in its head
    headings = 1.0 if not wanted else sum((collections.Counter(found) & collections.Counter(wanted)).values()) / max(len(wanted), len(found))
    return bag_f1(ours, theirs), in_order(ours, theirs), headings


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    if not shutil.which("pandoc"):
        sys.exit("compare_markup: no pandoc; tools/setup compare installs it")
    chosen, bad = pages(count), []
    if not chosen:
        sys.exit("compare_markup: no manuals; tools/setup demo fetches them")
    print(f"{'format':10} {'words F1':>9} {'order':>9} {'headings':>9}   worst page")
    with tempfile.TemporaryDirectory() as folder:
        for form, targets in TARGETS.items():
            rows = [(*compare(program, page, form, pathlib.Path(folder)), page.name) for page in chosen]
            means = [sum(row[i] for row in rows) / len(rows) for i in range(3)]
            worst = min(rows)
            print(f"{form:10} " + " ".join(f"{mean:9.4f}" for mean in means) + f"   {worst[3]} {worst[0]:.3f}")
            bad += [form] if any(mean < target for mean, target in zip(means, targets)) else []
    if bad:
        sys.exit("below the targets: " + ", ".join(bad))


if __name__ == "__main__":
    main()
