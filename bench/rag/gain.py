#!/usr/bin/env python3
"""What each way to search gains on Cranfield, and each step of reranking after it: JSON lines on standard output.

Needs the Python package vecstore (PYTHONPATH), the folder of Cranfield in VECSTORE_CRANFIELD, and the models of ~/.cache/vecstore/models. The second look
is a sentence transformer that scores each hit by the cosine of its vector and the question's: no cross-encoder is among the models at hand.
"""
import json
import os
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "quality"))
import judged

import vecstore

MODELS = judged.CACHE / "models"
SECOND_LOOK = "all-MiniLM-L6-v2"
METRIC = "ndcg@10"
CANDIDATES = 50


class SecondLook:
    """The texts' vectors are made once."""

    name = SECOND_LOOK

    def __init__(self, texts):
        self.embedder = vecstore.load_model(str(MODELS / SECOND_LOOK))
        rows = np.asarray(self.embedder.embed(texts))
        self.rows = dict(zip(texts, rows / np.linalg.norm(rows, axis=1, keepdims=True)))

    def rerank(self, query, texts, count=None):
        question = np.asarray(self.embedder.embed_queries([query]))[0]
        scores = np.stack([self.rows[text] for text in texts]) @ (question / np.linalg.norm(question))
        return sorted(((i, float(score)) for i, score in enumerate(scores)), key=lambda one: -one[1])[:count]


def rows_of(model, texts, asked, second):
    with vecstore.open(":memory:") as db:
        docs = db.collection("cranfield", embedder=vecstore.load_model(str(MODELS / model)))
        docs.upsert_text(list(texts), list(texts.values()))
        told = {"model": model, "texts": len(texts), "questions": len(asked)}
        plain = docs.evaluate(asked, metrics=f"{METRIC},recall@100")
        for name in ("text", "vector", "hybrid"):
            run = plain[name]
            yield {"kind": "arm", **told, "mode": name, "means": run.means, "intervals": {metric: [one.low, one.high] for metric, one in run.intervals.items()}}
        for steps, reranker in (("mmr(lambda=0.9)", None), ("mmr(lambda=0.7)", None), ("model", second), ("rrf(found, model)", second)):
            if reranker is not None and model == SECOND_LOOK:
                continue  # the same vectors once more
            found = docs.evaluate(asked, modes="text,hybrid", metrics=METRIC, rerank_steps=steps, reranker=reranker, rerank_candidates=CANDIDATES, k=100)
            for mode in ("text", "hybrid"):
                one = found.comparison(METRIC, f"{mode}+rerank", mode)
                yield {"kind": "gain", **told, "mode": mode, "steps": steps, "by": SECOND_LOOK if reranker else None, "candidates": CANDIDATES, "before": found[mode].means[METRIC],
                       "after": found[f"{mode}+rerank"].means[METRIC], "difference": one.difference, "interval": [one.interval.low, one.interval.high], "p": one.p}


def main():
    if not os.environ.get("VECSTORE_CRANFIELD"):
        sys.exit("VECSTORE_CRANFIELD does not name the folder of Cranfield")
    found = judged.cranfield()
    asked = [vecstore.EvalQuestion(id, text, relevant=dict.fromkeys(found.answers[id], 1)) for id, text in found.questions.items() if id in found.answers]
    second = SecondLook(list(found.texts.values()))
    for model in ("wordllama-256", SECOND_LOOK):
        for row in rows_of(model, found.texts, asked, second):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
