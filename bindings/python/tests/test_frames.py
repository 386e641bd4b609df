"""DataFrames and Arrow tables, in and out."""

import subprocess
import sys

import numpy as np
import pytest

import vecstore

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

IDS = ["a", "b", "c"]
VECTORS = np.arange(6, dtype=np.float32).reshape(3, 2) + 1


def pandas_table():
    return pandas.DataFrame({"id": IDS, "vector": list(VECTORS), "text": ["x", None, "z"], "year": [2020, 2021, 2022], "lang": ["en", None, "de"]})


def polars_table(dtype=None):
    vector = polars.Series("vector", VECTORS.tolist(), dtype=dtype)
    return polars.DataFrame({"id": IDS, "vector": vector, "text": ["x", None, "z"], "year": [2020, 2021, 2022], "lang": ["en", None, "de"]})


def arrow_table(fixed=True):
    flat = pyarrow.array(VECTORS.reshape(-1))
    vector = pyarrow.FixedSizeListArray.from_arrays(flat, 2) if fixed else pyarrow.array(VECTORS.tolist())
    return pyarrow.table({"id": IDS, "vector": vector, "text": ["x", None, "z"], "year": [2020, 2021, 2022], "lang": ["en", None, "de"]})


TABLES = {
    "pandas": pandas_table,
    "polars lists": polars_table,
    "polars arrays": lambda: polars_table(polars.Array(polars.Float32, 2)),
    "arrow fixed": arrow_table,
    "arrow lists": lambda: arrow_table(False),
    "arrow batch": lambda: arrow_table().to_batches()[0],
    "arrow chunks": lambda: pyarrow.concat_tables([arrow_table().slice(0, 1), arrow_table().slice(1)]),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_taken(db, name):
    rows = db.collection("rows", dimension=2)
    assert rows.upsert(TABLES[name]()).inserted == 3
    assert [r.vector.tolist() for r in rows] == VECTORS.tolist()
    assert rows["b"].metadata == {"year": 2021} and rows["b"].text is None and rows["c"].metadata == {"year": 2022, "lang": "de"}
    assert type(rows["a"].metadata["year"]) is int


def test_columns_can_be_chosen(db):
    rows = db.collection("rows", dimension=2)
    rows.upsert_table(pandas_table().rename(columns={"id": "key", "text": "body"}), id="key", text="body", metadata=["lang"], batch_size=2)
    assert rows["a"].metadata == {"lang": "en"} and rows["a"].text == "x"
    with pytest.raises(vecstore.InvalidArgument, match="'id'.*key"):
        rows.upsert_table(pandas_table().rename(columns={"id": "key"}))
    with pytest.raises(TypeError, match="one for each|a table|expected"):
        rows.upsert_table([1, 2, 3])


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_all_records_go_out_and_come_back(db, library):
    rows = db.collection("rows", dimension=2)
    rows.upsert(IDS, VECTORS, metadata=[{"n": 1, "f": 0.5, "s": "x"}, {"n": 2, "tags": ["p", "q"]}, {}], texts=["x", None, "z"])
    table = getattr(rows, f"to_{library}")()
    again = db.collection("again", dimension=2)
    again.upsert(table)
    assert again["a"].vector.tolist() == [1, 2] and again["a"].metadata["n"] == 1 and again["b"].text is None
    assert list(again["b"].metadata["tags"]) == ["p", "q"] and again["c"].metadata == {}
    narrow = getattr(rows, f"to_{library}")("n = 1", include_vectors=False)
    assert len(narrow) == 1 and "vector" not in (narrow.columns if library != "arrow" else narrow.schema.names)


def test_arrow_shares_the_memory_of_the_vectors(db):
    rows = db.collection("rows", dimension=2)
    rows.upsert(IDS, VECTORS)
    column = rows.to_arrow().column("vector")
    assert column.type == pyarrow.list_(pyarrow.float32(), 2) and column.chunk(0).flatten().to_numpy().tolist() == list(range(1, 7))


def test_mixed_columns_become_text(db):
    rows = db.collection("rows", dimension=2)
    rows.upsert(["a", "b", "c"], VECTORS, metadata=[{"x": 1, "id": "own"}, {"x": "s"}, {"x": {"y": 1}}])
    for table in (rows.to_arrow().to_pydict(), rows.to_polars().to_dict(as_series=False)):
        assert table["x"] == ["1", '"s"', '{"y": 1}'] and table["metadata.id"] == ["own", None, None]


def test_hits_as_tables(docs):
    hits = docs.query([1, 0, 0], k=2)
    for table in (hits.to_pandas().to_dict("list"), hits.to_polars().to_dict(as_series=False), hits.to_arrow().to_pydict()):
        assert table["id"] == ["a", "b"] and table["year"] == [2019, 2021] and table["distance"][0] == 0


def test_none_of_them_is_imported_unasked():
    code = "import sys, vecstore; db = vecstore.open(':memory:').collection('a', dimension=1); db.upsert(['a'], [[1]]); db.query([1])"
    code += "; assert not {'pandas', 'polars', 'pyarrow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tables_that_hide_something(db):
    docs = db.collection("docs", dimension=2)
    table = pandas_table()
    for wrong, says in [
        (table.rename(columns={"vector": "embedding"}), "no column 'vector', but 'embedding': vector='embedding' takes it"),
        (table.set_index("id"), r"no column 'id'.*reset_index\(names='id'\)"),
        (table.rename(columns={"lang": "year"}), "several columns that are called 'year'"),
    ]:
        with pytest.raises(vecstore.InvalidArgument, match=says):
            docs.upsert(wrong)
    assert len(docs) == 0
    docs.upsert_table(table.rename(columns={"vector": "embedding"}), vector="embedding")
    assert docs.query([1, 2], k=1).ids == ["a"] and "embedding" not in docs["a"].metadata


def test_columns_of_a_table_one_by_one(db):
    docs, table = db.collection("docs", dimension=2), pandas_table()
    table.index = [7, 7, 8]
    docs.upsert(table["id"], table["vector"], metadata=table[["year", "lang"]])
    assert docs["b"].metadata == {"year": 2021} and docs["c"].metadata == {"year": 2022, "lang": "de"}
    for questions in (table["vector"], table["vector"].to_numpy(), list(table["vector"])):
        assert docs.query_many(questions, k=1).ids.shape == (3, 1)
