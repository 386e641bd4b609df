"""What LangChain's own suites do not look at: filters, MMR, scores, round trips, reopening, other calls."""

import asyncio
import gc

import corpus
import numpy as np
import pytest

pytest.importorskip("langchain_core", reason="langchain-core is not installed: tools/setup python")

from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_core.indexing import InMemoryRecordManager, index
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, Generation
from langchain_core.structured_query import Comparator, Comparison, Operation, Operator, StructuredQuery
from langchain_core.vectorstores.utils import maximal_marginal_relevance

import vecstore
from vecstore.langchain import (
    VecStoreByteStore,
    VecStoreCache,
    VecStoreEmbeddings,
    VecStoreRetriever,
    VecStoreSemanticCache,
    VecStoreTranslator,
    VecStoreVectorStore,
)


@pytest.fixture
def embedding():
    return DeterministicFakeEmbedding(size=8)


@pytest.fixture
def store(embedding):
    with VecStoreVectorStore(embedding=embedding) as made:
        yield made


@pytest.fixture
def filled(store, rng):
    """200 documents of random metadata, and that metadata by id."""
    by_id = {f"{i:03}": corpus.random_metadata(rng) for i in range(200)}
    store.add_texts([f"text {i}" for i in by_id], list(by_id.values()), ids=list(by_id))
    return store, by_id


def test_an_embedder_as_embeddings():
    def rows(value):
        return lambda texts: np.tile(np.float32(value), (len(texts), 1))

    embeddings = VecStoreEmbeddings(vecstore.FunctionEmbedder(rows([1, 0]), name="two", dimension=2, queries=rows([0, 1])))
    assert isinstance(embeddings, Embeddings) and embeddings.embed_documents(["a", "b"]) == [[1.0, 0.0]] * 2 and embeddings.embed_query("a") == [0.0, 1.0]
    assert asyncio.run(embeddings.aembed_query("a")) == [0.0, 1.0] and embeddings.embed_documents([]) == []
    with VecStoreVectorStore.from_texts(["a"], embeddings) as store:
        assert store.similarity_search_with_score("a")[0][1] == pytest.approx(0)


# Filters.

COMPARATORS = {
    Comparator.EQ: corpus.eq,
    Comparator.NE: corpus.ne,
    Comparator.GT: corpus.gt,
    Comparator.GTE: corpus.ge,
    Comparator.LT: corpus.lt,
    Comparator.LTE: corpus.le,
    Comparator.CONTAIN: corpus.contains,
    Comparator.LIKE: corpus.element_wise(lambda value, part: isinstance(value, str) and part.strip("%") in value),
    Comparator.IN: corpus.is_in,
    Comparator.NIN: lambda value, many: corpus.invert(corpus.is_in(value, many)),
}


def random_comparison(rng, comparator):
    attribute = rng.choice(["n", "s", "b", "tags", "author.name", "author.born", "odd key", "x`y", "größe", "$price"])
    if comparator is Comparator.LIKE:
        literal = f"%{rng.choice(['app', 'e', 'ö', 'apple'])}%"
    elif comparator in (Comparator.IN, Comparator.NIN):
        literal = rng.sample([*corpus.WORDS, *corpus.NUMBERS, True, 1905], 6)
    else:
        literal = rng.choice([*corpus.WORDS, *corpus.NUMBERS, True, False, 1905])
    return Comparison(comparator, attribute, literal)


def truth(expression, metadata):
    if isinstance(expression, Comparison):
        value = corpus.value_at(metadata, expression.attribute.split("."))
        return COMPARATORS[expression.comparator](value, expression.value)
    parts = [truth(part, metadata) for part in expression.arguments]
    if expression.operator is Operator.NOT:
        return corpus.invert(parts[0])
    return corpus.all_of(parts) if expression.operator is Operator.AND else corpus.any_of(parts)


def found(store, given):
    return sorted(d.id for d in store.similarity_search("q", k=500, filter=given))


@pytest.mark.parametrize("comparator", Comparator)
def test_every_comparator_passes_what_plain_python_passes(filled, rng, comparator):
    store, by_id = filled
    some = 0
    for _ in range(40):
        condition = random_comparison(rng, comparator)
        expected = [i for i, m in by_id.items() if truth(condition, m) is True]
        assert found(store, condition) == expected, condition
        some += 0 < len(expected) < len(by_id)
    assert some >= 5


def test_operators_of_structured_queries_nest(filled, rng):
    store, by_id = filled
    for _ in range(60):
        a, b, c = (random_comparison(rng, rng.choice(list(Comparator))) for _ in range(3))
        tree = Operation(Operator.OR, [Operation(Operator.AND, [a, b]), Operation(Operator.NOT, [c])])
        assert found(store, tree) == [i for i, m in by_id.items() if truth(tree, m) is True], tree


def test_a_structured_query_becomes_a_text_and_a_filter(filled):
    store, by_id = filled
    query = StructuredQuery(query="apples", filter=Comparison(Comparator.GTE, "n", 2), limit=None)
    text, options = query.accept(VecStoreTranslator())
    assert text == "apples"
    assert found(store, options["filter"]) == [i for i, m in by_id.items() if corpus.ge(m.get("n"), 2) is True]
    assert StructuredQuery(query="x", filter=None, limit=None).accept(VecStoreTranslator()) == ("x", {})


def test_dates_of_structured_queries_compare_as_instants(store):
    store.add_texts(["a", "b"], [{"on": "2024-05-01T23:30:00-02:00"}, {"on": "2024-05-01"}], ids=["a", "b"])
    assert found(store, Comparison(Comparator.GT, "on", {"type": "date", "date": "2024-05-02"})) == ["a"]


def test_filters_are_taken_in_every_form_of_the_store(filled):
    store, by_id = filled
    expected = [i for i, m in by_id.items() if corpus.ge(m.get("n"), 1) is True]
    for given in ({"n": {"$gte": 1}}, "n >= 1", vecstore.field("n") >= 1):
        assert found(store, given) == expected
    assert sorted(d.id for d in VecStoreRetriever(vectorstore=store, mode="vector", k=500, filter="n >= 1").invoke("q")) == expected


def test_what_no_filter_can_say_is_refused_by_name(filled):
    store, _ = filled
    with pytest.raises(vecstore.InvalidArgument, match=r"\$ilike"):
        store.similarity_search("q", filter={"s": {"$ilike": "a"}})
    with pytest.raises(TypeError, match="a function cannot be run by the store"):
        store.similarity_search("q", filter=lambda document: True)
    with pytest.raises(TypeError, match="int"):
        store.similarity_search("q", filter=7)
    with pytest.raises(vecstore.InvalidArgument, match="'not' takes one"):
        store.similarity_search("q", filter=Operation(Operator.NOT, []))
    with pytest.raises(vecstore.InvalidArgument, match="'and' of no conditions"):
        store.similarity_search("q", filter=Operation(Operator.AND, []))


# Round trips.


def test_metadata_and_text_come_back_exactly(filled):
    store, by_id = filled
    for document in store.get_by_ids(list(by_id)):
        assert corpus.same_types(document.metadata, by_id[document.id])
        assert document.page_content == f"text {document.id}"
    for document in store.similarity_search("q", k=500):
        assert corpus.same_types(document.metadata, by_id[document.id])


def test_documents_are_not_changed_by_writing_them(store):
    documents = [Document(id="a", page_content="", metadata={"x": [1, {"y": None}]}), Document(page_content="日本")]
    copies = [d.model_copy(deep=True) for d in documents]
    ids = store.add_documents(documents)
    assert documents == copies
    assert ids[0] == "a" and len(ids[1]) == 36
    assert store.get_by_ids(ids) == [documents[0], Document(id=ids[1], page_content="日本")]


def test_of_one_id_given_twice_the_last_stays(store):
    assert store.add_texts(["one", "two"], ids=["a", "a"]) == ["a", "a"]
    assert [d.page_content for d in store.get_by_ids(["a"])] == ["two"]


def test_a_store_on_disk_is_the_same_after_reopening(tmp_path, embedding):
    with VecStoreVectorStore.from_texts(
        ["a", "b"], embedding, [{"n": 1}, {"n": 2}], ids=["x", "y"], path=tmp_path / "db", collection_name="c"
    ) as store:
        before = store.similarity_search_with_score("a", k=2)
    with VecStoreVectorStore(path=tmp_path / "db", collection_name="c", embedding=embedding) as again:
        assert again.similarity_search_with_score("a", k=2) == before
    with vecstore.open(tmp_path / "db") as db:  # closed above, and a plain collection to everybody else
        assert [h.id for h in db["c"].query(text=None, filter="n = 2")] == ["y"]


def test_stores_of_one_path_share_the_database_until_the_last_lets_go(tmp_path, embedding):
    first = VecStoreVectorStore(path=tmp_path / "db", embedding=embedding)
    second = VecStoreByteStore(path=tmp_path / "link" / ".." / "db")
    first.add_texts(["a"], ids=["x"])
    second.mset([("k", b"v")])
    first.close()
    assert second.mget(["k"]) == [b"v"]
    with pytest.raises(vecstore.AlreadyOpen):
        vecstore.open(tmp_path / "db")
    del second
    gc.collect()
    with vecstore.open(tmp_path / "db") as db:
        assert sorted(db.list_collections()) == ["default", "key_values"]
    assert [d.id for d in first.get_by_ids(["x"])] == ["x"]  # opened again
    first.close()


def test_large_batches_are_written_in_parts(store):
    assert len(store.add_texts([str(i) for i in range(25)], ids=[str(i) for i in range(25)], batch_size=10)) == 25
    assert len(store.collection) == 25


# Scores.


def test_scores_are_the_cosine_and_relevance_lies_in_0_to_1(store, embedding):
    store.add_texts([str(i) for i in range(50)])
    query = np.array(embedding.embed_query("7"))
    for document, score in store.similarity_search_with_score("7", k=50):
        other = np.array(embedding.embed_query(document.page_content))
        assert score == pytest.approx(float(query @ other / np.linalg.norm(query) / np.linalg.norm(other)), abs=1e-5)
    relevant = store.similarity_search_with_relevance_scores("7", k=50)
    assert relevant[0][0].page_content == "7" and relevant[0][1] == pytest.approx(1)
    assert all(0 <= score <= 1 for _, score in relevant)
    assert [d for d, _ in relevant] == store.similarity_search("7", k=50)
    assert all(score >= 0.7 for _, score in store.similarity_search_with_relevance_scores("7", k=50, score_threshold=0.7))


@pytest.mark.parametrize("metric", ["dot", "euclidean", "manhattan"])
def test_relevance_of_other_metrics_lies_in_0_to_1_in_the_same_order(embedding, metric):
    with VecStoreVectorStore(embedding=embedding, metric=metric) as store:
        store.add_texts([str(i) for i in range(30)])
        relevant = store.similarity_search_with_relevance_scores("7", k=30)
        assert all(0 <= score <= 1 for _, score in relevant)
        assert [s for _, s in relevant] == sorted((s for _, s in relevant), reverse=True)


def test_a_function_of_ones_own_gives_the_relevance(embedding):
    with VecStoreVectorStore(embedding=embedding, relevance_score_fn=lambda score: 0.25) as store:
        store.add_texts(["a"])
        assert [s for _, s in store.similarity_search_with_relevance_scores("a")] == [0.25]


# MMR, hybrid, retrievers.


@pytest.mark.parametrize("lambda_mult", [0.0, 0.3, 0.5, 0.8, 1.0])
@pytest.mark.parametrize(("k", "fetch_k"), [(4, 20), (10, 60), (6, 3)])
def test_mmr_chooses_what_langchain_chooses(store, embedding, lambda_mult, k, fetch_k):
    texts = [str(i) for i in range(80)]
    store.add_texts(texts)
    for query in ("x", "y", "z"):  # none of the texts: with a lambda of 0.5 all ties would be rounding
        vector = embedding.embed_query(query)
        nearest = [d.page_content for d in store.similarity_search(query, k=fetch_k)]
        chosen = maximal_marginal_relevance(np.array(vector), [embedding.embed_query(t) for t in nearest], lambda_mult, k)
        expected = [nearest[i] for i in chosen]
        assert [d.page_content for d in store.max_marginal_relevance_search(query, k, fetch_k, lambda_mult)] == expected
        found = asyncio.run(store.amax_marginal_relevance_search(query, k, fetch_k, lambda_mult))
        assert [d.page_content for d in found] == expected


def test_mmr_keeps_to_the_filter(filled):
    store, by_id = filled
    documents = store.max_marginal_relevance_search("q", k=5, fetch_k=20, filter={"n": {"$gte": 2}})
    assert len(documents) == 5 and all(by_id[d.id]["n"] >= 2 for d in documents)


def test_words_are_searched_by_mode(store):
    store.add_texts(["the tides of the sea", "how to open a file", "how to close a door"], ids=["sea", "file", "door"])
    assert [d.id for d in store.similarity_search("open files", mode="text")] == ["file"]
    assert store.similarity_search("open files", k=1, mode="hybrid", alpha=0.0)[0].id == "file"
    retriever = VecStoreRetriever(vectorstore=store, mode="text", k=2, score_key="score")
    assert [d.id for d in retriever.invoke("sea")] == ["sea"]
    assert retriever.invoke("sea")[0].metadata["score"] > 0
    assert {d.id for d in retriever.invoke("how", filter="$id = 'door'")} == {"door"}
    assert store.get_by_ids(["sea"])[0].metadata == {}  # the score is of the answer alone
    with pytest.raises(vecstore.InvalidArgument, match="mode"):
        store.similarity_search("x", mode="words")


@pytest.mark.parametrize(
    "search",
    [
        {"search_type": "similarity"},
        {"search_type": "mmr"},
        {"search_type": "similarity_score_threshold", "search_kwargs": {"score_threshold": 0.1}},
    ],
)
def test_the_usual_retriever_works(filled, search):
    store, _ = filled
    retriever = store.as_retriever(**search)
    assert len(retriever.invoke("q")) == len(asyncio.run(retriever.ainvoke("q"))) == 4


# Deleting, and other calls.


def test_deleting_by_filter_by_id_and_by_nothing(filled):
    store, by_id = filled
    assert store.delete(filter={"n": {"$gte": 2}})
    assert found(store, None) == [i for i, m in by_id.items() if corpus.ge(m.get("n"), 2) is not True]
    asyncio.run(store.adelete(filter="b = TRUE"))
    assert found(store, "b = TRUE") == []
    with pytest.raises(vecstore.InvalidArgument, match="ids or a filter"):
        store.delete()
    with pytest.raises(vecstore.InvalidArgument, match="not both"):
        store.delete(["1"], filter="TRUE")
    assert found(store, None) != []


def test_the_indexing_api_keeps_a_store_in_step(store):
    manager = InMemoryRecordManager("n")
    manager.create_schema()
    documents = [Document(page_content=t, metadata={"source": t}) for t in "abc"]
    options = {"cleanup": "full", "source_id_key": "source", "key_encoder": "sha256"}
    assert index(documents, manager, store, **options)["num_added"] == 3
    assert index(documents[:2], manager, store, **options)["num_deleted"] == 1
    assert sorted(d.page_content for d in store.similarity_search("a", k=9)) == ["a", "b"]


def test_calls_run_side_by_side_on_one_loop(filled):
    store, _ = filled

    async def all_at_once():
        one, many = await store.asimilarity_search("q"), await asyncio.gather(*(store.asimilarity_search("q") for _ in range(50)))
        assert all(answer == one for answer in many)
        await asyncio.gather(*(store.aadd_texts([f"new {i}"], ids=[f"new{i}"]) for i in range(20)))
        return await store.aget_by_ids([f"new{i}" for i in range(20)])

    assert len(asyncio.run(all_at_once())) == 20


def test_a_task_that_is_cancelled_stops_the_search(filled):
    store, _ = filled

    async def cancelled():
        task = asyncio.create_task(store.asimilarity_search("q"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await store.asimilarity_search("q", k=1)

    assert len(asyncio.run(cancelled())) == 1


def test_an_asynchronous_collection_is_taken_as_it_is(tmp_path, embedding):
    async def main():
        async with vecstore.aopen(tmp_path / "db") as db:
            store = await VecStoreVectorStore.afrom_texts(["a"], embedding, ids=["x"], collection=await db.collection("c"))
            return [d.id for d in await store.asimilarity_search("a")], [d.id for d in store.similarity_search("a")]

    assert asyncio.run(main()) == (["x"], ["x"])


def test_what_is_wrong_with_arguments_is_said(db, embedding):
    docs = db.collection("docs")
    with pytest.raises(vecstore.InvalidArgument, match="already"):
        VecStoreVectorStore(docs, embedding, path="elsewhere")
    with pytest.raises(TypeError, match="Collection"):
        VecStoreVectorStore("docs", embedding)
    with pytest.raises(vecstore.InvalidArgument, match="no embedding"):
        VecStoreVectorStore(docs).similarity_search("x")
    store = VecStoreVectorStore(docs, embedding)
    with pytest.raises(vecstore.InvalidArgument, match="2 texts, but 1 ids"):
        store.add_texts(["a", "b"], ids=["x"])
    with pytest.raises(vecstore.InvalidArgument, match="2 texts, but 1 metadatas"):
        store.add_texts(["a", "b"], [{}])
    with pytest.raises(TypeError, match="effort"):
        store.similarity_search("x", efort="fast")
    assert store.similarity_search("x", k=0) == []
    assert store.add_texts([]) == []
    store.close()
    assert len(docs) == 0  # the database is not the store's, and stays open


# Caches and keys.


class Synonyms(Embeddings):
    """Texts of the same first word mean the same, nearly."""

    def embed_documents(self, texts):
        return [self.embed_query(t) for t in texts]

    def embed_query(self, text):
        return [*(np.eye(8)[len(text.split()[0]) % 8]), 0.01 * (len(text) % 10)]


def test_a_semantic_cache_answers_what_means_the_same_to_the_same_model():
    cache = VecStoreSemanticCache(embedding=Synonyms(), min_score=0.9)
    cache.update("open a file", "model", [Generation(text="so")])
    assert cache.lookup("open a document", "model") == [Generation(text="so")]
    assert asyncio.run(cache.alookup("open a document", "model")) == [Generation(text="so")]
    assert cache.lookup("close a file", "model") is None
    assert cache.lookup("open a file", "other") is None
    cache.clear(llm_string="other")
    assert cache.lookup("open a file", "model")
    cache.clear(llm_string="model")
    assert cache.lookup("open a file", "model") is None


def test_a_cache_keeps_messages_over_processes_and_lets_them_expire(tmp_path):
    answer = [ChatGeneration(message=AIMessage(content="yes", response_metadata={"n": 1}))]
    cache = VecStoreCache(path=tmp_path / "db")
    cache.update("p", "m", answer)
    cache.close()
    cache = VecStoreCache(path=tmp_path / "db", ttl=0.05)
    assert cache.lookup("p", "m") == answer
    cache.update("q", "m", answer)
    asyncio.run(asyncio.sleep(0.1))
    assert cache.lookup("q", "m") is None and cache.lookup("p", "m") == answer
    cache.close()


def test_a_cache_makes_no_object_but_an_answer(db):
    docs = db.collection("c", analyzer="none")
    cache = VecStoreCache(docs)
    cache.update("p", "m", [Generation(text="a")])
    prompt = '{"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "prompt", "PromptTemplate"], "kwargs": {"template": "x"}}'
    record = next(docs.scan())
    docs.update(record.id, text=prompt)
    with pytest.raises(ValueError, match="allowed"):
        cache.lookup("p", "m")


def test_keys_are_walked_by_prefix_in_order(tmp_path):
    store = VecStoreByteStore(path=tmp_path / "db")
    store.mset([("b/1", b"1"), ("a/1", b"\xff"), ("a/2", b""), ("a/1", b"last")])
    assert list(store.yield_keys(prefix="a/")) == ["a/1", "a/2"]
    assert store.mget(["a/1", "nothing", "a/2"]) == [b"last", None, b""]
    store.close()
