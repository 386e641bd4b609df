"""What goes wrong: each a clear message, the right exit code, and the state as before."""
import json
import os
import resource
import shutil
import signal
import subprocess
import time
import unittest

import program
from program import ProgramTest, needs_model


class Usage(ProgramTest):
    def test_wrong_words_name_the_nearest(self):
        self.fails(2, "unknown command 'qurey'; did you mean 'query'?", "qurey")
        self.fails(2, "unknown option '--fliter'; did you mean '--filter'?", "count", "--fliter", "x")
        self.fails(2, "did you mean 'rename'?", "collection", "renam", "a", "b")
        self.fails(2, "unexpected argument", "count", "x")
        self.fails(2, "'file' is missing", "import")

    def test_numbers_out_of_range(self):
        self.make_three()
        for k in (-3, 0, 10001, 99999999999):
            self.fails(2, f"-k must be from 1 to 10000, it is {k}", "query", "--vector", "[1,0,0]", "-k", k)
        self.fails(2, "'many' is not an integer", "query", "--vector", "[1,0,0]", "-k", "many")
        self.fails(2, "--dimension must be from 1 to 65536", "init", "--dimension", 65537)
        self.fails(2, "--threads", "benchmark", "--queries", "q.npy", "--threads", 0)

    def test_a_filter_that_does_not_parse_shows_the_column(self):
        self.make_three()
        for command in (["count"], ["scan"], ["delete"], ["query", "--vector", "[1,0,0]"], ["export", "x"]):
            self.fails(2, "filter column 9", *command, "--filter", "year >= ")
        self.assertEqual(self.count(), 3)

    def test_an_empty_filter_is_no_filter_that_passes_everything(self):
        self.make_three()
        for command in (["count"], ["scan"], ["delete"], ["query", "--vector", "[1,0,0]"], ["export", "x"], ["query"]):
            self.fails(2, "--filter is empty", *command, "--filter", " ")
        self.assertEqual(self.count(), 3)
        self.assertEqual(self.ok("delete", "--filter", "TRUE").out, "3\n")

    def test_a_file_that_cannot_be_written_leaves_nothing(self):
        self.make_three()
        before = sorted(self.folder.iterdir())
        self.fails(2, "no format is named by '.parquet'", "export", "x.parquet")
        self.fails(2, "pipe: vecstore export - | gzip", "export", "x.jsonl.gz")
        self.fails(2, "'x.npy' is given for two files", "export", "x.npy", "--ids", "x.npy")
        self.fails(2, "empty", "export", "")
        self.fails(1, "No such file or directory", "export", "nowhere/x.jsonl")
        (self.folder / "dir").mkdir()
        self.fails(1, "Is a directory", "export", "dir")
        self.assertEqual(sorted(self.folder.iterdir()), sorted([*before, self.folder / "dir"]))

    def test_vectors_that_do_not_fit(self):
        self.make_three()
        self.fails(2, "dimension", "query", "--vector", "[1, 0]")
        self.fails(2, "--vector", "query", "--vector", "[1, 0")
        self.fails(2, "--vector", "query", "--vector", '{"a": 1}')
        self.fails(3, "v.json", "query", "--vector", "@v.json")

    def test_an_empty_text_does_not_list_everything(self):
        self.make_three()
        for text in ("", "  \n"):
            self.fails(2, "the text to look for is empty", "query", text, "--mode", "text")

    def test_what_this_version_lacks_is_said(self):
        self.make_three()
        self.fails(1, "--mode sparse: the vectors of collection 'default' are dense", "query", "x", "--mode", "sparse")
        self.fails(2, "did you mean 'vector'", "query", "x", "--mode", "vektor")

    def test_contradictions(self):
        self.make_three()
        self.fails(2, "give one of", "query", "x", "--file", "q.jsonl")
        self.fails(2, "need a text", "query", "--vector", "[1,0,0]", "--mode", "hybrid")
        self.fails(2, "no use for a vector", "query", "x", "--vector", "[1,0,0]", "--mode", "text")
        self.fails(2, "alpha is 2", "query", "x", "--vector", "[1,0,0]", "--alpha", "2")
        self.fails(2, "unknown fusion", "query", "x", "--fusion", "sum")
        self.fails(2, "give TEXT", "query")
        self.fails(2, "ids or --filter", "delete")
        self.fails(2, "ids or --filter", "delete", "a", "--filter", "year = 1")
        self.fails(2, "unknown metric", "init", "--metric", "cosin")
        self.fails(2, "cannot tell the format", "import", self.write("odd", "?"))

    def test_a_query_file_that_is_wrong_names_the_line(self):
        self.make_three()
        for line, message in (("{", "line 1"), ('{"id":1}', "needs 'text' or 'vector'"), ('{"text":1}', "must be a string"),
                              ('{"vector":[1,0,0],"filtre":"x"}', "unknown member 'filtre'")):
            self.write("q.jsonl", line + "\n")
            self.fails(2, message, "query", "--file", "q.jsonl")
        self.write("q.jsonl", '{"text": " "}\n')
        self.fails(2, "line 1: the text to look for is empty", "query", "--file", "q.jsonl")
        self.fails(2, "has no query in it", "query", "--file", "-", stdin=b"\n")

    def test_a_text_that_is_no_utf_8_is_wrong_in_every_mode(self):
        self.make_three()
        for mode in ("auto", "text", "vector", "hybrid"):
            self.fails(2, "not valid UTF-8 at byte 1", "query", "a\udcff", "--mode", mode)
        self.fails(2, "not valid UTF-8 at byte 1", "ask", "a\udcff")

    def test_options_after_two_dashes_are_no_options(self):
        self.make_three()
        self.fails(2, "'--mode' comes after '--'", "query", "--", "-first", "--mode", "text")
        self.assertEqual(self.ok("query", "--mode", "text", "-o", "json", "--", "-first").json["hits"][0]["id"], "a")

    def test_a_name_that_is_not_known_lists_those_that_are(self):
        self.make_three()
        self.fails(2, "known are auto, vector, text, hybrid", "query", "x", "--mode", "foo")
        self.fails(2, "'klingon', known are ", "init", "--analyzer", "klingon")
        self.fails(2, "has no text field 'nope'; known are text", "query", "x", "--mode", "text", "--text-fields", "nope")
        self.fails(2, "--highlight marks words", "query", "--vector", "[1,0,0]", "--highlight")

    def test_limits_in_messages_are_the_limits(self):
        self.make_three()
        for m in (0, 1, 129):
            self.assertIn("expected 2 to 128", self.run_program("-c", "new", "init", "--m", m).err)
        self.fails(2, "--m is -1", "-c", "new", "init", "--m", -1)
        for k in (-1, 0, 99999999999):
            self.assertNotIn("2147483647", self.fails(2, "k", "query", "--json", json.dumps({"vector": [1, 0, 0], "k": k})).err)

    def test_a_benchmark_of_nothing_is_no_perfect_recall(self):
        self.make_three()
        self.ok("export", "q.npy")
        self.fails(1, "no record with a vector passes the filter", "benchmark", "--queries", "q.npy", "--filter", "year = 1")


class Configuration(ProgramTest):
    def test_an_unknown_key_names_the_nearest(self):
        self.write(".vecstore.toml", "[ingest]\nchunk_sise = 5\n")
        self.fails(2, "unknown key 'ingest.chunk_sise', did you mean 'ingest.chunk_size'?", "version")
        self.write(".vecstore.toml", "[colection.docs]\nmetric = 'dot'\n")
        self.fails(2, "unknown key", "version")

    def test_a_file_that_does_not_parse_shows_the_line(self):
        self.write(".vecstore.toml", "[database]\npath = \n")
        self.fails(2, "line 2", "version")
        self.write(".vecstore.toml", "[database]\nthreads = 'x'\n")
        self.fails(2, "must be an integer", "version")
        self.fails(3, "other.toml", "--config", "other.toml", "version")

    def test_the_database_is_found_from_folders_below(self):
        self.make_three()
        self.write(".vecstore.toml", "[database]\npath = 'vecstore.db'\n")
        (self.folder / "deep/er").mkdir(parents=True)
        self.folder = self.folder / "deep/er"
        self.assertEqual(self.count(), 3)
        self.fails(3, "no database", "count", env={"VECSTORE_DB": "elsewhere"})


class State(ProgramTest):
    def test_a_missing_database_is_not_made_by_reading(self):
        for command in (["count"], ["query", "--filter", "a = 1"], ["get", "a"], ["scan"], ["stats"], ["check"], ["delete", "a"], ["compact"],
                        ["export", "x"], ["collection", "list"], ["collection", "drop", "x"]):
            self.fails(3, "no database at 'vecstore.db'", *command)
        self.assertEqual(list(self.folder.iterdir()), [])
        self.make_three()
        self.fails(3, "collection 'nope' does not exist", "-c", "nope", "count")

    def test_a_folder_that_is_something_else(self):
        self.write("file", "x")
        for code, command in ((1, ["count"]), (1, ["init"]), (1, ["import", "file", "--format", "jsonl"]), (5, ["check"])):
            self.fails(code, "'file' is no folder", "--db", "file", *command)
        self.assertEqual((self.folder / "file").read_text(), "x")

    def test_a_second_writer_is_told_who_writes(self):
        self.make_three()
        first = self.start("import", "-")
        try:
            first.stdin.write(b"".join(b'{"id":"n%d","vector":[1,1,1]}\n' % i for i in range(1001)))
            first.stdin.flush()
            self.wait_for_count(1003)  # a batch is written: it has the lock
            self.fails(5, str(first.pid), "delete", "a")
            self.fails(5, "already open", "import", "three.jsonl")
            self.assertEqual(self.count(), 1003)
            self.ok("check")
        finally:
            _, err = first.communicate(timeout=60)
        self.assertEqual(first.returncode, 0, err)
        self.assertEqual(self.count(), 1004)

    def as_stranger(self, *words):
        """As a user who owns nothing; by root, who may write anywhere, as nobody."""
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        self.folder.chmod(0o755)
        mine = self.folder / "program"  # the build may lie where nobody may look
        if not mine.exists():
            shutil.copy(program.PROGRAM, mine)
        done = subprocess.run([mine, *map(str, words)], cwd=self.folder, env=self.environment, capture_output=True, timeout=60, **nobody)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_a_read_only_folder_can_be_read(self):
        self.make_three()
        database = self.folder / "vecstore.db"
        for path in [database, *database.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.assertEqual(self.as_stranger("count")[:2], (0, "3\n"))
        self.assertEqual(self.as_stranger("check", "--deep")[0], 0)
        for words in (["delete", "a"], ["import", "three.jsonl"], ["compact"], ["init"]):
            code, _, err = self.as_stranger(*words)
            self.assertEqual(code, 1, err)
            self.assertIn("ermission", err)
        (self.folder / "out").mkdir()
        (self.folder / "out").chmod(0o777)
        code, _, err = self.as_stranger("backup", "out/copy")
        self.assertEqual(code, 0, err)
        self.assertIn("as a reader sees it", err)
        self.assertEqual(self.ok("--db", "out/copy", "count", "-o", "json").json["count"], 3)
        self.ok("--db", "out/copy", "check", "--deep")
        self.assertEqual(self.count(), 3)
        database.chmod(0o755)

    def test_what_may_not_be_read_is_not_called_damaged(self):
        self.make_three()
        database = self.folder / "vecstore.db"
        for path in [next(p for p in database.rglob("*") if p.stat().st_size > 0), database]:
            path.chmod(0)
            code, out, err = self.as_stranger("check")
            self.assertEqual((code, out), (5, ""), err)
            self.assertIn("ermission", err)
            self.assertEqual(self.as_stranger("count")[0], 1)
            path.chmod(0o755)
        self.assertEqual(self.as_stranger("check")[0], 0)

    def test_where_nothing_can_be_made(self):
        for path in ("/proc/vecstore.db", "/proc/a/b/vecstore.db", "/proc/version/vecstore.db"):
            self.fails(1, "cannot make '/proc/", "--db", path, "init", "--dimension", 3)
        self.fails(3, "no database at '/proc/a/b/vecstore.db'", "--db", "/proc/a/b/vecstore.db", "count")

    def test_closed_standard_files_are_not_taken_for_a_database(self):
        self.make_three()
        shell = lambda line: subprocess.run(["bash", "-c", line, program.PROGRAM], cwd=self.folder, env=self.environment, capture_output=True, timeout=60)
        self.assertEqual(shell('"$0" import three.jsonl <&- >&- 2>&-').returncode, 1)  # nobody can be told
        done = shell('"$0" import - <&-')
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot read standard input", done.stderr)
        self.assertEqual(shell('"$0" -q delete a >&-').returncode, 1)
        self.assertEqual(shell('"$0" count 2>&-').stdout, b"2\n")
        self.ok("check", "--deep")

    def test_a_reader_that_goes_away_is_no_noise(self):
        self.write_records("many.jsonl", [{"id": f"{i:05}", "text": "some text " * 10} for i in range(5000)])
        self.ok("import", "many.jsonl")
        for words in (["scan", "-o", "jsonl"], ["scan"], ["export", "-"]):
            running = subprocess.Popen([program.PROGRAM, *words], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            running.stdout.read(1)
            running.stdout.close()
            self.assertEqual(running.stderr.read(), b"")
            self.assertEqual(running.wait(timeout=60), -signal.SIGPIPE)
            running.stderr.close()
        ignoring = subprocess.Popen([program.PROGRAM, "scan"], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    restore_signals=False)
        ignoring.stdout.close()
        self.assertIn(b"cannot write to standard output", ignoring.stderr.read())
        self.assertEqual(ignoring.wait(timeout=60), 1)
        ignoring.stderr.close()

    def test_a_full_disk_is_said(self):
        self.make_three()
        # Through a link in our own folder: were a device ever replaced by a file, it would be this link.
        os.symlink("/dev/full", self.folder / "full")
        self.fails(1, "No space left", "export", "full")
        self.assertTrue((self.folder / "full").is_symlink())
        with open("/dev/full", "wb") as full:
            done = subprocess.run([program.PROGRAM, "scan"], cwd=self.folder, env=self.environment, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)

    def test_an_import_into_a_full_disk_keeps_what_it_had_and_goes_on_when_there_is_room(self):
        self.write_records("all.jsonl", [{"id": f"{i:05}", "vector": [i + 1, 1, 2, 3], "text": "some text " * 5} for i in range(10000)])
        script = """
            mount -t tmpfs -o size=600k tmpfs small || exit 77
            for command in "import all.jsonl" "count" "check --deep" "import all.jsonl" "count"; do
              "$0" --db small/db $command >>out 2>>err; echo $? >>codes
            done
            mount -o remount,size=100m small
            "$0" --db small/db import all.jsonl >>out && "$0" --db small/db count >>out && "$0" --db small/db check --deep >>out"""
        (self.folder / "small").mkdir()
        words = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "bash", "-c", script, program.PROGRAM]
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, timeout=120)
        if done.returncode == 77 or not (self.folder / "codes").exists():
            self.skipTest("this system lets nobody mount a small disk")
        err = (self.folder / "err").read_text()
        self.assertEqual((self.folder / "codes").read_text().split(), ["1", "0", "0", "1", "0"], err)
        lines = err.splitlines()
        self.assertEqual([line.count("no space left on device") for line in lines], [1, 1], err)
        self.assertRegex(lines[0], r"stopped after \d,000 records, which are kept: cannot write 'small/db/wal/1.log'")
        self.assertIn("nothing was written: cannot write 'small/db/wal/1.log'", lines[1])
        self.assertEqual(done.returncode, 0, done.stderr)
        counts = [int(line) for line in (self.folder / "out").read_text().splitlines() if line.isdigit()]
        self.assertGreater(counts[0], 0)
        self.assertEqual(counts, [counts[0] // 1000 * 1000, counts[0], 10000])

    def test_a_disk_too_small_for_the_graph_is_said_in_one_line(self):
        self.write_records("all.jsonl", [{"id": str(i), "vector": [i % 7 + 1, i % 11, i % 13, i % 17] * 4, "text": "some text"} for i in range(30000)])
        script = """
            mount -t tmpfs -o size=6m tmpfs small || exit 77
            for size in 6m 8m 10m; do
              mount -o remount,size=$size small
              "$0" -q --db small/db import all.jsonl 2>>err; echo $? >>codes; "$0" --db small/db count >>out; rm -r small/db
            done"""
        (self.folder / "small").mkdir()
        words = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "bash", "-c", script, program.PROGRAM]
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, timeout=120)
        if done.returncode == 77 or not (self.folder / "codes").exists():
            self.skipTest("this system lets nobody mount a small disk")
        err = (self.folder / "err").read_text()
        self.assertEqual((self.folder / "codes").read_text().split(), ["1"] * 3, err)
        self.assertEqual(len(err.splitlines()), 3, err)
        for line in err.splitlines():
            self.assertRegex(line, r"^vecstore: (stopped after .* which are kept|30,000 records are imported, the graph could not be built): cannot write 'small/db/.*no space left")
        self.assertNotIn("0\n", (self.folder / "out").read_text().splitlines())

    def test_a_pipe_is_written_and_stays_a_pipe(self):
        self.make_three()
        os.mkfifo(self.folder / "pipe")
        running = self.start("export", "pipe", "--format", "jsonl")
        with open(self.folder / "pipe", "rb") as pipe:
            self.assertEqual(len(pipe.read().splitlines()), 3)
        running.communicate(timeout=60)
        self.assertEqual(running.returncode, 0)
        self.assertTrue((self.folder / "pipe").is_fifo())

    def test_damage_is_found_and_named(self):
        self.write_records("many.jsonl", [{"id": str(i), "vector": [i + 1, 1, 2], "text": "some text " * 20} for i in range(2000)])
        self.ok("import", "many.jsonl")
        self.ok("compact")
        largest = max((p for p in (self.folder / "vecstore.db").rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
        content = bytearray(largest.read_bytes())
        content[len(content) // 2] ^= 1
        largest.write_bytes(content)
        answer = self.fails(4, "damaged", "check", "--deep", "-o", "json")
        self.assertIn(largest.name, answer.json["damage"][0]["file"])

    def damage(self, ending, offset):
        path = max((self.folder / "vecstore.db").rglob("*" + ending), key=lambda p: p.stat().st_size)
        content = bytearray(path.read_bytes())
        content[offset] ^= 1
        path.write_bytes(content)
        return path

    def test_what_is_whole_is_salvaged(self):
        self.write_records("many.jsonl", [{"id": str(i), "vector": [i + 1, 1, 2], "text": "some text " * 20} for i in range(2000)])
        self.ok("import", "many.jsonl")
        self.ok("compact")
        path = self.damage(".seg", 300_000)
        answer = self.fails(4, "lost", "salvage", "vecstore.db", "--into", "saved.db", "-o", "json").json
        self.assertGreater(answer["lost"], 0)
        self.assertEqual(answer["saved"] + answer["lost"], 2000)
        self.assertEqual(answer["collections"], [{"name": "default", "saved": answer["saved"]}])
        self.assertEqual(len(answer["findings"]), answer["lost"])
        for finding in answer["findings"]:
            self.assertIn(path.name, finding["file"])
            self.assertGreater(finding["offset"], 4095)
        self.assertEqual(self.ok("--db", "saved.db", "count", "-o", "json").json["count"], answer["saved"])
        self.ok("--db", "saved.db", "check", "--deep")
        self.fails(1, "is there already", "salvage", "--into", "saved.db")
        self.fails(2, "--into", "salvage")
        self.fails(3, "no database", "salvage", "nowhere", "--into", "other.db")
        again = self.run_program("salvage", "--into", "again.db", "--findings", "1")
        self.assertEqual((again.code, again.out.count("lost: '")), (4, 1), again.out)
        self.assertIn("findings more", again.out)

    def test_a_salvage_waits_for_no_writer_and_a_killed_one_does_not_block_the_next(self):
        self.make_three()
        writer = self.start("import", "-", "--format", "jsonl")
        writer.stdin.write(b'{"id": "d", "vector": [1, 1, 1]}\n')
        writer.stdin.flush()
        lock = self.folder / "vecstore.db/LOCK"  # has the holder's number; a salvage tried before that would keep the writer out
        for _ in range(3000):
            if str(writer.pid) in lock.read_text():
                break
            time.sleep(0.02)
        refused = self.run_program("salvage", "vecstore.db", "--into", "saved")
        self.assertEqual(refused.code, 5, refused.err)
        self.assertIn("process " + str(writer.pid), refused.err)
        writer.communicate()
        self.write("saved/UNFINISHED", "")
        self.write("saved/segments/1.seg", "half")
        self.assertEqual(self.ok("salvage", "vecstore.db", "--into", "saved", "-o", "json").json["saved"], 4)

    def test_tune_apply_where_nothing_can_be_written_is_refused_before_it_measures(self):
        self.make_three()
        self.ok("backup", "whole.vsb", "--single-file")
        self.ok("snapshot", "create", "s")
        self.fails(1, "read-only", "--db", "whole.vsb", "tune", "--apply")
        self.fails(2, "--snapshot is for commands that read", "--snapshot", "s", "tune", "--apply")

    def test_what_follows_from_other_bytes_is_repaired(self):
        self.make_three()
        self.ok("compact")
        self.assertEqual(self.ok("repair", "-o", "json").json, {"repaired": [], "notes": ["nothing is damaged"]})
        path = self.damage(".seg", 100)  # the header page, which nothing but a check reads
        self.fails(4, "damaged", "check", "--deep")
        self.assertIn(path.name, self.ok("repair", "-o", "json").json["repaired"][0])
        self.ok("check", "--deep")
        self.assertEqual(self.count(), 3)
        self.damage(".seg", 4096)  # times of rows follow from nothing
        self.fails(4, "vecstore salvage", "repair")
        self.fails(3, "no database", "--db", "nowhere", "repair")

    def test_a_stranger_cannot_send_commands_to_the_terminal(self):
        self.write_records("evil.jsonl", [{"id": "\x1b[2Jid", "vector": [1, 0], "text": "\x1b]0;x\x07", "metadata": {"title": "\x1b[31m"}}])
        self.ok("import", "evil.jsonl")
        for words in (["scan"], ["query", "--vector", "[1,0]"], ["get", "\x1b[2Jid"], ["scan", "-o", "simple"]):
            self.assertNotIn("\x1b", self.ok(*words).out)

    def test_simple_output_can_be_read_back(self):
        name = "a\n\t\\\x1b\u202e"
        self.write_records("odd.jsonl", [{"id": name, "vector": [1, 0]}])
        self.ok("import", "odd.jsonl")
        line = "a\\n\\t\\\\\\u001b\\u202e"
        self.assertEqual(self.ok("scan", "-o", "simple").out, line + "\n")
        self.assertEqual(self.ok("query", "--vector", "[1,0]", "-o", "simple").out, line + "\t1.0\n")
        self.assertEqual(json.loads('"' + line + '"'), name)


class Texts(ProgramTest):
    def test_a_missing_model_says_what_to_do(self):
        self.write("docs/a.txt", "text")
        self.fails(3, "tools/setup", "ingest", "docs", env={"VECSTORE_EMBEDDING_MODEL": "/nowhere/wordllama-256"})
        self.assertFalse((self.folder / "vecstore.db").exists())

    @needs_model
    def test_files_that_are_no_text(self):
        self.write("docs/a.txt", "plain text")
        self.write("docs/b.txt", b"half \xff\xfe encoded")
        self.write("docs/c.bin", bytes(range(256)) * 8)
        self.write("docs/empty.txt", "")
        self.write("docs/bad.json", '{"a": ')
        answer = self.run_program("ingest", "docs", "-o", "json")
        self.assertIn(answer.code, (0, 1))
        self.assertEqual(answer.json["files"], 5)
        self.assertGreaterEqual(self.count(), 1)

    @needs_model
    def test_paths_and_options_that_are_wrong(self):
        self.write("docs/a.txt", "text")
        self.fails(3, "nope", "ingest", "nope")
        self.fails(2, "splitter", "ingest", "docs", "--splitter", "sentense")
        self.fails(2, "chunk_size must be from 1", "ingest", "docs", "--chunk-size", 0)
        self.fails(2, "nothing is named to ingest", "ingest")
        self.fails(2, "gives no vectors of tokens", "ingest", "docs", "--late-chunking")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["docs"], "nothing was made")

    @needs_model
    def test_a_default_overlap_fits_any_size(self):
        self.write("docs/a.txt", "some words and more " * 50)
        self.ok("ingest", "docs", "--chunk-size", 100)
        self.fails(2, "overlap", "ingest", "docs", "--chunk-size", 100, "--overlap", 150)

    @needs_model
    def test_an_ingest_into_a_full_disk_says_what_is_kept(self):
        for i in range(300):
            self.write(f"docs/{i:03}.txt", f"file {i} speaks of the sea and of the night " * 80)
        limited = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        done = subprocess.run([program.PROGRAM, "ingest", "docs"], cwd=self.folder, env=self.environment, capture_output=True, preexec_fn=limited)
        self.assertEqual((done.returncode, done.stdout), (1, b""), done.stderr)
        self.assertRegex(done.stderr, rb"^vecstore: stopped after \d+ passages, which are kept; the same command goes on from there: "
                                      rb"cannot write 'vecstore.db/wal/1.log': file too large\n$")
        self.assertEqual(self.count(), int(done.stderr.split()[3]))
        self.ok("ingest", "docs")

    @needs_model
    def test_a_named_file_that_the_patterns_leave_out_is_read_and_said(self):
        self.write("docs/a.txt", "text")
        for pattern in (["--include", "*.md"], ["--exclude", "a.*"]):
            self.assertIn("docs/a.txt is named, so it is read", self.ok("ingest", "docs/a.txt", *pattern).err)
        self.assertNotIn("named", self.ok("ingest", "docs/a.txt", "--include", "*.txt").err)
        self.assertEqual(self.count(), 1)

    @needs_model
    def test_a_failure_names_file_and_line(self):
        self.write("docs/a.jsonl", '{"text": "x"}\n\n{"text": \n')
        self.write("docs/b.csv", 'a,b\n"x\ny",2\n\n3\n')
        self.fails(1, "docs/a.jsonl: line 3", "ingest", "docs")
        self.fails(1, "docs/b.csv: row 3 (line 5) has 1 cells, the header has 2", "ingest", "docs")

    @needs_model
    def test_a_collection_that_cannot_be_leaves_no_folder(self):
        self.write("docs/a.txt", "text")
        self.write(".vecstore.toml", "[collection.default]\nm = 1\n")
        self.fails(2, "expected 2 to 128", "ingest", "docs")
        self.assertFalse((self.folder / "vecstore.db").exists())

    @needs_model
    def test_vectors_of_another_model_are_refused(self):
        self.make_three()
        self.write("docs/a.txt", "text")
        self.fails(1, "wordllama-256", "ingest", "docs")
        self.fails(1, "wordllama-256", "query", "text")
        self.fails(1, "--mode text looks for the words", "query", "text")
        self.assertEqual(self.count(), 3)


if __name__ == "__main__":
    program.main()
