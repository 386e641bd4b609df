"""Collections to judge answers by, made from documents that packages hold: texts, questions and which text answers which.

  cranfield   1,400 abstracts of aerodynamics, 225 questions with judgements; from the folder VECSTORE_CRANFIELD, which is not fetched
  headings    sections of the PostgreSQL and SQLite manuals; the question is a section's heading, the answer the section without it
  man         pages of manual sections 2, 3, 4, 5, 7; the question is what a page's NAME line says of it, the answer the page without that line

The last two are known-item searches: one answer each, so that nDCG@10 says how near the top it stands.
"""
import collections
import gzip
import html.parser
import os
import pathlib
import random
import re
import subprocess

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "vecstore"
MOST_TEXTS = 4000
MOST_QUESTIONS = 400

Collection = collections.namedtuple("Collection", "name texts questions answers")  # {id: text}, {id: text}, {question: {ids}}


def parts_of(path):
    """The records of a file of Cranfield's: .I begins one, .T and .W are its title and text."""
    records = []
    for line in pathlib.Path(path).read_text(encoding="latin-1").splitlines():
        head = re.match(r"\.([ITABW])\b", line)
        if head and head[1] == "I":
            records.append({})
        if head:
            field = head[1]
        elif records:
            records[-1].setdefault(field, []).extend(line.split())
    return [{key: " ".join(words) for key, words in record.items()} for record in records]


def cranfield():
    folder = os.environ.get("VECSTORE_CRANFIELD")
    if not folder:
        return None
    texts = {str(n): part.get("T", "") + " " + part["W"] for n, part in enumerate(parts_of(f"{folder}/cran.all.1400"), 1) if part.get("W")}
    asked = [part["W"] for part in parts_of(f"{folder}/cran.qry") if part.get("W")]
    answers = collections.defaultdict(set)
    for line in pathlib.Path(f"{folder}/cranqrel").read_text().splitlines():
        if line.strip():
            question, text = line.split()[:2]
            answers[question].add(text)
    return Collection("cranfield", texts, {str(n): text for n, text in enumerate(asked, 1)}, dict(answers))


class Sections(html.parser.HTMLParser):
    """(heading, text) of every part of a page between two headings."""

    def __init__(self):
        super().__init__()
        self.sections, self.in_heading, self.hidden = [], False, 0

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "style", "nav"):
            self.hidden += 1
        if re.fullmatch("h[1-4]", tag):
            self.in_heading = True
            self.sections.append(["", ""])

    def handle_endtag(self, tag):
        if tag in ("script", "style", "nav"):
            self.hidden = max(0, self.hidden - 1)
        if re.fullmatch("h[1-4]", tag):
            self.in_heading = False

    def handle_data(self, data):
        if self.sections and not self.hidden:
            self.sections[-1][0 if self.in_heading else 1] += data


def words(text):
    return " ".join(text.split())


def drawn(name, pairs):
    """Questions that are asked once, and texts of some length, by a seeded draw."""
    asked = collections.Counter(question.lower() for question, _ in pairs)
    known = {}
    for question, text in pairs:
        if asked[question.lower()] == 1 and len(question.split()) >= 3 and len(text.split()) >= 30:
            known.setdefault(text, question)
    ordered = sorted(known.items())
    random.Random(7).shuffle(ordered)
    texts = {str(n): text for n, (text, _) in enumerate(ordered[:MOST_TEXTS])}
    questions = {str(n): ordered[n][1] for n in range(min(MOST_QUESTIONS, len(texts)))}
    return Collection(name, texts, questions, {n: {n} for n in questions})


def headings():
    pairs = []
    for manual in ("postgresql", "sqlite"):
        for path in sorted((CACHE / "docs" / manual).rglob("*.html")):
            page = Sections()
            page.feed(path.read_text(encoding="utf-8", errors="replace"))
            for heading, text in page.sections:
                heading = re.sub(r"^(Chapter )?[\dA-Z]+(\.\d+)*\.\s+", "", words(heading))  # "Chapter 16. Installation", "F.3.1. Functions"
                pairs.append((heading, words(text)[:6000]))
    return drawn("headings", pairs)


def plain(roff):
    """A page's text without its markup; man itself is slow and not always there."""
    lines = []
    for line in roff.splitlines():
        if line.startswith((".\\\"", "'\\\"")):
            continue
        line = re.sub(r"^\.[A-Za-z]+ ?", "", line)
        line = re.sub(r"\\f[BIRP]|\\f\(..|\\[&|^%:/]|\\s[-+]?\d|\\c", "", line)
        lines.append(re.sub(r"\\\(..|\\\[[^]]*\]|\\e", " ", line).replace("\\-", "-").replace('"', ""))
    return words(" ".join(lines))


def man():
    folder = CACHE / "docs/man"
    if not (folder / ".complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for package in ("manpages", "manpages-dev"):
            subprocess.run(["apt-get", "download", package], cwd=folder, check=True, capture_output=True)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
            package.unlink()
        (folder / ".complete").touch()
    pairs = []
    for path in sorted((folder / "usr/share/man").glob("man[23457]/*.gz")):
        if path.is_symlink():
            continue
        roff = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        found = re.search(r"^\.SH NAME\n(.*?)^\.SH ", roff, re.M | re.S)
        if found and " \\- " in found[1]:
            pairs.append((plain(found[1].split(" \\- ", 1)[1]), plain(roff[found.end() - 4:])[:6000]))
    return drawn("man", pairs)


def all_collections():
    return [made for made in (make() for make in (cranfield, headings, man)) if made]
