"""A service under trouble: wrong settings, long questions, documents that vanish, damaged bytes, a second process, Ctrl-C."""
import json
import pathlib
import shutil
import signal
import subprocess
import time

import cookbook
from cookbook import MODEL, ROOT

RESTORE = "how is a snapshot of the database restored"
POWER = "what is lost when the power goes"


class Production(cookbook.Recipe):
    def setUp(self):
        super().setUp()
        shutil.copytree(ROOT / "docs/guide", self.folder / "guide")
        self.settings = {"model": str(MODEL), "database": "service.db", "documents": "guide", "backups": "backups", "threads": 4}

    def service(self, **changes):
        path = self.folder / "service.json"
        path.write_text(json.dumps({**self.settings, **changes}))
        return self.start(path)

    def serve(self, *questions, code=0, **changes):
        """Its answers by their questions, and what it said besides."""
        service = self.service(**changes)
        out, err = service.communicate("".join(f"{question}\n" for question in questions), timeout=60)
        self.assertEqual(service.returncode, code, out + err)
        answers = [json.loads(line) for line in out.splitlines()]
        if code == 0:
            self.assertEqual(len(answers), len(questions))
        return {answer.get("question"): answer for answer in answers}, err

    def command_line(self, *words):
        return subprocess.run([cookbook.VECSTORE, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True).stdout

    def backups(self):
        return sorted((self.folder / "backups").iterdir())

    def test_threads_answer_every_question_once(self):
        questions = {f"{RESTORE} {i}": "backup.md" for i in range(60)} | {f"{POWER} {i}": "durability.md" for i in range(60)}
        answers, said = self.serve(*questions, timeout_ms=5000)
        self.assertEqual(set(answers), set(questions))
        for question, page in questions.items():
            self.assertFalse(answers[question]["partial"])
            self.assertEqual(len(answers[question]["passages"]), 3)
            self.assertTrue(any(passage["id"].startswith(f"guide/{page}#") for passage in answers[question]["passages"]), answers[question])
        self.assertIn("120 questions answered\n", said)
        self.assertIn("\nstopped; ", said)
        self.assertIn("documents: ", said)

    def test_what_is_wrong_with_a_question_ends_nothing(self):
        answers, _ = self.serve(RESTORE, "x" * 2000, "", "  ", POWER)
        self.assertEqual(answers[None]["error"], "the question is too long")
        self.assertIn("the text to look for is empty", answers[""]["error"])
        self.assertTrue(answers[RESTORE]["passages"] and answers[POWER]["passages"])

    def test_every_mistake_in_the_settings_is_named(self):
        for change, says in (({"thread": 4}, "thread is not known"), ({"threads": 0}, "threads must be a number from 1 to 10000"), ({"threads": "four"}, "threads must be"),
                             ({"database": 7}, "database must be a folder's name"), ({"documents": ""}, "documents is missing"), ({"model": "nowhere"}, "nowhere")):
            _, said = self.serve(code=1, **change)
            self.assertIn(says, said)
        (self.folder / "service.json").write_text("{")
        self.refuses("service.json", self.folder / "service.json")
        self.refuses("usage: 10_production", code=2)

    def test_ctrl_c_ends_it_in_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            service = self.service()
            service.stdin.write(RESTORE + "\n")
            service.stdin.flush()
            self.assertTrue(json.loads(service.stdout.readline())["passages"])
            start = time.monotonic()
            service.send_signal(number)
            self.assertEqual(service.wait(10), 0)
            self.assertLess(time.monotonic() - start, 5)
            said = service.stderr.read()
            self.assertIn("1 questions answered\n", said)
            self.assertIn("stopped as asked", said)
            for end in (service.stdin, service.stdout, service.stderr):
                end.close()
        self.command_line("--db", "service.db", "check", "--deep")

    def test_a_backup_of_each_state_is_whole_and_the_oldest_leave(self):
        self.serve(keep_backups=2)
        first = self.backups()
        self.assertEqual(len(first), 1)
        for i in range(3):
            (self.folder / f"guide/new{i}.md").write_text(f"# Heron {i}\n\nThe heron number {i} eats frogs.\n")
            self.serve(keep_backups=2)
        self.assertEqual(len(self.backups()), 2)
        self.assertFalse(first[0].exists())
        self.command_line("--db", "again.db", "restore", str(self.backups()[-1]))
        there = [json.loads(self.command_line("--db", db, "--collection", "documents", "count", "-o", "json"))["count"] for db in ("service.db", "again.db")]
        self.assertEqual(there[0], there[1])
        self.assertGreater(there[0], 200)

    def test_documents_that_vanish_are_brought_back(self):
        self.serve()
        shutil.rmtree(self.folder / "guide")
        answers, said = self.serve(RESTORE)
        self.assertIn("documents stay as they were", said)
        self.assertTrue(answers[RESTORE]["passages"])
        (self.folder / "guide").mkdir()  # as a disk that is not mounted
        (self.folder / "guide/lost+found.md").write_text("nothing")
        answers, said = self.serve(RESTORE)
        self.assertIn("more is gone than is left: brought back", said)
        self.assertTrue(any(passage["id"].startswith("guide/backup.md#") for passage in answers[RESTORE]["passages"]))

    def test_damage_is_found_before_it_is_served(self):
        self.serve()
        largest = max((file for file in (self.folder / "service.db").rglob("*") if file.is_file()), key=lambda file: file.stat().st_size)
        data = bytearray(largest.read_bytes())
        data[len(data) // 2] ^= 1
        largest.write_bytes(data)
        _, said = self.serve(RESTORE, code=1)
        self.assertIn(largest.name, said)
        self.assertIn("restore the newest of backups", said)

    def test_a_second_process_is_told_who_has_it(self):
        service = self.service()
        service.stdin.write(RESTORE + "\n")
        service.stdin.flush()
        service.stdout.readline()
        _, said = self.serve(code=1)
        self.assertIn(str(service.pid), said)
        service.communicate(timeout=20)


if __name__ == "__main__":
    cookbook.main()
