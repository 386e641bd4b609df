"""Answers that are given again, by the real program: what hits, what does not, what is said of it."""
import http.server
import threading
import unittest

import ask_test
import program
from program import ProgramTest

QUESTION = "how much oil does the pump hold"
ALIKE = "How much oil does the pump hold?"


@program.needs_model
class Cache(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ask_test.Model)
        self.server.asked, self.server.faults, self.server.breaks, self.server.pause = [], [], False, 0
        self.server.say = lambda prompt: QUESTION if "comes next" in prompt else ask_test.cite(prompt, "litres", "It holds litres of oil")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.write("docs/pump.md", ask_test.PUMP)
        self.ok("ingest", "docs")
        self.environment |= {"VECSTORE_ANSWERING_PROVIDER": "compatible", "VECSTORE_ANSWERING_MODEL": "small", "VECSTORE_ANSWERING_KEY": ask_test.KEY,
                             "VECSTORE_ANSWERING_CACHE": "true", "VECSTORE_ANSWERING_ADDRESS": f"http://127.0.0.1:{self.server.server_port}/v1"}

    def asked(self, *words, **options):
        """What `ask` answers, and whether the model was asked."""
        before = len(self.server.asked)
        answer = self.ok("ask", *words, "-o", "json", **options).json
        return answer, len(self.server.asked) > before

    def counts(self):
        [row] = [row for row in self.ok("cache", "list", "-o", "json").json["caches"] if row["name"].startswith("answers-")]
        return row["entries"], row["hits"], row["misses"], row["stale"]

    def test_an_answer_is_given_again_and_that_is_said(self):
        self.assertEqual(self.ok("cache", "list", "-o", "json").json["caches"], [])
        first, asked = self.asked(QUESTION)
        self.assertTrue(asked)
        self.assertNotIn("cached", first)
        again, asked = self.asked(ALIKE)
        self.assertFalse(asked)
        self.assertEqual(again["cached"]["question"], QUESTION)
        self.assertEqual(again["cached"]["similarity"], 1)
        near, asked = self.asked("how much oil does a pump hold")
        self.assertFalse(asked)
        self.assertTrue(0.97 <= near["cached"]["similarity"] < 1, near["cached"])
        self.assertEqual((again["answer"], again["citations"]), (first["answer"], first["citations"]))
        shown = self.ok("ask", ALIKE)
        self.assertRegex(shown.err, r"from the cache, said .* ago to 'how much oil does the pump hold' \(similarity [01]\.\d+\)")
        self.assertRegex(shown.out, r"^It holds litres of oil \[\d\]\.\n\n\[\d\] docs/pump\.md › .*, bytes \d+-\d+\n$")
        self.assertEqual(self.counts(), (1, 3, 1, 0))

    def test_an_answer_from_what_was_changed_is_not_given(self):
        self.asked(QUESTION)
        self.write("docs/other.md", "# Fences\n\nA fence is painted green.\n")
        self.ok("ingest", "docs")
        self.write("docs/pump.md", ask_test.PUMP.replace("2.5 litres", "3 litres"))
        self.ok("ingest", "docs")
        answer, asked = self.asked(QUESTION)
        self.assertTrue(asked)
        self.assertIn("3 litres", answer["citations"][0]["quote"])
        self.assertEqual(self.counts(), (1, 0, 2, 1))
        self.assertFalse(self.asked(QUESTION)[1])

    def test_the_kept_question_is_searched_for_by_its_own_words(self):
        self.write("docs/manners.md", "# Please\n\nPlease tell me, please tell me, please.\n")
        self.ok("ingest", "docs")
        self.asked(QUESTION, "-k", 2)
        loose = {"VECSTORE_ANSWERING_CACHE_THRESHOLD": "0.85"}
        near, asked = self.asked("please tell me " + QUESTION, "-k", 2, env=loose)
        self.assertFalse(asked)
        self.assertLess(near["cached"]["similarity"], 0.97)

    def test_what_an_answer_depends_on_is_part_of_it(self):
        self.asked(QUESTION)
        self.assertTrue(self.asked(QUESTION, "--model", "large")[1])
        self.assertTrue(self.asked(QUESTION, "-k", 2)[1])
        self.assertTrue(self.asked(QUESTION, "--filter", "start >= 0")[1])
        self.assertTrue(self.asked(QUESTION, env={"VECSTORE_ANSWERING_TEMPERATURE": "0.5"})[1])
        self.assertTrue(self.asked("how are filters changed")[1])
        self.assertTrue(self.asked(QUESTION, "--no-cache")[1])
        self.assertTrue(self.asked(QUESTION, env={"VECSTORE_ANSWERING_CACHE": "false"})[1])
        self.assertFalse(self.asked(QUESTION)[1])
        self.fails(2, "cache_threshold must be from 0 to 1", "ask", QUESTION, env={"VECSTORE_ANSWERING_CACHE_THRESHOLD": "2.0"})

    def test_a_follow_up_question_is_no_question_of_its_own(self):
        self.asked(QUESTION, "--conversation", "a")
        self.assertFalse(self.asked(QUESTION, "--conversation", "b")[1], "the first question of a conversation is")
        self.assertTrue(self.asked(QUESTION, "--conversation", "b")[1])
        self.assertEqual(len(self.ok("conversation", "show", "b", "-o", "jsonl").lines[0]["messages"]), 2)

    def test_it_can_be_forgotten(self):
        self.asked(QUESTION)
        name = next(row["name"] for row in self.ok("cache", "list", "-o", "json").json["caches"])
        self.fails(3, "there is no cache 'default'", "cache", "clear", "default")
        self.ok("init", "-c", "answers-of-mine")
        self.ok("cache", "clear", name)
        self.ok("cache", "clear")
        self.assertIn("answers-of-mine", self.ok("collection", "list").out)
        self.assertTrue(self.asked(QUESTION)[1])


if __name__ == "__main__":
    program.main()
