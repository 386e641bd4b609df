"""What is read out of files: documents, their parts, limits and errors."""

import io
import tarfile
import zipfile

import pytest

import vecstore


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_text_file_is_a_part_of_itself(tmp_path):
    file = tmp_path / "a.md"
    file.write_text("# Größe\n\nThe tide is high.\n")
    [document] = vecstore.extract(file)
    assert document.kind == "markdown" and document.metadata["title"] == "Größe"
    assert [(one.level, one.title) for one in document.headings] == [(1, "Größe")]
    data = file.read_bytes()
    start = data.index(b"The tide")
    assert document.part(start, start + 8) == "The tide"
    assert document.file_offset == 0 and document.part(0, len(data)) == document.text == file.read_text()
    for wrong in ((-1, 5), (start, start - 1), (start, len(data) + 1)):
        with pytest.raises(vecstore.InvalidArgument, match="the text has bytes"):
            document.part(*wrong)


def test_parts_are_those_of_hits(tmp_path, db, words):
    file = tmp_path / "notes" / "a.html"
    file.parent.mkdir()
    file.write_text("<title>T</title><p>" + "The tides of the sea are high. " * 100 + "<h2>Keys</h2><p>A lost key lies where it fell.")
    docs = db.collection("docs", embedder=words)
    docs.ingest(file.parent)
    hit = docs.search("lost key", k=1)[0]
    [document] = vecstore.extract(file)
    assert document.file_offset is None and "A lost key" in hit.text
    assert document.part(hit.metadata["start"], hit.metadata["end"]) == hit.text
    said = vecstore.answer("Where?", [hit], lambda messages: "A lost key lies where it fell [1].")
    assert document.part(said.citations[0].start, said.citations[0].end) == said.citations[0].quote == "A lost key lies where it fell."


def test_a_file_has_as_many_documents_as_texts():
    documents = vecstore.extract("x.zip", zipped({"a.md": "# A\n\none", "b/c.txt": "two", "picture.png": b"\x89PNG\r\n\x1a\n"}))
    assert [(one.metadata["member"], one.kind, one.text.split()[-1]) for one in documents] == [("a.md", "markdown", "one"), ("b/c.txt", "text", "two")]
    assert documents[0].remarks and "picture.png" in documents[0].remarks[0]
    rows = vecstore.extract("x.csv", b"name,city\nAnn,Rome\nBo,Oslo\n")
    assert len(rows) == 2 and "Oslo" in rows[1].text and "Document: csv" in repr(rows[1])
    assert "Rome" in rows[0]._repr_html_()


def test_places_are_where_pages_begin():
    book = b'{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": "one"}, {"cell_type": "markdown", "source": "two"}]}'
    [document] = vecstore.extract("x.ipynb", book)
    assert document.place == "cell" and [one.number for one in document.places] == [1, 2]
    assert document.part(document.places[1].start, document.places[1].start + 3) == "two"


def test_archives_within_archives_and_their_limits():
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:xz", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("Größe/" + "n" * 150 + ".zip")
        inner = zipped({"deep.txt": "x" * 5000})
        info.size = len(inner)
        archive.addfile(info, io.BytesIO(inner))
    [document] = vecstore.extract("x.tar.xz", tar.getvalue())
    assert document.metadata["member"].endswith("n.zip/deep.txt") and len(document.text) == 5000
    for limit, words in [({"max_unpacked_bytes": 4000}, "max_unpacked_bytes"), ({"max_depth": 1}, "max_depth"), ({"max_members": 1}, "max_members"), ({"max_file_bytes": 9}, "max_file_bytes")]:
        with pytest.raises(vecstore.ResourceExhausted, match=words):
            vecstore.extract("x.tar.xz", tar.getvalue(), **limit)


def test_what_cannot_be_read_says_why(tmp_path):
    with pytest.raises(FileNotFoundError):
        vecstore.extract(tmp_path / "none.txt")
    with pytest.raises(vecstore.Unimplemented, match=r"x\.png: not text"):
        vecstore.extract("x.png", b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(vecstore.DataLoss, match="a ZIP archive that is damaged"):
        vecstore.extract("x.zip", zipped({"a": "text"})[:-30])
    encrypted = bytearray(zipped({"a.txt": bytes(range(65, 91))}))
    encrypted[6] |= 1
    encrypted[encrypted.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(vecstore.PermissionDenied, match="encrypted, and no password was given"):
        vecstore.extract("x.zip", bytes(encrypted))
    with pytest.raises(vecstore.PermissionDenied, match="the password does not open it"):
        vecstore.extract("x.zip", bytes(encrypted), password="wrong")


def test_empty_files_have_no_text():
    assert [document.text for document in vecstore.extract("x.txt", b"")] in ([], [""])
