"""Python's own asyncio: functions by what they do, and by a word of their names, with the line where they are."""
import re
import shutil
import sysconfig
from pathlib import Path

import cookbook
from cookbook import MODEL

ASYNCIO = Path(sysconfig.get_path("stdlib")) / "asyncio"


class CodeSearch(cookbook.Recipe):
    def setUp(self):
        super().setUp()
        self.code = self.folder / "asyncio"
        shutil.copytree(ASYNCIO, self.code, ignore=shutil.ignore_patterns("__pycache__"))
        (self.code / "notes.md").write_text("Wait for the event loop to run a callback from another thread.\n")

    def ask(self, question, *language):
        """Each place as (file, first line, lines shown)."""
        out = self.run_recipe(MODEL, "code.db", self.code, question, *language)
        blocks = re.split(r"^(asyncio/\S+):(\d+)  \(\w*\)\n", out, flags=re.M)[1:]
        found = [(file, int(line), [row for row in text.splitlines() if row]) for file, line, text in zip(*[iter(blocks)] * 3)]
        for file, line, shown in found:
            text = (self.folder / file).read_text().splitlines()
            for i, row in enumerate(shown):
                self.assertEqual(row[:6].strip(), str(line + i))
                self.assertIn(row[8:].strip(), text[line + i - 1], f"{file}:{line + i}")
        return out, found

    def test_what_code_does_is_found_with_its_lines(self):
        out, found = self.ask("wait until all tasks are done or a timeout expires", "python")
        self.assertRegex(out, r"^\d+ files, \d+ of them read anew\n  python: \d+ passages\n")
        self.assertEqual(found[0][0], "asyncio/tasks.py")

    def test_names_are_found_by_their_words(self):
        for question in ("call_soon_threadsafe", "threadsafe soon"):
            _, found = self.ask(question, "python")
            self.assertTrue(any("call_soon_threadsafe" in (self.folder / file).read_text() for file, _, _ in found), found)
            self.assertIn("call_soon_threadsafe", "\n".join(found[0][2]), question)

    def test_a_language_is_all_that_is_looked_at(self):
        question = "run a callback from another thread"
        self.assertTrue(all(file.endswith(".py") for file, _, _ in self.ask(question, "python")[1]))
        self.assertIn("nothing was found", self.ask(question, "rust")[0])

    def test_mistakes_are_told(self):
        self.refuses("usage: 04_code_search", MODEL, code=2)
        self.refuses("nowhere", MODEL, "code.db", "nowhere", "a question")


if __name__ == "__main__":
    cookbook.main()
