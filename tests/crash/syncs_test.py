"""What a write costs in syncs, counted by strace: docs/guide/durability.md promises no less and no more.

usage: syncs_test.py COUNT_SYNCS
"""
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
CALLS = "fsync,fdatasync,sync_file_range,sync,syncfs,msync,rename,renameat,renameat2,write"
LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
TIMES = 20
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/guide/durability.md"


def kind(call, arguments):
    """`sync log`, `sync folder wal`, `rename manifest`: what was done to which of the store's files."""
    paths = re.findall(r'<([^>]*)>|"([^"]*)"', arguments)
    path = next((a or b for a, b in paths if "/store" in (a or b)), "")
    name = path.split("/store", 1)[-1].strip("/")
    what = {"": "folder", "wal": "folder wal", "segments": "folder segments"}.get(name)
    if what is None:
        what = "log" if name.endswith(".log") else "segment" if name.endswith((".seg", ".idx", ".del")) else "manifest"
    return ("rename " if call.startswith("rename") else "sync ") + what


def trace(mode, size):
    """For each phase of the program, in order, its name and how often what was done in it."""
    with tempfile.TemporaryDirectory(prefix="vecstore-syncs-") as folder:
        log = pathlib.Path(folder) / "trace"
        done = subprocess.run(["strace", "-f", "-y", "-s", "64", "-e", "trace=" + CALLS, "-o", log, PROGRAM, folder + "/store", mode, size,
                               str(TIMES)], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        phases, now = [], None
        for line in log.read_text().splitlines():
            match = LINE.match(line)
            if not match:
                continue
            call, arguments, result = match.groups()
            if call != "write":
                if now is not None and result == "0":
                    now[kind(call, arguments)] += 1
            elif found := re.match(r'1(?:<[^>]*>)?, "(begin|end) (\w+)\\n"', arguments):
                now = collections.Counter() if found[1] == "begin" else None
                if now is not None:
                    phases.append((found[2], now))
        return phases


class Syncs(unittest.TestCase):
    def writes(self, mode, size):
        found = [dict(counts) for name, counts in trace(mode, size) if name == "write"]
        self.assertEqual(len(found), TIMES)
        return found

    def test_in_full_every_write_is_one_sync_of_the_log_and_so_is_every_batch(self):
        for size in ("one", "batch"):
            self.assertEqual(self.writes("full", size), TIMES * [{"sync log": 1}], size)

    def test_in_normal_and_off_no_write_waits_for_a_sync(self):
        for mode in ("normal", "off"):
            for size in ("one", "batch"):
                self.assertEqual(self.writes(mode, size), TIMES * [{}], (mode, size))

    def test_a_flush_syncs_the_file_its_folder_and_the_switch_of_the_manifest(self):
        for mode in ("full", "normal", "off"):
            flush = next(counts for name, counts in trace(mode, "one") if name == "flush")
            # Here it is the first sync of the log but in full, so that the log's file is new to its folder.
            names = {} if mode == "full" else {"sync folder wal": 1}
            self.assertEqual(dict(flush), {"sync segment": 1, "sync folder segments": 2, "sync log": 1, "sync manifest": 1,
                                           "rename manifest": 1, "sync folder": 1, **names}, mode)

    def test_the_guide_says_so(self):
        text = PAGE.read_text()
        for line in ("| a write or a batch | one sync of the log | none | none |", "the segment's file once, its folder twice, the log once (its folder too when the file is new)"):
            self.assertIn(line, text)


def may_trace():
    if shutil.which("strace") is None:
        return "strace is not installed: tools/setup test"
    tried = subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"this system lets nobody trace: {tried.stderr.strip()}"


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    if why := may_trace():
        print("skipped:", why)
        sys.exit(77)
    unittest.main()
