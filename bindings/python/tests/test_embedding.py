"""Embedders and ingest."""

import zipfile

import numpy as np
import pytest

import vecstore


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notes").mkdir()
    for name, text in (("a.md", "# Tea\n\nHow to brew green tea."), ("b.txt", "The tides of the sea."), ("c.bin", "\0\1\2")):
        (tmp_path / "notes" / name).write_text(text)
    return tmp_path / "notes"


def test_what_a_file_unfolds_to_is_bounded(db, words, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.txt", "the tides of the sea")
        archive.writestr("b.txt", "where to find a lost key")
    docs = db.collection("docs", embedder=words)
    for limit in ("max_unpacked_bytes", "max_members", "max_depth", "max_file_bytes"):
        report = docs.ingest(tmp_path, **{limit: 0 if limit == "max_depth" else 1})
        assert report.failed == 1 and ("limit for one file" if limit == "max_file_bytes" else limit) in report.problems[0].why, (limit, report.problems)
    assert docs.ingest(tmp_path).added == 1
    assert {record.metadata["member"] for record in docs.scan()} == {"a.txt", "b.txt"}


def test_ingest_and_again_only_what_changed(db, words, folder):
    docs = db.collection("docs", embedder=words)
    seen = []
    report = docs.ingest(folder, progress=seen.append)
    assert (report.added, report.skipped, report.chunks_written) == (2, 1, 2) and report.skips[0].source.endswith("c.bin")
    assert seen[-1].files_done == seen[-1].files_total == 3 and docs.search("tides of sea", k=1)[0].metadata["source"] == "notes/b.txt"
    (folder / "b.txt").write_text("Changed.")
    again = docs.ingest([str(folder)], dry_run=True)
    assert (again.changed, again.unchanged) == (1, 1) and docs.get("notes/b.txt#0").text == "The tides of the sea."
    docs.ingest(folder, exclude=["*.md"])
    assert docs.get("notes/b.txt#0").text == "Changed." and report._repr_html_().startswith("<table>")


def test_progress_on_a_line(db, words, folder, capsys):
    db.collection("docs", embedder=words).ingest(folder, progress=True)
    assert "3/3 files" in capsys.readouterr().err


def test_what_callbacks_raise_arrives_unchanged(db, words, folder):
    class Mine(Exception):
        pass

    def fail(*_):
        raise Mine("why")

    docs = db.collection("docs", embedder=words)
    with pytest.raises(Mine, match="why"):
        docs.ingest(folder, progress=fail)
    other = db.collection("other", embedder=vecstore.FunctionEmbedder(fail, name="f", dimension=2))
    for call in (lambda: other.ingest(folder), lambda: other.upsert_text("a", "b"), lambda: other.search("x")):
        with pytest.raises(Mine):
            call()
    wrong = db.collection("wrong", embedder=vecstore.FunctionEmbedder(lambda t: np.ones((len(t), 3)), name="w", dimension=2))
    for call in (lambda: wrong.ingest(folder), lambda: wrong.search("x")):
        with pytest.raises(vecstore.InvalidArgument, match=r"\(1, 3\).*\(1, 2\)|\(\d, 3\)"):
            call()


def test_a_blank_question_is_refused(db, words):
    docs = db.collection("docs", embedder=words)
    for mode in ("hybrid", "vector", "text"):
        with pytest.raises(vecstore.InvalidArgument, match="the text to look for is empty"):
            docs.search(" \n", mode=mode)


def test_an_embedder_of_ones_own_class(db, folder):
    class Ones:
        name, dimension = "ones", 4

        def embed(self, texts):
            return np.ones((len(texts), 4), np.float32)

    docs = db.collection("docs", embedder=Ones())
    assert isinstance(Ones(), vecstore.Embedder) and docs.ingest(folder).added == 2 and len(docs) == 2


def test_the_built_in_model(db, folder):
    try:
        model = vecstore.builtin_model()
    except vecstore.NotFound as missing:
        pytest.skip(str(missing))
    rows = model.embed(["green tea", "the sea", ""])
    assert rows.shape == (3, 256) and rows.dtype == np.float32 and np.linalg.norm(rows[0]) == pytest.approx(1) and not rows[2].any()
    docs = db.collection("docs", embedder=model)
    docs.ingest(folder)
    assert db.get_collection("docs").search("a hot drink", k=1)[0].metadata["source"] == "notes/a.md"  # finds its model by itself
    assert vecstore.StaticModel(vecstore.models_folder() / model.name).name == model.name


def test_no_model(tmp_path, db):
    with pytest.raises(KeyError, match="fetch-model|not"):
        vecstore.builtin_model(tmp_path)
    with pytest.raises(vecstore.FailedPrecondition, match="embedder"):
        db.collection("docs").ingest(tmp_path)
    with pytest.raises(TypeError):
        vecstore.FunctionEmbedder("no function", name="x", dimension=1)


def test_options_of_splitters(db, words, tmp_path):
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "a.txt").write_text("one;two;three")
    docs = db.collection("lists", embedder=words)
    cut = {"splitter": "character", "chunk_size": 5, "chunk_overlap": 0}
    assert docs.ingest(tmp_path / "list", split_options={"separators": [";"]}, **cut).chunks_written == 3
    assert docs.get("list/a.txt#1").text == "two"
    for wrong in ({"separator": ";"}, {"separators": ";"}):
        with pytest.raises(vecstore.InvalidArgument, match="separator"):
            docs.ingest(tmp_path / "list", split_options=wrong, **cut)
