"""How good the answers are on Cranfield 1400, with the built-in model: both arms as measured, and both together no worse than the better one.

Skipped where VECSTORE_CRANFIELD does not name the collection's folder (cran.all.1400, cran.qry, cranqrel).
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench/quality"))
import judged
import program
from program import ProgramTest, needs_model

CRANFIELD = judged.cranfield()


@needs_model
@unittest.skipUnless(CRANFIELD, "VECSTORE_CRANFIELD does not name the collection")
class Relevance(ProgramTest):
    def test_both_arms_together_are_no_worse_than_the_better_one(self):
        for number, text in CRANFIELD.texts.items():
            self.write(f"docs/{number}.txt", text)
        self.write_records("q.jsonl", [{"id": number, "text": text} for number, text in CRANFIELD.questions.items()])
        judgements = [(question, number) for question, answers in CRANFIELD.answers.items() for number in sorted(answers)]
        self.write("qrels", "".join(f"{question} 0 docs/{number}.txt#0 1\n" for question, number in judgements))
        self.ok("ingest", "docs", "--chunk-size", 20000)
        for k in (10, 1000):
            answer = self.ok("eval", "--queries", "q.jsonl", "--qrels", "qrels", "-k", k, "-o", "json").json["modes"]
            ndcg = {one["mode"]: one["ndcg@10"] for one in answer}
            self.assertEqual(answer[0]["queries"], 225)
            self.assertAlmostEqual(ndcg["text"], 0.5155, delta=0.005, msg="Lucene 8.8.1, k1 1.2, b 0.75")
            self.assertGreater(ndcg["vector"], 0.4)
            self.assertGreaterEqual(ndcg["hybrid"], max(ndcg["text"], ndcg["vector"]))


if __name__ == "__main__":
    program.main()
