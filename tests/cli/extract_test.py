"""The text that a passage's offsets refer to can be had again from the file."""
import json
import pathlib
import unittest
import zipfile

import program
from program import ProgramTest, needs_model

ENCRYPTED = pathlib.Path(__file__).parents[1] / "fuzz/pdf_loader_fuzz/encrypted.pdf"  # by qpdf: user "password", owner "owner"
PAGE = "<!doctype html><title>Pumps</title><h1>Pumps</h1><p>The first pump is bl\u00fce.</p><h2>Care</h2><p>Oil it on Mondays.</p>"


class Extract(ProgramTest):
    def test_the_text_of_a_page(self):
        self.write("page.html", PAGE)
        self.assertEqual(self.ok("extract", "page.html").out.split("\n"), ["Pumps", "", "The first pump is bl\u00fce.", "", "Care", "", "Oil it on Mondays.", ""])
        document = self.ok("extract", "page.html", "-o", "json").json["documents"][0]
        self.assertEqual(document["kind"], "html")
        self.assertEqual(document["metadata"]["title"], "Pumps")
        self.assertEqual([heading["title"] for heading in document["headings"]], ["Pumps", "Care"])

    @needs_model
    def test_start_and_end_of_every_passage_give_its_text(self):
        self.write("docs/page.html", PAGE)
        self.write("docs/a.md", "\ufeff# One\n\nText.\n\n## Two\n\nMore t\u00e9xt.\n")
        self.write("docs/t.csv", "name,note\nAnn,likes tea\nBob,likes b\u00e9er\n")
        self.write("docs/m.eml", "From: a@b.c\nSubject: Oil\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nBuy oil.\n--x\n"
                   "Content-Type: text/markdown; name=n.md\nContent-Disposition: attachment; filename=n.md\n\n# Note\n\nOn Mondays.\n--x--\n")
        self.write("docs/n.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# Cells\n\nText."}, {
            "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": "print(1)"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        self.write("docs/t.tex", "\\documentclass{article}\\begin{document}\\section{Pumps}They \\emph{leak}.\\end{document}")
        self.write("docs/r.rtf", "{\\rtf1\\ansi The pump\\par leaks.}")
        self.write("docs/x.xml", "<?xml version='1.0'?><book><title>Pumps</title><para>They leak.</para></book>")
        self.write("docs/y.yaml", "pumps:\n  leak: true\n---\nfilters: none\n")
        self.write("docs/q.sql", "CREATE TABLE pump (id int);\nINSERT INTO pump VALUES (1);\n")
        self.write("docs/c.py", "def pump():\n    return 'leak'\n")
        with zipfile.ZipFile(self.folder / "docs/z.zip", "w") as archive:
            archive.writestr("in/a.md", "# Zipped\n\nThe pump leaks.")
            archive.writestr("b.txt", "So do filters.")
        self.ok("ingest", "docs")
        kinds = {pathlib.Path(p["metadata"]["source"]).suffix for p in self.ok("scan", "-o", "jsonl").lines}
        self.assertEqual(kinds, {".html", ".md", ".csv", ".eml", ".ipynb", ".tex", ".rtf", ".xml", ".yaml", ".sql", ".py", ".zip"})
        passages = self.ok("scan", "-o", "jsonl").lines
        self.assertGreater(len(passages), 17)
        for passage in passages:
            at = passage["metadata"]
            answer = self.ok("extract", at["source"], "--document", at.get("document", 0), "--bytes", f"{at['start']}-{at['end']}")
            self.assertEqual(answer.out, passage["text"] + "\n")

    def test_what_is_not_there_is_an_error(self):
        self.write("a.txt", "twelve bytes")
        self.assertEqual(self.ok("extract", "a.txt", "--bytes", "7-12").out, "bytes\n")
        self.fails(2, "has bytes 0 to 12, --bytes asks for 7 to 13", "extract", "a.txt", "--bytes", "7-13")
        self.fails(3, "has 1 document, counted from 0; there is no 1", "extract", "a.txt", "--document", "1")
        for wrong in ("7", "9-7", "a-b", "1-2x", "-1-3"):
            self.fails(2, "--bytes takes START-END", "extract", "a.txt", f"--bytes={wrong}")
        self.fails(3, "none.txt: no such file", "extract", "none.txt")
        self.fails(1, "limit for one file is 5", "extract", "a.txt", env={"VECSTORE_INGEST_MAX_FILE_BYTES": "5"})
        self.fails(2, "max_depth must be at least 1", "extract", "a.txt", env={"VECSTORE_INGEST_MAX_DEPTH": "0"})


    def test_a_password_opens_a_file_and_is_shown_nowhere(self):
        file = ENCRYPTED
        self.fails(1, "needs a password (ingest.password)", "extract", file)
        wrong = self.fails(1, "the password that is set does not open it", "extract", file, env={"VECSTORE_INGEST_PASSWORD": "unmistakable"})
        self.assertNotIn("unmistakable", wrong.out + wrong.err)
        document = self.ok("extract", file, "-o", "json", env={"VECSTORE_INGEST_PASSWORD": "password"}).json["documents"][0]
        self.assertIn("Heading one", document["text"])
        self.assertEqual(document["places"][0]["page"], 1)
        shown = self.ok("config", "show", "-o", "json", env={"VECSTORE_INGEST_PASSWORD": "unmistakable"}).out
        self.assertNotIn("unmistakable", shown)
        self.assertIn("***", shown)


if __name__ == "__main__":
    program.main()
