"""The examples for web frameworks and notebooks run."""

import importlib
import pathlib
import subprocess
import sys

import pytest

import vecstore

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import run_readme

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
NOTES = {"file": ("how to open a file", 2019), "door": ("how to close a door", 2021), "sea": ("the tides of the sea", 2024)}

pytestmark = pytest.mark.skipif(not (vecstore.models_folder() / "wordllama-256").exists(), reason="no embedding model: tools/fetch-model")


@pytest.fixture(autouse=True)
def examples_are_importable(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))


def works(put, get, delete):
    """What both services of notes do."""
    for id, (text, year) in NOTES.items():
        assert put(f"/notes/{id}", {"text": text, "metadata": {"year": year}}) == (200, {"inserted": 1, "replaced": 0})
    assert get("/notes/sea") == (200, {"text": NOTES["sea"][0], "metadata": {"year": 2024}})
    assert get("/notes/nothing")[0] == 404
    status, hits = get("/search?q=opening+files&k=2")
    assert status == 200 and hits[0]["id"] == "file" and len(hits) == 2
    assert [h["id"] for h in get("/search?q=ocean&filter=year>=2024")[1]] == ["sea"]
    status, said = get("/search?q=ocean&filter=year+>=")
    assert status == 400 and "column" in str(said)
    assert delete("/notes/sea") == (200, {"removed": 1})
    assert get("/notes/sea")[0] == 404


def test_fastapi(tmp_path, monkeypatch):
    pytest.importorskip("fastapi", reason="fastapi is not installed: tools/setup python")
    from fastapi.testclient import TestClient

    monkeypatch.setenv("NOTES_DB", str(tmp_path / "db"))
    app = importlib.import_module("fastapi_app").app

    def answer(response):
        return response.status_code, response.json()

    for _ in range(2):  # the second time on what is on the disk
        with TestClient(app) as client:
            works(
                lambda url, json: answer(client.put(url, json=json)),
                lambda url: answer(client.get(url)),
                lambda url: answer(client.delete(url)),
            )
            assert client.get("/search?q=x&k=0").status_code == 422
            client.delete("/notes/file"), client.delete("/notes/door")


def test_flask(tmp_path):
    pytest.importorskip("flask", reason="flask is not installed: tools/setup python")
    client = importlib.import_module("flask_app").create_app(str(tmp_path / "db")).test_client()

    def answer(response):
        return response.status_code, response.get_json()

    works(lambda url, json: answer(client.put(url, json=json)), lambda url: answer(client.get(url)), lambda url: answer(client.delete(url)))


DJANGO = """
import django_app
from django.test import Client

django_app.make_table()
made = [django_app.Article.objects.create(title=t, body=t, year=y) for t, y in NOTES.values()]
client = Client()
titles = lambda query: [h["title"] for h in client.get("/search?" + query).json()["hits"]]
assert titles("q=opening+files")[0] == "how to open a file", titles("q=opening+files")
assert titles("q=opening+files&since=2024") == ["the tides of the sea"]
made[0].delete()
assert "how to open a file" not in titles("q=opening+files")
made[1].title = "how to lock a door"
made[1].save()
assert titles("q=door")[0] == "how to lock a door"
"""


def test_django(tmp_path, monkeypatch):
    """In a process of its own: Django's settings are one process's."""
    pytest.importorskip("django", reason="django is not installed: tools/setup python")
    monkeypatch.setenv("SEARCH_DB", str(tmp_path / "db"))
    monkeypatch.setenv("DJANGO_DB", ":memory:")
    program = f"import sys; sys.path.insert(0, {str(EXAMPLES)!r})\nNOTES = {NOTES!r}\n{DJANGO}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    checked = subprocess.run(
        [sys.executable, EXAMPLES / "django_app.py", "check"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert checked.returncode == 0 and "no issues" in checked.stdout, checked.stderr


@pytest.mark.filterwarnings("ignore")
def test_the_notebook(tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed: tools/setup python")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed: tools/setup python")
    import nbformat

    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    assert sum("<table" in data.get("text/html", "") for data in shown) >= 3


GUIDES = [EXAMPLES.parents[2] / "docs/guide/frameworks.md", EXAMPLES.parent / "README.md"]


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_what_the_guide_shows_runs(path):
    said = run_readme.run(sys.executable, path)
    assert said is None, said
