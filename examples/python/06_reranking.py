"""A second look at what a search finds: passages read sentence by sentence, two orders made into one, and near copies left out.

    python 06_reranking.py MODEL DATABASE FOLDER QUESTION [RERANKER]
    python 06_reranking.py ~/.cache/vecstore/models/wordllama-256 notes.db ~/notes "who keeps the key"

RERANKER is the folder of a cross-encoder, which takes the place of the class below.
"""

import re

import console

import vecstore

STEPS = ["found", "model", "rrf(found, model)", "model | mmr(lambda=0.5)"]
CANDIDATES = 30


class BestSentence:
    """A text is as good as its best sentence: one that answers is not averaged away by its neighbours."""

    name = "best-sentence"

    def __init__(self, model):
        self.model = model

    def rerank(self, query, texts, count=None):
        asked = self.model.embed_queries([query])[0]
        scores = []
        for text in texts:
            sentences = [one for one in re.findall(r"[^.?!\n]*[.?!\n]?", text) if len(one) > 20]
            # The model's rows have length 1: a product is a cosine.
            scores.append(float((self.model.embed(sentences) @ asked).max()) if sentences else -1.0)
        return sorted(enumerate(scores), key=lambda one: -one[1])[:count]


def show(title, hits, found):
    """With the places that the passages had in the first list."""
    print(f"\n{title}")
    for rank, hit in enumerate(hits, 1):
        before = found[hit.id]
        was = "" if before == rank else f"(was {before})"
        print(f"{rank:2}. {was:9} {hit.id}: {console.one_line(hit.text, 60)}")


def main():
    asked = console.arguments(__doc__, "model", "database", "folder", "question", "reranker?")
    model = vecstore.load_model(asked.model)
    reranker = vecstore.load_reranker(asked.reranker) if asked.reranker else BestSentence(model)
    with vecstore.open(asked.database) as db:
        docs = db.collection("documents", embedder=model)
        docs.ingest(asked.folder)
        first = docs.search(asked.question, CANDIDATES)
        found = {hit.id: rank for rank, hit in enumerate(first, 1)}
        for steps in STEPS:
            reader = reranker if "model" in steps else None
            show(steps, docs.search(asked.question, 5, rerank_steps=steps, reranker=reader, rerank_candidates=CANDIDATES), found)


if __name__ == "__main__":
    console.run(main)
