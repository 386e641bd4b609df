"""The programs of the cookbook, in C++ and in Python, held against what they should say.

usage: NAME_test.py VECSTORE PROGRAM...     PROGRAM runs the example; VECSTORE is the command line, which knows what a file says
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vecstore"
MODEL = CACHE / "models/wordllama-256"
SQLITE = CACHE / "docs/sqlite"
GUIDE = CACHE / "cookbook/maint-guide"  # Debian New Maintainers' Guide: PDF and HTML

PLACE = re.compile(r"^ *(?:\[\d+\] )?(\S+), bytes (\d+)-(\d+)$", re.M)


class Recipe(unittest.TestCase):
    """Runs the program in a folder of its own."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vecstore-cookbook-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VECSTORE_")}
        self.environment = {**kept, "HOME": folder.name, "PYTHONIOENCODING": "utf-8"}

    def start(self, *words, **options):
        ends = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        return subprocess.Popen([*PROGRAM, *map(str, words)], cwd=self.folder, env=self.environment, text=True, **{**ends, **options})

    def run_recipe(self, *words, code=0, stdin=None):
        """What it says on standard output; where it is to fail, on standard error."""
        program = self.start(*words)
        out, err = program.communicate(stdin, timeout=120)
        self.assertEqual(program.returncode, code, f"{words}\n{out}{err}")
        return err if code else out

    def extract(self, file, start, end):
        """What the file says between these bytes of its text, as the command line reads it."""
        return subprocess.run([VECSTORE, "extract", file, "--bytes", f"{start}-{end}"], cwd=self.folder, env=self.environment,
                              check=True, capture_output=True, text=True).stdout

    def assert_cited(self, out, folder):
        """Below each place that is named stands what the file has there. The places, best first."""
        places = list(PLACE.finditer(out))
        self.assertTrue(places, out)
        for place in places:
            shown = out[place.end():].lstrip("\n").split("\n", 1)[0].replace("«", "").replace("»", "").removesuffix(" ...")
            says = self.extract(pathlib.Path(folder).parent / place[1], place[2], place[3])
            self.assertTrue(flat(says).startswith(flat(shown)), f"{place[0]}\n{shown}\n{says}")
            self.assertGreater(len(flat(shown)), 20)
        return [place[1] for place in places]

    def refuses(self, message, *words, code=1):
        said = self.run_recipe(*words, code=code)
        self.assertIn(message, said)
        self.assertNotIn("Traceback", said)
        self.assertNotIn("terminate called", said)


def flat(text):
    """With single blanks."""
    return " ".join(text.split())


def main(*needed):
    """Runs the tests; without what they need, 77 says that they are skipped."""
    global VECSTORE, PROGRAM
    VECSTORE, *PROGRAM = (os.path.abspath(word) if os.path.exists(word) else word for word in sys.argv[1:])
    module = sys.modules["cookbook"]
    module.VECSTORE, module.PROGRAM = VECSTORE, PROGRAM
    for path in (MODEL / "model.safetensors", *needed):
        if not pathlib.Path(path).exists():
            print(f"skipped: {path} is not there; tools/setup test fetches it")
            sys.exit(77)
    unittest.main(module="__main__", argv=sys.argv[:1])
