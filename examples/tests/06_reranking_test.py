"""SQLite's manual, in which one long page stands twice: what each step of reranking does to its passages."""
import json
import pathlib
import re
import shutil
import tempfile

import cookbook
from cookbook import MODEL, ROOT, SQLITE

STEPS = ["found", "model", "rrf(found, model)", "model | mmr(lambda=0.5)"]
HEADER = "what does the header of a database file contain"


class Reranking(cookbook.Recipe):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="vecstore-cookbook-")
        cls.addClassCleanup(folder.cleanup)
        cls.database = pathlib.Path(folder.name) / "manual.db"  # 760 pages are read once

    def ask(self, question, *more):
        """The lists by their steps: (place before, id, text) of each passage."""
        out = self.run_recipe(MODEL, self.database, SQLITE, question, *more)
        lists, title = {}, None
        for line in filter(None, out.splitlines()):
            row = re.fullmatch(r" *(\d+)\. +(?:\(was (\d+)\) +)?(\S+#\d+): (.*)", line)
            if row:
                self.assertEqual(int(row[1]), len(lists[title]) + 1)
                lists[title].append((int(row[2] or row[1]), row[3], row[4]))
            else:
                title = line
                lists[title] = []
        self.assertEqual(list(lists), STEPS)
        self.assertTrue(all(len(rows) == 5 for rows in lists.values()), out)
        return lists

    def test_a_passage_with_the_right_sentence_comes_first(self):
        lists = self.ask("is my data lost when the power fails during a commit")
        self.assertEqual([before for before, _, _ in lists["found"]], [1, 2, 3, 4, 5])
        before, id, text = lists["model"][0]
        self.assertGreater(before, 5)
        self.assertTrue(id.startswith("sqlite/atomiccommit.html#"))
        self.assertIn("When Something Goes Wrong... Suppose the power loss occurred", text)

    def test_two_orders_become_one(self):
        lists = self.ask("is my data lost when the power fails during a commit")
        places = {id: rank for rank, (_, id, _) in enumerate(lists["model"], 1)}
        both = lists["rrf(found, model)"]
        self.assertNotIn([id for _, id, _ in both], ([id for _, id, _ in lists["found"]], [id for _, id, _ in lists["model"]]))
        scores = [1 / (60 + before) + 1 / (60 + places[id]) for before, id, _ in both if id in places]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertTrue(scores)

    def test_near_copies_are_left_out(self):
        lists = self.ask(HEADER)
        copies = {"sqlite/fileformat.html", "sqlite/fileformat2.html"}

        def twice(steps):
            rows = [(text, id.split("#")[0]) for _, id, text in lists[steps]]
            return sum(text == other and {file, copy} == copies for text, file in rows for other, copy in rows) // 2

        self.assertGreaterEqual(twice("model"), 1)
        self.assertEqual(twice("model | mmr(lambda=0.5)"), 0)

    def test_a_cross_encoder_takes_the_place_of_the_class(self):
        data = ROOT / "tests/models/data"
        tiny = self.folder / "tiny"  # random weights: it runs, and what it says means nothing
        shutil.copytree(data / "heads/bert", tiny)
        shutil.copy(data / json.loads((tiny / "expected.json").read_text())["tokenizer"], tiny / "tokenizer.json")
        self.assertNotEqual(self.ask(HEADER, tiny)["model"], self.ask(HEADER)["model"])

    def test_mistakes_are_told(self):
        self.refuses("usage: 06_reranking", MODEL, code=2)
        self.refuses("this model is", MODEL, self.database, SQLITE, HEADER, MODEL)
        self.refuses("nowhere", MODEL, self.database, SQLITE, HEADER, "nowhere")


if __name__ == "__main__":
    cookbook.main(SQLITE / "fileformat2.html")
