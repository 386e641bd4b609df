"""VecStore through its Python package: no thread but the caller's, answers are ids."""
import vecstore

from peers.stores import Store


class Engine(Store):
    def __init__(self, settings):
        self.wanted, self.condition, self.ef = settings, None, 64

    def _open(self, folder):
        durability = "full" if self.wanted.get("durable") else "normal"
        self.database = vecstore.open(f"{folder}/store", threads=0, durability=durability)

    def create(self, folder, dimension, fields):
        self._open(folder)
        graph = {"m": int(self.wanted.get("m", 16)), "ef_construction": int(self.wanted.get("ef_construction", 200))}
        self.collection = self.database.create_collection("rows", dimension=dimension, metric=self.wanted["metric"], index="hnsw", hnsw=graph)

    def insert(self, first, rows, metadata):
        if len(rows) == 1:
            self.collection.upsert(str(first), rows[0], metadata=metadata[0] if metadata else None)
        else:
            self.collection.upsert([str(first + i) for i in range(len(rows))], rows, metadata=metadata)

    def optimise(self):
        self.collection.flush()
        self.collection.compact()
        self.database.wait_for_background()

    def close(self):
        self.database.close()

    def open(self, folder, dimension):
        self._open(folder)
        self.collection = self.database["rows"]

    def set(self, settings):
        self.ef = int(settings["ef"])

    def filter(self, condition):
        self.condition = vecstore.Filter(condition) if condition else None

    def ask(self, query, k):
        return self.collection.query(query, k=k, filter=self.condition, include=(), ef=self.ef).ids

    def rows(self, answer):
        return [int(name) for name in answer]

    def ask_many(self, queries, k):
        return self.collection.query_many(queries, k=k, filter=self.condition, include=(), ef=self.ef).ids

    def rows_many(self, answers):
        return [[int(name) for name in answer if name is not None] for answer in answers]
