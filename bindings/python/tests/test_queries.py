"""Questions of every kind."""

import numpy as np
import pytest

import vecstore
from vecstore import Query, field, now, timestamp


def test_nearest_first(docs):
    hits = docs.query([1, 0.1, 0], k=2)
    assert hits.ids == ["a", "b"] and len(hits) == 2 and hits[0].id == "a" and [h.id for h in hits] == hits.ids
    assert hits.distances == pytest.approx([0.1, np.sqrt(1 + 0.81)]) and hits.scores == pytest.approx(1 / (1 + hits.distances))
    assert hits[0].metadata == {"year": 2019, "tags": ["x"]} and hits[0].text == "how to open a file" and hits[0].vector is None
    assert hits[:1] == [hits[0]] and hits[0] is hits[0] and not hits.partial and hits.took_ms >= 0


def test_include(docs):
    hit = docs.query([1, 0, 0], include=["vector"])[0]
    assert hit.metadata == {} and hit.text is None and hit.vector.tolist() == [1, 0, 0]
    hit = docs.query(text="file", include=["text", "highlights"])[0]
    assert hit.highlighted() == "how to open a **file**"
    assert docs.query(text="file", passage_bytes=4)[0].passage_text() == "file"


@pytest.mark.parametrize(
    "condition",
    [
        "year >= 2020",
        field("year") >= 2020,
        ~(field("year") < 2020),
        {"year": {"$gte": 2020}},
        vecstore.Filter("year >= :least", least=2020),
        vecstore.Filter({"year": {"$gte": 2020}}) & "TRUE",
        "year = 0" | (field("year") >= 2020),
        field("year").is_in(2021, 2024),
        field("year").is_in([2021, 2024]),
        field("year").between(2020, np.int64(2030)),
    ],
    ids=str,
)
def test_every_form_of_a_filter(docs, condition):
    assert docs.query([0, 0, 1], filter=condition).ids == ["c", "b"]


def test_filters_on_times(docs):
    import datetime

    docs.upsert("t", [1, 1, 1], metadata={"at": datetime.datetime(2024, 5, 1, 12), "day": datetime.date(2024, 5, 1)})
    assert docs["t"].metadata == {"at": "2024-05-01T12:00:00Z", "day": "2024-05-01"}
    noon = datetime.datetime(2024, 5, 1, 14, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    assert docs.query(filter=field("at") == noon).ids == ["t"]
    assert docs.query(filter={"at": {"$lte": noon}}).ids == ["t"]
    assert docs.query(filter=field("at") < timestamp("2024-05-02")).ids == ["t"]
    assert docs.count(field("$created_at") > now("-1 hour")) == 4 and docs.count(field("$created_at") > now("+1 hour")) == 0


def test_a_filter_is_no_truth_value(docs):
    with pytest.raises(TypeError, match="&"):
        bool(field("a") == 1)
    with pytest.raises(TypeError):
        hash(field("a"))
    both = field("a").contains_any("x", "y") & field("b").is_null()
    assert str(both) == "a CONTAINS_ANY ('x', 'y') AND b IS NULL" == str(vecstore.Filter(str(both)))
    assert "year" in repr(field("year") == 3)


def test_text_and_hybrid(docs):
    assert docs.query(text="how to").ids == ["a", "c"]
    hits = docs.query([0, 0, 1], text="door", fusion="rrf", k=1)
    assert hits.ids == ["c"] and [a.rank for a in hits[0].arms] == [1, 1] and hits[0].distance == 0
    assert docs.query([0, 1, 0], text="file", alpha=0.01)[0].id == "a" and docs.query([0, 1, 0], text="file", alpha=0.99)[0].id == "b"
    assert docs.query([0, 1, 0], text="file", fusion={"method": "weighted_sum", "alpha": 0.9, "normalization": "min_max"})[0].id == "b"
    assert docs.query(text='+how -"a door"', text_syntax="query").ids == ["a"]


def test_without_vector_or_text_records_are_listed(docs):
    hits = docs.query(filter="year > 2000", k=2, offset=1)
    assert hits.ids == ["b", "c"] and np.isnan(hits.distances).all() and hits[0].distance is None


def test_stages(docs):
    stages = [Query([1, 0, 0], k=2), {"text": "sea", "k": 2}]
    assert set(docs.query(prefetch=stages).ids) == {"a", "b"} | set(docs.query([1, 0, 0], k=2).ids)
    assert docs.query([1, 0, 0], formula="year").ids == ["c", "b", "a"]
    assert docs.query([1, 0, 0], group_by=("year", 1), k=3)[0].group == 2019
    assert docs.query([1, 0, 0], mmr=0.0, k=3)[0].id == "a" and docs.query([1, 0, 0], mmr=(0.5, "vector"), k=3).ids[0] == "a"
    assert docs.query_json({"vector": [1, 0, 0], "k": 1}).ids == ["a"] and Query([1.0, 0, 0], k=3).to_json() == '{"vector":[1.0,0.0,0.0],"k":3}'


def test_explanations(docs):
    hits = docs.query([1, 0, 0], explain=True)
    assert hits.explanation.data["segments"][0]["plan"] == "scan" and "scan" in str(hits.explanation)
    assert docs.query([1, 0, 0], explain="plan").explanation.data["mode"] == "plan" and docs.query([1, 0, 0]).explanation is None


def test_many_queries_in_arrays(docs):
    batch = docs.query_many(np.eye(3), k=2)
    assert batch.ids.shape == batch.scores.shape == batch.distances.shape == (3, 2) and batch.ids[:, 0].tolist() == ["a", "b", "c"]
    assert batch.distances[:, 0].tolist() == [0, 0, 0] and batch.counts.tolist() == [2, 2, 2] and batch[1].ids[0] == "b" and len(batch) == 3
    few = docs.query_many(np.eye(3), k=5, filter="year > 2020")
    assert few.ids[0].tolist()[2:] == [None] * 3 and np.isnan(few.scores[:, 2:]).all() and few.counts.tolist() == [2, 2, 2]
    mixed = docs.query_many([Query([1, 0, 0], k=1), Query(text="sea", k=3)])
    assert [hits.ids for hits in mixed] == [["a"], ["b"]] and mixed.ids.shape == (2, 3)
    assert docs.query_many(np.empty((0, 3))).ids.shape[0] == 0
    with pytest.raises(ValueError, match="the rows of the matrix are empty"):
        docs.query_many(np.empty((3, 0)))


def test_many_queries_equal_single_ones(db):
    rng = np.random.default_rng(7)
    data, questions = rng.standard_normal((2000, 16), np.float32), rng.standard_normal((50, 16), np.float32)
    rows = db.collection("rows", dimension=16)
    rows.upsert([str(i) for i in range(2000)], data)
    batch = rows.query_many(questions, k=10)
    singles = [rows.query(q, k=10) for q in questions]
    assert batch.ids.tolist() == [hits.ids for hits in singles]
    cosine = 1 - (questions @ data.T) / np.outer(np.linalg.norm(questions, axis=1), np.linalg.norm(data, axis=1))
    assert np.array_equal(batch.ids.astype(int), np.argsort(cosine, axis=1)[:, :10])
    assert batch.distances == pytest.approx(np.sort(cosine, axis=1)[:, :10], abs=1e-5)


def test_search_by_meaning_and_words(db, words):
    notes = db.collection("notes", embedder=words)
    notes.upsert_text(["a", "b"], ["open the file", "tides of the sea"], metadata=[{"n": 1}, {"n": 2}])
    notes.upsert_text("c", "close the door", metadata={"n": 3})
    assert notes.options["dimension"] == 32 and notes.options["attributes"]["embedding"]["name"] == "words"
    assert notes.search("open file", k=1).ids == ["a"] and notes.search("sea", mode="text").ids == ["b"]
    assert notes.search("door", mode="vector", filter="n > 1")[0].id == "c"
    with pytest.raises(vecstore.FailedPrecondition, match="embedder"):
        db.get_collection("notes").search("x")
    other = vecstore.FunctionEmbedder(lambda texts: np.ones((len(texts), 32)), name="other", dimension=32)
    with pytest.raises(vecstore.FailedPrecondition, match="'words'.*'other'"):
        db.collection("notes", embedder=other)


def test_a_token_calls_off(docs):
    token = vecstore.CancelToken()
    token.cancel()
    assert token.cancelled
    assert docs.query([1, 0, 0], cancel=token).partial


def test_tables_for_notebooks(docs):
    docs.upsert("<b>", [1, 0, 0], metadata={"x": "<i>"})
    assert "&lt;b&gt;" in docs.query([1, 0, 0])._repr_html_() and "<b>" not in docs.query([1, 0, 0])._repr_html_().replace("<br>", "")
    for shown in (docs, docs.database, docs.stats(), docs.database.stats(), docs.facet("year"), docs.query([1, 0, 0], explain=True).explanation):
        assert shown._repr_html_().startswith(("<table>", "<pre>"))
    assert "Hit('a'" in repr(docs.query([1, 0, 0])) and "3-d" not in repr(docs) and "dimension 3" in repr(docs)


def test_answers_are_pickled_and_copied(docs):
    import copy
    import pickle

    hits = docs.query([1, 0.1, 0], text="sea", k=3, explain=True)
    for again in (pickle.loads(pickle.dumps(hits)), copy.deepcopy(hits), pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(hits))))):
        assert again == hits and again.ids == hits.ids and again.work == hits.work and str(again.explanation) == str(hits.explanation)
        assert np.array_equal(again.scores, hits.scores) and np.array_equal(again.distances, hits.distances, equal_nan=True)
        assert again._repr_html_() == hits._repr_html_()
    batch = docs.query_many(np.eye(3), k=5, filter="year > 2019")
    again = pickle.loads(pickle.dumps(batch))
    assert (again.ids == batch.ids).all() and again.ids.shape == batch.ids.shape and (again.counts == batch.counts).all()
    assert np.array_equal(again.scores, batch.scores, equal_nan=True) and np.array_equal(again.distances, batch.distances, equal_nan=True)
    assert again[1] == batch[1] and again[1:] == batch[1:] and repr(again) == repr(batch)


def test_filters_are_pickled(docs):
    import pickle

    for filter in (vecstore.Filter("year > :y", y=2020), field("tags").contains("x") & ~field("lang").is_null(), field("$created_at") > now("-1 day")):
        again = pickle.loads(pickle.dumps(filter))
        assert str(again) == str(filter) and docs.count(again) == docs.count(filter)
