"""bench/run as a whole, with engines of a few lines: what is measured is kept, an interrupted run goes on, what is missing is said."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import harness_path

harness_path.need_numpy()
import numpy as np

# Exact search in the protocol of bench/peers/runner.h. It notes every query line, and dies at the setting that is told to.
ENGINE = """#!{python} -S
import array, json, os, struct, sys
verb, settings = sys.argv[1], dict(word.split("=", 1) for word in sys.argv[2:])
def rows(path):
    data = open(path, "rb").read()
    start = 10 + data[8] + 256 * data[9]
    count, dimension = eval(data[10:start])["shape"]
    return [struct.unpack_from("<%df" % dimension, data, start + 4 * dimension * i) for i in range(count)]
def say(**what):
    print(json.dumps(what), flush=True)
if verb == "build":
    os.symlink(settings["base"], settings["index"] + "/base")
    say(build_seconds=1.0, build_cpu_seconds=1.0)
elif verb == "floor":
    say(floor_us=1.0)
else:
    base, queries = rows(settings["index"] + "/base"), rows(settings["queries"])
    say(open_seconds=0.001)
    for line in sys.stdin:
        words = dict(word.split("=", 1) for word in line.split() if "=" in word)
        if line.startswith("memory"):
            say(resident_bytes=1000)
            continue
        open("{log}", "a").write("{name} " + words["ef"] + chr(10))
        if words["ef"] == "{dies}":
            sys.exit("out of luck")
        seen = base[:max(10, int(words["ef"]) * len(base) // 500)]
        out = array.array("i")
        for query in queries[:int(words["count"])]:
            order = sorted(range(len(seen)), key=lambda i: sum((a - b) ** 2 for a, b in zip(query, seen[i])))
            out.extend(order[:int(words["k"])])
        if "answers" in words:
            out.tofile(open(words["answers"], "wb"))
        say(queries=int(words["count"]), seconds=0.001 * int(words["ef"]), cpu_over_wall=1.0, p50_us=1, p95_us=2, p99_us=3)
"""


class Runs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "log"
        (self.folder / "build" / "bench").mkdir(parents=True)
        random = np.random.default_rng(5)
        np.save(self.folder / "base.npy", random.normal(size=(60, 4)).astype("<f4"))
        np.save(self.folder / "queries.npy", random.normal(size=(4, 4)).astype("<f4"))

    def engine(self, name, dies="never"):
        path = self.folder / "build" / "bench" / f"{name}_runner"
        path.write_text(ENGINE.format(python=sys.executable, log=self.log, name=name, dies=dies))
        path.chmod(0o755)

    def run_it(self, *words, engines="vecstore,hnswlib"):
        done = subprocess.run([sys.executable, harness_path.ROOT / "bench" / "run", "--base", self.folder / "base.npy", "--queries",
                               self.folder / "queries.npy", "--build", self.folder / "build", "--results", self.folder, "--engines", engines,
                               *words], env=os.environ | {"XDG_CACHE_HOME": str(self.folder)}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def asked(self):
        lines = self.log.read_text().split("\n")[:-1] if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines

    def points(self):
        rows = [json.loads(line) for line in (self.folder / "own.jsonl").read_text().splitlines()]
        return {(row["engine"], row["setting"]): row for row in rows if row["kind"] == "point"}

    def test_rounds_are_taken_in_turn_until_the_recall_is_whole(self):
        self.engine("vecstore")
        self.engine("hnswlib")
        code, said = self.run_it()
        self.assertEqual(code, 0, said)
        asked = self.asked()
        self.assertEqual(asked[:6], ["vecstore 10", "hnswlib 10"] * 3)
        self.assertEqual(asked[-1], "hnswlib 500")
        points = self.points()
        self.assertLess(points["vecstore", "ef=10"]["recall"], 1)
        self.assertEqual(points["vecstore", "ef=500"]["recall"], 1)
        self.assertEqual(points["vecstore", "ef=10"]["qps"], 400)

    def test_a_second_run_measures_nothing_again(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        self.assertTrue(self.asked())
        code, said = self.run_it(engines="vecstore")
        self.assertEqual((code, self.asked()), (0, []), said)

    def test_an_interrupted_run_goes_on_where_it_stopped(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        whole, kept = self.points(), self.folder / "own.jsonl"
        lines = kept.read_text().splitlines(keepends=True)
        cut = next(i for i, line in enumerate(lines) if '"ef=180"' in line)
        kept.write_text("".join(lines[:cut]) + lines[cut][:30])  # killed in the middle of a line
        self.asked()
        code, said = self.run_it(engines="vecstore")
        self.assertEqual(code, 0, said)
        self.assertEqual(self.asked()[0], "vecstore 180")
        rows = [json.loads(line) for line in kept.read_text().splitlines() if line.endswith("}")]
        self.assertEqual({row["setting"] for row in rows if row["kind"] == "point"}, {setting for _, setting in whole})

    def test_another_program_is_measured_anew(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        self.asked()
        self.engine("vecstore", dies="9999")
        self.run_it(engines="vecstore")
        self.assertEqual(self.asked()[0], "vecstore 10")

    def test_an_engine_that_dies_is_skipped_with_its_words_and_the_others_go_on(self):
        self.engine("vecstore")
        self.engine("hnswlib", dies="20")
        code, said = self.run_it()
        self.assertEqual(code, 0, said)
        self.assertIn("hnswlib: skipped: out of luck", said)
        self.assertIn(("vecstore", "ef=500"), self.points())
        self.assertNotIn(("hnswlib", "ef=20"), self.points())

    def test_a_missing_peer_is_named_and_only_strict_fails(self):
        self.engine("vecstore")
        code, said = self.run_it(engines="vecstore,hnswlib,svs-f16,zvec,qdrant-edge")
        self.assertEqual(code, 0, said)
        self.assertIn("hnswlib: skipped: hnswlib_runner is not built", said)
        self.assertIn("tools/setup bench", said)
        code, said = self.run_it("--strict", engines="vecstore,hnswlib,svs-f16,zvec,qdrant-edge")
        self.assertEqual(code, 1, said)
        for family in ("hnswlib", "svs", "zvec", "qdrant"):
            self.assertIn(f"base: {family} is missing", said)

    def test_an_index_is_built_once(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        made = list((self.folder / "vecstore" / "bench" / "indexes").iterdir())
        self.assertEqual(len(made), 1)
        before = made[0].stat().st_mtime_ns
        self.run_it("--rounds", "1", engines="vecstore")
        self.assertEqual([f.stat().st_mtime_ns for f in (self.folder / "vecstore" / "bench" / "indexes").iterdir()], [before])


if __name__ == "__main__":
    unittest.main()
