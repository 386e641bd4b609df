"""Passages of manuals and queries drawn from them, tokenised here once, so that every engine sees the same words."""
import collections
import dataclasses
import pathlib
import re

import numpy as np

from harness import engines, formats, places, sentences

WORD = re.compile(r"[a-z0-9]+")
LEAST, MOST = 40, 120       # words in a passage; neighbouring blocks of a page are joined up to LEAST
SHORT_BLOCK = 4             # shorter ones, headings and cells, belong to no passage
LEAST_PASSAGES = 100_000
FREQUENT = 0.05             # share of the passages from which on a word counts as frequent
SEED = 20_252
QUERIES = 500               # of each kind


@dataclasses.dataclass(frozen=True)
class Passages:
    """What bench/run measures on, as datasets.Data: `base` has a passage in each line, its words apart by single spaces."""
    name: str
    base: pathlib.Path
    queries: pathlib.Path   # lines of KIND, a tab, words
    about: str = ""
    metric: str = "bm25"
    truth: pathlib.Path | None = None
    with_metadata: bool = False

    @property
    def key(self):
        return f"{formats.fingerprint(self.base)}-{self.metric}"

    def words(self, *names):
        return [f"{name}={getattr(self, name)}" for name in names if name != "metric"]


def split(page):
    parser = sentences.Text()
    parser.feed(page)
    held = []
    for block in "".join(parser.parts).split("\n"):
        words = WORD.findall(block.lower())
        if len(words) < SHORT_BLOCK:
            continue
        held += words
        while len(held) >= LEAST:
            yield " ".join(held[:MOST])
            held = held[MOST:] if len(held) - MOST >= LEAST else []


def collect(folder):
    """Every passage once, in an order that mixes the pages."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        for passage in split(path.read_text(encoding="utf-8", errors="replace")):
            found.setdefault(passage)
    rows = list(found)
    return [rows[i] for i in np.random.default_rng(SEED).permutation(len(rows))]


def draw(random, passages, frequencies, kind):
    """One query: words of one passage, of any frequency from two passages on, so that frequent and rare ones stand together."""
    count = int(kind[-1]) if kind[-1].isdigit() else 1
    least = FREQUENT * len(passages) if kind.startswith("frequent") else 2
    while True:
        words = passages[random.integers(len(passages))].split(" ")
        if kind.startswith("phrase"):
            first = random.integers(len(words) - count + 1)
            return words[first:first + count]
        known = sorted({word for word in words if frequencies[word] >= least})
        if len(known) >= count:
            return [known[i] for i in random.choice(len(known), count, replace=False)]


def write_queries(passages, path):
    frequencies = collections.Counter(word for passage in passages for word in set(passage.split(" ")))
    random = np.random.default_rng(SEED + 1)
    with open(path, "w", encoding="utf-8") as file:
        for kind in engines.KINDS_OF_TEXT:
            for _ in range(QUERIES):
                file.write(f"{kind}\t{' '.join(draw(random, passages, frequencies, kind))}\n")


def prepare(folder):
    manuals = places.cache() / "manuals"
    passages = collect(manuals)
    if len(passages) < LEAST_PASSAGES:
        raise FileNotFoundError(f"{len(passages)} passages in the manuals: run `tools/setup bench`")
    (folder / "passages.txt").write_text("".join(f"{passage}\n" for passage in passages), encoding="utf-8")
    (folder / "about").write_text(", ".join(sorted(path.read_text(encoding="utf-8").strip() for path in manuals.glob("*/.complete"))),
                                  encoding="utf-8")
    write_queries(passages, folder / "queries.txt")


def load(name):
    folder = places.cache() / "data" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    places.in_place(folder, prepare)
    return Passages(name, folder / "passages.txt", folder / "queries.txt", f"passages of the manuals in Debian's {(folder / 'about').read_text()}")


def counts(data):
    """Kind of query to how many there are."""
    return collections.Counter(line.split("\t")[0] for line in data.queries.read_text(encoding="utf-8").splitlines())
