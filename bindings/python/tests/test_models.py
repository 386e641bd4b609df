"""Models that run here: loading, questions and texts, tokens, the cache, and collections that have one."""

import asyncio
import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest

import vecstore
from tiny_models import make_table, make_transformer


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A folder of models: "tiny", a transformer that tells questions from texts, and "table"."""
    folder = tmp_path / "models"
    make_transformer(folder / "tiny", config_sentence_transformers={"prompts": {"query": "b", "document": "cc"}}, sentence_bert_config={"max_seq_length": 10})
    make_table(folder / "table")
    monkeypatch.setenv("VECSTORE_MODELS", str(folder))
    return folder


def test_a_model_by_name_or_folder(models):
    tiny = vecstore.load_model("tiny")
    assert (tiny.name, tiny.dimension, tiny.kind, tiny.pooling) == ("tiny", 12, "transformer", "mean")
    assert (tiny.max_tokens, tiny.query_prefix, tiny.document_prefix) == (10, "b", "cc") and tiny.memory_bytes > 1000
    assert tiny.folder == models / "tiny" and tiny.checksum.startswith("xxh3:") and repr(tiny) == "Model('tiny', dimension=12)"
    for other in (str(models / "tiny"), models / "tiny", str(models / "tiny") + "/"):
        assert vecstore.load_model(other).name == "tiny"
    assert vecstore.load_model("table", folder=models).kind == "static" and vecstore.StaticModel(models / "table").dimension == 4
    with pytest.raises(vecstore.NotFound, match="there is no model 'tine' in .*, which has table, tiny"):
        vecstore.load_model("tine")
    with pytest.raises(vecstore.InvalidArgument, match="holds a transformer"):
        vecstore.StaticModel(models / "tiny")
    assert [(m.name, m.kind, m.path) for m in vecstore.list_models()] == [("table", "static", models / "table"), ("tiny", "transformer", models / "tiny")]
    assert all(m.bytes > 100 for m in vecstore.list_models(models)) and vecstore.list_models(models / "nowhere") == []


def test_options_of_a_model(models):
    texts = ["abc" * i for i in range(40)]
    rows = vecstore.load_model("tiny").embed(texts)
    np.testing.assert_array_equal(vecstore.load_model("tiny", threads=3, batch_tokens=64).embed(texts), rows)
    assert np.abs(vecstore.load_model("tiny", precision="int8").embed(texts) - rows).max() < 0.2
    short = vecstore.load_model("tiny", dimensions=5)
    assert short.dimension == 5 and np.linalg.norm(short.embed(["abc"])[0]) == pytest.approx(1)
    for wrong in ({"precision": "int4"}, {"threads": 0}, {"dimensions": 13}):
        with pytest.raises(vecstore.InvalidArgument):
            vecstore.load_model("tiny", **wrong)
    with pytest.raises(vecstore.WrongType, match="did you mean 'threads'"):
        vecstore.load_model("tiny", thread=2)


def test_questions_are_not_texts(models):
    """The prefixes "cc" and "b" of the model, by hand."""
    make_transformer(models / "plain")
    tiny, plain = vecstore.load_model("tiny"), vecstore.load_model("plain")
    np.testing.assert_array_equal(tiny.embed(["ad"]), plain.embed(["ccad"]))
    np.testing.assert_array_equal(tiny.embed_queries(["ad"]), plain.embed(["bad"]))
    table = vecstore.load_model("table")
    np.testing.assert_array_equal(table.embed(["ad"]), table.embed_queries(["ad"]))


def test_a_search_asks_as_a_question(db, models):
    tiny = vecstore.load_model("tiny")
    docs = db.collection("docs", embedder=tiny)
    docs.upsert_text(["x", "y"], ["ae", "klm"])
    np.testing.assert_array_equal(docs.get("x").vector, tiny.embed(["ae"])[0])
    expected = float(tiny.embed_queries(["ae"])[0] @ tiny.embed(["ae"])[0])
    found = {hit.id: hit.score for hit in docs.search("ae", mode="vector")}
    assert found["x"] == pytest.approx(expected, abs=1e-5) and expected < 0.999


def test_an_embedder_of_ones_own_may_tell_questions_from_texts(db):
    def rows(value):
        return lambda texts: np.tile(np.float32(value), (len(texts), 1))

    ours = vecstore.FunctionEmbedder(rows([1, 0]), name="two", dimension=2, queries=rows([0, 1]))
    docs = db.collection("docs", embedder=ours)
    docs.upsert_text("a", "text")
    assert docs.search("text", mode="vector")[0].distance == pytest.approx(1)
    assert vecstore.CachedEmbedder(db, ours).embed_queries(["q"]).tolist() == [[0, 1]]


def test_tokens_are_counted(models):
    assert vecstore.load_model("tiny").count_tokens(["", "abc", "a" * 50]) == [4, 7, 54]  # <s>, "cc", </s>
    assert vecstore.load_model("table").count_tokens(["abc"]) == [3]


def test_texts_that_are_none(models):
    for name in ("tiny", "table"):
        model = vecstore.load_model(name)
        assert model.embed([]).shape == (0, model.dimension) and model.embed(iter("ab")).shape[0] == 2
        for wrong, why in (("abc", "not one text"), ([1], r"texts\[0\]: a str"), (["a", None], r"texts\[1\]"), (["a", "ä\ud800"], r"texts\[1\] is no valid text: surrogates not allowed at 1")):
            with pytest.raises(vecstore.InvalidArgument, match=why):
                model.embed(wrong)


def test_a_collection_finds_its_model_by_name(db, models):
    db.collection("docs", embedder=vecstore.load_model("tiny")).upsert_text("x", "ae")
    again = db.get_collection("docs")
    assert again.search("ae", k=1).ids == ["x"] and again.embedder.name == "tiny"
    assert db.get_collection("docs")._model() is again.embedder  # loaded once
    (models / "tiny").rename(models / "gone")
    with pytest.raises(vecstore.FailedPrecondition, match="its vectors come from 'tiny'"):
        db.get_collection("docs").search("ae")
    again = None
    make_table(models / "tiny", dimension=12)
    with pytest.raises(vecstore.FailedPrecondition, match="was embedded with 'tiny'"):
        db.get_collection("docs").search("ae")
    with pytest.raises(vecstore.FailedPrecondition, match="was embedded with 'tiny' .*, not with 'table'"):
        db.collection("docs", embedder=vecstore.load_model("table"))


def test_the_cache(tmp_path, models):
    tiny = vecstore.load_model("tiny")
    texts = ["abc", "", "abc", "klm"]
    for run in range(2):
        with vecstore.open(tmp_path / "db") as db:
            cache = vecstore.CachedEmbedder(db, tiny, max_entries=100)
            np.testing.assert_array_equal(cache.embed(texts), tiny.embed(texts))
            assert tuple(cache.stats()) == ((3, 0, 3) if run else (0, 3, 3))
            np.testing.assert_array_equal(cache.embed_queries(["abc"]), tiny.embed_queries(["abc"]))
            assert (cache.name, cache.dimension, cache.embedder) == ("tiny", 12, tiny) and cache.count_tokens(["abc"]) == [7]
    with vecstore.open(tmp_path / "db", read_only=True) as db:
        cache = vecstore.CachedEmbedder(db, tiny, read_only=True)
        cache.embed(["abc", "new"])
        assert cache.stats() == vecstore.EmbeddingCacheStats(hits=1, misses=1, entries=3)
    with vecstore.open(":memory:") as db:
        with pytest.raises(vecstore.NotFound):
            vecstore.CachedEmbedder(db, tiny, read_only=True)
        with pytest.raises(vecstore.InvalidArgument, match="max_entries"):
            vecstore.CachedEmbedder(db, tiny, max_entries=0)


def test_ingest_through_the_cache(db, models, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("abc")
    cache = vecstore.CachedEmbedder(db, vecstore.load_model("tiny"))
    docs = db.collection("docs", embedder=cache)
    assert docs.ingest(tmp_path / "notes").chunks_written == 1 and cache.stats() == (0, 1, 1)
    (tmp_path / "more").mkdir()
    (tmp_path / "notes" / "a.txt").rename(tmp_path / "more" / "a.txt")
    assert docs.ingest(tmp_path / "more").chunks_written == 1 and cache.stats() == (1, 1, 1)


def test_what_an_embedder_under_the_cache_raises_arrives_unchanged(db):
    class Mine(Exception):
        pass

    broken = True

    def embed(texts):
        if broken:
            raise Mine(texts[0])
        return np.ones((len(texts), 2), np.float32)

    cache = vecstore.CachedEmbedder(db, vecstore.FunctionEmbedder(embed, name="f", dimension=2))
    for _ in range(2):
        with pytest.raises(Mine, match="^a$"):
            cache.embed(["a"])
    broken = False
    assert cache.embed(["a"]).tolist() == [[1, 1]]


def test_a_token_and_ctrl_c_end_a_call(models):
    tiny = vecstore.load_model("tiny")
    token = vecstore.CancelToken()
    token.cancel()
    for name in ("tiny", "table"):
        model = vecstore.load_model(name)
        with pytest.raises(vecstore.Cancelled):
            model.embed(["abc"], cancel=token)
        some = model.embed_some(["abc", "d"], cancel=token)
        assert isinstance(some.error, vecstore.Cancelled) and not some.done.any() and some.rows.shape == (2, model.dimension)
    assert tiny.embed_some(["abc"], questions=True).done.all() and tiny.embed_some([]).error is None
    many = ["abcdefgh"] * 2_000_000
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(1000):
            tiny.embed(many)
    assert time.monotonic() - begun < 20
    assert tiny.embed(["abc"]).shape == (1, 12)  # and it goes on working


def test_awaited(models):
    tiny = vecstore.load_model("tiny")

    async def main():
        twin = vecstore.AsyncEmbedder(tiny)
        rows = await asyncio.gather(*(twin.embed(["abc"]) for _ in range(10)))
        assert all((row == rows[0]).all() for row in rows) and (await twin.embed_queries(["abc"])).shape == (1, 12)
        assert await twin.count_tokens(["abc"]) == [7] and (await twin.embed_some(["abc"])).done.all() and twin.sync is tiny
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(twin.embed(["abcdefgh"] * 300_000), timeout=0.2)
        async with vecstore.aopen(":memory:") as db:
            docs = await db.collection("docs", embedder=tiny)
            await docs.upsert_text(["x"], ["ae"])
            assert (await docs.search("ae")).ids == ["x"]

    asyncio.run(main())
    with pytest.raises(vecstore.WrongType):
        vecstore.AsyncEmbedder(lambda texts: texts)


def test_a_model_may_be_used_in_a_child(models):
    """With threads of its own, which the child lacks."""
    tiny = vecstore.load_model("tiny", threads=3)
    texts = ["abc" * (i % 4) for i in range(100)]
    rows = tiny.embed(texts)
    child = os.fork()
    if child == 0:
        good = False
        try:
            good = np.array_equal(tiny.embed(texts), rows)
            del tiny
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


def test_none_can_be_pickled(db, models):
    tiny = vecstore.load_model("tiny")
    for one in (tiny, vecstore.CachedEmbedder(db, tiny)):
        with pytest.raises(vecstore.WrongType, match="cannot be pickled"):
            pickle.dumps(one)
