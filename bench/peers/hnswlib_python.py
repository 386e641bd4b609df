"""hnswlib through its Python package."""
import hnswlib
import numpy as np

from peers.stores import InMemory

SPACES = {"euclidean": "l2", "cosine": "cosine", "dot": "ip"}


class Engine(InMemory):
    def __init__(self, settings):
        self.wanted = settings

    def _empty(self, dimension):
        index = hnswlib.Index(SPACES[self.wanted["metric"]], dimension)
        index.set_num_threads(1)
        return index

    def build(self, base, metadata, folder):
        self.no_metadata(metadata)
        self.create(folder, base.shape[1], None, len(base))
        self.insert(0, np.array(base), None)
        self.index.save_index(f"{folder}/index")

    def create(self, folder, dimension, fields, room=1024):
        self.no_metadata(fields)
        self.index = self._empty(dimension)
        self.index.init_index(room, M=int(self.wanted.get("m", 16)), ef_construction=int(self.wanted.get("ef_construction", 200)))

    def insert(self, first, rows, metadata):
        if first + len(rows) > self.index.get_max_elements():  # it does not grow by itself
            self.index.resize_index(2 * (first + len(rows)))
        self.index.add_items(rows, np.arange(first, first + len(rows)), num_threads=1)

    def open(self, folder, dimension):
        self.index = self._empty(dimension)
        self.index.load_index(f"{folder}/index")

    def set(self, settings):
        self.index.set_ef(int(settings["ef"]))

    def ask(self, query, k):
        return self.index.knn_query(query, k, num_threads=1)[0]

    def rows(self, answer):
        return answer[0].astype(np.int64)

    ask_many = ask

    def rows_many(self, answers):
        return answers.astype(np.int64)
