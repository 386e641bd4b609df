"""Results and indexes are found again by what they depend on: nothing old passes for new, nothing is built twice for nothing."""
import argparse
import dataclasses
import pathlib
import shutil
import tempfile
import unittest
from unittest import mock

import harness_path

harness_path.need_numpy()
import numpy as np
from harness import datasets, engines, machine, measure, places, process


class Groups(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copytree(places.ROOT / "bench" / "peers", self.folder / "bench" / "peers")
        for patch in (mock.patch.dict("os.environ", {"XDG_CACHE_HOME": str(self.folder)}), mock.patch.object(places, "ROOT", self.folder),
                      mock.patch.object(engines, "versions", lambda: {"faiss-cpu": "1"}),
                      mock.patch.object(machine, "describe", lambda: {"cpu": "one", "commit": "abc"})):
            patch.start()
            self.addCleanup(patch.stop)
        (self.folder / "bench" / "vecstore_runner").write_text("program")
        self.random = np.random.default_rng(3)
        self.data = datasets.Data("own", self.vectors("base"), self.vectors("queries"), "euclidean", truth=self.vectors("truth"))
        self.options = argparse.Namespace(k=10, rounds=3, most=100, clock="wall", core=0, build=self.folder)
        self.cases = [("few", {"n": 1}, np.arange(4))]
        self.first = self.names()

    def vectors(self, name):
        np.save(self.folder / f"{name}.npy", self.random.normal(size=(4, 2)).astype("<f4"))
        return self.folder / f"{name}.npy"

    def names(self):
        """The group, and the index of the engine in C++ and of the one in Python."""
        native, python = known = engines.named(["vecstore", "faiss-hnsw"])
        return (measure.group_of(self.data, known, self.options, self.cases), process.index_name(native, self.data, self.folder),
                process.index_name(python, self.data, self.folder))

    def changed(self):
        return tuple(new != old for new, old in zip(self.names(), self.first))

    def test_what_is_the_same_has_the_same_names(self):
        self.assertEqual(self.changed(), (False, False, False))

    def test_another_base_changes_group_and_indexes(self):
        self.vectors("base")
        self.assertEqual(self.changed(), (True, True, True))

    def test_other_queries_change_the_group_alone(self):
        self.vectors("queries")
        self.assertEqual(self.changed(), (True, False, False))

    def test_another_truth_changes_the_group_alone(self):
        self.vectors("truth")
        self.assertEqual(self.changed(), (True, False, False))
        self.data = dataclasses.replace(self.data, truth=None)
        self.assertEqual(self.changed(), (True, False, False))

    def test_each_option_that_a_figure_depends_on_changes_the_group(self):
        for name, other in (("k", 5), ("rounds", 5), ("most", 50), ("clock", "cpu"), ("core", 1)):
            with self.subTest(name), mock.patch.object(self.options, name, other):
                self.assertEqual(self.changed(), (True, False, False))

    def test_a_filter_counts_by_its_content(self):
        for case in (("few", {"n": 2}, np.arange(4)), ("few", {"n": 1}, np.arange(3))):
            self.cases = [case]
            self.assertEqual(self.changed(), (True, False, False))

    def test_another_machine_changes_the_group_and_another_commit_of_the_same_programs_does_not(self):
        with mock.patch.object(machine, "describe", lambda: {"cpu": "two", "commit": "abc"}):
            self.assertEqual(self.changed(), (True, False, False))
        with mock.patch.object(machine, "describe", lambda: {"cpu": "one", "commit": "def"}):
            self.assertEqual(self.changed(), (False, False, False))

    def test_another_program_changes_the_group_and_its_own_index(self):
        (self.folder / "bench" / "vecstore_runner").write_text("another")
        self.assertEqual(self.changed(), (True, True, False))

    def test_another_source_of_a_peer_in_python_changes_the_group_and_its_own_index(self):
        for name in ("faiss", "__main__"):
            path = self.folder / "bench" / "peers" / f"{name}.py"
            before = path.read_text()
            path.write_text(before + "# edited\n")
            self.assertEqual(self.changed(), (True, False, True), name)
            path.write_text(before)
        (self.folder / "bench" / "peers" / "session.py").write_text("")
        self.assertEqual(self.changed(), (True, False, False), "how it is asked, not what is built")
        shutil.copy(harness_path.ROOT / "bench" / "peers" / "session.py", self.folder / "bench" / "peers")
        (self.folder / "bench" / "peers" / "zvec.py").write_text("")
        self.assertEqual(self.changed(), (False, False, False))


if __name__ == "__main__":
    unittest.main()
