"""How good answers are: metrics, intervals, comparisons, reports that are kept and compared, data sets and what is wrong with them."""
import html.parser
import re
import unittest

import program
from program import ProgramTest

TEXTS = {"a": "red door", "b": "red red cat", "c": "blue cat", "d": "green dog"}
QUERIES = {"q1": ("red", {"a": 1}), "q2": ("cat", {"c": 2, "b": 0}), "q3": ("dog <script>alert(1)</script>", {"d": 1}), "q4": ("door", {"zz": 1})}


class Evaluation(ProgramTest):
    def setUp(self):
        super().setUp()
        vectors = {"a": [1, 0, 0], "b": [0.5, 0.5, 0], "c": [0, 1, 0], "d": [0, 0, 1]}
        self.write_records("texts.jsonl", [{"id": id, "text": text, "vector": vectors[id]} for id, text in TEXTS.items()])
        self.ok("import", "texts.jsonl", "--metric", "cosine")
        asked = {"q1": [1, 0, 0], "q2": [0, 1, 0], "q3": [0, 0, 1], "q4": [1, 0, 0]}
        self.write_records("q.jsonl", [{"id": id, "text": text, "vector": asked[id], "relevant": relevant} for id, (text, relevant) in QUERIES.items()])

    def test_a_collection_without_vectors_is_not_told_as_zeros(self):
        self.write_records("words.jsonl", [{"id": id, "text": text} for id, text in TEXTS.items()])
        self.ok("--db", "words.db", "import", "words.jsonl")
        answer = self.ok("--db", "words.db", "eval", "--queries", "q.jsonl", "-o", "json")
        self.assertEqual([one["mode"] for one in answer.json["modes"]], ["text"])
        self.assertIn("no record of 'default' has a vector", self.ok("--db", "words.db", "eval", "--queries", "q.jsonl").err)
        self.fails(1, "--mode text", "--db", "words.db", "eval", "--queries", "q.jsonl", "--mode", "hybrid")

    def test_every_metric_has_an_interval_and_every_pair_a_p(self):
        report = self.ok("eval", "--queries", "q.jsonl", "--metrics", "mrr,precision@2,hit_rate@1", "-o", "json").json
        self.assertEqual(report["metrics"], ["mrr", "precision@2", "hit_rate@1"])
        text, vector = ({one["mode"]: one for one in report["modes"]}[mode] for mode in ("text", "vector"))
        self.assertEqual(vector["mrr"], 0.75)
        self.assertEqual(vector["precision@2"], 3 / 8)
        self.assertLessEqual(text["intervals"]["mrr"][0], text["mrr"])
        self.assertEqual(vector["intervals"]["mrr"], [0.0, 1.0])
        self.assertEqual(len(report["comparisons"]), 3 * 3)
        self.assertEqual(report["comparisons"][0].keys(), {"metric", "a", "b", "difference", "interval", "p_randomisation", "p_bootstrap", "p_holm"})
        [third] = [one for one in report["queries"] if one["id"] == "q3"]
        self.assertEqual(third["modes"]["vector"]["hits"][0], {"id": "d", "score": 1.0, "grade": 1})
        self.assertEqual(third["modes"]["vector"]["hits"][1]["grade"], None)

    def test_what_every_step_of_reranking_gains_is_a_run(self):
        asked = ("eval", "--queries", "q.jsonl", "--mode", "text", "--metrics", "mrr", "-o", "json")
        report = self.ok(*asked, "--rerank-steps", "score(normalize=min_max) | found(k=1) | mmr").json
        self.assertEqual([one["mode"] for one in report["modes"]], ["text", "text+score", "text+score+found", "text+rerank"])
        [first] = [one for one in report["queries"] if one["id"] == "q1"]
        self.assertEqual([len(first["modes"][one]["hits"]) for one in ("text", "text+score", "text+score+found", "text+rerank")], [2, 2, 1, 1])
        self.assertEqual(len(report["comparisons"]), 6)
        self.assertEqual([one["mode"] for one in self.ok(*asked, "--rerank-steps", "mmr").json["modes"]], ["text", "text+rerank"])

    def test_questions_can_be_expanded(self):
        asked = ("eval", "--queries", "q.jsonl", "--mode", "text", "--metrics", "mrr", "-o", "json")
        self.write("same.txt", "door, red\ndog, hound\n")
        self.environment["VECSTORE_RETRIEVAL_SYNONYMS"] = "same.txt"
        depth = lambda report: sum(len(one["modes"]["text"]["hits"]) for one in report["queries"])
        self.assertGreater(depth(self.ok(*asked, "--expand", "synonyms").json), depth(self.ok(*asked).json))
        self.fails(2, "unknown expansion 'magic'", *asked, "--expand", "magic")

    def test_steps_of_reranking_see_the_metadata(self):
        self.write_records("stars.jsonl", [{"id": id, "text": "cat", "vector": [1], "metadata": {"stars": stars}} for id, stars in (("a", 1), ("b", 9), ("c", 5))])
        self.ok("--db", "stars.db", "import", "stars.jsonl")
        self.write_records("cat.jsonl", [{"id": "q", "text": "cat", "relevant": ["b"]}])
        report = self.ok("--db", "stars.db", "eval", "--queries", "cat.jsonl", "--mode", "text", "--rerank-steps", "score(field=stars weight=1)", "-o", "json").json
        self.assertEqual([hit["id"] for hit in report["queries"][0]["modes"]["text+rerank"]["hits"]], ["b", "c", "a"])

    def test_the_same_seed_gives_the_same_bytes(self):
        asked = ("eval", "--queries", "q.jsonl", "-o", "json", "--samples", 500)

        def drawn(*words):
            report = self.ok(*asked, *words).json
            return report["comparisons"], [one["intervals"] for one in report["modes"]]
        self.assertEqual(drawn("--seed", 5), drawn("--seed", 5))
        self.assertNotEqual(drawn("--seed", 5), drawn("--seed", 5, "--confidence", 0.5))
        self.assertEqual(self.ok(*asked).json["resampling"], {"samples": 500, "seed": 1, "confidence": 0.95})

    def test_people_see_intervals_differences_and_what_nobody_judged(self):
        answer = self.ok("eval", "--queries", "q.jsonl", "--mode", "text,vector")
        self.assertRegex(answer.out, r"95 % interval +ndcg@10")
        self.assertRegex(answer.out, r"ndcg@10 +vector +text +-?0\.\d{4} +-?0\.\d{4} to 0\.\d{4} +[01]\.\d{4}")
        self.assertRegex(answer.err, r"vector: \d+\.\d % of the first 10 hits are judged by nobody")
        self.assertNotIn("Holm", answer.err)
        self.assertIn("Holm", self.ok("eval", "--queries", "q.jsonl").err)

    def test_a_report_is_kept_and_compared_with(self):
        self.ok("eval", "--queries", "q.jsonl", "--mode", "text,vector", "--report", "before.json")
        self.write_records("fewer.jsonl", [{"id": "q1", "text": "red", "vector": [0, 0, 1], "relevant": ["a"]}, {"id": "q2", "text": "cat", "vector": [0, 1, 0], "relevant": ["c"]}])
        now = self.ok("eval", "--queries", "fewer.jsonl", "--mode", "vector", "--compare", "before.json", "-o", "json")
        self.assertIn("compared are the 2 queries that all reports have", now.err)
        self.assertEqual([(one["set"], one["mode"], one["queries"]) for one in now.json["modes"]], [("before", "text", 2), ("before", "vector", 2), ("now", "vector", 2)])
        self.assertEqual({(one["a"], one["b"]) for one in now.json["comparisons"]}, {("now: vector", "before: vector")})
        worse = now.json["comparisons"][1]
        self.assertEqual((worse["metric"], worse["difference"]), ("mrr@10", now.json["modes"][2]["mrr@10"] - now.json["modes"][1]["mrr@10"]))
        self.assertLess(worse["difference"], 0)
        self.ok("eval", "--queries", "fewer.jsonl", "--mode", "vector", "--report", "after.json", "--report", "again.json")
        saved = self.ok("eval", "--compare", "before.json", "--compare", "after.json", "-o", "json").json
        self.assertEqual(saved["comparisons"][0]["difference"], now.json["comparisons"][0]["difference"])
        self.assertEqual((self.folder / "after.json").read_bytes(), (self.folder / "again.json").read_bytes())

    def test_a_comparison_draws_as_it_is_told_and_refuses_what_it_cannot_heed(self):
        self.ok("eval", "--queries", "q.jsonl", "--report", "before.json", "--samples", 200)
        kept = ("eval", "--compare", "before.json", "--compare", "before.json", "-o", "json")
        self.assertEqual(self.ok(*kept).json["resampling"], {"samples": 200, "seed": 1, "confidence": 0.95})
        self.assertEqual(self.ok(*kept, "--samples", 300, "--seed", 7, "--confidence", 0.5).json["resampling"], {"samples": 300, "seed": 7, "confidence": 0.5})
        now = self.ok("eval", "--queries", "q.jsonl", "--mode", "text", "--compare", "before.json", "--confidence", 0.5, "-o", "json").json
        self.assertEqual(now["resampling"]["confidence"], 0.5)
        for words in (["--metrics", "mrr"], ["--mode", "text"], ["-k", 5], ["--alpha", 0.3], ["--rerank"]):
            self.fails(2, "--compare of kept reports measures nothing", *kept, *words)

    def test_a_page_holds_all_and_runs_nothing(self):
        self.ok("eval", "--queries", "q.jsonl", "--report", "report.html")
        page = (self.folder / "report.html").read_text()
        self.assertIn("dog &lt;script&gt;alert(1)&lt;/script&gt;", page)
        self.assertEqual(re.findall(r"<script|https?:|src=|href=", page), [])
        opened = []
        reader = html.parser.HTMLParser()
        reader.handle_starttag = lambda tag, _: opened.append(tag) if tag not in ("meta", "i") else None
        reader.handle_startendtag = lambda *_: None
        reader.handle_endtag = lambda tag: self.assertEqual(opened.pop(), tag) if tag != "i" else None
        reader.feed(page)
        self.assertEqual(opened, [])

    def test_a_report_that_is_none_is_told(self):
        self.fails(2, "needs a second report", "eval", "--compare", self.write("one.json", self.ok("eval", "--queries", "q.jsonl", "-o", "json").out).name)
        self.write("no.json", "{}")
        self.fails(1, "no.json: no report of an evaluation", "eval", "--compare", "one.json", "--compare", "no.json")
        self.write("no.json", "{")
        self.fails(1, "no.json: json line 1", "eval", "--compare", "one.json", "--compare", "no.json")
        self.fails(3, "nowhere.json", "eval", "--compare", "one.json", "--compare", "nowhere.json")
        self.fails(2, "ends in .html or .json", "eval", "--queries", "q.jsonl", "--report", "report.pdf")
        self.fails(2, "unknown metric 'ndgc', did you mean 'ndcg'?", "eval", "--queries", "q.jsonl", "--metrics", "ndgc@10")
        self.fails(2, "samples must be from 100", "eval", "--queries", "q.jsonl", "--samples", 5)
        self.fails(2, "confidence", "eval", "--queries", "q.jsonl", "--confidence", 1)
        self.fails(2, "--seed must not be negative", "eval", "--queries", "q.jsonl", "--seed=-1")
        self.fails(2, "--rerank-candidates is for --rerank", "eval", "--queries", "q.jsonl", "--rerank-candidates", 5)

    def test_beir_folders_bring_queries_and_judgements(self):
        self.write_records("set/queries.jsonl", [{"_id": "q1", "text": "red", "metadata": {}}, {"_id": "q9", "text": "cat"}])
        self.write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\ta\t1\nq7\ta\t1\n")
        self.write("set/qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq9\tc\t1\n")
        test = self.ok("eval", "--dataset", "set", "--mode", "text", "-o", "json")
        self.assertEqual([one["id"] for one in test.json["queries"]], ["q1"])
        self.assertIn("1 query is not judged and left out", test.err)
        self.assertIn("1 judged query is not among those asked", test.err)
        dev = self.ok("eval", "--dataset", "set", "--split", "dev", "--mode", "text", "-o", "json").json
        self.assertEqual([one["id"] for one in dev["queries"]], ["q9"])
        self.write_records("set/corpus.jsonl", [{"_id": "a", "title": "A door", "text": "It is red.", "metadata": {}}, {"_id": "c", "title": "", "text": "a cat"}])
        self.ok("--db", "set.db", "import", "set/corpus.jsonl")
        report = self.ok("--db", "set.db", "eval", "--dataset", "set", "--mode", "text", "-o", "json").json
        self.assertEqual(report["modes"][0]["mrr@10"], 1)
        self.write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\ta\n")
        self.fails(1, "set/qrels/test.tsv: line 2: has 2 columns", "eval", "--dataset", "set")
        self.fails(3, "set/qrels/none.tsv", "eval", "--dataset", "set", "--split", "none")
        self.fails(2, "leave out --queries and --qrels", "eval", "--dataset", "set", "--queries", "q.jsonl")
        self.fails(2, "--split is for --dataset", "eval", "--queries", "q.jsonl", "--split", "dev")


if __name__ == "__main__":
    program.main()
