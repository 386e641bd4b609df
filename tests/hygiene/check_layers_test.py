"""The layering checker catches what it is for: each test plants one violation in a small tree."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import check_layers

TREE = {
    "CMakeLists.txt": "add_subdirectory(src/base)\nadd_subdirectory(src/io)\nadd_subdirectory(src/rag)\n",
    "cmake/vecstore.cmake": "set_property(GLOBAL PROPERTY VECSTORE_ENGINE_LAYERS base io)\n",
    "src/base/CMakeLists.txt": "vecstore_layer(base SOURCES json)\n",
    "src/base/json.cc": '#include "base/json.h"\n#include <vector>\n#include <rapidjson/reader.h>\n',
    "src/io/CMakeLists.txt": "vecstore_layer(io DEPS base SOURCES disk)\n",
    "src/io/disk_posix.cc": '#include <fcntl.h>\n#include <sys/stat.h>\n\n#include "base/json.h"\n',
    "src/rag/CMakeLists.txt": "vecstore_layer(rag\n  DEPS engine base  # the tools\n  SOURCES ask)\n",
    "src/rag/ask.cc": '#include "vecstore/query.h"\n#include "base/json.h"\n',
    "include/vecstore/query.h": "#include <string>\n",
    "tests/model/model_test.cc": '#include <gtest/gtest.h>\n#include "io/disk.h"\n',
}


class CheckLayers(unittest.TestCase):
    def problems_with(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in (TREE | changes).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return check_layers.check(root)

    def assert_caught(self, changes, *words):
        problems = self.problems_with(changes)
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.problems_with({}), [])

    def test_an_include_of_a_layer_above_is_caught(self):
        self.assert_caught({"src/base/json.cc": '\n#include "io/disk.h"\n'}, "src/base/json.cc:2", "io/disk.h")

    def test_a_private_engine_header_in_the_toolkit_is_caught(self):
        self.assert_caught({"src/rag/ask.cc": '#include "io/disk.h"\n'}, "src/rag/ask.cc:1")

    def test_naming_a_private_engine_layer_in_deps_is_caught(self):
        self.assert_caught({"src/rag/CMakeLists.txt": "vecstore_layer(rag DEPS engine base io SOURCES ask)"},
                           "through include/vecstore")

    def test_a_dependency_on_a_later_layer_is_caught(self):
        self.assert_caught({"src/base/CMakeLists.txt": "vecstore_layer(base DEPS io SOURCES json)"}, "'io'")

    def test_a_third_party_header_outside_its_folder_is_caught(self):
        self.assert_caught({"src/io/disk.h": "#include <rapidjson/document.h>\n"}, "rapidjson")

    def test_a_private_engine_header_in_a_binding_is_caught(self):
        good = '#include <nanobind/nanobind.h>\n#include "vecstore/query.h"\n#include "rag/ask.h"\n'
        self.assertEqual(self.problems_with({"bindings/python/src/module.cc": good}), [])
        self.assert_caught({"bindings/python/src/module.cc": good + '#include "io/disk.h"\n'}, "bindings/python/src/module.cc:4", "io/disk.h")
        self.assert_caught({"src/rag/ask.cc": "#include <nanobind/nanobind.h>\n"}, "nanobind")

    def test_an_operating_system_header_outside_a_posix_file_is_caught(self):
        self.assert_caught({"src/io/disk.cc": "#include <unistd.h>\n"}, "unistd.h")

    def test_gtest_outside_a_test_is_caught(self):
        self.assert_caught({"src/io/disk.cc": "#include <gtest/gtest.h>\n"}, "gtest")

    def test_a_public_header_that_shows_a_layer_is_caught(self):
        self.assert_caught({"include/vecstore/query.h": '#include "base/json.h"\n'}, "include/vecstore/query.h:1")

    def test_an_include_without_a_folder_is_caught(self):
        self.assert_caught({"src/base/json.cc": '#include "json.h"\n'}, "named from src/")

    def test_a_folder_that_is_not_a_layer_is_caught(self):
        self.assert_caught({"src/stray/x.cc": ""}, "src/stray")


if __name__ == "__main__":
    unittest.main()
