#!/usr/bin/env python3
"""Which sources are compiled together: those that mean the same alone."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

GROUP_SOURCES = pathlib.Path(__file__).parents[2] / "cmake/group_sources.py"


def in_unnamed(text):
    return "namespace vecstore {\nnamespace {\n\n" + text + "\n\n}  // namespace\n}  // namespace vecstore\n"


class GroupSources(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "src").mkdir()

    def groups(self, *texts, target="things"):
        """The indices of the texts that are compiled together."""
        paths = [self.root / "src" / f"{number}.cc" for number in range(len(texts))]
        for path, text in zip(paths, texts):
            path.write_text(text)
        done = subprocess.run([sys.executable, GROUP_SOURCES, self.root, self.root / "out", target, *paths], capture_output=True, text=True, check=True)
        groups = []
        for source in map(pathlib.Path, done.stdout.split(";")):
            lines = source.read_text().splitlines() if source.parent.name == "out" else [f'#include "src/{source.name}"']
            groups.append([int(pathlib.PurePath(line.split('"')[1]).stem) for line in lines])
        return groups

    def test_sources_that_share_nothing_are_one(self):
        self.assertEqual(self.groups(in_unnamed("int one() { return 1; }"), in_unnamed("int two() { return 2; }")), [[0, 1]])

    def test_a_name_kept_to_itself_by_both_parts_them(self):
        for text in ("int same() { return 1; }", "constexpr int same = 1;", "struct same {};", "enum class same { kA };", "using same = int;",
                     "std::map<int, std::vector<int>> same(int a) { return {}; }", "MATCHER(same, \"\") { return true; }"):
            with self.subTest(text):
                self.assertEqual(self.groups(in_unnamed(text), in_unnamed("int same() { return 1; }")), [[0], [1]])

    def test_a_name_kept_by_one_and_used_by_the_other_parts_them(self):
        self.assertEqual(self.groups(in_unnamed("int same = 1;"), "int f(int same) { return same; }"), [[0], [1]])

    def test_an_unnamed_namespace_ends_at_its_end_and_not_at_an_alias(self):
        self.assertEqual(self.groups(in_unnamed("namespace fs = other;\nint same = 1;"), "int f(int same);"), [[0], [1]])
        self.assertEqual(self.groups("namespace {\nint a;\n}  // namespace\nint same() { return 1; }", "int f(int same);"), [[0, 1]])

    def test_members_comments_and_strings_are_no_use_of_a_name(self):
        for text in ("int f(T t) { return t.same; }", "int f(T* t) { return t->same; }", "int f() { return other::same; }", "// same\nint f();",
                     'const char* f = "same";', 'const char* f = R"(same)";'):
            with self.subTest(text):
                self.assertEqual(self.groups(in_unnamed("int same = 1;"), text), [[0, 1]])

    def test_a_static_name_and_a_macro_are_kept_to_themselves(self):
        self.assertEqual(self.groups("static int same = 1;\n", "int f(int same);"), [[0], [1]])
        self.assertEqual(self.groups("#define same 1\n", "int f(int same);"), [[0], [1]])

    def test_a_name_that_a_header_of_the_other_declares_parts_them(self):
        (self.root / "src/inner.h").write_text("namespace vecstore {\nstruct Place {};\n}\n")
        (self.root / "src/outer.h").write_text('#include "inner.h"\n')
        self.assertEqual(self.groups(in_unnamed("int Place = 1;"), '#include "outer.h"\nint f();'), [[0], [1]])
        self.assertEqual(self.groups("using storage::Place;\n", '#include "outer.h"\nint f();'), [[0], [1]])

    def test_what_both_take_over_from_elsewhere_keeps_them_together(self):
        self.assertEqual(self.groups("using testing::Each;\nint f();", "using testing::Each;\nint g();"), [[0, 1]])

    def test_a_source_of_inline_parts_or_of_the_memory_of_all_stays_alone(self):
        for text in ('#include "kernels-inl.h"\n', "void* operator new(std::size_t size) { return take(size); }\n"):
            with self.subTest(text):
                self.assertEqual(self.groups(text, "int f();", "int g();"), [[0], [1, 2]])

    def test_a_group_has_at_most_eight(self):
        self.assertEqual([len(group) for group in self.groups(*[f"int f{number}();" for number in range(10)])], [8, 2])

    def test_a_group_that_stays_the_same_is_not_written_again(self):
        self.groups("int f();", "int g();")
        group = self.root / "out/things_0.cc"
        before = group.stat().st_mtime_ns
        self.groups("int f(int);", "int g();")
        self.assertEqual(group.stat().st_mtime_ns, before)


if __name__ == "__main__":
    unittest.main()
