"""Pipes, links, devices and limits: what the program reads from and writes to is not always a plain file."""
import os
import resource
import signal
import stat
import subprocess
import time
import unittest

import program
from program import ProgramTest

LINES = b"".join(b'{"id":"%d","vector":[%d,1]}\n' % (i, i + 1) for i in range(1500))


class Reading(ProgramTest):
    def shell(self, line):
        return subprocess.run(["bash", "-c", line, program.PROGRAM], cwd=self.folder, env=self.environment, capture_output=True, timeout=120)

    def test_a_pipe_is_imported_whole_though_it_can_be_read_once(self):
        self.write("r.jsonl", LINES)
        for line in ('"$0" import <(cat r.jsonl)', 'cat r.jsonl | "$0" import /dev/stdin', 'mkfifo p; (sleep 0.2; cat r.jsonl > p) & "$0" import p'):
            done = self.shell(line)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"1,500 records imported", done.stdout, line)
            self.ok("collection", "drop", "default")

    def test_ids_and_metadata_may_come_through_pipes(self):
        self.write("v.csv", "id,vector\n" + "".join(f'{i},"[{i + 1}, 1]"\n' for i in range(1200)))
        self.ok("--db", "from", "import", "v.csv")
        self.ok("--db", "from", "export", "v.npy", "--ids", "ids", "--metadata", "meta")
        done = self.shell('"$0" import v.npy --ids <(sed s/^/x/ ids) --metadata <(cat meta)')
        self.assertEqual((done.returncode, self.count()), (0, 1200), done.stderr)
        self.ok("get", "x1199")
        self.fails(2, "'-' is given for two files", "import", "v.npy", "--ids", "-", "--metadata", "-")

    def test_what_is_endless_is_refused(self):
        self.make_three()
        for words in (["query", "--vector", "@/dev/zero"], ["--config", "/dev/zero", "count"], ["query", "--json", "/dev/zero"],
                      ["init", "--metadata-schema", "@/dev/zero"]):
            self.fails(1, "/dev/zero has more than 67108864 bytes", *words)


class Writing(ProgramTest):
    def test_export_to_a_link_writes_what_it_leads_to(self):
        self.make_three()
        (self.folder / "below").mkdir()
        os.symlink("below/real.jsonl", self.folder / "link.jsonl")
        for _ in range(2):  # the target is made, then replaced
            self.ok("export", "link.jsonl")
            self.assertTrue((self.folder / "link.jsonl").is_symlink())
            self.assertEqual(len((self.folder / "below/real.jsonl").read_text().splitlines()), 3)
        self.assertEqual([p.name for p in (self.folder / "below").iterdir()], ["real.jsonl"])

    def test_export_keeps_the_mode_of_a_file(self):
        self.make_three()
        self.write("out.jsonl", "old").chmod(0o600)
        self.ok("export", "out.jsonl")
        self.assertEqual(stat.S_IMODE((self.folder / "out.jsonl").stat().st_mode), 0o600)

    def test_export_to_standard_output_by_its_name(self):
        self.make_three()
        os.symlink("/proc/self/fd/1", self.folder / "stdout")  # as /dev/stdout, which no test may touch: root could replace it
        with open(self.folder / "out", "wb") as out:
            done = subprocess.run([program.PROGRAM, "export", "stdout", "--format", "jsonl"], cwd=self.folder, env=self.environment, stdout=out, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len((self.folder / "out").read_bytes().splitlines()), 3)
        self.assertEqual(len(self.ok("export", "stdout", "--format", "jsonl").lines), 3)
        self.assertTrue((self.folder / "stdout").is_symlink())

    def test_a_limit_on_the_size_of_files_is_a_full_disk(self):
        self.write_records("all.jsonl", [{"id": f"{i:05}", "vector": [i + 1, 1, 2, 3], "text": "some text " * 5} for i in range(10000)])
        limited = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        done = subprocess.run([program.PROGRAM, "import", "all.jsonl"], cwd=self.folder, env=self.environment, capture_output=True, preexec_fn=limited)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"file too large", done.stderr)
        self.ok("check", "--deep")
        self.assertEqual(self.count() % 1000, 0)
        self.ok("import", "all.jsonl")
        done = subprocess.run([program.PROGRAM, "export", "out.jsonl"], cwd=self.folder, env=self.environment, capture_output=True, preexec_fn=limited)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"File too large", done.stderr)
        self.assertEqual(list(self.folder.glob("out*")), [])


class Making(ProgramTest):
    def test_a_collection_that_cannot_be_leaves_no_folder(self):
        for words in (["--analyzer", "klingon"], ["--m", 1], ["--text-field", "text^0"], ["--kind", "binary", "--metric", "cosine"]):
            for command in (["init"], ["collection", "create", "x"]):
                self.fails(2, "", *command, *words)
                self.assertEqual(list(self.folder.iterdir()), [], words)
        self.fails(2, "control character", "-c", "a\nb", "init")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_init_does_not_call_ready_what_differs(self):
        self.ok("init")
        self.fails(1, "dimension 0 (its first vector will say), not 8", "init", "--dimension", 8)

    def test_copy_makes_a_whole_collection_or_none(self):
        self.write_records("all.jsonl", [{"id": f"{i:06}", "vector": [i + 1, 1], "text": "words " * 20} for i in range(20000)])
        self.ok("import", "all.jsonl")
        names = lambda: [row["name"] for row in self.ok("collection", "list", "-o", "json").json["collections"]]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            running = self.start("collection", "copy", "default", "copy")
            while running.poll() is None:  # stands still while it is looked at, so that it is in the middle of its work when the signal comes
                running.send_signal(signal.SIGSTOP)
                if "copy.unfinished-copy" in names():
                    break
                running.send_signal(signal.SIGCONT)
                time.sleep(0.002)
            running.send_signal(number)
            running.send_signal(signal.SIGCONT)
            _, err = running.communicate(timeout=60)
            if number == signal.SIGKILL:
                self.assertEqual(running.returncode, -number)
                self.assertEqual(names(), ["copy.unfinished-copy", "default"])
                self.fails(2, "is the name of an unfinished copy", "collection", "copy", "copy.unfinished-copy", "copy")
                self.assertEqual(names(), ["copy.unfinished-copy", "default"])
            else:
                self.assertEqual(running.returncode, 1, err)
                self.assertIn(b"the copy was stopped; nothing of it is left", err)
                self.assertEqual(names(), ["default"])
        self.ok("collection", "copy", "default", "copy")
        self.assertEqual(names(), ["copy", "default"])
        self.assertEqual(self.ok("-c", "copy", "count").out, "20000\n")
        self.fails(1, "'copy' already", "collection", "copy", "default", "copy")


if __name__ == "__main__":
    program.main()
