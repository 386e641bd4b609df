"""The reference pages: every public name is explained, every example runs, the pages are made without a warning and have all of it."""

import doctest
import os
import pathlib
import re
import subprocess
import sys
import types

import numpy as np
import pytest
from sphinx.util.inventory import InventoryFile

import vecstore


DOCS = pathlib.Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
import docstrings


@pytest.mark.parametrize("module", docstrings.PUBLIC)
def test_every_public_name_is_explained(module):
    found = list(docstrings.problems(module))
    assert not found, "\n".join(found)


class Wrong:
    """Has mistakes; its ``told`` is told."""

    told: int
    untold: int

    def silent(self):
        pass

    def untrue(self, there, other, id):
        """Does something with ``there``.

        :param gone: is not there.
        :raises NoSuchError: never.
        :yields: nothing that is known.
        """

    def search(self, text):
        """Finds ``text``."""

    def asearch(self, text, more):
        """The same, awaited."""

    def alone(self):
        """The same, awaited."""


def test_mistakes_are_seen(monkeypatch):
    Wrong.__module__ = "vecstore.wrong"
    monkeypatch.setattr(docstrings.ModuleAnalyzer, "for_module", lambda name: types.SimpleNamespace(find_attr_docs=dict))
    assert list(docstrings.of_class("Wrong", Wrong)) == [
        "Wrong.untold is not described",
        "Wrong.alone is the same as nothing",
        "Wrong.asearch: more is not the same",
        "Wrong.silent has no docstring",
        "Wrong.untrue: the parameter 'other' is not described",
        "Wrong.untrue describes the parameter 'gone', which it does not have",
        "Wrong.untrue raises 'NoSuchError', which is not there",
        "Wrong.untrue: ':yields' is no field of a docstring",
    ]


def names_of_examples():
    """What examples begin with: the first one's, and all that the package has."""
    return {name: getattr(vecstore, name) for name in vecstore.__all__ if name not in ("open", "__version__")} | {"np": np, "asyncio": __import__("asyncio")}


def run_example(text, place, names):
    """What is said when the examples in a text do not say what they should."""
    said = []
    test = doctest.DocTestParser().get_doctest(text, {}, place, None, 0)
    test.globs = names  # not a copy: the next text goes on from this one
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append, clear_globs=False)
    return "".join(said)


EXAMPLES = {place: text for place, text in docstrings.everything() if ">>>" in text and "Async" not in place}


@pytest.mark.parametrize("place", EXAMPLES)
def test_examples_run(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = names_of_examples()
    if place != "vecstore":
        assert run_example(vecstore.__doc__, "vecstore", names) == ""
    assert run_example(EXAMPLES[place], place, names) == ""


def test_there_are_examples_and_none_that_does_not_run():
    assert len(EXAMPLES) > 30 and run_example(">>> 1 + 1\n3\n", "wrong", {})
    blocks = [place for place, text in docstrings.everything() if re.search(r"::\s*$", text, re.M)]
    assert not blocks, f"written with '::', which nothing runs: {blocks}"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The folder with the pages; VECSTORE_DOCS names one that stays."""
    folder = pathlib.Path(os.environ.get("VECSTORE_DOCS") or tmp_path_factory.mktemp("pages"))
    scratch = tmp_path_factory.mktemp("trees")
    options = ["-q", "-n", "-W", "--keep-going", "-E", "-d", str(scratch)]
    done = subprocess.run([sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder)], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_pages_have_every_public_name(pages):
    inventory = InventoryFile.loads((pages / "objects.inv").read_bytes(), uri="")
    there = {name for kind, names in inventory.data.items() if kind.startswith("py:") for name in names}
    wanted = {place for place, _ in docstrings.everything()}
    own = {name for name in wanted if name.count(".") > 1 or not hasattr(vecstore.reports, name.rpartition(".")[2])}
    assert own - there - set(docstrings.PUBLIC) == set()


def test_the_pages_are_read_without_a_network(pages):
    for page in pages.glob("*.html"):
        loaded = re.findall(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//[^\"]*\"", page.read_text())
        assert not loaded, f"{page.name}: {loaded}"
