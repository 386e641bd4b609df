"""bench/python/ann_benchmarks as its runner uses it: the configuration is expanded, each definition made, fitted, asked one by one and at once."""
import importlib
import itertools
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import harness_path

harness_path.need_numpy()
import numpy as np
from harness import knn

FOLDER = harness_path.ROOT / "bench" / "python" / "ann_benchmarks"
PACKAGE = next((p for p in (pathlib.Path(x) for x in os.environ.get("PYTHONPATH", "").split(":") if x) if (p / "vecstore").is_dir()), None)

# What theirs does for a class that leaves it out.
BASE = '''class BaseANN:
    def done(self): pass
    def get_memory_usage(self): return 0.0
    def get_additional(self): return {}
    def get_batch_results(self): return self.res
    def __str__(self): return self.name
'''


def read_config(path):
    """The groups of runs: YAML of exactly the shape that their configurations have, without a package to read it."""
    groups, name = {}, None
    facts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.strip().removeprefix("- ").partition(":")
        indent = len(line) - len(line.lstrip())
        if indent == 6:
            name = key
            groups[name] = {}
        elif indent == 8:
            for word in ("M", "efConstruction"):
                value = value.replace(f"{word}:", f'"{word}":')
            groups[name][key] = json.loads(value)
        elif value.strip():
            facts[key] = value.strip()
    return facts, groups


def definitions(groups, metric):
    """(arguments of the constructor, lists of arguments of the queries), as their definitions expand: the product of what is listed."""
    for group in groups.values():
        for arguments in group["arg_groups"]:
            yield [metric, arguments], [list(q) for q in itertools.product(*group["query_args"])]


class AnnBenchmarks(unittest.TestCase):
    def setUp(self):
        try:
            importlib.import_module("vecstore")
        except ImportError as error:
            self.skipTest(f"no vecstore in Python: {error}")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        algorithms = pathlib.Path(folder.name) / "ann_benchmarks" / "algorithms"
        (algorithms / "base").mkdir(parents=True)
        (algorithms / "base" / "module.py").write_text(BASE)
        shutil.copytree(FOLDER, algorithms / "vecstore")
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)
        self.addCleanup(lambda: [sys.modules.pop(name) for name in list(sys.modules) if name.startswith("ann_benchmarks")])
        facts, self.groups = read_config(FOLDER / "config.yml")
        self.constructor = getattr(importlib.import_module(f"{facts['module']}.module"), facts["constructor"])
        self.metric = facts["base_args"]
        random = np.random.default_rng(7)
        self.train, self.test = random.normal(size=(400, 16)).astype("<f4"), random.normal(size=(20, 16)).astype("<f4")

    def run_one(self, arguments, query_arguments, batch, distance, k=10):
        """Their runner: fit once, then for each setting all queries, and ids turned to int before distances are looked up."""
        algorithm, found = self.constructor(*arguments), []
        try:
            algorithm.fit(self.train)
            for given in query_arguments:
                algorithm.set_query_arguments(*given)
                if batch:
                    self.assertIsNone(algorithm.batch_query(self.test, k))
                    answers = algorithm.get_batch_results()
                else:
                    answers = [algorithm.query(v, k) for v in self.test]
                found.append((str(algorithm), np.array([[int(i) for i in answer] for answer in answers])))
                self.assertEqual(algorithm.get_additional(), {})
        finally:
            algorithm.done()
        near = knn.exact(distance, self.train, self.test, k)
        return [(name, knn.recall(rows, *near, knn.distances_of(distance, self.train, self.test, rows))[1]) for name, rows in found]

    def test_every_definition_finds_all_of_few_rows_one_by_one_and_in_a_batch(self):
        self.assertEqual(self.metric, "['@metric']")
        for metric, distance in (("angular", "cosine"), ("euclidean", "euclidean")):
            for arguments, query_arguments in definitions(self.groups, metric):
                for batch in (False, True):
                    with self.subTest(metric=metric, arguments=arguments, batch=batch):
                        told = self.run_one(arguments, [query_arguments[0], query_arguments[-1]], batch, distance)
                        self.assertEqual(len({name for name, _ in told}), 2, "each setting has its own name in their plots")
                        self.assertEqual(told[-1][1], 1.0)

    def test_more_are_found_than_ef_when_more_are_asked_for(self):
        algorithm = self.constructor("euclidean", {"M": 16, "efConstruction": 100})
        algorithm.fit(self.train.astype(np.float64))  # their data sets may be so
        algorithm.set_query_arguments(10)
        self.assertEqual(len(algorithm.query(self.test[0].astype(np.float64), 100)), 100)
        folder = algorithm._folder.name
        algorithm.done()
        self.assertFalse(pathlib.Path(folder).exists())

    def test_a_metric_that_is_not_measured_is_refused(self):
        with self.assertRaises(NotImplementedError):
            self.constructor("jaccard", {"M": 16, "efConstruction": 100})


if __name__ == "__main__":
    unittest.main()
