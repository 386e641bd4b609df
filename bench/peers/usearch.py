"""USearch: HNSW over float32."""
import numpy as np
from usearch.index import Index

from peers.stores import InMemory

METRICS = {"euclidean": "l2sq", "cosine": "cos", "dot": "ip"}


class Engine(InMemory):
    def __init__(self, settings):
        self.metric, self.wanted = settings["metric"], settings

    def _empty(self, dimension):
        return Index(ndim=dimension, metric=METRICS[self.metric], dtype="f32", connectivity=int(self.wanted.get("m", 16)),
                     expansion_add=int(self.wanted.get("ef_construction", 200)))

    def build(self, base, metadata, folder):
        self.no_metadata(metadata)
        index = self._empty(base.shape[1])
        index.add(np.arange(len(base)), np.array(base), threads=1)
        index.save(f"{folder}/index")

    def create(self, folder, dimension, fields):
        self.no_metadata(fields)
        self.index = self._empty(dimension)

    def insert(self, first, rows, metadata):
        if len(rows) == 1:
            self.index.add(first, rows[0], threads=1)
        else:
            self.index.add(np.arange(first, first + len(rows)), rows, threads=1)

    def open(self, folder, dimension):
        self.index = self._empty(dimension)
        self.index.load(f"{folder}/index")

    def set(self, settings):
        self.index.expansion_search = int(settings["ef"])

    def ask(self, query, k):
        return self.index.search(query, k, threads=1).keys

    def rows(self, answer):
        return answer.astype(np.int64)

    def ask_many(self, queries, k):
        return self.index.search(queries, k, threads=1).keys

    rows_many = rows
