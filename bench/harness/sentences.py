"""Sentences of the manuals that tools/setup fetches, and their embeddings."""
import html.parser
import json
import os
import pathlib
import re

import numpy as np

from harness import embed, places

MOST = 60_000
QUERIES = 1_000
BLOCK = 64
SKIPPED = {"script", "style", "pre", "head", "nav", "svg"}
ENDS = {"p", "li", "td", "th", "div", "h1", "h2", "h3", "h4", "dt", "dd", "br", "tr", "table"}


class Text(html.parser.HTMLParser):
    """The running text of a page, its blocks apart."""

    def __init__(self):
        super().__init__()
        self.parts, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in SKIPPED
        if tag in ENDS:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.hidden -= tag in SKIPPED and self.hidden > 0
        if tag in ENDS:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data.replace("\n", " "))


def split(page):
    parser = Text()
    parser.feed(page)
    for block in "".join(parser.parts).split("\n"):
        block = re.sub(r"\s+", " ", block).strip()
        for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", block):
            if 30 <= len(sentence) <= 240 and sentence.count(" ") >= 4:
                yield sentence


def collect(folder):
    """Every sentence once, with the page that has it, in an order that mixes the pages."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        for sentence in split(path.read_text(encoding="utf-8", errors="replace")):
            found.setdefault(sentence, f"{path.parent.relative_to(folder).as_posix()}/{path.stem}")
    order = np.random.default_rng(1).permutation(len(found))[:MOST]
    rows = list(found.items())
    return [rows[i] for i in order]


def model_folder():
    models = pathlib.Path(os.environ.get("VECSTORE_MODELS") or places.cache().parent / "models")
    return pathlib.Path(os.environ.get("VECSTORE_MINILM") or models / "all-MiniLM-L6-v2")


def prepare(folder):
    """base.npy, queries.npy and metadata.jsonl. Blocks are kept, so that an interrupted run goes on."""
    rows = collect(places.manuals())
    if len(rows) < 10 * QUERIES:
        raise FileNotFoundError(f"{len(rows)} sentences in the manuals: run `tools/setup bench`")
    model = embed.MiniLm(model_folder())
    model.check()
    tokens = model.tokens(text for text, _ in rows)
    order = sorted(range(len(rows)), key=lambda i: (len(tokens[i]), i))
    vectors = np.zeros((len(rows), embed.WIDTH), np.float32)
    blocks = folder.parent / "sentences-blocks"
    blocks.mkdir(parents=True, exist_ok=True)
    step = 50 * BLOCK
    for first in range(0, len(order), step):
        some = order[first:first + step]
        kept = blocks / f"{len(rows)}-{first}.npy"
        if not kept.exists():
            done = np.concatenate([model.embed([tokens[i] for i in some[a:a + BLOCK]]) for a in range(0, len(some), BLOCK)])
            np.save(kept.with_suffix(".part.npy"), done.astype(np.float32))
            kept.with_suffix(".part.npy").rename(kept)
            print(f"sentences: {first + len(some)} of {len(order)} embedded", flush=True)
        vectors[some] = np.load(kept)
    np.save(folder / "queries.npy", vectors[:QUERIES])
    np.save(folder / "base.npy", vectors[QUERIES:])
    with open(folder / "metadata.jsonl", "w", encoding="utf-8") as file:
        for text, page in rows[QUERIES:]:
            file.write(json.dumps({"page": page, "manual": page.split("/")[0], "length": len(text)}) + "\n")
