"""The Debian New Maintainers' Guide, a PDF of 63 pages: the right page, and bytes that say what is cited."""
import re

import cookbook
from cookbook import GUIDE, MODEL

QUESTION = "how do I sign the package with my key"


class Pdf(cookbook.Recipe):
    def ask(self, question, *pages):
        return self.run_recipe(MODEL, "papers.db", GUIDE / "maint-guide.en.pdf", question, *pages)

    def test_an_answer_names_the_page_the_chapter_and_the_author(self):
        out = self.ask(QUESTION)
        self.assertRegex(out, r"^1 files, \d{3} passages written\n")
        first = out.split("\n\n")[1].splitlines()
        self.assertEqual(first[0], "Debian New Maintainers' Guide › Building the package › 6.1 Complete (re)build, page 45 of 63")
        self.assertEqual(first[1], "by Josip Rodin and Osamu Aoki")
        self.assertIn("«key»", first[3])
        self.assert_cited(out, GUIDE)

    def test_pages_can_be_chosen(self):
        out = self.ask(QUESTION, 46, 63)
        pages = [int(page) for page in re.findall(r", page (\d+) of 63$", out, re.M)]
        self.assertEqual(len(pages), 3)
        self.assertTrue(all(46 <= page <= 63 for page in pages), pages)
        self.assertIn("nothing was found on these pages", self.ask(QUESTION, 64, 70))

    def test_mistakes_are_told(self):
        self.refuses("usage: 02_pdf", MODEL, code=2)
        self.refuses("nowhere.pdf", MODEL, "papers.db", "nowhere.pdf", QUESTION)
        self.refuses("column", MODEL, "papers.db", GUIDE / "maint-guide.en.pdf", QUESTION, "one", "AND")
        broken = self.folder / "broken.pdf"
        broken.write_bytes(b"%PDF-1.7\nnothing of the kind\n")
        self.refuses("broken.pdf: ", MODEL, "papers.db", broken, QUESTION)


if __name__ == "__main__":
    cookbook.main(GUIDE / "maint-guide.en.pdf")
