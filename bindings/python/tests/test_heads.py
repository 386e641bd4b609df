"""Models with heads: cross-encoders, ColBERT and SPLADE, beside what PyTorch makes of the same texts, and in collections."""

import asyncio
import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest

import vecstore
from tiny_models import make_heads, make_table, make_transformer

LOADERS = {"reranker": vecstore.load_reranker, "tokens": vecstore.load_token_embedder, "sparse": vecstore.load_sparse_embedder}


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A folder with a model of each kind, by the name of the kind."""
    folder = tmp_path / "models"
    monkeypatch.setenv("VECSTORE_MODELS", str(folder))
    make_transformer(folder / "transformer")
    make_table(folder / "static")
    return {kind: make_heads(folder / kind, kind) for kind in LOADERS}


def test_a_cross_encoder_scores_as_pytorch(models):
    expected = models["reranker"]
    ranks = vecstore.load_reranker("reranker")
    scores = ranks.scores(expected["query"], expected["texts"])
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-np.array(expected["scores"]))), atol=1e-5)
    assert scores.dtype == np.float32 and scores.shape == (5,) and ranks.scores("q", []).shape == (0,)
    ranked = ranks.rerank(expected["query"], expected["texts"])
    assert [one.index for one in ranked] == np.argsort(-scores).tolist() and [one.score for one in ranked] == sorted(scores.tolist(), reverse=True)
    assert ranks.rerank(expected["query"], expected["texts"], 2) == ranked[:2]
    assert ranks.name == "reranker" and ranks.memory_bytes > 1000 and ranks.folder.name == "reranker" and isinstance(ranks, vecstore.Reranker)
    np.testing.assert_array_equal(vecstore.load_reranker("reranker", threads=3, batch_tokens=8).scores(expected["query"], expected["texts"]), scores)
    assert np.abs(vecstore.load_reranker("reranker", precision="int8").scores(expected["query"], expected["texts"]) - scores).max() < 0.05


def test_a_search_is_put_in_its_order(db, models):
    expected = models["reranker"]
    docs = db.collection("docs", dimension=2)
    docs.upsert([str(i) for i in range(5)], np.ones((5, 2), np.float32), texts=expected["texts"])
    found = docs.search("vectors", mode="text").ids
    order = [str(i) for i in np.argsort(-np.array(expected["scores"])) if str(i) in found]
    hits = docs.search("vectors", mode="text", reranker=vecstore.load_reranker("reranker"), k=2)
    assert set(hits.ids) <= set(found) and len(found) > 1 and len(hits) == 2
    assert docs.search(expected["query"], mode="text", reranker=vecstore.load_reranker("reranker")).ids[: len(order)] == order
    token = vecstore.CancelToken()
    token.cancel()
    for kind in ("reranker", "tokens"):
        with pytest.raises(vecstore.Cancelled):
            LOADERS[kind](kind).rerank("vectors", ["text"], cancel=token)


def test_colbert_gives_vectors_as_pytorch(models):
    expected = models["tokens"]
    colbert = vecstore.load_token_embedder("tokens")
    assert (colbert.name, colbert.dimension, colbert.info["pooling"]) == ("tokens", 5, "tokens") and repr(colbert) == "TokenEmbedder('tokens', dimension=5)"
    document = colbert.embed([expected["texts"][2]])[0]
    np.testing.assert_allclose(document, np.array(expected["vectors"]).reshape(-1, 5), atol=1e-5)
    question = colbert.embed_queries([expected["texts"][1]])[0]
    assert question.shape == (14, 5) and question.dtype == np.float32
    np.testing.assert_allclose(question, np.array(expected["query_vectors"]).reshape(-1, 5), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(question, axis=1), 1, atol=1e-5)
    assert colbert.embed([]) == [] and len(vecstore.load_token_embedder("tokens", max_tokens=4).embed(["a b c d e f"])[0]) <= 4


def test_a_collection_of_multi_vectors_scores_by_max_sim(db, models):
    expected = models["tokens"]
    colbert = vecstore.load_token_embedder("tokens")
    vectors = colbert.embed(expected["texts"])
    docs = db.collection("tokens", kind="multi", dimension=colbert.dimension, metric="dot")
    docs.upsert([str(i) for i in range(5)], vectors, texts=expected["texts"])
    question = colbert.embed_queries([expected["query"]])[0]
    hits = docs.query(question, k=5)
    sims = {str(i): vecstore.max_sim(question, one) for i, one in enumerate(vectors)}
    assert hits.ids == sorted(sims, key=lambda i: -sims[i])
    np.testing.assert_allclose(hits.scores, [sims[i] for i in hits.ids], atol=1e-4)
    ranked = colbert.rerank(expected["query"], expected["texts"])
    assert [str(one.index) for one in ranked] == hits.ids and ranked[0].score == pytest.approx(sims[hits.ids[0]], abs=1e-5)
    assert colbert.rerank(expected["query"], expected["texts"], 2) == ranked[:2] and colbert.rerank("q", []) == []
    assert isinstance(colbert, vecstore.Reranker)
    words = db.collection("words", dimension=2)
    words.upsert([str(i) for i in range(5)], np.ones((5, 2), np.float32), texts=expected["texts"])
    assert words.search("vectors", mode="text", reranker=colbert, k=1).scores[0] == pytest.approx(max(one.score for one in colbert.rerank("vectors", expected["texts"][1:2] + expected["texts"][4:])))


def test_max_sim_by_hand():
    asked, there = [[1, 0], [0, 2]], [[3, 4], [0, 1]]
    assert vecstore.max_sim(asked, there) == 3 + 8
    assert vecstore.max_sim(asked, there, "cosine") == pytest.approx(0.6 + 1)
    assert vecstore.max_sim(asked, there, "euclidean") == pytest.approx(-2 - 1)
    assert vecstore.max_sim(np.zeros((0, 2)), there) == 0 and vecstore.max_sim(asked, np.zeros((0, 2))) == 0
    for wrong, why in ((([[1]], there), "1 and of 2 numbers"), (([1, 0], there), "shape"), ((asked, there, "manhattan"), "metric is")):
        with pytest.raises(vecstore.InvalidArgument, match=why):
            vecstore.max_sim(*wrong)


@pytest.mark.parametrize("metric", ["dot", "cosine", "euclidean"])
def test_late_interaction_ranks_by_max_sim(models, metric):
    expected = models["tokens"]
    colbert = vecstore.load_token_embedder("tokens")
    ranks = vecstore.LateInteraction(colbert, metric=metric, cached_texts=2)
    question = colbert.embed_queries(["vectors"])[0]
    sims = [vecstore.max_sim(question, one, metric) for one in colbert.embed(expected["texts"])]
    for _ in range(2):  # the second time some are known
        ranked = ranks.rerank("vectors", expected["texts"])
        assert [one.index for one in ranked] == sorted(range(5), key=lambda i: -sims[i])
        np.testing.assert_allclose([one.score for one in ranked], sorted(sims, reverse=True), atol=1e-5)
    assert ranks.name == "tokens" and repr(ranks) == "LateInteraction('tokens')" and isinstance(ranks, vecstore.Reranker)
    with pytest.raises(vecstore.InvalidArgument, match="by cosine, dot or euclidean, not by hamming"):
        vecstore.LateInteraction(colbert, metric="hamming")
    with pytest.raises(vecstore.WrongType, match="a TokenEmbedder is expected, not str"):
        vecstore.LateInteraction("tokens")
    with pytest.raises(vecstore.WrongType, match="did you mean 'cached_texts'"):
        vecstore.LateInteraction(colbert, cached_text=3)


def test_splade_gives_weights_as_pytorch(models):
    expected = models["sparse"]
    splade = vecstore.load_sparse_embedder("sparse")
    vector = splade.embed([expected["texts"][2]])[0]
    assert isinstance(vector, vecstore.SparseVector) and vector.dimension == splade.dimension == len(expected["weights"])
    weights = np.zeros(splade.dimension)
    weights[vector.indices] = vector.values
    np.testing.assert_allclose(weights, expected["weights"], atol=1e-5)
    assert splade.info["pooling"] == "splade-max" and splade.embed([]) == [] and splade.memory_bytes > 1000
    few = vecstore.load_sparse_embedder("sparse", top=3).embed([expected["texts"][2]])[0]
    assert set(few.indices) == set(np.argsort(-weights)[:3])


def test_a_collection_of_sparse_vectors_scores_by_dot(db, models):
    expected = models["sparse"]
    splade = vecstore.load_sparse_embedder("sparse")
    vectors = splade.embed(expected["texts"])
    docs = db.collection("words", kind="sparse", dimension=splade.dimension, metric="dot")
    docs.upsert([str(i) for i in range(5)], vectors)
    question = splade.embed([expected["query"]])[0]

    def dense(vector):
        row = np.zeros(splade.dimension)
        row[vector.indices] = vector.values
        return row

    dots = {str(i): float(dense(question) @ dense(one)) for i, one in enumerate(vectors)}
    hits = docs.query(question, k=5)
    assert hits.ids == sorted(dots, key=lambda i: -dots[i])
    np.testing.assert_allclose(hits.scores, [dots[i] for i in hits.ids], rtol=1e-5)


def test_each_kind_is_listed_and_the_wrong_call_names_the_right_one(models, tmp_path):
    assert {one.name: one.kind for one in vecstore.list_models()} == {kind: kind for kind in ("static", "transformer", *LOADERS)}
    (tmp_path / "models" / "reranker" / "config.json").write_text("{")
    assert [one.kind for one in vecstore.list_models() if one.name == "reranker"] == ["unknown"]
    make_heads(tmp_path / "models" / "pairs", "reranker")
    for load in (vecstore.load_model, vecstore.load_token_embedder, vecstore.load_sparse_embedder):
        with pytest.raises(vecstore.InvalidArgument, match=r"a cross-encoder, which scores passages for a question: load_reranker\(\) takes it"):
            load("pairs")
    for load in (vecstore.load_model, vecstore.load_reranker):
        with pytest.raises(vecstore.InvalidArgument, match=r"load_token_embedder\(\) takes it"):
            load("tokens")
        with pytest.raises(vecstore.InvalidArgument, match=r"load_sparse_embedder\(\) takes it"):
            load("sparse")
    for load in LOADERS.values():
        with pytest.raises(vecstore.InvalidArgument, match=r"an embedder with a vector for each text: load_model\(\) takes it"):
            load("transformer")
        with pytest.raises(vecstore.InvalidArgument, match=r"a table .*: load_model\(\) takes it"):
            load("static")
        with pytest.raises(vecstore.NotFound, match="there is no model 'nowhere' in"):
            load("nowhere")
        with pytest.raises(vecstore.WrongType, match="did you mean 'threads'"):
            load("pairs", thread=2)
    for wrong in ({"precision": "int4"}, {"threads": 0}, {"batch_tokens": 0}):
        with pytest.raises(vecstore.InvalidArgument):
            vecstore.load_reranker("pairs", **wrong)


@pytest.mark.parametrize("kind", LOADERS)
def test_texts_that_are_none(models, kind):
    model = LOADERS[kind](kind)
    ask = model.embed if hasattr(model, "embed") else lambda texts: model.rerank("q", texts)
    for wrong, why in (("abc", "not one text"), ([1], r"texts\[0\]: a str"), (["a", "\ud800"], r"texts\[1\] is no valid text")):
        with pytest.raises(vecstore.InvalidArgument, match=why):
            ask(wrong)
    with pytest.raises(vecstore.WrongType, match="cannot be pickled"):
        pickle.dumps(model)


@pytest.mark.parametrize("kind", LOADERS)
def test_ctrl_c_ends_a_call(models, kind):
    model = LOADERS[kind](kind)
    ask = model.embed if hasattr(model, "embed") else lambda texts: model.scores("q", texts)
    many = ["a database is the index of vectors"] * 500_000
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(1000):
            ask(many)
    assert time.monotonic() - begun < 20
    assert len(ask(["a"])) == 1  # and it goes on working


def test_awaited(models):
    async def main():
        expected = models["tokens"]
        colbert, splade, ranks = (LOADERS[kind](kind) for kind in ("tokens", "sparse", "reranker"))
        twin = vecstore.AsyncTokenEmbedder(colbert)
        np.testing.assert_array_equal((await twin.embed(["vectors"]))[0], colbert.embed(["vectors"])[0])
        assert (await twin.embed_queries(["vectors"]))[0].shape == (14, 5) and twin.sync is colbert and "Async" in repr(twin)
        assert await twin.rerank("vectors", expected["texts"]) == colbert.rerank("vectors", expected["texts"])
        assert await vecstore.AsyncSparseEmbedder(splade).embed(["vectors"]) == splade.embed(["vectors"])
        assert await vecstore.AsyncReranker(ranks).rerank("q", ["a", "b"]) == ranks.rerank("q", ["a", "b"])
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(twin.embed(["vectors of texts"] * 300_000), timeout=0.2)

    asyncio.run(main())
    for twin in (vecstore.AsyncTokenEmbedder, vecstore.AsyncSparseEmbedder):
        with pytest.raises(vecstore.WrongType):
            twin(vecstore.load_model("transformer"))


def test_a_model_may_be_used_in_a_child(models):
    """With threads of its own, which the child lacks."""
    colbert = vecstore.load_token_embedder("tokens", threads=3)
    texts = ["vectors of texts", "a database"] * 50
    rows = colbert.embed(texts)
    child = os.fork()
    if child == 0:
        good = False
        try:
            good = all(np.array_equal(a, b) for a, b in zip(colbert.embed(texts), rows))
            del colbert
        finally:
            os._exit(0 if good else 1)
    for _ in range(200):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.05)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        pytest.fail("the child hangs")
    assert status == 0
