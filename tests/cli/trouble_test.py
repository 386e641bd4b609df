"""What goes wrong: each a clear message, the right exit code, and the state as before."""
import os
import subprocess
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

    def test_vectors_that_do_not_fit(self):
        self.make_three()
        self.fails(2, "dimension", "query", "--vector", "[1, 0]")
        self.fails(2, "--vector", "query", "--vector", "[1, 0")
        self.fails(2, "--vector", "query", "--vector", '{"a": 1}')
        self.fails(3, "v.json", "query", "--vector", "@v.json")

    def test_what_this_version_lacks_is_said(self):
        self.make_three()
        for mode in ("text", "hybrid", "sparse"):
            self.fails(2, "this version searches by vector only", "query", "x", "--mode", mode)
        self.fails(2, "did you mean 'vector'", "query", "x", "--mode", "vektor")

    def test_contradictions(self):
        self.make_three()
        self.fails(2, "give one of", "query", "x", "--vector", "[1,0,0]")
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
            self.fails(1, message, "query", "--file", "q.jsonl")


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
        for command in (["count"], ["init"]):
            self.assertIn(self.run_program("--db", "file", *command).code, (1, 3))
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

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_read_only_folder_can_be_read(self):
        self.make_three()
        for path in [self.folder / "vecstore.db", *(self.folder / "vecstore.db").rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.assertEqual(self.count(), 3)
        self.ok("check")
        self.fails(1, "ermission", "delete", "a")
        (self.folder / "vecstore.db").chmod(0o755)

    def test_where_nothing_can_be_made(self):
        answer = self.run_program("--db", "/proc/vecstore.db", "init", "--dimension", 3)
        self.assertIn(answer.code, (1, 3), answer.err)
        self.assertIn("/proc/vecstore.db", answer.err)

    def test_a_full_disk_is_said(self):
        self.make_three()
        # Through a link in our own folder: were a device ever replaced by a file, it would be this link.
        os.symlink("/dev/full", self.folder / "full")
        self.fails(1, "No space left", "export", "full")
        self.assertTrue((self.folder / "full").is_symlink())
        with open("/dev/full", "wb") as full:
            done = subprocess.run([program.PROGRAM, "scan"], cwd=self.folder, env=self.environment, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)

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

    def test_a_stranger_cannot_send_commands_to_the_terminal(self):
        self.write_records("evil.jsonl", [{"id": "\x1b[2Jid", "vector": [1, 0], "text": "\x1b]0;x\x07", "metadata": {"title": "\x1b[31m"}}])
        self.ok("import", "evil.jsonl")
        for words in (["scan"], ["query", "--vector", "[1,0]"], ["get", "\x1b[2Jid"]):
            self.assertNotIn("\x1b", self.ok(*words).out)


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
        self.fails(2, "'paths' is missing", "ingest")

    @needs_model
    def test_vectors_of_another_model_are_refused(self):
        self.make_three()
        self.write("docs/a.txt", "text")
        self.fails(1, "wordllama-256", "ingest", "docs")
        self.fails(1, "wordllama-256", "query", "text")
        self.assertEqual(self.count(), 3)


if __name__ == "__main__":
    program.main()
