"""Judging answers: by rule, by a server that plays the model, and what of its words cannot be read."""
import json

import ask_test
import program

RECORDS = [
    {"id": "right", "question": "how much oil does the pump hold", "answer": "The pump holds 2.5 litres of oil [1].", "reference": "The pump holds 2.5 litres of oil.",
     "contexts": ["The pump is oiled on Mondays. It holds 2.5 litres of oil."]},
    {"id": "wrong", "question": "how much oil does the pump hold", "answer": "The pump holds 25 litres of oil.", "reference": "The pump holds 2.5 litres of oil.",
     "contexts": ["Filters are changed every 3 months.", "The pump holds 2.5 litres of oil."]},
]


class EvalAnswers(ask_test.Ask):
    """With the scripted model of ask_test and its collection of one document."""

    def judge(self, prompt):
        """Answers questions as ask_test does, and judges by one word."""
        if not prompt.startswith("{"):
            return ask_test.cite(prompt, "2.5 litres", "It holds 2.5 litres of oil")
        material = json.loads(prompt)
        judged = material.get("statements") or material.get("passages")
        return json.dumps({"verdicts": [int("2.5" in one) for one in judged]} if judged else {"score": 2})

    def test_a_rule_judges_answers_that_are_brought(self):
        self.write_records("answers.jsonl", RECORDS)
        report = self.ok("eval", "--answers", "answers.jsonl", "-o", "json").json
        self.assertEqual(report["judge"], "words 1")
        right, wrong = report["answers"]
        self.assertEqual([right[metric] for metric in ("faithfulness", "context_recall", "context_precision", "answer_correctness")], [1, 1, 1, 1])
        self.assertEqual((wrong["faithfulness"], wrong["context_precision"], wrong["context_relevance"]), (0, 0.5, 0.5))
        self.assertLess(wrong["answer_correctness"], 0.5)
        self.assertEqual(self.server.asked, [], "nobody is asked for what is there")
        means = {one["metric"]: one for one in report["means"]}
        self.assertEqual((means["faithfulness"]["mean"], means["faithfulness"]["interval"], means["faithfulness"]["answers"]), (0.5, [0, 1], 2))
        table = self.ok("eval", "--answers", "answers.jsonl", "--report", "kept.json")
        self.assertRegex(table.out, r"faithfulness +0\.5000 +0\.0000 +1\.0000 +2")
        self.assertIn("judge: words 1", table.err)
        self.assertEqual(json.loads((self.folder / "kept.json").read_text()), report)
        self.ok("eval", "--answers", "answers.jsonl", "--report", "kept.html")
        self.assertIn("The pump holds 25 litres of oil.", (self.folder / "kept.html").read_text())

    def test_an_embedder_judges_with_its_name(self):
        self.write_records("answers.jsonl", RECORDS)
        report = self.ok("eval", "--answers", "answers.jsonl", "--judge", "embedder", "-o", "json").json
        self.assertRegex(report["judge"], "^words 1, .*wordllama")
        self.assertEqual([one["faithfulness"] for one in report["answers"]], [1, 0])

    def test_what_is_missing_is_asked_and_a_model_judges(self):
        self.server.say = self.judge
        self.write_records("asked.jsonl", [{"question": "how much oil does the pump hold", "reference": "2.5 litres."}])
        report = self.ok("eval", "--answers", "asked.jsonl", "--judge", "model", "-k", 2, "-o", "json").json
        self.assertEqual((report["judge"], report["model"]), ("compatible/small, prompts 1", "compatible/small"))
        [answer] = report["answers"]
        self.assertRegex(answer["answer"], r"It holds 2\.5 litres of oil \[\d\]\.")
        self.assertIn("2.5 litres of oil", " ".join(answer["contexts"]))
        self.assertEqual((answer["faithfulness"], answer["context_recall"], answer["answer_relevance"], answer["unreadable"]), (1, 1, 1, 0))
        judging = [asked for asked in self.server.asked if asked["messages"][-1]["content"].startswith("{")]
        self.assertEqual({asked["temperature"] for asked in judging}, {0})
        self.server.asked.clear()
        self.ok("eval", "--answers", "asked.jsonl", "--judge-model", "large", "-k", 2)
        self.assertEqual([asked["model"] for asked in self.server.asked][:2], ["small", "large"])

    def test_an_unreadable_verdict_is_told_and_no_score(self):
        self.server.say = lambda prompt: "I think so!"
        self.write_records("answers.jsonl", RECORDS[:1])
        answer = self.ok("eval", "--answers", "answers.jsonl", "--judge", "model", "-o", "json")
        self.assertEqual(answer.json["means"], [])
        self.assertEqual(answer.json["unreadable"], 8)
        told = self.ok("eval", "--answers", "answers.jsonl", "--judge", "model")
        self.assertIn("8 verdicts of the judge could not be read", told.err)

    def test_without_a_model_passages_alone_are_judged(self):
        self.write_records("asked.jsonl", [{"question": "how much oil does the pump hold", "reference": "It holds 2.5 litres of oil."}])
        nobody = {"VECSTORE_ANSWERING_PROVIDER": ""}
        report = self.ok("eval", "--answers", "asked.jsonl", "-o", "json", env=nobody).json
        self.assertEqual([one["metric"] for one in report["means"]], ["context_recall", "context_precision", "context_relevance"])
        self.fails(1, "--judge model needs answering.provider", "eval", "--answers", "asked.jsonl", "--judge", "model", env=nobody)

    def test_what_does_not_fit_is_refused(self):
        self.write_records("answers.jsonl", RECORDS)
        self.fails(2, "are for --answers", "eval", "--judge", "model")
        self.fails(2, "--judge-model is for --judge model", "eval", "--answers", "answers.jsonl", "--judge", "words", "--judge-model", "x")
        self.fails(2, "leave out what is for rankings", "eval", "--answers", "answers.jsonl", "--mode", "text")
        self.fails(2, "ends in .html or .json", "eval", "--answers", "answers.jsonl", "--report", "x.pdf")
        self.write("bad.jsonl", '{"question": "x", "answer": "y", "contexts": "z"}\n')
        self.fails(2, "bad.jsonl: line 1: 'contexts' must be a list of strings", "eval", "--answers", "bad.jsonl")
        self.write_records("vector.jsonl", [{"id": "a", "vector": [1]}])
        self.fails(2, "has no 'question'", "eval", "--answers", "vector.jsonl")


# The tests of the scripted model itself run in ask_test.
for name in [name for name in vars(ask_test.Ask) if name.startswith("test_")]:
    setattr(EvalAnswers, name, None)
del ask_test.Ask

if __name__ == "__main__":
    program.main()
