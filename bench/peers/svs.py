"""Scalable Vector Search: Vamana over `codes` lvq (LVQ 4x8, turbo layout; its authors let it run on their processors alone) or f16."""
import os

import numpy as np
import svs


class Engine:
    def __init__(self, settings):
        self.metric, self.wanted, self.codes = settings["metric"], settings, settings.get("codes", "lvq")
        self.distance = svs.DistanceType.L2 if self.metric == "euclidean" else svs.DistanceType.MIP

    def build(self, base, metadata, folder):
        if metadata is not None:
            raise ValueError("no metadata in svs")
        rows = self._points(np.array(base))
        few = len(rows) < 1000  # LVQ needs a sample; of so few rows only the cost of a call counts
        parameters = svs.VamanaBuildParameters(graph_max_degree=int(self.wanted.get("degree", 32)),
                                               window_size=int(self.wanted.get("window", 200)) if not few else 40,
                                               alpha=1.2 if self.metric == "euclidean" else 0.95)
        lvq = self.codes == "lvq" and not few
        data = self._loader(rows, f"{folder}/rows.fvecs") if lvq else rows.astype(np.float16)
        index = svs.Vamana.build(parameters, data, self.distance, num_threads=1)
        index.save(f"{folder}/config", f"{folder}/graph", f"{folder}/{'codes' if lvq else 'f16'}")
        if lvq:
            os.unlink(f"{folder}/rows.fvecs")

    def _loader(self, rows, path):
        svs.write_vecs(rows, path)
        return svs.LVQLoader(svs.VectorDataLoader(path, svs.DataType.float32, rows.shape[1]), primary=4, residual=8, padding=32,
                             strategy=svs.LVQStrategy.Turbo)

    def open(self, folder, dimension):
        if os.path.exists(f"{folder}/codes"):
            data = svs.LVQLoader(f"{folder}/codes", padding=32, strategy=svs.LVQStrategy.Turbo)
        else:
            data = svs.VectorDataLoader(f"{folder}/f16", svs.DataType.float16, dimension)
        self.index = svs.Vamana(f"{folder}/config", svs.GraphLoader(f"{folder}/graph"), data, self.distance, num_threads=1)

    def set(self, settings):
        self.index.search_window_size = int(settings["ef"])

    def filter(self, condition):
        if condition is not None:
            raise ValueError("no metadata in svs")

    def ask(self, query, k):
        return self.index.search(self._points(query[None]), k)[0]

    def rows(self, answer):
        return answer[0].astype(np.int64)

    def _points(self, rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if self.metric == "cosine" else rows
