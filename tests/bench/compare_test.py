"""bench/compare judges only builds that it has seen."""
import argparse
import contextlib
import dataclasses
import importlib.machinery
import importlib.util
import io
import os
import unittest
from unittest import mock

import harness_path

harness_path.need_numpy()
import small_engines
from harness import datasets, engines, results


def compare_module():
    loader = importlib.machinery.SourceFileLoader("bench_compare", str(harness_path.ROOT / "bench" / "compare"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench_compare", loader))
    loader.exec_module(module)
    return module


class Compare(small_engines.Folder):
    def sides(self):
        """One engine, whose program is another on each side."""
        vecstore, = engines.named(["vecstore"])
        for name in ("base", "head"):
            self.engine("vecstore", dies=name)
            (self.folder / "build").rename(self.folder / name)
            (self.folder / "build" / "bench").mkdir(parents=True)
            yield dataclasses.replace(vecstore, name=name, build=self.folder / name, settings=("ef=500",))

    def test_both_indexes_are_built_every_time(self):
        data = datasets.Data("own", self.folder / "base.npy", self.folder / "queries.npy", "euclidean")
        options = argparse.Namespace(core=max(os.sched_getaffinity(0)), k=10, most=100, rounds=3, clock="cpu", threshold=0.03, build=None,
                                     scratch=self.folder)
        sides = list(self.sides())
        with mock.patch.dict("os.environ", {"XDG_CACHE_HOME": str(self.folder)}), contextlib.redirect_stdout(io.StringIO()) as said:
            for number in (1, 2):
                self.assertFalse(compare_module().compare(data, sides, options, results.Results(self.folder / f"{number}.jsonl")))
                self.assertEqual(len(self.builds()), 2 * number)
        self.assertIn("own build                1.0 s -> 1.0 s", said.getvalue())
        self.assertFalse((self.folder / "vecstore" / "bench" / "indexes").exists())


if __name__ == "__main__":
    unittest.main()
