"""What Haystack's own suites do not look at: filters on random documents, retrievers, pipelines, round trips, reopening."""

import asyncio
import datetime
import math

import corpus
import pytest

pytest.importorskip("haystack", reason="haystack-ai is not installed: tools/setup python")

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ByteStream, SparseEmbedding
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy, FilterPolicy
from haystack.errors import FilterError
from haystack.utils.filters import document_matches_filter

import vecstore
from vecstore.haystack import VecStoreBM25Retriever, VecStoreDocumentStore, VecStoreEmbeddingRetriever, VecStoreHybridRetriever


@pytest.fixture
def store():
    made = VecStoreDocumentStore()
    yield made
    made.close()


@pytest.fixture
def filled(store, rng):
    """200 documents of random metadata, some without any text or embedding."""
    documents = []
    for i, vector in enumerate(corpus.unit_vectors(rng, 200)):
        meta = corpus.random_metadata(rng)
        if rng.random() < 0.7:
            meta["on"] = rng.choice(DATES)
        documents.append(
            Document(id=f"{i:03}", content=rng.choice([None, "", f"text {i}"]), meta=meta, embedding=rng.choice([vector, None]))
        )
    store.write_documents(documents)
    return store, documents


DATES = ["2024-05-01", "2024-05-01T00:00:00", "2024-05-01T12:30:00", "2023-12-31 23:59:59", "2025-01-01T00:00:00Z"]


# Filters: the oracle is Haystack's own document_matches_filter. Times without a zone are UTC to the store, where Haystack takes the zone
# of the other side; the times here all are in UTC.

OPERATORS = ["==", "!=", ">", ">=", "<", "<=", "in", "not in"]
SCALARS = {
    "n": corpus.NUMBERS,
    "s": corpus.WORDS,
    "author.name": corpus.WORDS,
    "author.born": [1900, 1903, 1905.0],
    "odd key": [0, 1, 2],
    "x`y": corpus.WORDS,
    "größe": [0.2, 0.5],
    "$price": [1, 3],
    "on": DATES,
}
ORDERED = ["n", "author.born", "odd key", "größe", "$price", "on"]


def random_comparison(rng, operator):
    field = rng.choice(ORDERED if operator in (">", ">=", "<", "<=") else list(SCALARS))
    values = [*SCALARS[field], None]
    value = rng.sample(values, min(3, len(values))) if "in" in operator else rng.choice(values)
    return {"field": f"meta.{field}", "operator": operator, "value": value}


def random_logic(rng, depth):
    if depth == 0:
        return random_comparison(rng, rng.choice(OPERATORS))
    return {
        "operator": rng.choice(["AND", "OR", "NOT"]),
        "conditions": [random_logic(rng, rng.randrange(depth)) for _ in range(rng.randrange(1, 4))],
    }


def expected(filters, documents):
    return [d.id for d in documents if document_matches_filter(filters, d)]


def found(store, filters):
    return [d.id for d in store.filter_documents(filters)]


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_passes_what_haystack_passes(filled, rng, operator):
    store, documents = filled
    some = 0
    for _ in range(60):
        filters = random_comparison(rng, operator)
        assert found(store, filters) == expected(filters, documents), filters
        some += 0 < len(expected(filters, documents)) < len(documents)
    assert some >= 10


def test_logic_nests_as_in_haystack(filled, rng):
    store, documents = filled
    for _ in range(150):
        filters = random_logic(rng, 4)
        assert found(store, filters) == expected(filters, documents), filters


def test_a_condition_on_a_list_asks_for_any_element_or_the_whole(filled):
    store, documents = filled
    has = [d.id for d in documents if "pear" in (d.meta.get("tags") or [])]
    assert found(store, {"field": "meta.tags", "operator": "==", "value": "pear"}) == has
    assert found(store, {"field": "meta.tags", "operator": "!=", "value": "pear"}) == [d.id for d in documents if d.id not in has]
    whole = next(d.meta["tags"] for d in documents if len(d.meta.get("tags") or []) == 2)
    same = [d.id for d in documents if d.meta.get("tags") == whole]
    assert found(store, {"field": "meta.tags", "operator": "==", "value": whole}) == same
    assert found(store, {"field": "meta.tags", "operator": "in", "value": [whole, None]}) == [
        d.id for d in documents if d.meta.get("tags") in (whole, None)
    ]


def test_ids_contents_scores_and_bare_names_are_fields_too(filled):
    store, documents = filled
    assert found(store, {"field": "id", "operator": "in", "value": ["003", "001"]}) == ["001", "003"]
    assert found(store, {"field": "content", "operator": "==", "value": None}) == [d.id for d in documents if d.content is None]
    assert found(store, {"field": "$price", "operator": "==", "value": 3}) == [d.id for d in documents if d.meta.get("$price") == 3]
    store.write_documents([Document(id="scored", score=0.5)])
    assert found(store, {"field": "score", "operator": ">", "value": 0.4}) == ["scored"]
    assert found(store, {"field": "meta.on", "operator": ">", "value": datetime.datetime(2024, 12, 31)}) == [
        d.id for d in documents if d.meta.get("on") == DATES[4]
    ]
    assert found(store, {"field": "meta.s", "operator": "in", "value": [str(i) for i in range(1500)]}) == []


@pytest.mark.parametrize(
    "filters",
    [
        {"field": "embedding", "operator": "==", "value": [1.0]},
        {"field": "blob", "operator": "==", "value": None},
        {"field": "meta.author", "operator": "==", "value": {"name": "x"}},
        {"field": "meta.s", "operator": "contains", "value": "x"},
        {"field": "meta.s", "operator": "in", "value": "x"},
        {"field": "meta.s", "operator": ">", "value": "1"},
        {"field": "meta.n", "operator": ">", "value": [1]},
        {"operator": "XOR", "conditions": []},
        {"operator": "AND", "conditions": ["x"]},
    ],
)
def test_what_no_filter_can_say_is_a_filter_error(filled, filters):
    with pytest.raises(FilterError):
        filled[0].filter_documents(filters)
    with pytest.raises(FilterError):
        filled[0].delete_by_filter(filters)


def test_nothing_is_deleted_by_an_empty_filter(filled):
    store, documents = filled
    for filters in ({}, None):
        with pytest.raises(FilterError, match="delete_all_documents"):
            store.delete_by_filter(filters)
        with pytest.raises(FilterError):
            store.update_by_filter(filters, {"a": 1})
    assert store.count_documents() == len(documents)


# Documents.


def float32(document):
    if document.embedding is None:
        return None
    return [math.ldexp(round(math.ldexp(m, 24)), e - 24) for m, e in map(math.frexp, document.embedding)]


def test_documents_come_back_exactly_in_the_order_of_writing(filled):
    store, documents = filled
    for mine, theirs in zip(store.filter_documents(), documents, strict=True):
        assert (mine.id, mine.content) == (theirs.id, theirs.content)
        assert corpus.same_types(mine.meta, theirs.meta)
        assert mine.embedding == float32(theirs)


def test_blobs_sparse_embeddings_and_scores_come_back(tmp_path):
    document = Document(
        content="c",
        blob=ByteStream(bytes(range(256)), {"a": [1]}, "image/png"),
        score=0.25,
        sparse_embedding=SparseEmbedding([0, 70000], [0.1, 2.5]),
        meta={"ü": {"a": [None, 1, 1.0]}},
    )
    store = VecStoreDocumentStore(path=tmp_path / "db", collection_name="c")
    assert store.write_documents([document]) == 1
    store.close()
    again = VecStoreDocumentStore(path=tmp_path / "db", collection_name="c")
    assert again.filter_documents() == [document]
    assert again.get_metadata_fields_info() == {"ü": {"type": "keyword"}}
    again.close()


def test_the_key_of_the_extras_is_refused_in_metadata(store):
    with pytest.raises(ValueError, match="_haystack"):
        store.write_documents([Document(meta={"_haystack": 1})])
    with pytest.raises(ValueError, match="_haystack"):
        store.update_by_filter({"field": "meta.a", "operator": "==", "value": 1}, {"_haystack": 1})


def test_policies_within_one_batch_and_over_many(store):
    one, two = Document(id="a", content="one"), Document(id="a", content="two")
    with pytest.raises(DuplicateDocumentError):
        store.write_documents([Document(id="b"), one, two])
    assert store.count_documents() == 0  # all or nothing
    assert store.write_documents([one, two], DuplicatePolicy.SKIP) == 1
    assert store.filter_documents() == [one]
    assert store.write_documents([two, one, two], DuplicatePolicy.OVERWRITE) == 3
    assert store.filter_documents() == [two]
    assert store.write_documents([Document(id=str(i)) for i in range(2500)]) == 2500


@pytest.mark.parametrize("meta", [{"x": 1}, {"x": None}, {"author": {"other": 1}}, {"tags": []}])
def test_updating_sets_whole_values_as_haystacks_own_store_does(filled, meta):
    store, documents = filled
    reference = InMemoryDocumentStore()
    reference.write_documents(documents)
    filters = {"field": "meta.n", "operator": ">", "value": 1}
    assert store.update_by_filter(filters, meta) == reference.update_by_filter(filters, meta) > 0
    assert {d.id: d.meta for d in store.filter_documents()} == {d.id: d.meta for d in reference.filter_documents()}
    asyncio.run(store.update_by_filter_async(filters, meta))
    assert {d.id: d.meta for d in store.filter_documents()} == {d.id: d.meta for d in reference.filter_documents()}


def test_a_collection_made_anew_takes_another_dimension(store):
    store.write_documents([Document(embedding=[1.0, 2.0])])
    with pytest.raises(vecstore.InvalidArgument):
        store.write_documents([Document(embedding=[1.0, 2.0, 3.0])])
    store.delete_all_documents(recreate_collection=True)
    assert store.write_documents([Document(embedding=[1.0, 2.0, 3.0])]) == 1
    with vecstore.open(":memory:") as db, pytest.raises(vecstore.InvalidArgument, match="given"):
        VecStoreDocumentStore(collection=db.collection("c")).delete_all_documents(recreate_collection=True)


# Retrievers.


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def test_embedding_retrieval_is_the_exact_nearest_under_the_filter(filled, rng):
    store, documents = filled
    query = corpus.unit_vectors(rng, 1)[0]
    filters = {"field": "meta.n", "operator": ">", "value": 0}
    retriever = VecStoreEmbeddingRetriever(store, top_k=5)
    passing = set(expected(filters, documents))
    best = sorted((d for d in documents if d.embedding and d.id in passing), key=lambda d: -dot(query, d.embedding))
    got = retriever.run(query, filters=filters)["documents"]
    assert [d.id for d in got] == [d.id for d in best[:5]]
    assert got[0].score == pytest.approx(dot(query, best[0].embedding), abs=1e-6)
    assert got[0].embedding is None
    assert [d.id for d in asyncio.run(retriever.run_async(query, filters=filters))["documents"]] == [d.id for d in got]
    assert retriever.run(query, top_k=0) == {"documents": []}


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean"])
def test_scaled_scores_lie_in_0_to_1_in_the_same_order(rng, metric):
    store = VecStoreDocumentStore(metric=metric)
    store.write_documents(
        [Document(id=str(i), content="word " * (i % 7 + 1), embedding=v) for i, v in enumerate(corpus.unit_vectors(rng, 50))]
    )
    query = corpus.unit_vectors(rng, 1)[0]
    for retriever, given in (
        (VecStoreEmbeddingRetriever(store, top_k=50), {"query_embedding": query}),
        (VecStoreBM25Retriever(store, top_k=50), {"query": "word"}),
    ):
        raw, scaled = (retriever.run(**given, scale_score=scale)["documents"] for scale in (False, True))
        assert [d.id for d in raw] == [d.id for d in scaled] and len(raw) == 50
        assert all(0 <= d.score <= 1 for d in scaled)
        assert [d.score for d in scaled] == sorted((d.score for d in scaled), reverse=True)
    store.close()


def test_words_and_meaning_are_fused(store):
    texts = ["the tides of the sea", "how to open a file", "how to close a door"]
    store.write_documents([Document(id=str(i), content=t, embedding=[float(i == j) for j in range(3)]) for i, t in enumerate(texts)])
    assert [d.id for d in VecStoreBM25Retriever(store).run("open files")["documents"]] == ["1"]
    hybrid = VecStoreHybridRetriever(store, top_k=1, alpha=0.0)
    assert hybrid.run("open files", [0.0, 0.0, 1.0])["documents"][0].id == "1"
    assert hybrid.run("open files", [0.0, 0.0, 1.0], alpha=1.0)["documents"][0].id == "2"
    assert asyncio.run(hybrid.run_async("sea", [1.0, 0.0, 0.0]))["documents"][0].id == "0"
    assert [d.id for d in asyncio.run(VecStoreBM25Retriever(store).run_async("door"))["documents"]] == ["2"]


def test_filters_of_the_retriever_are_replaced_or_merged(filled, rng):
    store, documents = filled
    own, given = {"field": "meta.b", "operator": "==", "value": True}, {"field": "meta.n", "operator": ">", "value": 0}
    query = corpus.unit_vectors(rng, 1)[0]
    have = {d.id for d in documents if d.embedding}
    for policy, filters in ((FilterPolicy.REPLACE, given), ("merge", {"operator": "AND", "conditions": [own, given]})):
        retriever = VecStoreEmbeddingRetriever(store, filters=own, top_k=200, filter_policy=policy)
        assert {d.id for d in retriever.run(query, filters=given)["documents"]} == have & set(expected(filters, documents))


def test_a_pipeline_is_written_and_read_and_runs(tmp_path):
    store = VecStoreDocumentStore(path=tmp_path / "db", collection_name="c")
    indexing = Pipeline()
    indexing.add_component("writer", DocumentWriter(store, DuplicatePolicy.OVERWRITE))
    assert (
        indexing.run({"writer": {"documents": [Document(id="a", content="open a file", embedding=[1.0, 0.0])]}})["writer"][
            "documents_written"
        ]
        == 1
    )
    asking = Pipeline()
    asking.add_component("words", VecStoreBM25Retriever(store, top_k=3))
    asking.add_component("meaning", VecStoreEmbeddingRetriever(store, return_embedding=True))
    asking.add_component("both", VecStoreHybridRetriever(store, alpha=0.5))
    asking.add_component("join", DocumentJoiner())
    for part in ("words", "meaning", "both"):
        asking.connect(part, "join")
    # The stores of the three retrievers share the database with the first, which is still open.
    again = Pipeline.loads(asking.dumps(), allowed_modules=["vecstore.haystack.*"])
    answer = again.run(
        {"words": {"query": "file"}, "meaning": {"query_embedding": [1.0, 0.0]}, "both": {"query": "file", "query_embedding": [1.0, 0.0]}}
    )
    assert [d.id for d in answer["join"]["documents"]] == ["a"]
    assert again.to_dict()["components"] == asking.to_dict()["components"]
    stores = {id(again.get_component(p).document_store): again.get_component(p).document_store for p in ("words", "meaning", "both")}
    for one in [store, *stores.values()]:
        one.close()
    vecstore.open(tmp_path / "db").close()  # the lock is free again


def test_what_is_wrong_with_arguments_is_said(store):
    with pytest.raises(TypeError, match="VecStoreDocumentStore"):
        VecStoreEmbeddingRetriever(InMemoryDocumentStore())
    with pytest.raises(ValueError, match="top_k"):
        VecStoreBM25Retriever(store, top_k=0)
    with pytest.raises(ValueError, match="top_k"):
        VecStoreBM25Retriever(store).run("x", top_k=-1)
    with pytest.raises(vecstore.InvalidArgument, match="already"):
        VecStoreDocumentStore(path="x", collection=store.collection)
