"""The documentation checker catches what it is for."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import check_docs

TREE = {
    "README.md": "# Hello, World\n[it](docs/guide.md#first-steps) and [here](#hello-world) and [there](https://example.org)\n",
    "docs/guide.md": "# First steps\n[back](../README.md)\n",
    "src/io/disk.cc": "Status read_all() {}\n",
    "ARCHITECTURE.md": "| where | `src/io/disk.cc` (`read_all`, `Status`) or `src/io/` or `src/*/disk.cc` (`read_all()`) |\n",
}


class CheckDocs(unittest.TestCase):
    def problems_with(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in (TREE | changes).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return check_docs.check(root)

    def assert_caught(self, changes, words):
        problems = self.problems_with(changes)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(words, problems[0])

    def test_whole_documentation_passes(self):
        self.assertEqual(self.problems_with({}), [])

    def test_a_link_to_nothing_is_caught(self):
        self.assert_caught({"docs/guide.md": "# First steps\n[x](gone.md)\n"}, "docs/guide.md:2: gone.md does not exist")

    def test_a_missing_heading_is_caught(self):
        self.assert_caught({"docs/guide.md": "# Other\n"}, "README.md:2: docs/guide.md has no heading #first-steps")

    def test_a_path_that_is_not_there_is_caught(self):
        self.assert_caught({"ARCHITECTURE.md": "see `src/io/gone.cc`\n"}, "src/io/gone.cc does not exist")

    def test_a_name_that_is_not_in_its_file_is_caught(self):
        self.assert_caught({"ARCHITECTURE.md": "see `src/io/disk.cc` (`read_some`)\n"}, "has no 'read_some'")

    def test_code_blocks_are_not_searched_for_links(self):
        self.assertEqual(self.problems_with({"docs/guide.md": "# First steps\n```cpp\nv[i](gone)\n```\n"}), [])


if __name__ == "__main__":
    unittest.main()
