"""VecStore for ann-benchmarks: this folder goes there as ann_benchmarks/algorithms/vecstore."""
import tempfile

import vecstore

from ..base.module import BaseANN

METRICS = {"angular": "cosine", "euclidean": "euclidean"}
BATCH = 10_000


class VecStore(BaseANN):
    """A database in a folder of its own, made by fit() and gone after done(). One thread, as single queries are measured there."""

    def __init__(self, metric, method_param, threads=0):
        if metric not in METRICS:
            raise NotImplementedError(f"vecstore is not measured with {metric} here")
        self.metric, self.method_param, self.threads = METRICS[metric], method_param, threads
        self.name = f"vecstore ({method_param})"
        self._folder = self._database = self._found = None
        self._ef = 50

    def fit(self, X):
        self._folder = tempfile.TemporaryDirectory(prefix="vecstore-")
        # Nothing has to survive a power cut here, and no background thread may answer or build beside the one that is measured.
        self._database = vecstore.open(self._folder.name, threads=self.threads, durability="off")
        graph = {"m": self.method_param["M"], "ef_construction": self.method_param["efConstruction"]}
        self._rows = self._database.create_collection("rows", dimension=X.shape[1], metric=self.metric, index="hnsw", hnsw=graph)
        for first in range(0, len(X), BATCH):
            some = X[first : first + BATCH]
            self._rows.upsert([str(first + i) for i in range(len(some))], some)
        self._rows.flush()
        self._rows.compact()  # one segment, one graph
        self._database.wait_for_background()

    def set_query_arguments(self, ef):
        self._ef = ef
        self.name = f"vecstore ({self.method_param}, ef {ef})"

    def query(self, q, n):
        return [int(name) for name in self._rows.query(q, k=n, ef=self._ef, include=()).ids]

    def batch_query(self, X, n):
        self._found = self._rows.query_many(X, k=n, ef=self._ef, include=()).ids

    def get_batch_results(self):
        return [[int(name) for name in row if name is not None] for row in self._found]

    def done(self):
        if self._database is not None:
            self._database.close()
        if self._folder is not None:
            self._folder.cleanup()
