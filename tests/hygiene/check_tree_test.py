"""The tree checker catches what it is for: each test plants one fault in a small tree."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import check_tree

TREE = {
    "src/io/disk.cc": "int read_all() {\n  return 0;\n}\n",
    "src/io/disk_test.cc": '#include "io/disk.h"\nTEST(Disk, reads) {}\n',
    "README.md": "# Title\n",
}


def function_of(lines):
    return "int long_one(int a) {\n" + "  a += 1;\n" * (lines - 2) + "}\n"


class CheckTree(unittest.TestCase):
    def problems_with(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in (TREE | changes).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
            return check_tree.check(root)[0]

    def assert_caught(self, changes, *words):
        problems = self.problems_with(changes)
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.problems_with({}), [])

    def test_a_source_without_a_test_is_caught(self):
        self.assert_caught({"src/io/lock.cc": "int x;\n"}, "src/io/lock.cc", "lock_test.cc")

    def test_a_source_of_a_tested_family_passes(self):
        self.assertEqual(self.problems_with({"src/io/disk_posix.cc": "int x;\n"}), [])

    def test_a_source_whose_header_a_test_includes_passes(self):
        self.assertEqual(self.problems_with({"src/io/lock.cc": "int x;\n", "src/io/disk_test.cc": '#include "io/lock.h"\n'}), [])

    def test_a_part_that_a_tested_source_is_made_of_passes(self):
        parts = {"src/io/disk.cc": '#include "io/lock.h"\n', "src/io/lock.h": '#include "io/pid.h"\n',
                 "src/io/lock.cc": '#include "io/lock.h"\n', "src/io/pid.h": "", "src/io/pid.cc": '#include "io/pid.h"\n'}
        self.assertEqual(self.problems_with(parts), [])

    def test_a_source_that_only_another_layer_includes_is_caught(self):
        self.assert_caught({"src/db/store.cc": '#include "db/store.h"\n', "src/db/store.h": "",
                            "src/io/disk.cc": '#include "db/store.h"\n'}, "src/db/store.cc")

    def test_a_function_of_sixty_lines_passes_and_of_sixty_one_is_caught(self):
        self.assertEqual(self.problems_with({"src/io/disk.cc": function_of(60)}), [])
        self.assert_caught({"src/io/disk.cc": function_of(61)}, "src/io/disk.cc:1", "61 lines")

    def test_a_long_member_function_is_caught(self):
        text = "namespace a {\nclass B {\n public:\n" + function_of(70) + "};\n}\n"
        self.assert_caught({"src/io/disk.cc": text}, "src/io/disk.cc:4", "70 lines")

    def test_a_long_class_of_short_functions_passes(self):
        self.assertEqual(self.problems_with({"src/io/disk.cc": "class B {\n" + function_of(5) * 20 + "};\n"}), [])

    def test_braces_in_strings_and_comments_do_not_count(self):
        text = 'int f() {\n  // {{{\n  auto s = "{{";\n  auto c = \'{\';\n  return 1\'000;\n}\n' + function_of(20)
        self.assertEqual(self.problems_with({"src/io/disk.cc": text}), [])

    def test_a_long_file_is_caught(self):
        self.assert_caught({"src/io/disk.cc": "int x;\n" * 501}, "501 lines")

    def test_bytes_that_are_not_utf8_are_caught(self):
        self.assert_caught({"README.md": b"caf\xe9\n"}, "UTF-8")

    def test_a_binary_file_of_any_name_is_caught(self):
        self.assert_caught({"package-1.0.whl": b"PK\x03\x04\xff"}, "package-1.0.whl", "UTF-8")
        self.assert_caught({"bench/table.bin": b"\x01\x00\x02"}, "bench/table.bin", "zero byte")

    def test_binary_test_data_passes(self):
        self.assertEqual(self.problems_with({"tests/golden/store-1/store/1.seg": b"\xff\x00"}), [])

    def test_an_invisible_character_is_caught(self):
        self.assert_caught({"README.md": "a\u202eb\n"}, "README.md:1", "invisible")

    def test_a_path_of_one_machine_is_caught(self):
        self.assert_caught({"README.md": "see /ho" "me/someone/notes\n"}, "README.md:1")

    def test_a_word_of_unfinished_work_is_caught(self):
        self.assert_caught({"README.md": "TO" "DO: more\n"}, "README.md:1")

    def test_banned_calls_are_caught(self):
        for call in ("std::mutex m;", "int x = rand();", "double d = strtod(s, e);", "std::regex r;", "auto f = fopen(n, m);",
                     "std::cout << 1;", 'printf("x");', "throw 1;", "auto t = std::chrono::system_clock::now();",
                     "auto p = dynamic_cast<A*>(b);", 'auto h = getenv("HOME");', "using namespace std;"):
            with self.subTest(call):
                self.assert_caught({"src/io/disk.cc": f"int f() {{\n  {call}\n}}\n"}, "src/io/disk.cc:2")

    def test_a_banned_call_in_a_comment_or_string_or_test_passes(self):
        self.assertEqual(self.problems_with({"src/io/disk.cc": '// unlike std::regex\nconst char* s = "rand()";\n'}), [])
        self.assertEqual(self.problems_with({"src/io/disk_test.cc": "std::mutex m;\n"}), [])


if __name__ == "__main__":
    unittest.main()
