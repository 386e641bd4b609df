import numpy as np
import pytest

import vecstore


@pytest.fixture
def db():
    with vecstore.open(":memory:") as opened:
        yield opened


@pytest.fixture
def docs(db):
    """Three records of three components, under euclidean distance."""
    made = db.collection("docs", dimension=3, metric="euclidean")
    made.upsert(
        ["a", "b", "c"],
        np.eye(3, dtype=np.float32),
        metadata=[{"year": 2019, "tags": ["x"]}, {"year": 2021, "tags": ["x", "y"]}, {"year": 2024, "lang": "en"}],
        texts=["how to open a file", "the tides of the sea", "how to close a door"],
    )
    return made


@pytest.fixture
def manual(db):
    """Three records, whose vectors and words disagree."""
    made = db.collection("manual", dimension=2, metric="cosine")
    texts = ["The pump is oiled on Mondays.", "Filters are changed every three months.", "The tides move the sea."]
    made.upsert(["oil", "filter", "sea"], [[1, 0], [0, 1], [1, 1]], texts=texts, metadata=[{"kind": "do"}, {"kind": "do"}, {}])
    return made


@pytest.fixture
def words():
    """A small embedder: each word adds one to a component chosen by its letters."""

    def embed(texts):
        rows = np.zeros((len(texts), 32), dtype=np.float32)
        for i, text in enumerate(texts):
            for word in text.lower().split():
                rows[i, sum(map(ord, word)) % 32] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    return vecstore.FunctionEmbedder(embed, name="words", dimension=32)
