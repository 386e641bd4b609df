"""A folder that answers questions: the right document, cited to the byte, and only what changed is read again."""
import shutil

import cookbook
from cookbook import MODEL, ROOT


class Basic(cookbook.Recipe):
    def setUp(self):
        super().setUp()
        self.notes = self.folder / "guide"
        shutil.copytree(ROOT / "docs/guide", self.notes)

    def ask(self, question):
        return self.run_recipe(MODEL, "notes.db", self.notes, question)

    def test_the_right_document_comes_first_and_is_cited(self):
        pages = len(list(self.notes.iterdir()))
        out = self.ask("how is a snapshot of the database restored")
        self.assertTrue(out.startswith(f"{pages} files: {pages} new, 0 changed, 0 as before, 0 gone;"), out)
        self.assertEqual(self.assert_cited(out, self.notes)[0], "guide/backup.md")
        self.assertEqual(self.assert_cited(self.ask("what is lost when the power goes"), self.notes)[0], "guide/durability.md")

    def test_only_what_changed_is_read_again(self):
        self.ask("anything")
        (self.notes / "backup.md").unlink()
        (self.notes / "heron.md").write_text("# Herons\n\nThe grey heron waits in the reeds for perch and frogs.\n")
        out = self.ask("which bird catches frogs")
        self.assertRegex(out, r": 1 new, 0 changed, \d+ as before, 1 gone; 1 passages written")
        self.assertEqual(self.assert_cited(out, self.notes)[0], "guide/heron.md")
        self.assertNotIn("guide/backup.md", self.ask("how is a snapshot of the database restored"))

    def test_mistakes_are_told(self):
        self.refuses("usage: 01_basic", "one", "two", code=2)
        self.refuses("nowhere", MODEL, "notes.db", self.folder / "nowhere", "a question")
        self.refuses("no-model", self.folder / "no-model", "notes.db", self.notes, "a question")
        self.refuses("the text to look for is empty", MODEL, "notes.db", self.notes, " ")


if __name__ == "__main__":
    cookbook.main()
