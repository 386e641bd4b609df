"""Hits through steps of reranking, questions expanded, passages with their neighbours; a server plays the model that writes."""
import http.server
import threading
import unittest

import ask_test
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

    def test_records_are_found_by_examples(self):
        order = lambda *words: [hit["id"] for hit in self.ok("query", "-o", "json", *words).json["hits"]]
        self.assertEqual(order("--like", "a"), ["b", "c"])
        self.assertEqual(order("--like", "a", "--like", "b"), ["c"])
        self.assertEqual(order("--like", "a", "--unlike", "b"), ["c"])
        self.assertEqual(order("--like", "c", "--filter", "stars > 2"), ["b"])
        self.assertEqual(order("oiled book", "--like", "c")[0], "b", "with words it is a hybrid query")
        self.fails(2, "at least one is needed", "query", "--unlike", "a")
        self.fails(3, "example 'zz'", "query", "--like", "zz")
        self.fails(2, "give no --vector", "query", "--like", "a", "--vector", "[1, 0]")
        self.fails(2, "--json is the whole query", "query", "--json", "{}", "--like", "a")

    def test_pairs_of_examples_bound_a_region(self):
        self.ok("collection", "create", "turn", "--dimension", 2)
        self.write_records("turn.jsonl", [{"id": f"t{i}", "vector": vector} for i, vector in enumerate(([0, 1], [0.5, 1], [1, 0.2], [1, -1]))])
        self.ok("import", "turn.jsonl", "-c", "turn")
        order = lambda *words: [(hit["id"], round(hit["score"], 2)) for hit in self.ok("query", "-c", "turn", "-o", "json", *words).json["hits"]]
        self.assertEqual(order("--discover", "--like", "t0", "--unlike", "t3"), [("t1", 0), ("t2", -0.36)])
        self.assertEqual(order("--discover", "--like", "t3", "--unlike", "t0", "--vector", "[0, 1]"), [("t2", 1.6), ("t1", 0.95)])
        self.fails(2, "a --unlike for each --like; there are 1 and 0", "query", "--discover", "--like", "a")
        self.fails(2, "--discover takes pairs", "query", "pump", "--discover")
        self.fails(2, "goes by vectors: --mode text", "query", "--discover", "--like", "a", "--unlike", "b", "--mode", "text")
        self.fails(2, "no --file, --rerank", "query", "--discover", "--like", "a", "--unlike", "b", "--rerank")
        self.fails(2, "not for --explain", "explain", "--discover", "--like", "a", "--unlike", "b")
        self.fails(2, "a query with formula", "query", "--discover", "--like", "a", "--unlike", "b", "--formula", "score")
        self.fails(3, "example 'zz'", "query", "--discover", "--like", "zz", "--unlike", "b")

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


MANUAL = """# Pump

The pump is oiled on Mondays. Nobody knows why.

It holds 2.5 litres of oil. The oil is changed yearly.

# Filter

The filter is changed every three months. It is blue.
"""


class Chunks(ProgramTest):
    """Those of one file, found by words alone."""

    def setUp(self):
        super().setUp()
        self.write("docs/manual.md", MANUAL)
        self.ok("ingest", "docs", "--chunk-size", 60, env={"VECSTORE_INGEST_CHUNK_OVERLAP": "0"})

    def texts(self, *words, text="litres"):
        return [hit["text"] for hit in self.ok("query", text, "--mode", "text", "-o", "json", *words).json["hits"]]

    def check_parts(self, hit):
        """The text is the bytes of the file that the metadata name."""
        metadata = hit["metadata"]
        parts = metadata.get("text_parts", [[metadata["start"], metadata["end"]]])
        self.assertEqual("\n\n".join(MANUAL.encode()[begin:end].decode() for begin, end in parts), hit["text"])
        self.assertEqual((metadata["start"], metadata["end"]), (parts[0][0], parts[-1][1]))

    def hits(self, *words, text="litres"):
        hits = self.ok("query", text, "--mode", "text", "-o", "json", *words).json["hits"]
        for hit in hits:
            self.check_parts(hit)
        return hits


@program.needs_model
class Passages(Chunks):
    def test_hits_are_shown_with_what_stands_around_them(self):
        [plain] = self.hits()
        [window] = self.hits("--window", 1)
        self.assertLess(len(plain["text"]), len(window["text"]))
        self.assertIn("Mondays", window["text"])
        [section] = self.hits("--parent", "section")
        self.assertIn("Mondays", section["text"])
        self.assertNotIn("months", section["text"])
        [document] = self.hits("--parent", "document")
        self.assertIn("It is blue.", document["text"])
        self.write(".vecstore.toml", '[retrieval]\nparent = "document"\nmax_bytes = 150\n')
        asked = lambda *words: self.ok("ask", "litres of oil", "-k", 1, "-o", "json", *words).json["passages"][0]["text"]
        self.assertLess(len(asked()), 155)
        self.assertGreater(len(asked()), len(plain["text"]))
        self.assertEqual(asked("--parent", "none"), plain["text"])
        self.write(".vecstore.toml", "")
        self.write_records("q.jsonl", [{"id": "q", "text": "litres"}])
        [line] = self.ok("query", "--file", "q.jsonl", "--mode", "text", "--window", 1, "-o", "jsonl").lines
        self.assertEqual(line["hits"][0]["text"], window["text"])

    def test_passages_are_shortened_and_still_point_into_the_file(self):
        [hit] = self.hits("--rerank-steps", "compress(keep=1)", text="litres")
        self.assertEqual(hit["text"], "It holds 2.5 litres of oil.")
        self.assertEqual(self.hits("--rerank-steps", "compress(keep=1)", "--parent", "document"), [hit], "what was dropped does not come back")

    def test_a_question_has_words_of_its_own_and_those_that_mean_the_same(self):
        self.fails(1, "--expand synonyms needs retrieval.synonyms", "query", "lubricant", "--expand", "synonyms")
        self.write("words.txt", "lubricant, oil, grease\n")
        self.environment["VECSTORE_RETRIEVAL_SYNONYMS"] = "words.txt"
        self.assertEqual(self.texts(text="lubricant litres"), self.texts())
        self.assertEqual(len(self.texts("--expand", "synonyms", text="lubricant")), len(self.texts(text="oil")))
        score = lambda: self.hits("--expand", "synonyms", text="lubricant")[0]["score"]
        half = score()
        self.environment["VECSTORE_RETRIEVAL_SYNONYM_WEIGHT"] = "1"
        self.assertAlmostEqual(score(), 2 * half, places=6)
        self.environment |= {"VECSTORE_RETRIEVAL_EXPAND": "synonyms", "VECSTORE_RETRIEVAL_MODE": "text"}
        asked = lambda *words: self.ok("ask", "lubricant", "-o", "json", *words).json["passages"]
        self.assertTrue(asked())
        self.assertEqual(asked("--expand", "none"), [])
        self.assertEqual(self.texts(text="lubricant"), [], "the settings are those of ask")
        self.write("words.txt", "lubricant\n")
        self.fails(2, "words.txt: line 1: expected 'word, other word'", "query", "oil", "--expand", "synonyms")

    def test_misspelt_words_are_told_or_mended(self):
        answer = self.ok("query", "changed filtre", "--mode", "text")
        self.assertIn("did you mean: changed filter", answer.err)
        self.assertEqual(self.texts(text="filtre"), [])
        mended = self.ok("query", "filtre", "--mode", "text", "--expand", "spelling")
        self.assertIn("searched for: filter", mended.err)
        self.assertIn("three months", mended.out)
        self.assertNotIn("did you mean", self.ok("query", "filter pumps oiling", "--mode", "text").err)
        self.environment["VECSTORE_RETRIEVAL_DID_YOU_MEAN"] = "false"
        self.assertNotIn("did you mean", self.ok("query", "filtre", "--mode", "text").err)

    def test_first_hits_add_their_words(self):
        plain = self.texts(text="Mondays")
        more = self.texts("--expand", "feedback", text="Mondays")
        self.assertEqual(more[:1], plain[:1])
        self.assertGreater(len(more), len(plain))
        self.environment["VECSTORE_RETRIEVAL_FEEDBACK_WORDS"] = "1"
        self.assertLessEqual(len(self.texts("--expand", "feedback", text="Mondays")), len(more))
        for name, value, message in (("HITS", "0", "retrieval.feedback_hits must be from 1"), ("WORDS", "501", "retrieval.feedback_words must be"),
                                     ("WEIGHT", "1.0", "the weight of feedback is above 0 and below 1")):
            answer = self.run_program("query", "Mondays", "--expand", "feedback", env={"VECSTORE_RETRIEVAL_FEEDBACK_" + name: value})
            self.assertIn(message, answer.err)

    def test_what_cannot_be_is_refused_before_anything_is_opened(self):
        for words, message in ((["--window", "101"], "--window must be from 0 to 100"), (["--parent", "chapter"], "unknown parent 'chapter'"),
                               (["--window", "1", "--parent", "section"], "two ways to the same"), (["--expand", "magic"], "unknown expansion 'magic'"),
                               (["--expand", "hyde"], "--expand hyde needs a model that writes")):
            answer = self.run_program("--db", "none", "query", "oil", *words)
            self.assertIn(message, answer.err)
            self.assertNotEqual(answer.code, 0)
        self.fails(2, "added to plain words", "query", "+oil", "--mode", "text", "--syntax", "query", "--expand", "feedback")
        self.fails(2, "--json is the whole query", "query", "--json", "{}", "--window", 1)


@program.needs_model
class Rewriting(Chunks):
    """The same collection, with a model that writes."""

    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ask_test.Model)
        self.server.asked, self.server.faults, self.server.breaks, self.server.pause = [], [], False, 0
        self.says("- how much oil is in the pump\n- capacity of months")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.environment |= {"VECSTORE_ANSWERING_PROVIDER": "compatible", "VECSTORE_ANSWERING_MODEL": "small", "VECSTORE_ANSWERING_KEY": ask_test.KEY,
                             "VECSTORE_ANSWERING_BACKOFF_MS": "1", "VECSTORE_ANSWERING_RETRIES": "0",
                             "VECSTORE_ANSWERING_ADDRESS": f"http://127.0.0.1:{self.server.server_port}/v1"}

    def says(self, text):
        self.server.say = lambda prompt: text

    def test_other_ways_to_ask_are_asked_too(self):
        self.assertEqual(len(self.texts()), 1)
        for how, told in (("multi_query", "3 other ways"), ("decompose", "simpler questions"), ("step_back", "more general")):
            answer = self.ok("query", "litres", "--mode", "text", "--expand", how, "-o", "json")
            texts = [hit["text"] for hit in answer.json["hits"]]
            self.assertTrue(any("Mondays" in text for text in texts), how)
            self.assertEqual(any("months" in text for text in texts), how != "step_back", how)
            self.assertIn("searched for, too: how much oil is in the pump", answer.err)
            self.assertIn(told, self.server.asked[-1]["messages"][0]["content"])
            self.assertEqual(self.server.asked[-1]["messages"][1]["content"], "Question: litres")
        self.environment["VECSTORE_RETRIEVAL_REWRITES"] = "1"
        self.assertNotIn("capacity", self.ok("query", "litres", "--mode", "text", "--expand", "multi_query").err)
        self.assertEqual(len(self.server.asked), 4)

    def test_nonsense_is_told_and_the_question_is_asked_as_it_is(self):
        self.says("I\nam\nsorry,\nDave")
        answer = self.ok("query", "litres", "--mode", "text", "--expand", "multi_query", "-o", "json")
        self.assertEqual([hit["text"] for hit in answer.json["hits"]], self.texts())
        self.assertIn("gave nothing to search for by multi_query: 'I am sorry, Dave'; asked as it is", answer.err)

    def test_a_model_that_cannot_be_asked_is_an_error(self):
        self.server.faults = [500]
        self.assertIn("multi_query: ", self.run_program("query", "litres", "--mode", "text", "--expand", "multi_query").err)
        self.fails(2, "a question is rewritten in one way: hyde or step_back", "query", "litres", "--expand", "hyde,step_back")
        self.fails(2, "hyde is for dense vectors", "query", "litres", "--mode", "text", "--expand", "hyde")

    def test_a_made_up_passage_moves_the_vector(self):
        words = ("query", "litres", "--mode", "vector", "-o", "json")
        plain = self.ok(*words).json["hits"]
        self.says("The filter is changed every three months. It is blue.")
        moved = self.ok(*words, "--expand", "hyde").json["hits"]
        self.assertIn("It is blue.", moved[0]["text"])
        self.assertNotIn("It is blue.", plain[0]["text"])

    def test_citations_of_shortened_and_grown_passages_are_exact(self):
        for words in (("--rerank-steps", "compress(keep=2)"), ("--parent", "document"), ("--window", "1")):
            self.server.say = lambda prompt: ask_test.cite(prompt, "2.5 litres", "It holds 2.5 litres of oil")
            answer = self.ok("ask", "how much oil does the pump hold", "-o", "json", *words).json
            [citation] = answer["citations"]
            self.assertEqual(citation["quote"], "It holds 2.5 litres of oil.")
            self.assertEqual(MANUAL.encode()[citation["start"]:citation["end"]].decode(), citation["quote"], words)


if __name__ == "__main__":
    program.main()
