"""Hits through the steps of reranking that need no model on the network."""
import unittest

import program
from program import ProgramTest

PASSAGES = {
    "a": ("The pump is oiled on Mondays.", 1, [1, 0]),
    "b": ("The pump is oiled on Mondays, says the book.", 5, [1, 0.01]),
    "c": ("Filters are changed every three months, as the pump is.", 3, [0, 1]),
}


class Steps(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_records("records.jsonl", [{"id": name, "text": text, "metadata": {"stars": stars}, "vector": vector}
                                             for name, (text, stars, vector) in PASSAGES.items()])
        self.ok("init", "--dimension", 2)
        self.ok("import", "records.jsonl")

    def hits(self, *words, text="oiled pump"):
        return self.ok("query", text, "--mode", "text", "-o", "json", *words).json["hits"]

    def order(self, *words, **options):
        return [hit["id"] for hit in self.hits(*words, **options)]

    def test_steps_are_those_of_the_command_line(self):
        self.assertEqual(self.order(), ["a", "b", "c"])
        self.assertEqual(self.order("--rerank-steps", "mmr(lambda=0.2)"), ["a", "c", "b"])
        self.assertEqual(self.order("--rerank-steps", "score(field=stars weight=1)"), ["b", "c", "a"])
        self.assertEqual(self.order("--rerank-steps", "score(field=stars weight=1 k=2) | mmr(lambda=1)", "-k", 9), ["b", "c"])
        self.assertEqual(self.order("--rerank-steps", "borda(found, 2 score(field=stars, weight=1))"), ["b", "a", "c"])

    def test_steps_are_those_of_the_settings(self):
        self.write(".vecstore.toml", '[reranking]\nsteps = ["score(field=stars weight=1)", "found(k=2)"]\n')
        self.assertEqual(self.order("--rerank"), ["b", "c"])
        self.assertEqual(self.order(), ["a", "b", "c"])
        self.assertEqual(self.order("--rerank", "--rerank-candidates", 2, "-k", 1), ["b"])
        self.environment["VECSTORE_RERANKING_STEPS"] = "mmr(lambda=0.2),found(k=1)"
        self.assertEqual(self.order("--rerank"), ["a"])

    def test_vectors_that_steps_compare_are_not_shown(self):
        [hit] = self.hits("--rerank-steps", "mmr", "-k", 1)
        self.assertNotIn("vector", hit)
        self.assertEqual(hit["metadata"], {"stars": 1})

    def test_how_each_step_saw_a_hit_is_told(self):
        hits = self.hits("--rerank-steps", "rrf(found, score(field=stars weight=1))")
        self.assertEqual({hit["id"]: [arm["rank"] for arm in hit["arms"]] for hit in hits}, {"a": [1, 3], "b": [2, 1], "c": [3, 2]})

    def test_steps_that_cannot_be_are_refused_before_anything_is_opened(self):
        for steps, message in (("mrm", "there is no step 'mrm', did you mean 'mmr'?"), ("mmr(", "--rerank-steps: steps, column 5"),
                               ("", "--rerank-steps: steps, column 1: expected the name of a step"), ("model", "there is nothing to rerank with")):
            self.assertIn(message, self.run_program("query", "pump", "--rerank-steps", steps, "--db", "none").err)
        self.fails(2, "--rerank-model is for steps with a model", "query", "pump", "--rerank-steps", "mmr", "--rerank-model", "x")
        self.write(".vecstore.toml", "[reranking]\nsteps = []\n")
        self.fails(2, "reranking: steps, column 1", "query", "pump", "--rerank")


@program.needs_model
class StepsByTexts(ProgramTest):
    def test_texts_are_compared_by_the_model(self):
        self.write_records("records.jsonl", [{"id": name, "text": text} for name, (text, _, _) in PASSAGES.items()])
        self.ok("init")
        self.ok("import", "records.jsonl")
        words = ("query", "oiled pump", "--mode", "text", "-o", "json", "--rerank-steps")
        order = lambda steps: [hit["id"] for hit in self.ok(*words, steps).json["hits"]]
        self.assertEqual(order("mmr(lambda=0.2)"), ["a", "b", "c"], "without vectors none is like another")
        self.assertEqual(order("mmr(lambda=0.2 by=text)"), ["a", "c", "b"])


if __name__ == "__main__":
    program.main()
