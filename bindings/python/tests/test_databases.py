"""Databases: collections, snapshots, backups, care."""

import pathlib

import numpy as np
import pytest

import vecstore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "db"


def filled(path, count=100):
    with vecstore.open(path) as db:
        rows = db.collection("rows", dimension=8)
        rows.upsert([f"{i:03}" for i in range(count)], np.random.default_rng(1).standard_normal((count, 8)), metadata=[{"i": i} for i in range(count)])
        db.flush()
    return path


def test_what_is_written_is_there_again(path):
    filled(path)
    with vecstore.open(str(path), durability="full", threads=1) as db:
        rows = db["rows"]
        assert len(rows) == 100 and rows["007"].metadata == {"i": 7} and db.path == str(path) and "rows" in db and list(db) == ["rows"]
        assert db.stats().collections == 1 and rows.stats().records == 100 and rows.stats().options["dimension"] == 8


def test_one_writer(path):
    with vecstore.open(path):
        with pytest.raises(vecstore.AlreadyOpen) as busy:
            vecstore.open(path)
        assert isinstance(busy.value, OSError) and busy.value.code == "unavailable"
    with vecstore.open(path), vecstore.open(path, read_only=True) as reader, pytest.raises(vecstore.FailedPrecondition):
        reader.create_collection("no")


def test_collections(path):
    with vecstore.open(path) as db:
        db.create_collection("a", dimension=2, metric="dot", fields={"title": {"dimension": 3, "metric": "cosine"}}, description="d", attributes={"x": 1})
        options = db["a"].options
        assert options["metric"] == "dot" and options["fields"]["title"]["dimension"] == 3 and options["attributes"] == {"x": 1}
        assert db.collection("a", dimension=2).options == options
        with pytest.raises(vecstore.FailedPrecondition, match="2.*3|3.*2"):
            db.collection("a", dimension=3)
        with pytest.raises(vecstore.AlreadyExists):
            db.create_collection("a")
        with pytest.raises(KeyError):
            db["b"]
        handle = db["a"]
        db.rename_collection("a", "b")
        db.set_alias("now", "b")
        assert handle.name == "b" and db["now"].name == "b" and db.list_aliases() == {"now": "b"} and "now" in db and len(db) == 1
        handle.upsert("r", [1, 2], fields={"title": [1, 2, 3]})
        assert db.copy_collection("b", "c")["r"].vectors["title"].tolist() == [1, 2, 3]
        db.drop_alias("now")
        db.drop_collection("b")
        assert db.list_collections() == ["c"]
        schema = {"strict": True, "fields": [{"name": "year", "type": "integer", "required": True}]}
        strict = db.create_collection("strict", dimension=1, schema=schema)
        with pytest.raises(vecstore.InvalidArgument, match="year"):
            strict.upsert("a", [1])
        assert strict.options["schema"]["fields"][0]["name"] == "year"


def test_snapshots(path):
    with vecstore.open(filled(path)) as db:
        info = db.create_snapshot("before")
        assert info.records == 100 and info.created_at is not None
        db["rows"].remove_where("i >= 50")
        with db.snapshot("before") as old:
            assert len(old["rows"]) == 100
        assert [s.name for s in db.list_snapshots()] == ["before"]
        db.restore_snapshot("before")
        assert len(db["rows"]) == 100
    with vecstore.open(path, snapshot="before") as old:
        assert len(old["rows"]) == 100
    with vecstore.open(path) as db:
        db.drop_snapshot("before")
        with pytest.raises(vecstore.NotFound):
            db.snapshot("before")


def test_backups(path, tmp_path):
    with vecstore.open(filled(path)) as db:
        first = db.backup(tmp_path / "first")
        db["rows"].upsert("new", np.ones(8))
        db.flush()
        second = db.backup(tmp_path / "second", base=tmp_path / "first")
        db.backup(tmp_path / "file", single_file=True)
        with pytest.raises(vecstore.Error):
            db.backup(tmp_path / "first")
    assert first.copied_files == first.files and second.copied_files < second.files
    vecstore.restore([tmp_path / "first", tmp_path / "second"], tmp_path / "restored")
    for place, options in ((tmp_path / "restored", {}), (tmp_path / "file", {"read_only": True})):
        with vecstore.open(place, **options) as db:
            assert len(db["rows"]) == 101


def test_a_damaged_byte_is_named_and_the_rest_saved(path, tmp_path):
    filled(path, 3000)
    assert vecstore.check(path, deep=True).clean
    segments = sorted(pathlib.Path(path).glob("segments/*"), key=lambda f: f.stat().st_size)
    data = bytearray(segments[-1].read_bytes())
    data[len(data) // 2] ^= 0xFF
    segments[-1].write_bytes(data)
    report = vecstore.check(path, deep=True)
    assert not report.clean and report.damage[0].file and report._repr_html_().startswith("<table>")
    saved = vecstore.salvage(path, tmp_path / "saved")
    assert saved.saved + saved.lost == 3000 or saved.saved == 3000
    with vecstore.open(tmp_path / "saved") as db:
        assert len(db["rows"]) == saved.saved
    with pytest.raises(vecstore.NotFound):
        vecstore.check(tmp_path / "nothing")
    assert vecstore.repair(tmp_path / "saved").repaired == []


def test_upkeep(path):
    with vecstore.open(path) as db:
        rows = db.collection("rows", dimension=16, hnsw={"min_rows": 256, "ef_construction": 40})
        data = np.random.default_rng(2).standard_normal((4000, 16)).astype(np.float32)
        rows.upsert([str(i) for i in range(4000)], data)
        rows.flush()
        rows.remove([str(i) for i in range(100)])
        assert rows.compact().rows_dropped == 100
        db.wait_for_background()
        assert rows.stats().index == "hnsw" and rows.stats().indexed_rows == 3900
        walked = rows.query(data[200], k=1, plan="walk")
        assert walked.ids == ["200"] and walked.work["segments_walked"] == 1
        assert {m["quantization"] for m in rows.quantization_report(rows=1000, queries=20).measures} >= {"sq8", "sq4"}
        rows.set_quantization("sq8")
        rows.set_ef_search(70)
        assert rows.options["quantization"] == "sq8" and rows.options["hnsw"]["ef_search"] == 70
        report = rows.tune(questions=data[500:520], k=5)
        assert report.trials and (report.best is None or report.best in report.trials) and report._repr_html_()
        with pytest.raises(vecstore.InvalidArgument, match="goal|balanced"):
            rows.tune(goal="fastest")


def test_log_messages_arrive(path):
    messages = []
    with vecstore.open(path, log=lambda level, text: messages.append((level, text))) as db:
        db.collection("a", dimension=1).upsert("x", [1])
    with open(sorted(pathlib.Path(path).glob("wal/*"))[-1], "ab") as log:
        log.write(b"torn")
    vecstore.open(path, log=lambda level, text: messages.append((level, text))).close()
    assert all(level in ("info", "warning", "error") for level, _ in messages) and messages
