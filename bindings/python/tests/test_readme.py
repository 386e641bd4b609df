"""What the documentation shows runs."""

import sys

import pytest
import run_readme


@pytest.mark.parametrize("path", run_readme.FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_examples_run(path):
    assert run_readme.run(sys.executable, path) is None, run_readme.run(sys.executable, path)
