"""The packages of this machine: found by summary, description and words, under a filter; only changed ones are written again."""
import pathlib
import re
import subprocess

import cookbook
from cookbook import MODEL

STATUS = pathlib.Path("/var/lib/dpkg/status")
FOUND = re.compile(r"^(\S+): (.*)\n  (\S*), (\d+) kB; by summary (\S+), by description (\S+), by words (\S+)$", re.M)
THREE = """Package: tea
Version: 1
Section: drinks
Installed-Size: 10
Description: green leaves
 Brewed with hot water in a pot.
 .
 A second paragraph.
Homepage: https://example.org/herons

Package: heron
Version: 1
Section: birds
Installed-Size: 20
Description: wading bird
 Stands in the reeds and catches frogs.

Package: bare
Version: 1
Section: birds
Installed-Size: 30
Description: sings at night
"""


class MultiField(cookbook.Recipe):
    def ask(self, question, *filter, status=STATUS):
        out = self.run_recipe(MODEL, "apt.db", status, question, *filter)
        return out, [match.groups() for match in FOUND.finditer(out)]

    def test_packages_are_found_by_what_they_are_for(self):
        out, _ = self.ask("read JSON in C++")
        count = len(set(re.findall(r"^Package: (\S+)$", STATUS.read_text(), re.M)))
        self.assertTrue(out.startswith(f"{count} packages, {count} of them new or changed\n"), out[:100])
        out, hits = self.ask("read JSON in C++", "section = 'libdevel' AND size_kb < 5000")
        self.assertTrue(out.startswith(f"{count} packages, 0 of them new or changed\n"), out[:100])
        self.assertEqual(hits[0][0], "rapidjson-dev")
        self.assertEqual({section for _, _, section, *_ in hits}, {"libdevel"})
        self.assertTrue(all(int(size) < 5000 for _, _, _, size, *_ in hits), hits)
        _, hits = self.ask("compile programs written in C++")
        self.assertTrue(hits[0][0].startswith("g++"), hits)
        for name, summary, *_ in hits:
            said = subprocess.run(["dpkg-query", "-W", "-f=${binary:Summary}", name], capture_output=True, text=True, check=True)
            self.assertEqual(summary, said.stdout.splitlines()[0])
        _, hits = self.ask("rapidjson")
        self.assertEqual((hits[0][0], hits[0][6]), ("rapidjson-dev", "1."))

    def test_each_field_finds_and_what_changed_is_written_again(self):
        status = self.folder / "status"
        status.write_text(THREE)
        out, hits = self.ask("catches frogs", status=status)
        self.assertTrue(out.startswith("3 packages, 3 of them new or changed\n"))
        self.assertEqual((hits[0][0], *hits[0][5:]), ("heron", "1.", "1."))
        bare = next(hit for hit in hits if hit[0] == "bare")
        self.assertEqual(bare[5:], ("-", "-"), "there is no description, and no such word")
        self.assertEqual(self.ask("sings at night", status=status)[1][0][0], "bare")
        self.assertNotIn("herons", str(self.ask("herons", "name = 'tea'", status=status)[1]), "a homepage is no description")

        status.write_text(THREE.replace("Version: 1\nSection: drinks", "Version: 2\nSection: drinks").replace("green leaves", "frogs in a cup"))
        out, hits = self.ask("frogs in a cup", status=status)
        self.assertTrue(out.startswith("3 packages, 1 of them new or changed\n"))
        self.assertEqual(hits[0][:3], ("tea", "frogs in a cup", "drinks"))

    def test_mistakes_are_told(self):
        self.refuses("usage: 05_multi_field", MODEL, code=2)
        self.refuses("nowhere", MODEL, "apt.db", "nowhere", "a question")
        self.refuses("column", MODEL, "apt.db", STATUS, "a question", "section =")
        notes = self.folder / "notes"
        notes.write_text("Dear diary: today\n")
        self.refuses("does not begin with a package", MODEL, "apt.db", notes, "a question")


if __name__ == "__main__":
    cookbook.main(STATUS)
