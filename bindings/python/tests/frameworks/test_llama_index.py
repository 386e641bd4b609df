"""LlamaIndex: every filter operator against its own filter function, every query mode, nodes, and indexes on top."""

import asyncio

import corpus
import numpy as np
import pytest

pytest.importorskip("llama_index.core", reason="llama-index-core is not installed: tools/setup python")

from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import ImageNode, IndexNode, NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import SimpleVectorStore
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)
from llama_index.core.vector_stores.utils import build_metadata_filter_fn

import vecstore
from vecstore.llama_index import VecStoreEmbedding, VecStoreVectorStore


@pytest.fixture
def store():
    made = VecStoreVectorStore()
    yield made
    made.close()


def node(id, text="", embedding=(1.0, 0.0), source=None, **metadata):
    relationships = {} if source is None else {NodeRelationship.SOURCE: RelatedNodeInfo(node_id=source)}
    return TextNode(id_=id, text=text, embedding=list(embedding), metadata=metadata, relationships=relationships)


def test_an_embedder_as_embedding():
    def rows(value):
        return lambda texts: np.tile(np.float32(value), (len(texts), 1))

    embedding = VecStoreEmbedding(vecstore.FunctionEmbedder(rows([1, 0]), name="two", dimension=2, queries=rows([0, 1])), embed_batch_size=2)
    assert embedding.model_name == "two" and embedding.get_text_embedding("a") == [1.0, 0.0] and embedding.get_query_embedding("a") == [0.0, 1.0]
    assert embedding.get_text_embedding_batch(["a", "b", "c"]) == [[1.0, 0.0]] * 3
    assert asyncio.run(embedding.aget_query_embedding("a")) == [0.0, 1.0]


@pytest.fixture
def filled(store, rng):
    """200 nodes of random metadata, and that metadata by id."""
    by_id = {f"{i:03}": corpus.random_metadata(rng) for i in range(200)}
    vectors = corpus.unit_vectors(rng, 200)
    assert store.add([node(i, f"text {i}", v, **m) for (i, m), v in zip(by_id.items(), vectors)]) == list(by_id)
    return store, by_id


@pytest.fixture
def three(store):
    """Three nodes of two documents, with texts that differ."""
    store.add(
        [
            node("sea", "the tides of the sea", (1.0, 0.0), "d0", rank="a", weight=1.0),
            node("file", "how to open a file", (0.0, 1.0), "d1", rank="c", weight=2.0),
            node("door", "how to close a door", (0.7, 0.7), "d1", rank="c", weight=3.0),
        ]
    )
    return store


def filters_of(*filters, condition=FilterCondition.AND):
    return MetadataFilters(filters=list(filters), condition=condition)


def found(store, filters):
    return [n.node_id for n in store.get_nodes(filters=filters)]


# Filters. LlamaIndex's own function raises where types do not fit, so the values that it sees are those that fit; True is no number to
# the store, and a condition on a list asks for any element.

FITTING = {
    "==": {"n": corpus.NUMBERS, "s": corpus.WORDS, "odd key": [1, 2], "x`y": corpus.WORDS, "$price": [1, 3]},
    "in": {"n": corpus.NUMBERS, "s": corpus.WORDS, "odd key": [0, 1, 2, 3], "größe": [0.5]},
    ">": {"n": corpus.NUMBERS, "s": corpus.WORDS, "größe": [0.2, 0.5, 0.8], "$price": [1, 3]},
    "any": {"tags": corpus.WORDS, "s": corpus.WORDS},
    "contains": {"tags": corpus.WORDS, "s": corpus.WORDS},
    "text_match": {"s": [*corpus.WORDS, "APPLE", "GRÖSSE", "Ö", "%", "_", "P"], "x`y": corpus.WORDS},
    "is_empty": {"s": [None], "tags": [None], "n": [None], "b": [None], "author": [None], "nothing": [None]},
}
LIKE = {"!=": "==", "nin": "in", "<": ">", ">=": ">", "<=": ">", "all": "any", "text_match_insensitive": "text_match"}


def random_filter(rng, operator):
    fields = FITTING[LIKE.get(operator.value, operator.value)]
    key = rng.choice(list(fields))
    if operator.value in ("in", "nin", "any", "all"):
        whole = [v for v in fields[key] if type(v) is type(fields[key][0])]
        return MetadataFilter(key=key, operator=operator, value=rng.sample(whole, min(len(whole), rng.randrange(1, 4))))
    return MetadataFilter(key=key, operator=operator, value=rng.choice(fields[key]))


def expected(by_id, filters):
    passes = build_metadata_filter_fn(by_id.__getitem__, filters)
    return [i for i in by_id if passes(i)]


@pytest.mark.parametrize("operator", FilterOperator)
def test_every_operator_passes_what_llama_index_passes(filled, rng, operator):
    store, by_id = filled
    some = 0
    for _ in range(50):
        given = filters_of(random_filter(rng, operator))
        assert found(store, given) == expected(by_id, given), given
        some += 0 < len(expected(by_id, given)) < len(by_id)
    assert some >= 10


@pytest.mark.parametrize("condition", FilterCondition)
def test_conditions_join_as_in_llama_index(filled, rng, condition):
    store, by_id = filled
    for _ in range(60):
        given = filters_of(*(random_filter(rng, rng.choice(list(FilterOperator))) for _ in range(3)), condition=condition)
        assert found(store, given) == expected(by_id, given), given


def test_groups_nest(filled, rng):
    store, by_id = filled
    for _ in range(60):
        a, b, c = (random_filter(rng, rng.choice(list(FilterOperator))) for _ in range(3))
        nested = filters_of(a, filters_of(b, filters_of(c, condition=FilterCondition.NOT), condition=FilterCondition.OR))
        holds = [set(expected(by_id, filters_of(f))) for f in (a, b, c)]
        assert found(store, nested) == [i for i in by_id if i in holds[0] and (i in holds[1] or i not in holds[2])], nested


@pytest.mark.parametrize("operator", FilterOperator)
def test_every_operator_is_negated_as_in_llama_index(filled, rng, operator):
    store, by_id = filled
    for _ in range(30):
        given = filters_of(random_filter(rng, operator), condition=FilterCondition.NOT)
        assert found(store, given) == expected(by_id, given), given


def test_a_condition_on_a_list_asks_for_any_element(filled):
    store, by_id = filled
    has = [i for i, m in by_id.items() if "pear" in (m.get("tags") or [])]
    assert found(store, filters_of(MetadataFilter(key="tags", value="pear"))) == has
    assert found(store, filters_of(MetadataFilter(key="tags", value="pear", operator="!="))) == [i for i in by_id if i not in has]


def test_a_key_with_a_point_is_a_key_or_a_path(store):
    store.add([node("path", **{"a": {"b": 1}}), node("key", **{"a.b": 1}), node("neither", a=1)])
    assert sorted(found(store, filters_of(MetadataFilter(key="a.b", value=1)))) == ["key", "path"]
    assert found(store, filters_of(MetadataFilter(key="a.b", value=1, operator="!="))) == ["neither"]
    assert found(store, filters_of(MetadataFilter(key="a.b", value=None, operator="is_empty"))) == ["neither"]


@pytest.mark.parametrize(
    ("key", "operator", "value", "said"),
    [
        ("s", "==", None, "is_empty"),
        ("s", "in", "x", "a list"),
        ("s", "any", "x", "a list"),
        ("s", "text_match", 1, "a text"),
        ("s", "text_match_insensitive", 1, "a text"),
    ],
)
def test_what_no_filter_can_say_is_refused_by_name(filled, key, operator, value, said):
    with pytest.raises(vecstore.InvalidArgument, match=said):
        filled[0].get_nodes(filters=filters_of(MetadataFilter(key=key, operator=operator, value=value)))


# Query modes.


def test_the_class_is_one_of_llama_indexs():
    assert issubclass(VecStoreVectorStore, BasePydanticVectorStore)
    assert VecStoreVectorStore.class_name() == "VecStoreVectorStore"


def test_default_mode_finds_what_the_simple_store_finds(filled, rng):
    store, by_id = filled
    simple = SimpleVectorStore()
    simple.add(store.get_nodes())
    for vector in corpus.unit_vectors(rng, 20):
        given = filters_of(random_filter(rng, rng.choice(list(FilterOperator))))
        for query in (
            VectorStoreQuery(query_embedding=vector, similarity_top_k=7, filters=given),
            VectorStoreQuery(query_embedding=vector, similarity_top_k=7, node_ids=[f"{i:03}" for i in range(0, 200, 3)]),
        ):
            mine, theirs = store.query(query), simple.query(query)
            assert mine.ids == theirs.ids == [n.node_id for n in mine.nodes]
            assert mine.similarities == pytest.approx(theirs.similarities, abs=1e-5)
            assert asyncio.run(store.aquery(query)) == mine


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.9])
def test_mmr_chooses_what_is_near_and_unlike(filled, rng, threshold):
    store, by_id = filled
    vector = corpus.unit_vectors(rng, 1)[0]
    asked = {"query_embedding": vector, "similarity_top_k": 6, "mode": VectorStoreQueryMode.MMR}
    plain = store.query(VectorStoreQuery(**asked, mmr_threshold=1.0)).ids
    assert plain == store.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=6)).ids
    chosen = store.query(VectorStoreQuery(**asked, mmr_threshold=threshold)).ids
    assert chosen[0] == plain[0] and len(set(chosen)) == 6
    assert chosen == store.query(VectorStoreQuery(**asked), mmr_threshold=threshold).ids
    for prefetch in ({"mmr_prefetch_k": 6}, {"mmr_prefetch_factor": 1}):  # of six candidates all six are chosen
        assert set(store.query(VectorStoreQuery(**asked, mmr_threshold=threshold), **prefetch).ids) == set(plain)
    with pytest.raises(vecstore.InvalidArgument, match="not both"):
        store.query(VectorStoreQuery(**asked), mmr_prefetch_k=6, mmr_prefetch_factor=2)


@pytest.mark.parametrize("mode", ["text_search", "sparse"])
def test_words_alone(three, mode):
    result = three.query(VectorStoreQuery(query_str="open files", mode=VectorStoreQueryMode(mode), similarity_top_k=3))
    assert result.ids == ["file"] and result.similarities[0] > 0
    one = three.query(VectorStoreQuery(query_str="how", mode=VectorStoreQueryMode(mode), similarity_top_k=3, sparse_top_k=1))
    assert len(one.ids) == 1


def test_hybrid_weighs_meaning_against_words(three):
    def ids(**options):
        query = VectorStoreQuery(query_embedding=[1.0, 0.0], query_str="open files", mode=VectorStoreQueryMode.HYBRID, **options)
        return three.query(query).ids

    assert ids(similarity_top_k=1, alpha=0.0) == ["file"]
    assert ids(similarity_top_k=1, alpha=1.0) == ["sea"]
    assert ids(similarity_top_k=1, sparse_top_k=1, hybrid_top_k=2) == ["file", "sea"]
    assert ids(similarity_top_k=1, sparse_top_k=1, hybrid_top_k=2, alpha=0.9) == ["sea", "file"]
    assert ids(similarity_top_k=3, filters=filters_of(MetadataFilter(key="rank", value="a"))) == ["sea"]


@pytest.mark.parametrize("mode", ["semantic_hybrid", "svm", "logistic_regression", "linear_regression"])
def test_modes_that_are_not_served_are_refused_by_name(three, mode):
    with pytest.raises(NotImplementedError, match=mode):
        three.query(VectorStoreQuery(query_embedding=[1.0, 0.0], query_str="x", mode=VectorStoreQueryMode(mode)))


def test_a_query_that_lacks_what_its_mode_needs_is_refused(three):
    with pytest.raises(vecstore.InvalidArgument, match="'default' needs query_embedding"):
        three.query(VectorStoreQuery(query_str="x"))
    with pytest.raises(vecstore.InvalidArgument, match="'hybrid' needs query_str"):
        three.query(VectorStoreQuery(query_embedding=[1.0, 0.0], mode=VectorStoreQueryMode.HYBRID))
    with pytest.raises(TypeError, match="effort"):
        three.query(VectorStoreQuery(query_embedding=[1.0, 0.0]), efort="fast")


def test_documents_restrict_and_embeddings_come_on_request(three):
    query = VectorStoreQuery(query_embedding=[1.0, 0.0], similarity_top_k=3, doc_ids=["d1"], output_fields=["embedding"])
    assert three.query(query).ids == ["door", "file"]
    assert three.query(query).nodes[1].embedding == [0.0, 1.0]
    query.output_fields = None
    assert three.query(query).nodes[1].embedding is None


# Nodes.


def test_nodes_come_back_whole(store, rng):
    nodes = [
        node("a", "text\nmore", (0.25, 1.0), "doc", deep={"x": [1, 1.0, None, {"ü": "日本"}]}, none=None, flag=True),
        TextNode(
            id_="b",
            text="",
            embedding=[0.5, 0.5],
            start_char_idx=3,
            end_char_idx=9,
            excluded_llm_metadata_keys=["x"],
            text_template="{content}",
        ),
        IndexNode(id_="c", text="index", index_id="elsewhere", embedding=[1.0, 1.0]),
        ImageNode(id_="d", text="image", image="aGVsbG8=", embedding=[1.0, 2.0]),
    ]
    copies = [n.model_copy(deep=True) for n in nodes]
    store.add(nodes)
    assert nodes == copies
    for mine, theirs in zip(store.get_nodes(["a", "b", "c", "d"]), nodes, strict=True):
        assert type(mine) is type(theirs)
        assert mine.model_dump() == theirs.model_dump()
    assert corpus.same_types(store.get_nodes(["a"])[0].metadata, nodes[0].metadata)


def test_a_store_on_disk_is_the_same_after_reopening(tmp_path):
    store = VecStoreVectorStore(path=tmp_path / "db", collection_name="c")
    store.add([node("a", "text", source="d", n=1)])
    store.persist("ignored.json")
    before = store.get_nodes()
    store.close()
    again = VecStoreVectorStore(path=tmp_path / "db", collection_name="c")
    assert again.get_nodes() == before
    assert again.to_dict()["collection_name"] == "c"
    again.close()


def test_deleting_by_document_id_filter_and_all(three):
    three.add([node("alone")])
    three.delete("None")
    assert len(three.get_nodes()) == 4
    three.delete_nodes(["alone"])
    three.delete_nodes(["sea", "file"], filters_of(MetadataFilter(key="rank", value="c")))
    assert [n.node_id for n in three.get_nodes()] == ["sea", "door"]
    three.delete("d1")
    assert [n.node_id for n in three.get_nodes()] == ["sea"]
    with pytest.raises(vecstore.InvalidArgument, match="clear"):
        three.delete_nodes()
    three.delete_nodes([])
    assert three.get_nodes(["door", "sea"])[0].node_id == "sea"
    three.clear()
    assert three.get_nodes() == []


def test_awaited_calls_do_the_same(store):
    async def main():
        assert await store.async_add([node(str(i), f"text {i}", (1.0, i), f"d{i % 2}", n=i) for i in range(10)]) == [
            str(i) for i in range(10)
        ]
        answers = await asyncio.gather(*(store.aquery(VectorStoreQuery(query_embedding=[1.0, 0.0], similarity_top_k=2)) for _ in range(40)))
        assert all(a.ids == ["0", "1"] for a in answers)
        await store.adelete("d1")
        await store.adelete_nodes(filters=filters_of(MetadataFilter(key="n", value=4, operator=">")))
        left = [n.node_id for n in await store.aget_nodes()]
        await store.aclear()
        return left, await store.aget_nodes()

    assert asyncio.run(main()) == (["0", "2", "4"], [])


def test_another_vector_field_holds_the_embeddings(db):
    docs = db.collection("c", dimension=5, fields={"small": {"dimension": 2, "metric": "cosine"}})
    store = VecStoreVectorStore(docs, vector_field="small")
    store.add([node("a", "x", (1.0, 0.0)), node("b", "y", (0.0, 1.0))])
    assert store.query(VectorStoreQuery(query_embedding=[0.0, 1.0])).ids == ["b"]
    assert store.get_nodes(["b"])[0].embedding == [0.0, 1.0]


def test_a_record_of_somebody_else_is_named(db):
    docs = db.collection("c")
    docs.upsert("stranger", [1.0, 0.0])
    with pytest.raises(vecstore.InvalidArgument, match="'stranger'"):
        VecStoreVectorStore(docs).get_nodes()


# Indexes.


class Letters(BaseEmbedding):
    """Counts of letters."""

    def _get_text_embedding(self, text):
        return [float(text.lower().count(c)) + 0.01 for c in "abcdefghijklmnopqrstuvwxyz"]

    _get_query_embedding = _get_text_embedding

    async def _aget_query_embedding(self, query):
        return self._get_text_embedding(query)


@pytest.mark.parametrize("mode", ["default", "hybrid", "text_search", "mmr"])
def test_an_index_stands_on_the_store(tmp_path, mode):
    store = VecStoreVectorStore(path=tmp_path / "db")
    documents = [Document(text=t, id_=t) for t in ("zzz zoo", "queue", "apple banana")]
    VectorStoreIndex.from_documents(documents, StorageContext.from_defaults(vector_store=store), embed_model=Letters())
    store.close()
    again = VecStoreVectorStore(path=tmp_path / "db")
    index = VectorStoreIndex.from_vector_store(again, embed_model=Letters())
    retriever = index.as_retriever(vector_store_query_mode=mode, similarity_top_k=1)
    assert [n.text for n in retriever.retrieve("queue")] == ["queue"]
    assert [n.text for n in asyncio.run(retriever.aretrieve("banana"))] == ["apple banana"]
    index.delete_ref_doc("queue")
    assert all(n.text != "queue" for n in retriever.retrieve("queue"))
    again.close()
