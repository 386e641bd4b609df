"""Watched folders: what changes is found, whatever happens to files, and a watch that was killed goes on where it ended."""
import os
import shutil
import signal
import subprocess
import time
import unittest

import program
from program import ProgramTest


@program.needs_model
class Watch(ProgramTest):
    by = "notices"

    def setUp(self):
        super().setUp()
        self.environment |= {"VECSTORE_INGEST_WATCH_BY": self.by, "VECSTORE_INGEST_WATCH_INTERVAL_MS": "100"}
        self.write("docs/pump.md", "The pump is oiled on Mondays.\n")
        self.write("docs/sub/fence.md", "The fence is painted green.\n")

    def watch(self, *more):
        child = self.start("ingest", "docs", "--watch", "-o", "jsonl", *more, stderr=subprocess.PIPE)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.stderr.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        while True:
            line = child.stderr.readline().decode()
            self.assertTrue(line, "it ended")
            if line.startswith("watching by "):
                self.assertIn(self.by, line)
                return child

    def sources(self):
        answer = self.run_program("scan", "-o", "jsonl")
        return {record["metadata"]["source"]: record["text"] for record in answer.lines} if answer.code == 0 else {}

    def until(self, holds):
        end = time.monotonic() + 30
        while not holds(self.sources()):
            self.assertLess(time.monotonic(), end, self.sources())
            time.sleep(0.1)

    def stop(self, child):
        child.send_signal(signal.SIGINT)
        begin = time.monotonic()
        _, told = child.communicate(timeout=30)
        self.assertEqual(child.returncode, 0, told)
        self.assertIn(b"stopped; the same command goes on", told)
        self.assertLess(time.monotonic() - begin, 5)

    def test_files_that_come_change_move_and_go(self):
        child = self.watch()
        self.assertEqual(len(self.sources()), 2)
        self.write("docs/new/deep/valve.md", "The valve is red.\n")
        self.until(lambda found: "docs/new/deep/valve.md" in found)
        self.write("docs/pump.md", "The pump is oiled on Fridays.\n")
        self.until(lambda found: "Fridays" in found["docs/pump.md"])
        os.rename(self.folder / "docs/sub", self.folder / "docs/other")
        self.until(lambda found: "docs/other/fence.md" in found and "docs/sub/fence.md" not in found)
        shutil.rmtree(self.folder / "docs/new")
        self.until(lambda found: set(found) == {"docs/pump.md", "docs/other/fence.md"})
        self.stop(child)

    def test_nothing_of_a_burst_is_lost(self):
        child = self.watch()
        for i in range(200):
            self.write(f"docs/many/{i}.txt", f"file number {i} has words\n")
        self.until(lambda found: len(found) == 202)
        self.stop(child)

    def test_what_it_says_is_what_changed(self):
        child = self.watch()
        self.write("docs/pump.md", "The pump is oiled on Fridays.\n")
        self.until(lambda found: "Fridays" in found["docs/pump.md"])
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate(timeout=30)
        reports = [program.json.loads(line) for line in out.splitlines()]
        self.assertEqual(reports[0]["added"], 2)
        self.assertEqual([(r["files"], r["changed"], r["unchanged"]) for r in reports[1:]], [(1, 1, 0)], "nothing else was read")

    def test_a_watch_that_was_killed_goes_on(self):
        child = self.watch()
        child.kill()
        child.wait()
        self.write("docs/pump.md", "The pump is oiled on Fridays.\n")
        os.remove(self.folder / "docs/sub/fence.md")
        self.watch()
        self.assertEqual(self.sources(), {"docs/pump.md": "The pump is oiled on Fridays."})

    def test_others_may_write_meanwhile(self):
        child = self.watch()
        self.write("one.jsonl", '{"id": "x", "text": "by another", "metadata": {"source": "x"}}\n')
        self.ok("import", "one.jsonl")
        self.write("docs/new.md", "New.\n")
        self.until(lambda found: "docs/new.md" in found and "x" in found)
        self.stop(child)

    def test_the_database_may_lie_in_the_folder(self):
        child = self.watch("--db", "docs/my.db")
        self.environment["VECSTORE_DB"] = "docs/my.db"
        self.write("docs/new.md", "New.\n")
        self.until(lambda found: "docs/new.md" in found)
        before = (self.folder / "docs/my.db").stat().st_mtime_ns
        time.sleep(1.5)
        self.assertEqual((self.folder / "docs/my.db").stat().st_mtime_ns, before, "its own writes set it off")
        self.stop(child)

    def test_what_cannot_be_watched_is_refused(self):
        self.fails(3, "no such file or folder", "ingest", "nowhere", "--watch")
        self.fails(2, "--watch writes", "ingest", "docs", "--watch", "--dry-run")
        self.fails(2, "ingest.watch_by must be", "ingest", "docs", "--watch", env={"VECSTORE_INGEST_WATCH_BY": "magic"})


class WatchByLooking(Watch):
    by = "looking"


if __name__ == "__main__":
    program.main()
