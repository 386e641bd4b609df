"""USearch: HNSW over float32."""
import numpy as np
from usearch.index import Index

METRICS = {"euclidean": "l2sq", "cosine": "cos", "dot": "ip"}


class Engine:
    def __init__(self, settings):
        self.metric, self.wanted = settings["metric"], settings

    def _empty(self, dimension):
        return Index(ndim=dimension, metric=METRICS[self.metric], dtype="f32", connectivity=int(self.wanted.get("m", 16)),
                     expansion_add=int(self.wanted.get("ef_construction", 200)))

    def build(self, base, metadata, folder):
        if metadata is not None:
            raise ValueError("no metadata in usearch")
        index = self._empty(base.shape[1])
        index.add(np.arange(len(base)), np.array(base), threads=1)
        index.save(f"{folder}/index")

    def open(self, folder, dimension):
        self.index = self._empty(dimension)
        self.index.load(f"{folder}/index")

    def set(self, settings):
        self.index.expansion_search = int(settings["ef"])

    def filter(self, condition):
        if condition is not None:
            raise ValueError("no metadata in usearch")

    def ask(self, query, k):
        return self.index.search(query, k, threads=1).keys

    def rows(self, answer):
        return answer.astype(np.int64)
