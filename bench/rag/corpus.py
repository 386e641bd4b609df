"""Files to read, one of each format: manuals of Debian packages, what pandoc and LibreOffice make of them, and a table made here.

Kept in ~/.cache/vecstore/bench/rag. A page of HTML is the sections of the PostgreSQL manual in one; the table has 40,000 rows of five columns.
"""
import csv
import html.parser
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests/loaders")]
import compare_pdf
from harness import places

FOLDER = places.cache() / "rag"
PAGE_BYTES = 1_500_000
TABLE_ROWS = 40_000
BY_PANDOC = {"md": "gfm-raw_html", "rtf": "rtf", "tex": "latex", "docx": "docx", "odt": "odt", "epub": "epub", "ipynb": "ipynb", "xml": "docbook5"}
PDFS = [("gnuplot-doc", "usr/share/doc/gnuplot/gnuplot.pdf"), ("r-doc-pdf", "usr/share/R/doc/manual/R-intro.pdf")]


class Missing(Exception):
    """Why a file is not to be had."""


def run(*words):
    try:
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    except OSError as error:
        raise Missing(f"{words[0]}: {error.strerror}") from None
    if done.returncode != 0:
        raise Missing(f"{words[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")


def body_of(page):
    found = re.search(r"<body[^>]*>(.*)</body>", page, re.S)
    return found[1] if found else ""


def page(path):
    pages = sorted((places.manuals() / "postgresql").rglob("*.html"))
    if not pages:
        raise Missing("no manual of PostgreSQL: run tools/setup test")
    bodies, size = [], 0
    for one in pages:
        bodies.append(body_of(one.read_text(encoding="utf-8", errors="replace")))
        size += len(bodies[-1])
        if size > PAGE_BYTES:
            break
    text = "\n".join(re.sub(r"<img[^>]*>|<object.*?</object>", "", body, flags=re.S) for body in bodies)
    path.write_text(f"<!DOCTYPE html><html><head><meta charset=utf-8><title>PostgreSQL</title></head><body>{text}</body></html>", encoding="utf-8")


def rows():
    draw, words = random.Random(20261123), (places.manuals() / "postgresql").rglob("bookindex.html")
    text = next(iter(words), None)
    vocabulary = re.findall(r"[a-z]{3,12}", text.read_text(encoding="utf-8").lower())[:5000] if text else ["word"]
    for i in range(TABLE_ROWS):
        yield {"id": f"row-{i}", "title": " ".join(draw.choices(vocabulary, k=4)), "note": " ".join(draw.choices(vocabulary, k=20)), "year": draw.randint(1970, 2026), "price": round(draw.random() * 1000, 2)}


def table(path):
    every = list(rows())
    if path.suffix == ".csv":
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(every[0]))
            writer.writeheader()
            writer.writerows(every)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in every), encoding="utf-8")


def parquet(path):
    run(places.cache().parent / "python/bin/python", "-c", "import sys, pyarrow.json as j, pyarrow.parquet as p; p.write_table(j.read_json(sys.argv[1]), sys.argv[2])", file_of("jsonl"), path)


def sheet(path):
    with tempfile.TemporaryDirectory() as scratch:
        run("soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to", path.suffix[1:], "--outdir", scratch, file_of("csv"))
        (pathlib.Path(scratch) / path.name).rename(path)


def by_pandoc(path):
    run("pandoc", "-f", "html", "-t", BY_PANDOC[path.suffix[1:]], "--standalone", "--metadata", "title=PostgreSQL", "-o", path, file_of("html"))


def code(path):
    """Python's own library."""
    sources = sorted(pathlib.Path(json.__file__).parent.parent.glob("*.py"))
    path.write_text("\n".join(one.read_text(encoding="utf-8", errors="replace") for one in sources), encoding="utf-8")


class Text(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = []

    def handle_data(self, data):
        self.parts.append(data)


def plain(path):
    reader = Text()
    reader.feed(file_of("html").read_text(encoding="utf-8"))
    path.write_text(re.sub(r"[ \t]+", " ", re.sub(r"\n\s*\n+", "\n\n", "".join(reader.parts))), encoding="utf-8")


MAKERS = {"html": page, "txt": plain, "py": code, "csv": table, "jsonl": table, "parquet": parquet, "xlsx": sheet, "ods": sheet, **dict.fromkeys(BY_PANDOC, by_pandoc)}


def file_of(kind):
    """Where the file of that format lies; Missing says why it does not."""
    if kind.startswith("pdf"):
        found = compare_pdf.fetched(*PDFS[int(kind[3:])])
        if found is None:
            raise Missing("the package was not to be had")
        return found
    path = FOLDER / f"table.{kind}" if MAKERS[kind] in (table, parquet, sheet) else FOLDER / f"manual.{kind}"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = FOLDER / "part" / path.name
        part.parent.mkdir(exist_ok=True)
        MAKERS[kind](part)
        part.rename(path)
    return path
