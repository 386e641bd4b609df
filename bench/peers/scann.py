"""ScaNN: tree, 4-bit asymmetric hashing, exact reordering. The tree has sqrt(n) leaves, as its authors advise."""
import numpy as np
import scann
from scann.scann_ops.py import scann_ops_pybind


class Engine:
    def __init__(self, settings):
        self.metric = settings["metric"]
        self.leaves, self.reorder = 8, 100

    def build(self, base, metadata, folder):
        if metadata is not None:
            raise ValueError("no metadata in scann")
        rows = self._points(np.array(base))
        builder = scann_ops_pybind.builder(rows, 10, "squared_l2" if self.metric == "euclidean" else "dot_product")
        if len(rows) < 1000:
            builder = builder.score_brute_force()
        else:
            leaves = int(len(rows) ** 0.5)
            builder = builder.tree(num_leaves=leaves, num_leaves_to_search=8, training_sample_size=min(len(rows), 250_000))
            noise = float("nan") if self.metric == "euclidean" else 0.2
            builder = builder.score_ah(2, anisotropic_quantization_threshold=noise).reorder(100)
        builder.set_n_training_threads(1).build().serialize(folder, relative_path=True)

    def open(self, folder, dimension):
        self.index = scann_ops_pybind.load_searcher(folder)

    def set(self, settings):
        self.leaves, self.reorder = int(settings.get("leaves", 8)), int(settings.get("refine", 100))

    def filter(self, condition):
        if condition is not None:
            raise ValueError("no metadata in scann")

    def ask(self, query, k):
        return self.index.search(self._points(query), final_num_neighbors=k, pre_reorder_num_neighbors=self.reorder,
                                 leaves_to_search=self.leaves)[0]

    def rows(self, answer):
        return answer

    def _points(self, rows):
        return rows / np.linalg.norm(rows, axis=-1, keepdims=True) if self.metric == "cosine" else rows
