"""One file describes the way from sources to answers: ingest and ask do what it says, and it is checked before anything runs."""
import unittest

import program
from program import ProgramTest

PIPELINE = """
[database]
path = "built/manual.db"

[ingest]
paths = ["manual", "notes/one.txt"]
exclude = ["drafts/*"]
splitter = "sentence"
chunk_size = 120

[retrieval]
passages = 2
mode = "text"
filter = "source LIKE 'manual/%'"
"""


@program.needs_model
class Pipeline(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("project/pipeline.toml", PIPELINE)
        self.write("project/manual/pump.md", "# Pumps\n\nThe pump is oiled on Mondays. It holds two litres of oil.\n")
        self.write("project/manual/fence.md", "# Fences\n\nThe fence is painted green.\n")
        self.write("project/manual/drafts/new.md", "The pump is oiled never.\n")
        self.write("project/notes/one.txt", "The pump is oiled by nobody.\n")
        self.write("project/notes/two.txt", "The pump is oiled by everybody.\n")
        self.described = ("--config", "project/pipeline.toml")

    def test_one_file_says_it_all_from_wherever_it_is_used(self):
        report = self.ok(*self.described, "ingest", "-o", "json").json
        self.assertEqual((report["added"], report["failed"]), (3, 0))
        self.assertTrue((self.folder / "project/built/manual.db").is_dir())
        answer = self.ok(*self.described, "ask", "pumps, fences and their oil", "-o", "json").json
        sources = [passage["metadata"]["source"] for passage in answer["passages"]]
        self.assertEqual(len(sources), 2)
        self.assertTrue(all(source.startswith("manual/") for source in sources), sources)
        again = self.ok(*self.described, "ingest", "-o", "json").json
        self.assertEqual((again["unchanged"], again["chunks_written"]), (3, 0))

    def test_flags_are_over_the_file(self):
        self.ok(*self.described, "ingest")
        answer = self.ok(*self.described, "ask", "when is the pump oiled", "-k", 1, "--filter", "source LIKE 'notes/%'", "-o", "json").json
        self.assertEqual([passage["metadata"]["source"] for passage in answer["passages"]], ["notes/one.txt"])
        report = self.ok(*self.described, "ingest", "project/notes/two.txt", "-o", "json").json
        self.assertEqual((report["files"], report["added"]), (1, 1))

    def test_the_mode_of_retrieval_decides_what_is_found(self):
        self.ok(*self.described, "ingest")
        self.assertEqual(self.ok(*self.described, "ask", "lubricate", "-o", "json").json["passages"], [], "no such word")
        found = self.ok(*self.described, "ask", "lubricate", "-o", "json", env={"VECSTORE_RETRIEVAL_MODE": "vector"}).json["passages"]
        self.assertEqual(len(found), 2)

    def test_what_is_wrong_is_told_before_anything_is_done(self):
        for line, message in (("[retreival]\npassages = 2", "unknown key 'retreival.passages', did you mean 'retrieval.passages'?"),
                              ("[retrieval]\npassage = 2", "unknown key 'retrieval.passage', did you mean 'retrieval.passages'?"),
                              ("[retrieval]\nmode = 'vectr'", "unknown mode 'vectr', did you mean 'vector'"),
                              ("[retrieval]\nfilter = 'year >'", "retrieval.filter"),
                              ("[retrieval]\npassages = 'two'", "'retrieval.passages' must be an integer"),
                              ("[retrieval]\nrerank = true", "there is nothing to rerank with")):
            self.write("wrong.toml", line)
            self.fails(1 if "rerank" in line else 2, message, "--config", "wrong.toml", "ask", "when is the pump oiled")
        self.fails(2, "nothing is named to ingest", "ingest")
        self.assertFalse((self.folder / "vecstore.db").exists())

    def test_the_whole_of_it_is_checked(self):
        checked = self.ok(*self.described, "config", "check", "-o", "json").json["stages"]
        self.assertEqual([row["stage"] for row in checked], ["sources", "splitting", "embedding", "retrieval", "reranking", "answering"])
        self.assertTrue(all(row["ok"] for row in checked))
        self.assertFalse((self.folder / "project/built").exists())
        steps = "[retrieval]\nrerank = true\n[reranking]\nsteps = ['%s']\n"
        for step, code, message in (("mmr(by=text)", 0, ""), ("mmmr", 1, "mmr"), ("mmr(lambda=2)", 1, "lambda"), ("model(name=none-such)", 1, "none-such")):
            self.write("steps.toml", steps % step)
            stages = self.run_program("--config", "steps.toml", "config", "check", "-o", "json")
            self.assertEqual(stages.code, code, stages.out)
            self.assertIn(message, stages.json["stages"][4]["what"])
        self.write("wrong.toml", "[ingest]\npaths = ['nowhere']\nsplitter = 'sentense'\n[embedding]\nmodel = 'none-such'\n"
                                 "[retrieval]\nmode = 'vectr'\nrerank = true\n[answering]\nprompt = '{passages}'\n")
        wrong = self.run_program("--config", "wrong.toml", "config", "check", "-o", "json")
        self.assertEqual(wrong.code, 1)
        self.assertIn("6 stages cannot run as configured", wrong.err)
        told = {row["stage"]: row["what"] for row in wrong.json["stages"]}
        self.assertIn("nowhere", told["sources"])
        self.assertIn("sentence", told["splitting"])
        self.assertIn("none-such", told["embedding"])
        self.assertIn("did you mean 'vector'", told["retrieval"])
        self.assertIn("reranking.model", told["reranking"])
        self.assertIn("answering.prompt", told["answering"])


if __name__ == "__main__":
    program.main()
