"""Frameworks are never required, and a missing one is named with what installs it."""

import subprocess
import sys

import pytest

PACKAGES = {"langchain": "langchain-core", "llama_index": "llama-index-core", "haystack": "haystack-ai"}
ROOTS = {"langchain": "langchain_core", "llama_index": "llama_index", "haystack": "haystack"}

HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {root!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
"""


def said_by(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", PACKAGES)
def test_a_missing_framework_is_named(name):
    said = said_by(HIDE.format(root=ROOTS[name]) + f"import vecstore\nprint('vecstore is there')\nimport vecstore.{name}")
    assert "vecstore is there" in said
    assert f"ImportError: vecstore.{name} needs the package {PACKAGES[name]}: pip install {PACKAGES[name]}" in said


def test_the_package_imports_no_framework():
    said = said_by(f"import sys, vecstore\nprint([m for m in sys.modules if m.partition('.')[0] in {sorted(ROOTS.values())!r}])")
    assert said.strip() == "[]"
