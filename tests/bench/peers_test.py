"""How the peers are built: a peer that our own flags hold back would be an easy one to beat."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import harness_path

# The benchmark's CMakeLists.txt with our flags, and without the engine, which is not looked at.
PROJECT = """cmake_minimum_required(VERSION 3.25)
set(CMAKE_CXX_COMPILER_FORCED ON)  # nothing is compiled
project(peers CXX)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
include({root}/cmake/vecstore.cmake)
function(vecstore_link target)
endfunction()
set(PROJECT_SOURCE_DIR {root})
set(VECSTORE_HNSWLIB_INCLUDE {root})
add_subdirectory({root}/bench bench)
"""


class Peers(unittest.TestCase):
    def commands(self):
        """The compiler's arguments for every source of hnswlib_runner."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "CMakeLists.txt").write_text(PROJECT.format(root=harness_path.ROOT))
            done = subprocess.run(["cmake", "-S", folder, "-B", folder / "build"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            rows = json.loads((folder / "build" / "compile_commands.json").read_text())
        return [row["command"].split() for row in rows if "hnswlib_runner.dir" in row["command"]]

    @unittest.skipUnless(shutil.which("cmake"), "no cmake")
    def test_hnswlib_is_compiled_for_this_processor_and_may_fuse_multiplications_and_additions(self):
        commands = self.commands()
        self.assertEqual(len(commands), 2)
        for command in commands:
            self.assertIn("-march=native", command)
            self.assertEqual([word for word in command if word.startswith("-O")][-1:], ["-O3"])
            self.assertEqual([word for word in command if word.startswith("-ffp-contract")][-1:], ["-ffp-contract=fast"])


if __name__ == "__main__":
    unittest.main()
