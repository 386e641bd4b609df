"""Ctrl-C and kill -9 in the middle: what was said to be kept is kept, and the same command completes the rest."""
import os
import pty
import random
import re
import shutil
import signal
import time
from pathlib import Path

import program
from program import ProgramTest, needs_model

SEED = 20261121
KILLS = int(os.environ.get("VECSTORE_KILLS", 50))  # of an import, and as many of an ingest


class Interrupts(ProgramTest):
    def wait_until_it_minds_ctrl_c(self, running):
        for _ in range(15000):
            caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{running.pid}/status").read_text())
            if int(caught[1], 16) >> (signal.SIGINT - 1) & 1:
                return
            time.sleep(0.002)
        self.fail("no handler for SIGINT after 30 s")

    def test_ctrl_c_stops_an_import_at_a_batch_and_again_completes_it(self):
        lines = [b'{"id":"%05d","vector":[%d,1,2]}\n' % (i, i + 1) for i in range(3500)]
        running = self.start("import", "-")
        running.stdin.write(b"".join(lines[:1500]))
        running.stdin.flush()
        self.wait_for_count(1000)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(b"".join(lines[1500:]), timeout=60)
        self.assertEqual(running.returncode, 1, err)
        self.assertIn(b"stopped after 1,000 records", err)
        self.assertEqual(self.count(), 1000)
        self.write("all.jsonl", b"".join(lines))
        self.ok("import", "all.jsonl")
        self.assertEqual(self.count(), 3500)

    def test_ctrl_c_ends_the_wait_for_standard_input(self):
        running = self.start("import", "-")
        running.stdin.write(b'{"id":"a","vector":[1,2]}\n')
        running.stdin.flush()
        self.wait_until_it_minds_ctrl_c(running)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(timeout=30), 1)
        self.assertIn(b"stopped before anything was written", running.communicate()[1])
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_ctrl_c_while_a_file_is_imported(self):
        self.write_records("all.jsonl", [{"id": f"{i:05}", "vector": [i + 1, 1, 2, 3]} for i in range(20000)])
        running = self.start("import", "all.jsonl")
        time.sleep(0.15)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
        self.assertIn(running.returncode, (0, 1, -signal.SIGINT))
        self.ok("import", "all.jsonl")
        self.assertEqual(self.count(), 20000)
        self.ok("check", "--deep")

    def test_ctrl_c_while_the_graph_is_built_says_what_is_kept_and_a_rerun_builds_it(self):
        chance = random.Random(SEED)
        self.write_records("all.jsonl", [{"id": str(i), "vector": [round(chance.gauss(0, 1), 3) for _ in range(64)]} for i in range(20000)])
        indexed = lambda: self.ok("stats", "-o", "json").json["collections"][0]["indexed_rows"]
        for number in (signal.SIGINT, signal.SIGTERM):
            shutil.rmtree(self.folder / "vecstore.db", ignore_errors=True)
            running = self.start("import", "all.jsonl")
            self.assertIn(b"building the graph", running.stderr.readline())
            time.sleep(0.05)
            running.send_signal(number)
            out, err = running.communicate(timeout=60)
            self.assertEqual((running.returncode, out), (1, b""), err)
            self.assertIn(b"stopped: 20,000 records are imported, the graph is not built yet", err)
            self.assertEqual((self.count(), indexed()), (20000, 0))
        again = self.ok("import", "all.jsonl", "--skip-existing", "-o", "json").json
        self.assertEqual((again["imported"], again["existing"]), (0, 20000))
        self.assertEqual(indexed(), 20000)
        self.assertNotIn("building", self.ok("import", "all.jsonl", "--skip-existing").err)

    def test_ctrl_c_stops_a_compaction_and_again_completes_it(self):
        chance = random.Random(SEED)
        rows = [{"id": str(i), "vector": [round(chance.gauss(0, 1), 3) for _ in range(64)], "metadata": {"n": i}} for i in range(20000)]
        self.write_records("all.jsonl", rows)
        self.ok("import", "all.jsonl")
        self.ok("delete", "--filter", "n < 300")
        running = self.start("compact")
        self.wait_until_it_minds_ctrl_c(running)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 1, err)
        self.assertIn(b"what was compacted stays", err)
        self.assertEqual(self.count(), 19700)
        self.ok("check", "--deep")
        self.ok("compact")
        self.assertEqual(self.ok("stats", "-o", "json").json["collections"][0]["indexed_rows"], 19700)

    def test_ctrl_c_stops_a_check_and_a_salvage(self):
        self.write_records("all.jsonl", [{"id": f"{i:05}", "vector": [i + 1] * 512} for i in range(20000)])
        self.ok("import", "all.jsonl")
        for words in (("check", "--deep"), ("salvage", "--into", "saved")):
            stopped = 0
            for _ in range(20):  # it may be quicker than the signal
                running = self.start(*words)
                self.wait_until_it_minds_ctrl_c(running)
                running.send_signal(signal.SIGINT)
                _, err = running.communicate(timeout=60)
                self.assertIn(running.returncode, (0, 1), err)
                stopped += running.returncode
                if running.returncode == 1:
                    self.assertIn(b"called off", err)
                    self.assertFalse((self.folder / "saved").exists())
                shutil.rmtree(self.folder / "saved", ignore_errors=True)
            self.assertGreater(stopped, 0, words)

    def kill_after(self, seconds, *words):
        """True when the command was quicker. What it leaves is undamaged."""
        running = self.start(*words)
        time.sleep(seconds)
        running.kill()
        running.communicate(timeout=60)
        if (self.folder / "vecstore.db").exists():
            self.assertIn(self.run_program("check", "--deep").code, (0, 3))
        return running.returncode == 0

    def ids(self, *words):
        answer = self.run_program(*words, "scan", "-o", "simple")
        self.assertIn(answer.code, (0, 3), answer.err)
        return answer.out.split()

    def test_kill_during_import_keeps_a_prefix_of_whole_batches(self):
        print("seed", SEED)
        chance = random.Random(SEED)
        self.write_records("all.jsonl", [{"id": f"{i:05}", "vector": [i + 1, 1, 2, 3]} for i in range(10000)])
        for _ in range(KILLS):
            shutil.rmtree(self.folder / "vecstore.db", ignore_errors=True)
            self.kill_after(chance.uniform(0, 0.15), "import", "all.jsonl")
            ids = self.ids()
            self.assertEqual(len(ids) % 1000, 0)
            self.assertEqual(ids, [f"{i:05}" for i in range(len(ids))])
        self.ok("import", "all.jsonl")
        self.assertEqual(self.count(), 10000)

    @needs_model
    def test_kill_during_ingest_and_again_completes_it(self):
        print("seed", SEED)
        chance = random.Random(SEED)
        for i in range(400):
            words = " ".join(chance.choice(("log", "record", "cat", "sea", "open", "file", "night")) for _ in range(600))
            self.write(f"docs/{i:03}.txt", words)
        begin = time.monotonic()
        self.ok("--db", "whole", "ingest", "docs")
        seconds = time.monotonic() - begin
        whole = self.ids("--db", "whole")
        completed = kept = begun = 0
        for _ in range(KILLS):
            done = self.kill_after(chance.uniform(0, seconds), "ingest", "docs")
            ids = self.ids()
            self.assertLessEqual(set(ids), set(whole))
            self.assertGreaterEqual(len(ids), kept, "what was committed before the kill is gone")
            begun += kept < len(ids) < len(whole)
            kept = len(ids)
            if done or ids == whole:
                self.assertEqual(ids, whole)
                shutil.rmtree(self.folder / "vecstore.db")  # begin again, to have something to interrupt
                completed, kept = completed + 1, 0
        print(f"{seconds:.2f} s, {KILLS} kills: {begun} after some files, {completed} after all")
        self.assertGreater(begun, 0)
        self.ok("ingest", "docs")
        self.assertEqual(self.ids(), whole)
        self.assertEqual(self.ok("ingest", "docs", "-o", "json").json["unchanged"], 400)
        self.ok("check", "--deep")

    @needs_model
    def test_ctrl_c_stops_an_ingest_and_again_completes_it(self):
        for i in range(2000):
            self.write(f"docs/{i:04}.txt", f"file {i} speaks of the sea and of the night " * 30)
        running = self.start("ingest", "docs")
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        self.assertIn(running.returncode, (0, 1, -signal.SIGINT), err)
        self.assertIn(self.run_program("check", "--deep").code, (0, 3))
        self.ok("ingest", "docs")
        self.assertEqual(self.ok("ingest", "docs", "-o", "json").json["unchanged"], 2000)

    def ingest_on_a_terminal(self, model, stopped):
        """What a terminal gets, and the exit code; where it is to be stopped, Ctrl-C comes as soon as passages are counted."""
        master, slave = pty.openpty()
        running = self.start("ingest", "docs", "--model", model, stderr=slave)
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the other end is closed
                break
            shown += part
            if stopped and re.search(rb"[1-9][0-9,]* passages? ", shown):
                running.send_signal(signal.SIGINT)
                stopped = False
        running.communicate(timeout=60)
        os.close(master)
        return shown.decode(), running.returncode

    def test_an_ingest_shows_its_rate_and_embeds_nothing_twice_however_often_it_is_stopped(self):
        data = Path(__file__).resolve().parents[1] / "models/data"
        model = self.folder / "tiny"
        shutil.copytree(data / "heads/bert", model)
        shutil.copy(data / "wordpiece.json", model / "tokenizer.json")
        self.write("tiny/1_Pooling/config.json", '{"pooling_mode_cls_token": true}')
        texts = 30000
        for i in range(0, texts, 500):
            self.write_records(f"docs/{i:05}.jsonl", [{"text": f"{n:05} of {texts}"} for n in range(i, i + 500)])
        embedded = stops = 0
        for left in (True, True, True, True, False):
            shown, code = self.ingest_on_a_terminal(model, left)
            self.assertRegex(shown, r"loading the model .*tiny")
            embedded += int(re.search(r"([\d,]+) texts? embedded", shown)[1].replace(",", ""))
            if code == 0:
                break
            self.assertEqual(code, 1, shown)
            self.assertRegex(shown, r"\[#*-*\] +\d+%  [\d,]+/60 files  [\d,]+ passages  [\d,]+/s")
            self.assertIn("the same command goes on from here", shown)
            stops += 1
        self.assertEqual((code, embedded, self.count()), (0, texts, texts))
        self.assertGreater(stops, 0)
        shown, code = self.ingest_on_a_terminal(model, False)
        self.assertEqual(code, 0)
        self.assertNotIn("embedded", shown)  # it was not asked


if __name__ == "__main__":
    program.main()
