"""Engines of a few lines, and a folder with what bench/run needs to ask them."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import harness_path
import numpy as np

# Exact search in the protocol of bench/peers/runner.h. It notes every query line and, in another file, every build; it dies at
# the setting that is told to. Of filters it knows n < N, where n is the number of the row.
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
    open("{log}.builds", "a").write("{name}" + chr(10))
    say(build_seconds=1.0, build_cpu_seconds=1.0)
elif verb == "floor":
    say(floor_us=1.0)
else:
    base, queries = rows(settings["index"] + "/base"), rows(settings["queries"])
    say(open_seconds=0.001)
    passing, questions = base, queries
    for line in sys.stdin:
        words = dict(word.split("=", 1) for word in line.split() if "=" in word)
        if line.startswith("memory"):
            say(resident_bytes=1000)
            continue
        if line.startswith("filter"):
            condition, numbers = open(line.split()[1]).read().split(chr(10))[:2]
            passing = base[:json.loads(condition)["n"]["$lt"]]
            questions = [queries[int(number)] for number in numbers.split()]
            say(queries=len(questions))
            continue
        open("{log}", "a").write("{name} " + words["ef"] + chr(10))
        if words["ef"] == "{dies}":
            sys.exit("out of luck")
        seen = passing[:max(10, int(words["ef"]) * len(passing) // 500)]
        out = array.array("i")
        for query in questions[:int(words["count"])]:
            order = sorted(range(len(seen)), key=lambda i: sum((a - b) ** 2 for a, b in zip(query, seen[i])))
            out.extend(order[:int(words["k"])])
        if "answers" in words:
            out.tofile(open(words["answers"], "wb"))
        say(queries=int(words["count"]), seconds=0.001 * int(words["ef"]), cpu_over_wall=1.0, p50_us=1, p95_us=2, p99_us=3)
"""


class Folder(unittest.TestCase):
    """60 rows, 4 queries, a program for each engine, and bench/run over them."""

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

    def bench(self, *words):
        done = subprocess.run([sys.executable, harness_path.ROOT / "bench" / "run", "--build", self.folder / "build", "--results", self.folder, *words],
                              env=os.environ | {"XDG_CACHE_HOME": str(self.folder)}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def run_it(self, *words, engines="vecstore,hnswlib"):
        return self.bench("--base", self.folder / "base.npy", "--queries", self.folder / "queries.npy", "--engines", engines, *words)

    def run_data(self, name, *words):
        return self.bench("--data", name, *words)

    def asked(self):
        lines = self.log.read_text().split("\n")[:-1] if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines

    def builds(self):
        path = self.folder / "log.builds"
        return path.read_text().split("\n")[:-1] if path.exists() else []

    def rows(self, kind):
        rows = [json.loads(line) for line in (self.folder / "own.jsonl").read_text().splitlines() if line.endswith("}")]
        return [row for row in rows if row["kind"] == kind]

    def points(self):
        return {(row["engine"], row["setting"]): row for row in self.rows("point")}
