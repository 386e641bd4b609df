"""Backups in folders and in single files, incremental ones, and what is restored from them."""
import signal
import subprocess
import time

import program
from program import ProgramTest


class Backup(ProgramTest):
    def dump(self, *words):
        return self.ok(*words, "export", "-").out

    def test_a_folder_opens_by_itself_and_is_restored(self):
        self.make_three()
        then = self.dump()
        report = self.ok("backup", "copies/monday", "-o", "json").json
        self.assertEqual(report["copied_files"], report["files"])
        self.ok("delete", "a")
        self.assertEqual(self.dump("--db", "copies/monday"), then)
        self.ok("--db", "again", "restore", "copies/monday")
        self.assertEqual(self.dump("--db", "again"), then)
        self.assertNotEqual(self.dump(), then)
        self.ok("--db", "again", "check", "--deep")

    def test_a_single_file_is_read_where_it_lies(self):
        self.make_three()
        then = self.dump()
        self.ok("backup", "notes.vsb", "--single-file")
        self.assertTrue((self.folder / "notes.vsb").is_file())
        self.assertEqual(self.dump("--db", "notes.vsb"), then)
        hits = self.ok("--db", "notes.vsb", "query", "--vector", "[1,0,0]", "-k", 1, "-o", "json").json["hits"]
        self.assertEqual(hits[0]["id"], "a")
        self.ok("--db", "notes.vsb", "stats")
        self.ok("--db", "notes.vsb", "check", "--deep")
        self.fails(1, "read-only", "--db", "notes.vsb", "delete", "a")
        self.ok("--db", "again", "restore", "notes.vsb")
        self.assertEqual(self.dump("--db", "again"), then)

    def test_an_incremental_one_needs_those_before_it(self):
        self.make_three()
        self.ok("backup", "one")
        self.ok("delete", "b")
        then = self.dump()
        report = self.ok("backup", "two", "--base", "one", "-o", "json").json
        self.assertLess(report["copied_bytes"], report["bytes"])
        self.fails(1, "stands on an earlier backup", "--db", "again", "restore", "two")
        self.assertFalse((self.folder / "again").exists())
        self.ok("--db", "again", "restore", "one", "two")
        self.assertEqual(self.dump("--db", "again"), then)

    def test_damage_is_refused_by_name_and_offset(self):
        self.make_three()
        self.ok("backup", "one.vsb", "--single-file")
        content = bytearray((self.folder / "one.vsb").read_bytes())
        content[len(content) // 2] ^= 1
        self.write("bad.vsb", bytes(content))
        self.assertRegex(self.fails(4, "bad.vsb", "--db", "again", "restore", "bad.vsb").err, r"offset \d+|byte \d+")
        self.assertFalse((self.folder / "again").exists())
        self.fails(4, "damaged", "--db", "bad.vsb", "check", "--deep")

    def test_check_of_an_incremental_one_says_what_it_stands_on_and_sees_damage(self):
        self.make_three()
        self.ok("backup", "one")
        self.ok("delete", "b")
        self.ok("backup", "two", "--base", "one")
        self.ok("backup", "two.vsb", "--single-file", "--base", "one")
        for path in ("two", "two.vsb"):
            report = self.ok("--db", path, "check", "--deep", "-o", "json").json
            self.assertTrue(report["clean"] and report["files"] > 0 and report["bytes"] > 0, report)
            self.assertIn("'one'", report["notes"][0])
        for path, name in (("two/BACKUP", "two"), ("one/BACKUP", "one"), ("two.vsb", "two.vsb")):
            content = bytearray((self.folder / path).read_bytes())
            content[-100] ^= 1
            self.write(path, bytes(content))
            self.fails(4, "damaged", "--db", name, "check")
            content[-100] ^= 1
            self.write(path, bytes(content))
        self.fails(1, "restore it with them", "salvage", "two", "--into", "saved")
        self.fails(1, "restore it with them", "salvage", "two.vsb", "--into", "saved")
        self.ok("--db", "one", "delete", "a")
        self.fails(1, "'one' was written to", "backup", "three", "--base", "one")

    def test_beside_a_writer_and_from_a_folder_that_takes_no_writes_it_is_what_a_reader_sees(self):
        self.make_three()
        writer = self.start("import", "-")
        try:
            writer.stdin.write(b"".join(b'{"id":"n%d","vector":[1,1,1]}\n' % i for i in range(1001)))
            writer.stdin.flush()
            self.wait_for_count(1003)
            self.assertIn("as a reader sees it", self.ok("backup", "beside").err)
        finally:
            writer.communicate(timeout=60)
        self.ok("--db", "beside", "check", "--deep")
        self.assertEqual(self.ok("--db", "beside", "count", "-o", "json").json["count"], 1003)

    def test_what_cannot_be_is_said(self):
        self.make_three()
        self.ok("backup", "one")
        self.fails(1, "'one' is there already", "backup", "one")
        self.fails(1, "'vecstore.db' is there already", "restore", "one")
        self.fails(3, "no backup at 'gone'", "--db", "again", "restore", "gone")
        self.fails(3, "no backup at 'gone'", "backup", "two", "--base", "gone")
        self.write("text", "no backup")
        self.fails(1, "'text' is no backup", "--db", "again", "restore", "text")
        self.fails(3, "no database", "--db", "nowhere", "backup", "two")
        self.assertFalse((self.folder / "two").exists())

    # Whenever the program dies, what is at the destination is a whole backup or is refused, and the same command then succeeds.
    def test_the_database_itself_is_no_place_for_copies(self):
        self.write_records("r.jsonl", [{"id": "a", "vector": [1, 0]}])
        self.ok("import", "r.jsonl")
        (self.folder / "link").symlink_to(self.folder / "vecstore.db")
        for place in ("vecstore.db/segments/99.seg", "link/MANIFEST-999", "vecstore.db/../vecstore.db/wal/9.log"):
            self.fails(2, "lies in the database", "backup", place, "--single-file")
            self.fails(2, "lies in the database", "backup", place)
        self.fails(2, "lies in the database", "salvage", "vecstore.db", "--into", "link/new")
        self.assertTrue(self.ok("check", "--deep", "-o", "json").json["clean"])
        self.assertEqual(self.count(), 1)

    def test_a_killed_backup_or_restore_counts_or_is_done_anew(self):
        self.write_records("many.jsonl", ({"id": str(i), "vector": [i, 1, 0], "text": "word " * 200} for i in range(20000)))
        self.ok("import", "many.jsonl")
        whole = self.count()
        for single in ([], ["--single-file"]):
            self.ok("backup", "whole" + "1" * len(single), *single)
        kinds = {"backup": ["backup", "copy"], "single": ["backup", "copy", "--single-file"],
                 "restore": ["--db", "copy", "restore", "whole"]}
        for kind, words in kinds.items():
            for delay in (0.005, 0.01, 0.02, 0.03, 0.05, 0.08):
                running = self.start(*words)
                time.sleep(delay)
                running.send_signal(signal.SIGKILL)
                running.communicate()
                done = running.returncode == 0
                if not done:
                    opened = self.run_program("--db", "copy", "count", "-o", "json")
                    done = opened.code == 0
                if not done:
                    self.ok(*words)
                self.assertEqual(self.ok("--db", "copy", "count", "-o", "json").json["count"], whole, kind)
                subprocess.run(["rm", "-rf", "copy", "copy.unfinished"], cwd=self.folder, check=True)
        self.assertEqual(self.count(), whole)


if __name__ == "__main__":
    program.main()
