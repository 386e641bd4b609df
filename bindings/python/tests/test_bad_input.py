"""What is wrong is refused with what was expected and what was found; nothing crashes, nothing is written."""

import datetime

import numpy as np
import pytest

import vecstore
from vecstore import InvalidArgument, WrongType


@pytest.mark.parametrize(
    ("vector", "error", "says"),
    [
        ([1, 2], InvalidArgument, "dimension"),
        (np.ones((2, 3)), InvalidArgument, "shape"),
        (np.ones((1, 3)), InvalidArgument, "shape"),
        (np.float32(3), InvalidArgument, "shape"),
        ([], InvalidArgument, "no numbers"),
        ([1, float("nan"), 3], InvalidArgument, "(?i)nan|finite"),
        ([1, float("inf"), 3], InvalidArgument, "(?i)inf|finite"),
        ([1e39, 0, 0], InvalidArgument, "float32"),
        (["1", "2", "3"], WrongType, r"vector\[0\].*'1'|dtype"),
        ([1, None, 3], WrongType, r"vector\[1\].*None"),
        ([1, [2], 3], InvalidArgument, "different lengths"),
        (np.array([1, 2, 3], dtype=object), WrongType, "object"),
        (np.array([1, 2, 3j]), WrongType, "complex"),
        (np.array(["2020", "2021", "2022"], "M8[Y]"), WrongType, "datetime"),
        (np.ma.masked_array([1.0, 2, 3], [False, True, False]), WrongType, "masked"),
        (np.ma.masked_array(np.ones(3, np.float32), [False, True, False]), WrongType, "masked"),
        (np.zeros(3, dtype=[("x", "f4")]), WrongType, "dtype"),
        ("abc", WrongType, "numbers"),
        (b"abc", WrongType, "numbers"),
        ({1: 2}, WrongType, "numbers"),
        ({1, 2, 3}, WrongType, "numbers"),
        (object(), WrongType, "dtype|array"),
        (vecstore.SparseVector([1], [1], 3), InvalidArgument, "sparse"),
        (vecstore.BinaryVector(b"\1", 3), InvalidArgument, "binary"),
        (np.array([True, False, True]), InvalidArgument, "binary"),
    ],
    ids=repr,
)
def test_vectors(docs, vector, error, says):
    with pytest.raises(error, match=says):
        docs.upsert("bad", vector)
    with pytest.raises(error):
        docs.query(vector)
    assert len(docs) == 3


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ({"tags": {"a"}}, r"metadata\.tags: set"),
        ({"a": [1, {"b": float("nan")}]}, r"metadata\.a\[1\]\.b: NaN"),
        ({"a": float("-inf")}, r"metadata\.a: infinity"),
        ({"a": np.float32("nan")}, r"metadata\.a: NaN"),
        ({"a": 2**63}, r"metadata\.a: .*64 bits"),
        ({"a": b"bytes"}, r"metadata\.a: bytes"),
        ({"a": object()}, r"metadata\.a: object"),
        ({"a": datetime.timedelta(1)}, r"metadata\.a: datetime\.timedelta"),
        ({1: 2}, "keys are strings.*int"),
        ({"a": 1j}, r"metadata\.a: complex"),
        ([1], "a dict is expected, not list"),
        ("text", "a dict is expected, not str"),
        ({"a": "\ud800"}, "surrogate"),
    ],
    ids=repr,
)
def test_metadata(docs, metadata, says):
    with pytest.raises(InvalidArgument, match=says):
        docs.upsert("bad", [1, 2, 3], metadata=metadata)
    with pytest.raises(InvalidArgument, match="metadata.*1"):
        docs.upsert(["ok", "bad"], np.ones((2, 3)), metadata=[{}, metadata])
    assert len(docs) == 3


def test_metadata_that_holds_itself(docs):
    loop = {}
    loop["loop"] = loop
    with pytest.raises(InvalidArgument, match="deep"):
        docs.upsert("bad", [1, 2, 3], metadata=loop)
    with pytest.raises(InvalidArgument, match="deep"):
        docs.query(filter=loop)


def test_metadata_of_other_libraries(docs):
    import decimal
    import enum
    import uuid

    pandas = pytest.importorskip("pandas")
    Colour = enum.Enum("Colour", {"RED": "red"})
    key = uuid.uuid4()
    docs.upsert(
        "ok",
        None,
        metadata={
            "i": np.int64(3), "f": np.float32(0.5), "b": np.bool_(True), "s": np.str_("s"), "a": np.arange(3), "t": (1, 2),
            "e": Colour.RED, "u": key, "d": decimal.Decimal("1.5"), "p": pandas.Timestamp("2024-01-02"), "n": pandas.NaT, "m": pandas.NA,
            "day": datetime.date(2024, 1, 2),
        },
    )  # fmt: skip
    assert docs["ok"].metadata == {
        "i": 3, "f": 0.5, "b": True, "s": "s", "a": [0, 1, 2], "t": [1, 2], "e": "red", "u": str(key), "d": 1.5, "p": "2024-01-02T00:00:00Z",
        "n": None, "m": None, "day": "2024-01-02",
    }  # fmt: skip


@pytest.mark.parametrize("id", [7, None, b"a", 1.5, ["a"]], ids=repr)
def test_ids(docs, id):
    with pytest.raises(WrongType, match="str"):
        docs.get(id)
    with pytest.raises(WrongType):
        docs.upsert(["ok", id], np.ones((2, 3)))
    with pytest.raises(WrongType, match=r"ids\[1\]"):
        docs.remove(["a", id])
    assert len(docs) == 3


def test_ids_of_many_kinds(docs):
    with pytest.raises(WrongType, match="str\\(...\\)"):
        docs.upsert([1, 2], np.ones((2, 3)))
    with pytest.raises(InvalidArgument):
        docs.upsert("", [1, 2, 3])
    with pytest.raises(InvalidArgument):
        docs.upsert("x" * 1025, [1, 2, 3])
    with pytest.raises(InvalidArgument, match="surrogate"):
        docs.upsert("\udc80", [1, 2, 3])
    with pytest.raises(InvalidArgument, match="2 ids, but 3 vectors"):
        docs.upsert(["a", "b"], np.ones((3, 3)))
    with pytest.raises(InvalidArgument, match="2 ids, but 1 metadata"):
        docs.upsert(["a", "b"], np.ones((2, 3)), metadata=[{}])
    with pytest.raises(WrongType, match="texts"):
        docs.upsert(["a", "b"], np.ones((2, 3)), texts="ab")
    with pytest.raises(WrongType, match="metadata"):
        docs.upsert(["a", "b"], np.ones((2, 3)), metadata={"a": 1})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"k": 0}, "k"),
        ({"k": 10_001}, "10,?000"),
        ({"k": -1}, "k must not be negative"),
        ({"k": 10**30}, "10,?000"),
        ({"k": 2.5}, "k: an int is expected, not float"),
        ({"k": True}, "k: an int"),
        ({"k": "3"}, "k: an int"),
        ({"filter": "year >="}, "column"),
        ({"filter": 7}, "filter: .* not int"),
        ({"filter": {"year": {"$gt": {1}}}}, "set"),
        ({"field": "nobody"}, "nobody"),
        ({"effort": "max"}, "max_recall|known"),
        ({"plan": 3}, "plan"),
        ({"include": ["vectors"]}, "'vectors'"),
        ({"include": "vector"}, "include"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": "1"}, "timeout"),
        ({"explain": "yes"}, "explain"),
        ({"fusion": {"methd": "rrf"}}, "methd"),
        ({"prefetch": [7]}, "Query"),
        ({"prefetch": [{"kk": 7}]}, "'kk'"),
        ({"cancel": True}, "CancelToken"),
        ({"k": None}, "k: an int"),
        ({"field": None}, "field: a str"),
        ({"filtr": "x"}, "did you mean 'filter'"),
        ({"group_bye": "x"}, "did you mean 'group_by'"),
        ({"zzzzzzzzzzz": 1}, "known are"),
    ],
    ids=str,
)
def test_arguments_of_a_query(docs, arguments, says):
    with pytest.raises(InvalidArgument, match=says):
        docs.query([1, 0, 0], **arguments)


def test_a_table_of_ids_goes_only_into_an_array_of_objects_of_its_size(docs):
    answers = docs.query_many(np.eye(3, dtype=np.float32), k=2)._answers
    for table in (np.empty((3, 1), dtype=object), np.empty((3, 3), dtype=object), np.empty((3, 2)), np.empty((2, 3), dtype=object).T[:, ::-1], b"123456"):
        with pytest.raises((TypeError, BufferError, ValueError)):
            answers.fill_ids(table)


def test_wrong_names_of_arguments(db, docs):
    with pytest.raises(TypeError, match="did you mean 'metadata'"):
        docs.upsert("a", [1, 2, 3], metdata={})
    with pytest.raises(TypeError, match="did you mean 'dimension'"):
        db.collection("other", dimensions=3)
    with pytest.raises(TypeError, match="did you mean 'read_only'"):
        vecstore.open(":memory:", readonly=True)
    with pytest.raises(TypeError, match="did you mean 'vector'"):
        docs.upsert_many([{"id": "a", "vectr": [1]}])
    with pytest.raises(TypeError):
        docs.upsert()


def test_options(db):
    for options, says in [
        ({"dimension": -1}, "dimension"),
        ({"dimension": 65_537}, "65,?536"),
        ({"dimension": 2**40}, "dimension"),
        ({"dimension": "3"}, "dimension"),
        ({"metric": "cosin"}, "cosine"),
        ({"hnsw": {"mm": 3}}, "'mm'"),
        ({"fields": {"f": {"dimension": 2, "metrc": "dot"}}}, "metric"),
        ({"schema": {"fields": 3}}, "fields"),
    ]:
        with pytest.raises(InvalidArgument, match=says):
            db.create_collection("bad", **options)
    assert len(db) == 0


def test_closed_handles(tmp_path):
    db = vecstore.open(tmp_path / "db")
    docs = db.collection("docs", dimension=2)
    docs.upsert("a", [1, 2])
    scan = docs.scan()
    db.close()
    db.close()
    for call in (lambda: docs.query([1, 2]), lambda: docs.upsert("b", [1, 2]), lambda: docs.get("a"), lambda: len(docs), db.list_collections, db.stats):
        with pytest.raises(vecstore.FailedPrecondition, match="closed"):
            call()
    assert "closed" in repr(db) and "closed" in repr(docs)
    del scan


def test_a_collection_dropped_elsewhere(db, docs):
    again = db.get_collection("docs")
    db.drop_collection("docs")
    for call in (lambda: again.query([1, 2, 3]), lambda: docs.upsert("b", [1, 2, 3])):
        with pytest.raises(vecstore.NotFound, match="dropped"):
            call()


def test_paths(tmp_path):
    for bad in ("", "a\0b", 7, None):
        with pytest.raises(InvalidArgument, match="path"):
            vecstore.open(bad)
    with pytest.raises(vecstore.NotFound):
        vecstore.open(tmp_path / "none", create=False)
    file = tmp_path / "file"
    file.write_text("no database")
    with pytest.raises(vecstore.Error):
        vecstore.open(file)
    vecstore.open(bytes(tmp_path / "bytes")).close()


def test_errors_are_built_in_ones_too():
    from vecstore import errors

    pairs = [("NotFound", KeyError), ("InvalidArgument", ValueError), ("WrongType", TypeError), ("DeadlineExceeded", TimeoutError), ("DataLoss", OSError)]
    pairs += [("OutOfMemory", MemoryError), ("PermissionDenied", PermissionError), ("OutOfRange", IndexError), ("Unimplemented", NotImplementedError)]
    for name, base in pairs:
        kind = getattr(errors, name)
        assert issubclass(kind, base) and issubclass(kind, vecstore.Error) and str(kind("what, and 'why'")) == "what, and 'why'"
    assert set(errors.__all__) <= set(dir(vecstore)) | {"Unauthenticated"}


def test_no_filter_is_not_every_record(docs):
    for call in (lambda: docs.remove_where(None), lambda: docs.update_where(None, patch={"x": 1}), lambda: vecstore.Filter(None)):
        with pytest.raises(TypeError, match='"TRUE" is what every record passes'):
            call()
    assert len(docs) == 3 and docs.count("x = 1") == 0


def test_what_others_call_it(docs):
    for name in ("top_k", "n_results", "limit"):
        with pytest.raises(TypeError, match=f"search has no argument '{name}', did you mean 'k'"):
            docs.search("sea", mode="text", **{name: 3})
    with pytest.raises(TypeError, match="did you mean 'filter'"):
        docs.search("sea", mode="text", where={"year": 2019})
    with pytest.raises(TypeError, match="search: too many arguments without a name; named are mode=, filter="):
        docs.search("sea", 3, "text")
    with pytest.raises(AttributeError, match="a collection has no 'delete': remove takes ids"):
        docs.delete("a")
    with pytest.raises(AttributeError, match="a collection has no 'nonsense'$"):
        docs.nonsense


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ({"id": "a"}, "an iterable of records is expected, not one dict"),
        ([("a", [1, 2, 3])], "record at position 0: .* not tuple"),
        ([{"id": "a"}, {"vector": [1, 2, 3]}], "record at position 1 has no 'id'"),
    ],
)
def test_records_that_are_none(docs, records, says):
    with pytest.raises(TypeError, match=says):
        docs.upsert_many(records)
    assert len(docs) == 3


def test_a_number_is_no_vector(db):
    with pytest.raises(InvalidArgument, match="shape"):
        db.collection("one", dimension=1).upsert("a", 3.0)


def test_a_database_that_this_process_has_open(tmp_path):
    with vecstore.open(tmp_path / "db"), pytest.raises(vecstore.AlreadyOpen, match="which is this one"):
        vecstore.open(tmp_path / "db")


def test_closed_handles_are_shown(tmp_path):
    with vecstore.open(tmp_path / "db") as db:
        docs = db.collection("docs", dimension=2)
    assert "closed" in db._repr_html_() and "closed" in docs._repr_html_()
