"""Faiss: `kind` is hnsw (M 16, or SQ8 codes with codes=sq8) or ivfpq (FastScan with exact refine)."""
import faiss
import numpy as np

from peers.stores import InMemory


class Engine(InMemory):
    def __init__(self, settings):
        faiss.omp_set_num_threads(1)
        self.kind, self.metric, self.wanted = settings["kind"], settings["metric"], settings

    def build(self, base, metadata, folder):
        self.no_metadata(metadata)
        rows = self._points(np.array(base))
        index = self._empty(rows.shape[1], len(rows))
        index.train(rows)
        index.add(rows)
        faiss.write_index(index, f"{folder}/index")

    def create(self, folder, dimension, fields):
        self.no_metadata(fields)
        self.index = self._empty(dimension, 0)

    def insert(self, first, rows, metadata):
        if not self.index.is_trained:
            raise ValueError("these codes are trained on all rows before the first goes in")
        self.index.add(self._points(rows))

    def _empty(self, dimension, rows):
        measure = faiss.METRIC_L2 if self.metric == "euclidean" else faiss.METRIC_INNER_PRODUCT
        if self.kind == "hnsw":
            codes = ",SQ8" if self.wanted.get("codes") == "sq8" else ",Flat"
            index = faiss.index_factory(dimension, f"HNSW{self.wanted.get('m', 16)}{codes}", measure)
            index.hnsw.efConstruction = int(self.wanted.get("ef_construction", 200))
            return index
        lists = max(1, min(int(4 * rows ** 0.5 / 4), rows // 40))
        codes = dimension // 2 if dimension <= 128 else dimension // 4
        codes -= codes % 2
        while dimension % codes:
            codes -= 2
        return faiss.index_factory(dimension, f"IVF{lists},PQ{codes}x4fs,RFlat", measure)

    def open(self, folder, dimension):
        self.index = faiss.read_index(f"{folder}/index")
        self.lists = faiss.extract_index_ivf(self.index.base_index) if self.kind == "ivfpq" else None

    def set(self, settings):
        if self.kind == "hnsw":
            self.index.hnsw.efSearch = int(settings["ef"])
        else:
            self.lists.nprobe = int(settings.get("nprobe", 1))
            self.index.k_factor = float(settings.get("refine", 1))

    def ask(self, query, k):
        return self.index.search(self._points(query[None]), k)[1]

    def rows(self, answer):
        return self.rows_many(answer)[0]

    def ask_many(self, queries, k):
        return self.index.search(self._points(queries), k)[1]

    def rows_many(self, answers):
        return [answer[answer >= 0] for answer in answers]

    def _points(self, rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if self.metric == "cosine" else rows
