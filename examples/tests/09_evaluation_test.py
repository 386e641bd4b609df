"""Judged questions to SQLite's manual: every number is computed here again from the rankings that the report keeps."""
import json
import math
import re
import subprocess

import cookbook
from cookbook import MODEL, ROOT, SQLITE

QUESTIONS = ROOT / "examples/data/sqlite_questions.jsonl"
METRICS = ["ndcg@10", "mrr@10", "recall@20", "best_first"]


def ndcg(grades, ranked):
    gain = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(ranked, 1))
    return gain / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:10], 1))


def reciprocal(grades, ranked):
    return next((1 / rank for rank, grade in enumerate(ranked, 1) if grade > 0), 0)


def best_first(grades, ranked):
    return float(ranked[:1] == [max(grades.values())])


class Evaluation(cookbook.Recipe):
    def setUp(self):
        super().setUp()
        lines = map(json.loads, QUESTIONS.read_text().splitlines())
        self.judged = {line["id"]: line["relevant"] for line in lines}

    def found_by_the_command_line(self, question, mode):
        words = ["--db", "manual.db", "-c", "documents", "-o", "json", "query", question, "--mode", mode, "-k", "20", "--group-by", "source"]
        environment = self.environment | {"VECSTORE_MODELS": str(MODEL.parent)}
        said = subprocess.run([cookbook.VECSTORE, *words], cwd=self.folder, env=environment, check=True, capture_output=True, text=True).stdout
        return [hit["metadata"]["source"] for hit in json.loads(said)["hits"]][:10]

    def test_the_numbers_are_those_of_the_rankings(self):
        out = self.run_recipe(MODEL, "manual.db", SQLITE, QUESTIONS, "report.json")
        self.assertTrue(out.startswith(f"{len(self.judged)} questions\n"))
        report = json.loads((self.folder / "report.json").read_text())
        self.assertEqual([query["id"] for query in report["queries"]], list(self.judged))
        self.assertEqual(out.split("\n\n")[1].split("\n")[0].split(), METRICS)
        means = {}
        for row in re.findall(r"^(words|vectors|both) +(.*)$", out, re.M):
            numbers = re.findall(r"([\d.]+) \(([\d.]+) to ([\d.]+)\)", row[1])
            means[row[0]] = [float(mean) for mean, _, _ in numbers]
            self.assertTrue(all(float(low) - 0.001 <= float(mean) <= float(high) + 0.001 for mean, low, high in numbers), row)
            for column, metric in ((0, ndcg), (1, reciprocal), (3, best_first)):
                values = []
                for query in report["queries"]:
                    grades = self.judged[query["id"]]
                    hits = [hit["id"] for hit in query["modes"][row[0]]["hits"]]
                    self.assertEqual(len(hits), len(set(hits)), "each document once")
                    values.append(metric(grades, [grades.get(id, 0) for id in hits]))
                self.assertAlmostEqual(sum(values) / len(values), means[row[0]][column], 4, f"{row[0]} {METRICS[column]}")
        self.assertEqual(list(means), ["words", "vectors", "both"])
        self.assertGreater(means["both"][1], 0.5, "a document that answers is among the first two, in the mean")
        self.assertGreater(means["both"][2], 0.8)

        for way, mode in (("words", "text"), ("vectors", "vector"), ("both", "hybrid")):
            for query in report["queries"][:3]:
                ranked = [hit["id"] for hit in query["modes"][way]["hits"]]
                self.assertEqual(ranked, self.found_by_the_command_line(query["text"], mode), f"{way}: {query['id']}")

        pairs = re.findall(r"^(\S+): (\w+) over (\w+) ([+-][\d.]+), by chance with p = ([\d.]+)$", out, re.M)
        self.assertEqual(len(pairs), 3 * len(METRICS))
        for metric, a, b, difference, p in pairs:
            column = METRICS.index(metric)
            self.assertAlmostEqual(means[a][column] - means[b][column], float(difference), delta=0.00015)
            self.assertTrue(0 <= float(p) <= 1)

        worst = [float(value) for value in re.findall(r"^  ([\d.]+) \S+: .*; first was sqlite/\S+$", out, re.M)]
        of_both = sorted(query["modes"]["both"]["values"][0] for query in report["queries"])
        self.assertEqual([f"{value:.4f}" for value in worst], [f"{value:.4f}" for value in of_both[:3]])

    def test_a_page_to_look_into(self):
        questions = self.folder / "two.jsonl"
        questions.write_text("".join(QUESTIONS.read_text().splitlines(keepends=True)[:2]) + '{"id": "new", "text": "nobody has judged this"}\n')
        site = self.folder / "sqlite"
        site.mkdir()
        for name in ("atomiccommit.html", "howtocorrupt.html", "wal.html"):
            (site / name).write_bytes((SQLITE / name).read_bytes())
        out = self.run_recipe(MODEL, "manual.db", site, questions, "report.html")
        self.assertTrue(out.startswith("2 questions\n"))
        page = (self.folder / "report.html").read_text()
        self.assertIn("what can damage a database file", page)
        self.assertNotIn("<script", page)

    def test_mistakes_are_told(self):
        self.refuses("usage: 09_evaluation", MODEL, code=2)
        self.refuses("nowhere", MODEL, "manual.db", SQLITE, "nowhere")
        wrong = self.folder / "wrong.jsonl"
        wrong.write_text('{"id": "a", "text": "b"\n')
        self.refuses("line 1", MODEL, "manual.db", SQLITE, wrong)
        wrong.write_text('{"id": "a", "text": "b"}\n')
        self.refuses("relevant", MODEL, "manual.db", SQLITE, wrong)


if __name__ == "__main__":
    cookbook.main(SQLITE / "fts5.html", QUESTIONS)
