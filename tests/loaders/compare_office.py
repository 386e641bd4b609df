#!/usr/bin/env python3
"""What VecStore reads out of office documents and books beside what pandoc reads, on pages of two manuals, and cells beside a table.

usage: compare_office.py PROGRAM [PAGES]

PROGRAM is the command line `vecstore`. Pandoc writes each of PAGES (20) HTML pages of the manuals that tools/setup keeps as DOCX, ODT and
PPTX, the project's guide as EPUB, and LibreOffice writes the DOCX and ODT anew as each other. Words are compared as a bag (F1) and in
their order (longest common subsequence, as a share of the measure's), headings by their titles. The measure is what pandoc reads of the
same file; of PPTX, which it does not read, the texts in the slides' XML, and of ODT the page, as pandoc loses much of its own.
LibreOffice writes a table with dates, numbers, text and gaps as XLSX and ODS: every cell must come out as it went in. Fails below the
targets.
"""
import collections
import csv
import datetime
import difflib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zipfile

TARGETS = {"docx": (0.99, 0.99, 0.99), "odt": (0.99, 0.99, 0.99), "epub": (0.99, 0.99, 0.99), "pptx": (0.99, 0.99, 0.99),
           "libreoffice odt": (0.99, 0.99, 0.99), "libreoffice docx": (0.99, 0.99, 0.99)}
NOT_WORDS = re.compile(r"[^\w]+")


def pages(count):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vecstore/docs"
    found = [p for folder in ("postgresql", "sqlite") for p in sorted((cache / folder).rglob("*.html")) if 4_000 < p.stat().st_size < 60_000]
    return found[:: max(1, len(found) // count)][:count]


def pandoc(file, source, target, *more):
    return subprocess.run(["pandoc", "-f", source, "-t", target, "--wrap=none", *more, file], capture_output=True, text=True, check=True).stdout


def extract(program, file):
    done = subprocess.run([program, "extract", file, "-o", "json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["documents"]


def libreoffice(files, form, folder):
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", form, "--outdir", folder / form, *files], capture_output=True, check=True)
    return [folder / form / f"{file.stem}.{form}" for file in files]


def words(text):
    return [word for word in NOT_WORDS.split(text.lower()) if word]


def plain(text):
    """Without what pandoc draws in plain text: rules, borders and the marks of lists."""
    lines = (re.sub(r"^\s*([-*•]|\d+[.)]|[a-z][.)])\s+", "", line) for line in text.splitlines())
    return "\n".join(line for line in lines if not re.fullmatch(r"[\s\-=+:|_]*", line))


def headers(blocks, found):
    def text(node):
        if isinstance(node, list):
            return "".join(text(part) for part in node)
        if not isinstance(node, dict):
            return ""
        kind = node.get("t")
        if kind in ("Code", "Math"):
            return node["c"][1]
        return node["c"] if kind == "Str" else " " if kind in ("Space", "SoftBreak") else text(node["c"][-1]) if kind != "Note" and "c" in node else ""

    for block in blocks:
        if isinstance(block, dict) and block.get("t") == "Header":
            found.append(" ".join(text(block["c"][2]).split()))
        elif isinstance(block, dict) and block.get("t") in ("Div", "BlockQuote"):
            headers(block["c"][-1] if block["t"] == "Div" else block["c"], found)
    return found


def slides(file):
    """The words of all paragraphs and the titles, slide by slide."""
    draw, show = ("{http://schemas.openxmlformats.org/%s/2006/main}" % name for name in ("drawingml", "presentationml"))

    def text(node):
        return " ".join("".join(run.text or "" for run in paragraph.iter(draw + "t")) for paragraph in node.iter(draw + "p"))

    texts, titles = [], []
    with zipfile.ZipFile(file) as parts:
        for name in sorted((n for n in parts.namelist() if re.fullmatch(r"ppt/slides/slide\d+.xml", n)), key=lambda n: int(re.sub(r"\D", "", n))):
            root = xml.etree.ElementTree.fromstring(parts.read(name))
            texts.append(text(root))
            titles += [" ".join(text(s).split()) for s in root.iter(show + "sp") for p in s.iter(show + "ph") if p.get("type") in ("title", "ctrTitle")]
    return "\n".join(texts), [title for title in titles if title]


def measured(file, page):
    form = file.suffix[1:]
    if form == "pptx":
        return slides(file)
    measure, source = (page, "html") if form == "odt" else (file, form)
    title = ["--standalone"] if form != "epub" else []  # above the text, as in the file
    return pandoc(measure, source, "plain", *title), headers(json.loads(pandoc(measure, source, "json"))["blocks"], [])


def compare(program, file, page):
    """Words as a bag, words in order, headings: each a share of the measure's."""
    text, titles = measured(file, page)
    theirs = words(plain(text))
    documents = extract(program, file)
    ours = words(plain("\n".join(document["text"] for document in documents)))
    common = sum((collections.Counter(ours) & collections.Counter(theirs)).values())
    blocks = difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
    wanted = collections.Counter(titles)
    found = collections.Counter(heading["title"] for document in documents for heading in document["headings"])
    kept = (wanted & found).total() / wanted.total() if wanted else 1.0
    return 2 * common / max(1, len(ours) + len(theirs)), sum(b.size for b in blocks) / max(1, len(theirs)), kept


def compare_pages(program, chosen, folder):
    made = {form: [] for form in ("docx", "odt", "pptx")}
    for number, page in enumerate(chosen):
        for form, files in made.items():
            files.append(folder / f"{number}.{form}")
            pandoc(page, "html", form, "--standalone", "-o", files[-1])
    made["libreoffice odt"] = libreoffice(made["docx"], "odt", folder)
    made["libreoffice docx"] = libreoffice(made["odt"], "docx", folder)
    guide = sorted((pathlib.Path(__file__).parents[2] / "docs/guide").glob("*.md"))
    made["epub"] = [folder / f"{page.stem}.epub" for page in guide]
    for page, file in zip(guide, made["epub"]):
        pandoc(page, "gfm", "epub", "--metadata", f"title={page.stem}", "-o", file)
    bad = []
    print(f"{'format':18} {'words F1':>9} {'order':>9} {'headings':>9}   worst page")
    for form, files in made.items():
        rows = [(*compare(program, file, page), page.name) for file, page in zip(files, guide if form == "epub" else chosen)]
        means = [sum(row[i] for row in rows) / len(rows) for i in range(3)]
        print(f"{form:18} " + " ".join(f"{mean:9.4f}" for mean in means) + f"   {min(rows)[3]} {min(rows)[0]:.3f}")
        bad += [form] if any(mean < target for mean, target in zip(means, TARGETS[form])) else []
    return bad


def compare_cells(program, folder):
    """500 rows; a cell that is empty at the end of a row leaves nothing, and one in between its bar."""
    first = datetime.date(1999, 12, 25)
    rows = [[str(i), f"name {i}", (first + datetime.timedelta(days=i * 37)).isoformat(), "" if i % 3 else "x;y", f"{i / 8:g}", "" if i % 2 else "end"]
            for i in range(1, 501)]
    rows.insert(0, ["number", "name", "day", "maybe", "eighth", "last"])
    source = folder / "cells.csv"
    with source.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    wanted = ["|".join(cell.strip() for cell in row).rstrip("|") for row in rows]
    bad = []
    for form in ("xlsx", "ods"):
        file, = libreoffice([source], form, folder)
        text = extract(program, file)[0]["text"]
        found = ["|".join(cell.strip() for cell in line.split("|")) for line in text.split("\n")]
        same = sum(a == b for a, b in zip(found, wanted))
        print(f"{form:18} {same} of {len(wanted)} rows are the same")
        bad += [form] if found != wanted else []
    return bad


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    for tool in ("pandoc", "soffice"):
        if not shutil.which(tool):
            sys.exit(f"compare_office: no {tool}; tools/setup compare installs it")
    chosen = pages(count)
    if not chosen:
        sys.exit("compare_office: no manuals; tools/setup demo fetches them")
    with tempfile.TemporaryDirectory() as name:
        bad = compare_pages(program, chosen, pathlib.Path(name)) + compare_cells(program, pathlib.Path(name))
    if bad:
        sys.exit("below the targets: " + ", ".join(bad))


if __name__ == "__main__":
    main()
