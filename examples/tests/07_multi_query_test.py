"""A model rewrites the question; what only another question finds is there, and it is said which one found it."""
import shutil

import chat
import cookbook
from cookbook import MODEL, SQLITE

QUESTION = "why does my file keep growing"
OTHER = "How is the write-ahead log checkpointed?"


class MultiQuery(chat.ChatRecipe):
    def setUp(self):
        super().setUp()
        self.site = self.folder / "sqlite"
        self.site.mkdir()
        for pattern in ("wal*", "lang_*", "atomic*", "json*", "datatype*", "limits*", "vfs*"):
            for page in SQLITE.glob(pattern + ".html"):
                shutil.copy(page, self.site)

    def ask(self, *way):
        return self.run_recipe(MODEL, "manual.db", self.site, QUESTION, *way)

    def test_others_are_searched_and_fused(self):
        self.server.say = lambda prompt: f"Sure:\n- {OTHER}\n- Does VACUUM return the space of deleted rows?"
        out = self.ask()
        self.assertIn(f"the question: {QUESTION}\n1: {OTHER}\n2: Does VACUUM return the space of deleted rows?\n", out)
        self.assertIn(QUESTION, self.server.asked[0]["messages"][-1]["content"])
        files = self.assert_cited(out, self.site)
        self.assertEqual(len(files), 5)
        self.assertIn("sqlite/wal.html", files)
        blocks = {block.splitlines()[1].split(",")[0].strip(): block for block in out.split("\n\n")[1:]}
        self.assertRegex(blocks["sqlite/wal.html"], r"found by .*\b1 \(\d+\.\)")

        self.server.say = lambda prompt: "I would rather\ntalk\nabout\nsomething else"
        alone = self.ask()
        self.assertIn("the model had no other way to ask", alone)
        self.assertNotIn("found by", alone)
        self.assertNotEqual(self.assert_cited(alone, self.site), files)

    def test_a_way_can_be_chosen(self):
        self.server.say = lambda prompt: f"1. {OTHER}\n2. How is space freed?"
        out = self.ask("step_back")
        self.assertIn(f"1: {OTHER}\n", out)
        self.assertNotIn("2: ", out)
        self.refuses("did you mean 'decompose'", MODEL, "manual.db", self.site, QUESTION, "decompoze")

    def test_without_a_server_it_says_what_is_missing(self):
        self.environment["CHAT_ADDRESS"] = "http://127.0.0.1:9/v1"
        self.environment["CHAT_KEY"] = ""
        self.without_a_model()
        self.refuses("CHAT_ADDRESS", MODEL, "manual.db", self.site, QUESTION)
        self.refuses("usage: 07_multi_query", MODEL, code=2)

    def test_a_wrong_key_is_told_and_shown_nowhere(self):
        self.environment["CHAT_KEY"] = "wrong-but-secret"
        said = self.run_recipe(MODEL, "manual.db", self.site, QUESTION, code=1)
        self.assertIn("401", said)
        self.assertNotIn("wrong-but-secret", said)


if __name__ == "__main__":
    cookbook.main(SQLITE / "wal.html")
