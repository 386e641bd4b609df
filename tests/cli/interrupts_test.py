"""Ctrl-C and kill -9 in the middle: what was said to be kept is kept, and the same command completes the rest."""
import random
import signal
import time

import program
from program import ProgramTest, needs_model

SEED = 20261121
KILLS = 6


class Interrupts(ProgramTest):
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
        time.sleep(0.3)
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

    def test_kill_during_import_keeps_a_prefix_of_whole_batches(self):
        print("seed", SEED)
        chance = random.Random(SEED)
        self.write_records("all.jsonl", [{"id": f"{i:05}", "vector": [i + 1, 1, 2, 3]} for i in range(10000)])
        for _ in range(KILLS):
            running = self.start("import", "all.jsonl")
            time.sleep(chance.uniform(0.05, 0.4))
            running.kill()
            running.communicate(timeout=60)
            if (self.folder / "vecstore.db").exists():
                self.assertIn(self.run_program("check", "--deep").code, (0, 3))
            answer = self.run_program("scan", "-o", "simple")
            self.assertIn(answer.code, (0, 3), answer.err)
            ids = answer.out.split()
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
        whole = self.ok("--db", "whole", "ingest", "docs", "-o", "json").json["chunks_written"]
        for _ in range(KILLS):
            running = self.start("ingest", "docs")
            time.sleep(chance.uniform(0.05, 0.5))
            running.kill()
            running.communicate(timeout=60)
            if (self.folder / "vecstore.db").exists():
                self.assertIn(self.run_program("check", "--deep").code, (0, 3))
        self.ok("ingest", "docs")
        self.assertEqual(self.count(), whole)
        self.assertEqual(self.ok("ingest", "docs", "-o", "json").json["unchanged"], 400)
        self.ok("check", "--deep")


if __name__ == "__main__":
    program.main()
