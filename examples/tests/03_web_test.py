"""A copy of a web site, the manual of SQLite: links to pages that are there, each once; a second visit reads what changed."""
import pathlib
import re
import shutil

import cookbook
from cookbook import MODEL, SQLITE

ADDRESS = "https://www.sqlite.org/"
SUBJECTS = ["atomic*", "lock*", "fts*", "json*", "backup*", "lang_*", "wal*", "pragma*"]


class Web(cookbook.Recipe):
    def setUp(self):
        super().setUp()
        self.site = self.folder / "sqlite"
        self.site.mkdir()
        for pattern in SUBJECTS:
            for page in SQLITE.glob(pattern + ".html"):
                shutil.copy(page, self.site)

    def ask(self, question):
        out = self.run_recipe(MODEL, "site.db", self.site, ADDRESS, question)
        return out, re.findall(r"^https://www\.sqlite\.org/(\S+)$", out, re.M)

    def test_the_best_pages_come_as_links_each_once(self):
        pages = len(list(self.site.iterdir()))
        out, links = self.ask("how are full text search results ranked")
        self.assertTrue(out.startswith(f"{pages} pages: {pages} new, 0 changed, 0 gone, 0 could not be read\n"), out)
        self.assertIn(links[0], ("fts5.html", "fts3.html"))
        self.assertEqual(len(links), 5)
        self.assertEqual(len(set(links)), 5)
        for link in links:
            self.assertTrue((self.site / link).exists(), link)
        self.assertEqual(self.ask("is my data lost when the power fails during a commit")[1][0], "atomiccommit.html")

    def test_a_second_visit_reads_what_changed(self):
        self.ask("anything")
        page = self.site / "wal.html"
        with page.open("a") as end:
            end.write("<h2>Birds</h2><p>Herons eat frogs.</p>")
        (self.site / "json1.html").unlink()
        out, links = self.ask("herons and frogs")
        self.assertRegex(out, r"^\d+ pages: 0 new, 1 changed, 1 gone, 0 could not be read\n")
        self.assertEqual(links[0], "wal.html")
        self.assertNotIn("json1.html", self.ask("extract a value from JSON")[1])

    def test_the_longest_pages_are_counted(self):
        out, _ = self.ask("anything")
        self.assertRegex(out, r"The longest pages:  sqlite/\w+\.html \(\d{2,} passages\)")

    def test_mistakes_are_told(self):
        self.refuses("usage: 03_web", MODEL, "site.db", code=2)
        self.refuses("nowhere", MODEL, "site.db", pathlib.Path("nowhere"), ADDRESS, "a question")


if __name__ == "__main__":
    cookbook.main(SQLITE / "fts5.html")
