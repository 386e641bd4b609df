"""What the peers in Python share that take rows at any time.

Each has create(folder, dimension, fields), insert(first, rows, metadata), optimise() and close(). insert() returns when the rows are
acknowledged, with `durable=yes` when the engine has been asked to put them on the disk; first is the number of the first row.
"""
import numpy as np

BATCH = 1000


class Store:
    """Rows on the disk: a build is what a user does who has them all."""

    def build(self, base, metadata, folder):
        self.create(folder, base.shape[1], metadata[0] if metadata else None)
        for first in range(0, len(base), BATCH):
            self.insert(first, np.array(base[first:first + BATCH]), metadata[first:first + BATCH] if metadata else None)
        self.optimise()
        self.close()


class InMemory:
    """Rows in memory alone, until the program saves them; no metadata."""

    def optimise(self):
        pass  # every insert has put its rows into the graph

    def close(self):
        pass

    def filter(self, condition):
        if condition is not None:
            raise ValueError("no metadata")

    def no_metadata(self, metadata):
        if metadata is not None:
            raise ValueError("no metadata")
