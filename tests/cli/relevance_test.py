"""How good the answers are on Cranfield 1400, with the built-in model: both arms as measured, and both together no worse than the better one.

Skipped where VECSTORE_CRANFIELD does not name the collection's folder (cran.all.1400, cran.qry, cranqrel).
"""
import json
import os
import pathlib
import re
import unittest

import program
from program import ProgramTest, needs_model

FOLDER = os.environ.get("VECSTORE_CRANFIELD")


def parts_of(path):
    """The records of a file: .I begins one, .T and .W are its title and text."""
    records = []
    for line in pathlib.Path(path).read_text(encoding="latin-1").splitlines():
        head = re.match(r"\.([ITABW])\b", line)
        if head and head[1] == "I":
            records.append({})
        if head:
            field = head[1]
        elif records:
            records[-1].setdefault(field, []).extend(line.split())
    return [{key: " ".join(words) for key, words in record.items()} for record in records]


@needs_model
@unittest.skipUnless(FOLDER, "VECSTORE_CRANFIELD does not name the collection")
class Relevance(ProgramTest):
    def test_both_arms_together_are_no_worse_than_the_better_one(self):
        for number, document in enumerate(parts_of(f"{FOLDER}/cran.all.1400"), 1):
            if document.get("W"):
                self.write(f"docs/{number}.txt", document.get("T", "") + " " + document["W"])
        questions = [part["W"] for part in parts_of(f"{FOLDER}/cran.qry") if part.get("W")]
        self.write_records("q.jsonl", [{"id": str(number), "text": text} for number, text in enumerate(questions, 1)])
        judged = {tuple(line.split()[:2]) for line in pathlib.Path(f"{FOLDER}/cranqrel").read_text().splitlines() if line.strip()}
        self.write("qrels", "".join(f"{query} 0 docs/{document}.txt#0 1\n" for query, document in sorted(judged)))
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
