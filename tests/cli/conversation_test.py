"""Conversations: follow-up questions, what is kept of them, and programs that keep turns at once."""
import http.server
import threading
import time
import unittest

import ask_test
import program
from program import ProgramTest

NEXT = "The question that comes next: "


@program.needs_model
class Conversation(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ask_test.Model)
        self.server.asked, self.server.faults, self.server.breaks, self.server.pause = [], [], False, 0
        self.server.say = self.say
        self.rewritten = "How often are the filters of the pump changed?"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.write("docs/pump.md", ask_test.PUMP)
        self.ok("ingest", "docs")
        self.environment |= {"VECSTORE_ANSWERING_PROVIDER": "compatible", "VECSTORE_ANSWERING_MODEL": "small", "VECSTORE_ANSWERING_KEY": ask_test.KEY,
                             "VECSTORE_ANSWERING_ADDRESS": f"http://127.0.0.1:{self.server.server_port}/v1"}

    def say(self, prompt):
        if NEXT in prompt:
            return self.rewritten
        if prompt.startswith("The conversation:"):
            return "Oil was talked about."
        if "Question: and" in prompt:
            return ask_test.cite(prompt, "every 3 months", "They are changed every 3 months")
        return ask_test.cite(prompt, "2.5 litres", "It holds 2.5 litres of oil")

    def turns(self, name="pumps"):
        return self.ok("conversation", "show", name, "-o", "jsonl").lines

    def test_a_follow_up_question_is_understood(self):
        self.ok("ask", "how much oil does the pump hold", "--conversation", "pumps")
        self.assertEqual(len(self.server.asked), 1, "nothing was said before: nothing to rewrite")
        answer = self.ok("ask", "and the filters?", "--conversation", "pumps", "-o", "json")
        self.assertIn(f"searched for: {self.rewritten}", answer.err)
        self.assertEqual((answer.json["conversation"], answer.json["searched_for"]), ("pumps", self.rewritten))
        rewrite, asked = self.server.asked[1:]
        self.assertIn("User: how much oil does the pump hold\nAssistant: It holds 2.5 litres of oil.\n", rewrite["messages"][1]["content"])
        self.assertEqual([message["role"] for message in asked["messages"]], ["system", "user", "assistant", "user"])
        self.assertEqual(asked["messages"][2]["content"], "It holds 2.5 litres of oil.", "numbers of other passages are left out")
        self.assertTrue(asked["messages"][3]["content"].endswith("Question: and the filters?"))
        first, second = self.turns()
        self.assertEqual(first["messages"][0], {"role": "user", "text": "how much oil does the pump hold"})
        self.assertRegex(first["messages"][1]["text"], r"^It holds 2\.5 litres of oil \[\d\]\.$")
        self.assertEqual((second["turn"], second["about"]["searched_for"], second["about"]["model"]), (1, self.rewritten, "compatible/small"))
        self.assertTrue(second["about"]["sources"][0].startswith("docs/pump.md#"))

    def test_each_conversation_is_apart(self):
        self.ok("ask", "how much oil does the pump hold", "--conversation", "a")
        self.ok("ask", "how much oil does the pump hold", "--conversation", "b")
        self.assertEqual(len(self.server.asked), 2)
        self.assertEqual([row["name"] for row in self.ok("conversation", "list", "-o", "jsonl").lines], ["a", "b"])
        self.assertIn("how much oil does the pump hold", self.ok("conversation", "list").out)
        self.assertIn("0 user:\n    how much oil", self.ok("conversation", "show", "a").out)
        self.ok("conversation", "delete", "a")
        self.fails(3, "there is no conversation 'a'", "conversation", "show", "a")
        self.fails(3, "there is no conversation 'a'", "conversation", "delete", "a")
        self.assertEqual(len(self.turns("b")), 1)

    def test_without_a_model_the_question_is_searched_for_as_it_is(self):
        self.environment["VECSTORE_ANSWERING_PROVIDER"] = ""
        self.assertEqual(self.ok("conversation", "list", "-o", "json").json, {"conversations": []})
        for question in ("pump oil", "filters"):
            answer = self.ok("ask", question, "--conversation", "pumps", "-o", "json").json
            self.assertEqual(answer["searched_for"], question)
        self.assertEqual([[message["role"] for message in turn["messages"]] for turn in self.turns()], [["user"], ["user"]])

    def test_what_is_said_is_summed_up_where_asked_for(self):
        settings = {"VECSTORE_ANSWERING_SUMMARIZE": "true", "VECSTORE_ANSWERING_MAX_HISTORY_TOKENS": "40", "VECSTORE_ANSWERING_RECALLED_TURNS": "0"}
        self.rewritten = "how much oil does the pump hold"
        for _ in range(2):
            self.ok("ask", "how much oil does the pump hold", "--conversation", "pumps", env=settings)
        self.assertEqual(self.ok("conversation", "show", "pumps", "-o", "json").json["summary"], "")
        noted = self.ok("ask", "how much oil does the pump hold", "--conversation", "pumps", env=settings)
        self.assertIn("are summed up", noted.err)
        shown = self.ok("conversation", "show", "pumps", "-o", "json").json
        self.assertEqual((shown["summary"], len(shown["turns"])), ("Oil was talked about.", 3))
        self.ok("ask", "how much oil does the pump hold", "--conversation", "pumps", env=settings)
        shown = [asked["messages"] for asked in self.server.asked if "Question: " in asked["messages"][-1]["content"]][-1]
        self.assertIn("What was said before, in short: Oil was talked about.", shown[1]["content"])

    def test_programs_at_once_lose_no_turn(self):
        self.server.pause = 0.02  # their answers overlap
        children = [self.start("ask", "how much oil does the pump hold", "--conversation", "shared") for _ in range(4)]
        for child in children:
            out, err = child.communicate(timeout=120)
            self.assertEqual(child.returncode, 0, err)
        self.assertEqual([turn["turn"] for turn in self.turns("shared")], [0, 1, 2, 3])

    def test_a_turn_waits_for_another_program_that_writes(self):
        writer = self.start("import", "-", "-c", "others")
        writer.stdin.write(b"".join(b'{"id":"%d","vector":[1,2]}\n' % i for i in range(1500)))
        writer.stdin.flush()
        while not (self.run_program("count", "-c", "others").out.strip() or "0").startswith("1"):
            time.sleep(0.1)
        asking = self.start("ask", "how much oil does the pump hold", "--conversation", "waiting")
        time.sleep(2)
        self.assertIsNone(asking.poll(), "the other program writes still")
        writer.communicate(timeout=60)
        _, err = asking.communicate(timeout=60)
        self.assertEqual(asking.returncode, 0, err)
        self.assertEqual(len(self.turns("waiting")), 1)

    def test_what_cannot_be_kept_is_refused_before_the_model_is_asked(self):
        self.fails(2, "--conversation: the name of a conversation", "ask", "how much oil", "--conversation", "")
        self.fails(2, "recalled_turns must be", "ask", "how much oil", "--conversation", "a", env={"VECSTORE_ANSWERING_RECALLED_TURNS": "-1"})
        self.ok("snapshot", "create", "then")
        self.fails(2, "--snapshot is for commands that read", "--snapshot", "then", "ask", "how much oil", "--conversation", "a")
        self.assertEqual(self.server.asked, [])

    def test_a_collection_of_that_name_is_not_written_to(self):
        self.ok("init", "-c", "conversations")
        self.fails(1, "keeps none", "ask", "how much oil", "--conversation", "a")
        self.assertEqual(self.server.asked, [])


if __name__ == "__main__":
    program.main()
