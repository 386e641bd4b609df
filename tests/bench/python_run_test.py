"""bench/python/run as a whole, over 2,000 made rows: VecStore itself where its module is built, and what is missing by name."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import harness_path

harness_path.need_numpy()
from harness import engines, syncs

BUILD = next((p.resolve().parent for p in (pathlib.Path(x) for x in os.environ.get("PYTHONPATH", "").split(":") if x) if (p / "vecstore").is_dir()), None)


def can_import():
    done = subprocess.run([sys.executable, "-c", "import vecstore"], capture_output=True, check=False)
    return BUILD is not None and done.returncode == 0


class PythonRuns(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def with_python(self):
        """An environment of the peers that has numpy and no peer."""
        python = self.folder / "vecstore" / "bench" / "venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)

    def run_it(self, *words):
        command = [sys.executable, harness_path.ROOT / "bench" / "python" / "run", "--small", "--rounds", "1", "--most", "50", "--data", "uniform:2000x8",
                   "--name", "own", "--results", self.folder, "--build", BUILD or self.folder, *words]
        done = subprocess.run(command, env=os.environ | {"XDG_CACHE_HOME": str(self.folder)}, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def rows(self, kind, **wanted):
        rows = [json.loads(line) for line in (self.folder / "own.jsonl").read_text().splitlines()]
        return [row for row in rows if row["kind"] == kind and all(row.get(name) == value for name, value in wanted.items())]

    def test_without_the_environment_every_peer_is_skipped_by_name(self):
        said = self.run_it()
        for engine in engines.PYTHON_ENGINES:
            self.assertIn(f"{engine.name}: skipped: ", said)
        self.assertIn("tools/setup bench", said)
        self.assertEqual({row["part"] for row in self.rows("python_run")}, {"curve", "case", "inserts"})

    @unittest.skipUnless(can_import(), "no vecstore in Python")
    def test_a_peer_that_is_not_installed_is_skipped_and_the_others_are_asked_one_by_one_and_in_batches(self):
        self.with_python()
        said = self.run_it("--parts", "curve", "--engines", "vecstore,faiss")
        self.assertIn("faiss: skipped: ", said)
        points = {row["setting"]: row for row in self.rows("python")}
        self.assertEqual(points["ef=10"]["recall"], 1)
        self.assertEqual(points["ef=10 batch=1000"]["recall"], 1)
        self.assertNotIn("ef=20", points)  # nothing was left to be found
        self.assertGreater(self.rows("engine")[0]["floor_p99_us"], 0)

    @unittest.skipUnless(can_import(), "no vecstore in Python")
    def test_a_case_goes_from_empty_to_right_answers_with_and_without_filters(self):
        self.with_python()
        self.run_it("--parts", "case", "--engines", "vecstore")
        case, = self.rows("python_case")
        self.assertEqual((case["load"]["rows"], case["serial"]["recall"]), (2_000, 1))
        self.assertEqual({name: row["matches"] for name, row in case["filters"].items()}, {"99 %": 1_980, "1 %": 20})
        for row in case["filters"].values():
            self.assertEqual((row["recall"], row["right_counts"], row["wrong_rows"]), (1, True, 0))
        self.assertGreater(min(case["threads-1"], case["threads-2"], case["file_bytes"]), 0)

    @unittest.skipUnless(can_import(), "no vecstore in Python")
    @unittest.skipIf(syncs.missing(), syncs.missing())
    def test_a_durable_write_is_one_sync_whatever_its_size_and_a_second_run_asks_nothing_again(self):
        self.with_python()
        self.run_it("--parts", "inserts", "--engines", "vecstore")
        durable, = self.rows("python_inserts", engine="vecstore", durable="durability full")
        self.assertEqual(durable["syncs"], {"1": {"fdatasync": 1}, "100": {"fdatasync": 1}, "1000": {"fdatasync": 1}})
        normal, = self.rows("python_inserts", engine="vecstore", durable="")
        plain = [row["syncs"]["1"] for row in self.rows("python_inserts", engine="plain file")]
        self.assertEqual(plain, [{}, {"fdatasync": 1}])
        self.assertLess(normal["syncs"]["1"].get("fdatasync", 0), 1)
        self.assertEqual(set(normal["rates"]), {"1", "100", "1000"})
        self.run_it("--parts", "inserts", "--engines", "vecstore")
        self.assertEqual(len(self.rows("python_inserts")), 4)


if __name__ == "__main__":
    unittest.main()
