"""The snippet runner notices an example that does not work."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import run_snippets

TOOLS = {"vecstore": pathlib.Path("/bin/true"), "compile": ["c++", "-std=c++20", f"-I{ROOT}/include"], "link": []}


class RunSnippets(unittest.TestCase):
    def failures(self, kind, code):
        with tempfile.NamedTemporaryFile("w", suffix=".md") as file:
            file.write(f"text\n\n```{kind}\n{code}\n```\n")
            file.flush()
            with contextlib.redirect_stdout(io.StringIO()) as self.said:
                return run_snippets.run_file(pathlib.Path(file.name), TOOLS)

    def test_a_command_that_fails_is_noticed(self):
        self.assertEqual(self.failures("sh", "true\ntest 1 = 1"), 0)
        self.assertEqual(self.failures("sh", "false\ntrue"), 1)
        self.assertIn(":3: this sh example fails", self.said.getvalue())

    def test_a_verb_that_make_does_not_have_is_noticed(self):
        self.assertEqual(self.failures("sh", "make demo\nmake test"), 0)
        self.assertEqual(self.failures("sh", "make coffee"), 1)

    def test_code_that_does_not_compile_or_fails_is_noticed(self):
        self.assertEqual(self.failures("cpp", "return 0;"), 0)
        self.assertEqual(self.failures("cpp", "return 3;"), 1)
        self.assertEqual(self.failures("cpp", "vecstore::Nothing x;"), 1)

    def test_other_blocks_are_left_alone(self):
        self.assertEqual(self.failures("text", "no program"), 0)

    def test_includes_stay_outside_of_main(self):
        program = run_snippets.program_of("#include <map>\nreturn 0;")
        self.assertLess(program.index("#include <map>"), program.index("int main"))


if __name__ == "__main__":
    unittest.main()
