"""Runs the vecstore program in a temporary folder of its own; the tests beside this file build on it."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
MODEL = pathlib.Path(CACHE) / "vecstore/models/wordllama-256/model.safetensors"
needs_model = unittest.skipUnless(MODEL.exists(), "the embedding model is not there: run tools/setup")


class Answer:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vecstore-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("VECSTORE_")}
        self.environment = {**kept, "HOME": folder.name, "XDG_CACHE_HOME": CACHE}

    def start(self, *words, **options):
        ends = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        return subprocess.Popen([PROGRAM, *map(str, words)], cwd=self.folder, env=self.environment, **{**ends, **options})

    def run_program(self, *words, stdin=b"", env=None):
        done = subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, env={**self.environment, **(env or {})},
                              input=stdin, capture_output=True, timeout=120)
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ok(self, *words, **options):
        answer = self.run_program(*words, **options)
        self.assertEqual(answer.code, 0, f"{words}: {answer.err}")
        return answer

    def fails(self, code, message, *words, **options):
        """The exit code, the message on standard error, and nothing on standard output."""
        answer = self.run_program(*words, **options)
        self.assertEqual(answer.code, code, f"{words}: {answer.out}{answer.err}")
        self.assertIn(message, answer.err)
        return answer

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def write_records(self, name, records):
        return self.write(name, "".join(json.dumps(record) + "\n" for record in records))

    def count(self):
        return self.ok("count", "-o", "json").json["count"]

    def wait_for_count(self, least):
        for _ in range(1000):
            answer = self.run_program("count", "-o", "json")
            if answer.code == 0 and answer.json["count"] >= least:
                return
        self.fail(f"there never were {least} records")

    def make_three(self):
        self.write_records("three.jsonl", [
            {"id": "a", "vector": [1, 0, 0], "text": "first", "metadata": {"year": 2020, "tags": ["x"]}},
            {"id": "b", "vector": [0, 1, 0], "metadata": {"year": 2021}},
            {"id": "c", "vector": [0, 0, 1]},
        ])
        self.ok("import", "three.jsonl")


def main():
    global PROGRAM
    PROGRAM = os.path.realpath(sys.argv.pop(1))
    sys.modules["program"].PROGRAM = PROGRAM
    unittest.main(module="__main__")
