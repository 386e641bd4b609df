"""Writing and reading records."""

import datetime
import pickle
import time

import numpy as np
import pytest

import vecstore
from vecstore import Operation, Record


def test_one_record_comes_back_as_it_was_written(docs):
    vector = np.array([0.1, 0.2, 0.3], dtype=np.float32)
    result = docs.upsert("n", vector, metadata={"n": 1, "f": 1.0, "t": True, "l": [1, None, "ü"], "o": {"p": -(2**63)}}, texts="tëxt")
    assert (result.inserted, result.replaced) == (1, 0)
    record = docs.get("n")
    assert record.vector.dtype == np.float32 and np.array_equal(record.vector, vector)
    assert record.metadata == {"n": 1, "f": 1.0, "t": True, "l": [1, None, "ü"], "o": {"p": -(2**63)}}
    assert type(record.metadata["n"]) is int and type(record.metadata["f"]) is float and record.metadata["t"] is True
    assert record.text == "tëxt" and record.version == result.sequence
    assert record.created_at.tzinfo is not None and abs(record.created_at - datetime.datetime.now(datetime.timezone.utc)).total_seconds() < 60


def test_many_records_in_every_form_of_columns(docs):
    docs.upsert(["l1", "l2"], [[1, 2, 3], [4, 5, 6]])
    docs.upsert(("t1", "t2"), ((1.5, 2, 3), (4, 5, 6)), metadata=[None, {"k": 1}], texts=[None, "t"])
    docs.upsert(np.array(["a1", "a2"]), [np.ones(3), None])
    assert docs["l2"].vector.tolist() == [4, 5, 6] and docs["t1"].vector.tolist() == [1.5, 2, 3]
    assert docs["t1"].text is None and docs["t2"].text == "t" and docs["t2"].metadata == {"k": 1}
    assert docs["a2"].vector is None and len(docs) == 9


def test_records_and_dicts(docs):
    docs.upsert(Record("r", [1, 2, 3], {"k": 1}, "text"))
    result = docs.upsert_many([Record("s", [1, 2, 3]), {"id": "t", "vector": [3, 2, 1], "metadata": {"k": 2}}])
    assert result.inserted == 2 and docs["t"].metadata == {"k": 2}
    assert docs["r"] == Record("r", [1, 2, 3], {"k": 1}, "text") and docs["r"] != docs["s"]


def test_a_record_read_can_be_written_again(db):
    source = db.collection("source", dimension=2, fields={"title": {"dimension": 2}})
    later = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=1)
    source.upsert(Record("a", [1, 2], {"k": 1}, "text", {"title": [3, 4]}, expires_at=later))
    copy = db.collection("copy", dimension=2, fields={"title": {"dimension": 2}})
    copy.upsert_many(source.scan())
    assert copy["a"] == source["a"] and copy["a"].expires_at == later and copy["a"].vectors["title"].tolist() == [3, 4]


def test_conditions(docs):
    version = docs["a"].version
    with pytest.raises(vecstore.Aborted):
        docs.upsert("a", [1, 2, 3], if_absent=True)
    docs.upsert("a", [1, 2, 3], if_version=version)
    with pytest.raises(vecstore.Aborted):
        docs.upsert("a", [1, 2, 3], if_version=version)
    with pytest.raises(vecstore.Aborted):
        docs.remove("a", if_version=version)


def test_a_batch_is_all_or_nothing(docs):
    with pytest.raises(vecstore.InvalidArgument, match="'z'"):
        docs.upsert(["y", "z", "z"], np.ones((3, 3)))
    assert "y" not in docs


def test_batches_of_a_size_report_progress(docs):
    seen = []
    result = docs.upsert([f"p{i}" for i in range(25)], np.ones((25, 3), np.float32), batch_size=10, progress=lambda *at: seen.append(at))
    assert seen == [(10, 25), (20, 25), (25, 25)] and result.inserted == 25


def test_a_batch_beyond_the_limit_says_what_to_do(db):
    wide = db.collection("wide", dimension=4096)
    matrix = np.ones((4400, 4096), dtype=np.float32)
    ids = [str(i) for i in range(len(matrix))]
    with pytest.raises(vecstore.InvalidArgument, match="batch_size"):
        wide.upsert(ids, matrix)
    assert len(wide) == 0
    assert wide.upsert(ids, matrix, batch_size=2000).inserted == 4400


def test_update(docs):
    docs.update("a", patch={"year": None, "new": {"x": 1}}, vector=[7, 8, 9], text="new")
    record = docs["a"]
    assert record.metadata == {"tags": ["x"], "new": {"x": 1}} and record.vector.tolist() == [7, 8, 9] and record.text == "new"
    docs.update("a", metadata={"only": 1}, remove_text=True, vectors={"vector": None})
    assert docs["a"].metadata == {"only": 1} and docs["a"].text is None and docs["a"].vector is None
    with pytest.raises(KeyError):
        docs.update("nobody", patch={})
    assert docs.update_where("year > 2020", patch={"new": True}).replaced == 2


def test_remove(docs):
    assert docs.remove(["a", "nobody"]).replaced == 1
    assert docs.remove("nobody").replaced == 0
    assert docs.remove_where("year = 2021").replaced == 1
    del docs["c"]
    assert len(docs) == 0 and docs  # an empty collection is no false value


def test_apply(docs):
    result = docs.apply([Operation.upsert(Record("n", [1, 2, 3])), Operation.update("a", patch={"k": 1}), Operation.remove("b"), Operation.soft_delete("c")])
    assert result.steps == [None] * 4 and sorted(r.id for r in docs) == ["a", "n"]
    with pytest.raises(vecstore.NotFound):
        docs.apply([Operation.restore("c"), Operation.update("nobody", patch={})])
    assert "c" not in docs
    mixed = docs.apply([Operation.restore("c"), Operation.update("nobody", patch={})], atomic=False)
    assert mixed.steps[0] is None and isinstance(mixed.steps[1], vecstore.NotFound) and "c" in docs


def test_soft_deletion_and_expiry(docs):
    docs.soft_delete("a")
    assert "a" not in docs and [r.id for r in docs.list_deleted()] == ["a"] and docs.list_deleted()[0].deleted_at is not None
    assert [r.id for r in docs.scan(include_deleted=True)] == ["a", "b", "c"]
    docs.restore("a")
    docs.set_ttl("a", datetime.timedelta(milliseconds=1))
    docs.upsert("soon", [1, 2, 3], ttl=0.001)
    end = time.monotonic() + 5
    while "a" in docs or "soon" in docs:
        assert time.monotonic() < end, "they did not expire"
    docs.set_ttl("b", 1000)
    assert docs["b"].expires_at is not None
    docs.clear_ttl("b")
    assert docs["b"].expires_at is None
    docs.soft_delete("c")
    assert docs.purge().replaced >= 1 and docs.list_deleted() == []


def test_reading_many(docs):
    assert [r.id for r in docs.get_many(["c", "nobody", "a"])] == ["c", "a"]
    assert "a" in docs and "nobody" not in docs and 7 not in docs
    assert docs.count("year > 2020") == 2 == docs.count(vecstore.field("year") > 2020)
    with pytest.raises(KeyError) as missing:
        docs["nobody"]
    assert isinstance(missing.value, vecstore.NotFound) and "nobody" in str(missing.value) and missing.value.code == "not_found"


def test_a_scan_shows_the_state_at_its_start(docs):
    with docs.scan(batch_size=1) as scan:
        assert next(scan).id == "a"
        docs.remove("b")
        assert [r.id for r in scan] == ["b", "c"]
    with pytest.raises(vecstore.FailedPrecondition):
        scan.next_batch()
    assert [r.id for r in docs.scan("lang = 'en'", include_vectors=False)] == ["c"]
    assert next(docs.scan(include_vectors=False)).vector is None
    assert [r.id for r in docs.scan(after="a")] == ["c"]


def test_facets_and_summaries(docs):
    facet = docs.facet("tags")
    assert facet.values == [("x", 2), ("y", 1)] and facet.different == 2
    summary = docs.summarize("year", "lang IS NULL")
    assert (summary.count, summary.min, summary.max, summary.mean) == (2, 2019, 2021, 2020)


def test_sparse_binary_and_multi_vectors(db):
    sparse = db.collection("sparse", kind="sparse", dimension=1000, metric="dot")
    vector = vecstore.SparseVector.of({7: 1.0, 3: 2.0}, 1000)
    sparse.upsert(["a", "b"], [vector, vecstore.SparseVector([7], [5], 1000)])
    assert sparse["a"].vector == vector and sparse["a"].vector.indices.tolist() == [3, 7]
    assert sparse.query(vecstore.SparseVector([7], [1], 1000)).ids == ["b", "a"]

    binary = db.collection("binary", kind="binary", dimension=16, metric="hamming")
    binary.upsert("bits", np.array([True] * 8 + [False] * 8))
    binary.upsert(["bytes", "packed"], [b"\xff\x01", np.array([255, 3], np.uint8)])
    assert binary["bytes"].vector == vecstore.BinaryVector(b"\xff\x01", 16) and binary["bits"].vector.bits().sum() == 8
    assert binary.query(b"\xff\x00").ids == ["bits", "bytes", "packed"]

    multi = db.collection("multi", kind="multi", dimension=2)
    multi.upsert(["one", "two"], [np.array([[1, 0]]), np.array([[0, 1], [1, 1]])])
    assert multi["two"].vector.tolist() == [[0, 1], [1, 1]] and multi.query([[0, 1]], k=1).ids == ["two"]


def test_handles_are_not_pickled(docs):
    for handle in (docs, docs.database):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(handle)
    record = docs["a"]
    assert pickle.loads(pickle.dumps(record)) == record
    assert pickle.loads(pickle.dumps(docs.query([1, 0, 0])[0])).id == "a"
