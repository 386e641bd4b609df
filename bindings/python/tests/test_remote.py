"""Providers on the network: embeddings and rankings from a local server that plays them."""

import asyncio
import copy
import os
import pickle
import re
import signal
import threading
import time
import traceback

import numpy as np
import pytest

import vecstore
from playing import KEY, playing, vector_of
from vecstore import arguments
from test_engine import HEADERS, without_comments


def built_with_http():
    try:
        vecstore.RemoteEmbedder("compatible", "m", address="http://127.0.0.1:1/v1", known_dimension=2)
    except vecstore.Unimplemented as why:
        return str(why)
    return None


MISSING = built_with_http()
needs_http = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")


@pytest.fixture
def server():
    with playing() as play:
        yield play


def embedder(server, **options):
    return vecstore.RemoteEmbedder("compatible", "m", **{"key": KEY, "address": server.address, "backoff_ms": 1, "encoding": "float", **options})


def reranker(server, **options):
    return vecstore.RemoteReranker("cohere", "r", **{"key": KEY, "address": server.address, "backoff_ms": 1, **options})


def test_a_build_without_it_says_so_by_name():
    for make in (lambda: vecstore.RemoteEmbedder("ollama", "m", known_dimension=2), lambda: vecstore.RemoteReranker("cohere", "r", key="k")):
        try:
            make()
        except NotImplementedError as why:
            assert "VECSTORE_REMOTE" in str(why)
            assert MISSING
        else:
            assert MISSING is None


def test_the_providers_there_are():
    names = {one.name: one for one in vecstore.embedding_providers()}
    assert len(names) == 12 and names["openai"].key_variable == "OPENAI_API_KEY" and not names["ollama"].needs_key
    assert [one.name for one in vecstore.reranking_providers()] == ["cohere", "voyage", "jina"]


def test_every_option_of_the_engine_can_be_given():
    """`time` is for tests and `cancel` is an argument of calls."""
    source = without_comments((HEADERS.parents[1] / "src/embed/remote/remote_options.h").read_text())
    body = re.search(r"^struct RemoteOptions {\n(.*?)^};", source, re.M | re.S)[1]
    there = set(re.findall(r"[ >](\w+)\s*(?:=[^;]*)?;", body)) - {"cancel", "time"}
    ours = set(arguments.RemoteEmbedderSettings.__annotations__) | {"provider", "model", "key", "headers"}
    assert there == ours and len(there) > 25
    assert set(arguments.RemoteSettings.__annotations__) < ours


@needs_http
def test_every_option_is_taken_with_its_kind(server):
    for name, kind in arguments.RemoteEmbedderSettings.__annotations__.items():
        word = getattr(kind, "__forward_arg__", kind)
        wrong = "x" if word != "str" else 1
        with pytest.raises(vecstore.WrongType, match=name):
            embedder(server, **{"known_dimension": 2, name: wrong})
        if name == "address":  # without which there is none here
            continue
        embedder(server, **{"dimensions": 2, "known_dimension": 2, name: None})
        if name in arguments.RemoteSettings.__annotations__:
            reranker(server, **{name: None})
        else:
            with pytest.raises(vecstore.WrongType, match=f"a reranker has no option '{name}'"):
                reranker(server, **{name: wrong})
    with pytest.raises(vecstore.WrongType, match="did you mean 'retries'"):
        embedder(server, retrys=1)
    for wrong in ({"retries": -1}, {"encoding": "hex"}, {"concurrency": 0}, {"max_batch": -1}, {"address": "http://example.com"}, {"dimensions": 70_000}):
        with pytest.raises(vecstore.InvalidArgument):
            embedder(server, **wrong)
    with pytest.raises(vecstore.InvalidArgument, match="there are openai"):
        vecstore.RemoteEmbedder("nobody", "m")
    assert server.asked == []


@needs_http
def test_rows_come_in_the_order_of_texts(server):
    model = embedder(server, max_batch=7, headers={"X-Team": "blue"})
    assert (model.name, model.dimension) == ("compatible/m", 16) and server.texts == ["dimension"]
    texts = [f"text number {i}" for i in range(50)] + [""]
    rows = model.embed(texts)
    expected = np.array([vector_of(text, 16) for text in texts[:-1]], np.float32)
    np.testing.assert_allclose(rows[:-1], expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert not rows[-1].any() and rows.dtype == np.float32
    assert len(server.asked) == 1 + 8 and all(headers["X-Team"] == "blue" for _, _, headers in server.asked)
    assert model.usage() == vecstore.RemoteUsage(requests=9, retries=0, texts=50, tokens=153)
    with pytest.raises(vecstore.Unimplemented, match="tokenizer of model 'compatible/m'"):
        model.count_tokens(["a"])


@needs_http
def test_questions_have_their_prefix_and_options_reach_the_wire(server):
    model = embedder(server, dimensions=8, query_prefix="query: ", document_prefix="passage: ")
    assert model.dimension == 8 and server.asked == []
    model.embed(["a"])
    model.embed_queries(["b"])
    assert server.texts == ["passage: a", "query: b"] and server.asked[0][1]["dimensions"] == 8 and server.asked[0][1]["model"] == "m"


@needs_http
def test_a_dimension_that_is_known_is_not_asked_for(server):
    model = embedder(server, known_dimension=16)
    assert model.embed(["a"]).shape == (1, 16) and server.texts == ["a"] and "dimensions" not in server.asked[0][1]
    with pytest.raises(vecstore.Error, match="dimension 16, expected 17"):
        embedder(server, known_dimension=17).embed(["a"])


@needs_http
def test_an_estimate_sends_nothing(server):
    model = embedder(server, known_dimension=16, usd_per_million_tokens=2.0)
    made = model.estimate(["one two", "", "three"])
    assert (made.texts, made.requests) == (2, 1) and made.most_tokens > made.likely_tokens and made.likely_usd == pytest.approx(made.likely_tokens * 2e-6)
    assert embedder(server, known_dimension=16).estimate(["a"]).likely_usd is None and server.asked == []


@needs_http
def test_faults_are_tried_again_and_errors_keep_what_was_paid_for(server, db):
    model = embedder(server, known_dimension=16, max_batch=2, concurrency=1, retries=2)
    server.faults = [500, 429, None, None, 400]
    some = model.embed_some(["a", "b", "c", "d", "e", "f"])
    assert some.done.tolist() == [True] * 4 + [False] * 2 and isinstance(some.error, vecstore.InvalidArgument) and model.usage().retries == 2
    assert some.rows[3].any() and not some.rows[4:].any()
    cache = vecstore.CachedEmbedder(db, model)
    server.asked.clear()
    server.faults = [None, None, 400]
    with pytest.raises(vecstore.InvalidArgument, match=r"out of order, your key is \*\*\*"):
        cache.embed(["a", "b", "c", "d", "e", "f"])
    assert cache.stats().entries == 4
    server.asked.clear()
    assert cache.embed(["f", "e", "d", "c", "b", "a"]).shape == (6, 16) and sorted(server.texts) == ["e", "f"]


@needs_http
def test_a_key_is_in_nothing_that_is_shown(server):
    wrong = KEY + "-wrong"
    seen = []
    for make in (embedder, reranker):
        one = make(server, key=wrong, headers={"X-Secret": "unmistakable-too-0123"}, **({"known_dimension": 16} if make is embedder else {}))
        seen += [repr(one), str(one), repr(vars(one)), repr(getattr(one, "info", ""))]
        try:
            one.embed(["a"]) if make is embedder else one.rerank("q", ["a"])
        except vecstore.Unauthenticated as error:
            assert isinstance(error, PermissionError)
            seen += [str(error), repr(error), "".join(traceback.format_exception(error))]
        else:
            pytest.fail("a wrong key was taken")
        for refuse in (pickle.dumps, copy.deepcopy):
            with pytest.raises(vecstore.WrongType, match="cannot be pickled"):
                refuse(one)
    for broken in ({"key": wrong + "\n"}, {"headers": {"X": "unmistakable\n"}}, {"headers": {"unmistakable": 1}}):
        with pytest.raises(vecstore.Error) as raised:
            embedder(server, known_dimension=16, **broken)
        seen.append(str(raised.value))
    assert len(seen) > 10
    for text in seen:
        assert "unmistakable-0123" not in text and "unmistakable-too" not in text and "unmistakable\n" not in text, text


@needs_http
def test_a_collection_takes_one(server, db, tmp_path):
    model = embedder(server, query_prefix="about ")
    docs = db.collection("docs", embedder=model)
    docs.upsert_text(["tea", "sea"], ["green tea", "the tides of the sea"])
    assert docs.search("sea tides", k=1).ids == ["sea"] and server.texts[-1] == "about sea tides"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("a lost key")
    cached = db.collection("docs", embedder=vecstore.CachedEmbedder(db, model))
    assert cached.ingest(tmp_path / "notes").added == 1 and cached.search("lost key", k=1)[0].text == "a lost key"
    with pytest.raises(vecstore.FailedPrecondition, match="its vectors come from 'compatible/m'"):
        db.get_collection("docs").search("x")


@needs_http
def test_rankings(server):
    ranks = reranker(server, max_batch=3)
    texts = ["aa", "", "aaaa", "a", "aaa"]
    assert ranks.rerank("q", texts) == [(2, 4.0), (4, 3.0), (0, 2.0), (3, 1.0), (1, 0.0)]
    assert [one.index for one in ranks.rerank("q", texts, 2)] == [2, 4] and ranks.rerank("q", [], 3) == []
    assert ranks.name == "cohere/r" and ranks.usage().requests == 4 and isinstance(ranks, vecstore.Reranker) and repr(ranks) == "RemoteReranker('cohere/r')"
    with pytest.raises(vecstore.InvalidArgument, match="blank"):
        ranks.rerank(" ", texts)
    with pytest.raises(vecstore.InvalidArgument, match="there are cohere, voyage, jina"):
        vecstore.RemoteReranker("openai", "r", key=KEY)


@needs_http
def test_a_search_is_ranked_anew(server, db, words):
    docs = db.collection("docs", embedder=words)
    docs.upsert_text(["a", "b", "c"], ["tea", "tea and more", "tea and still more than that"])
    docs.upsert("none", words.embed(["tea"])[0])
    hits = docs.search("tea", reranker=reranker(server), rerank_candidates=3, k=2, mode="text")
    assert hits.ids == ["c", "b"] and hits.scores.tolist() == [28.0, 12.0] and hits[0].text.startswith("tea and still")
    assert server.asked[-1][1]["query"] == "tea" and len(server.asked[-1][1]["documents"]) == 3
    assert pickle.loads(pickle.dumps(hits)).ids == ["c", "b"] and hits.to_pandas().id.tolist() == ["c", "b"]
    assert docs.search("tea", reranker=reranker(server), mode="vector").ids == ["c", "b", "a", "none"]  # what has no text comes last
    with pytest.raises(vecstore.InvalidArgument, match="'text' must be in include"):
        docs.search("tea", reranker=reranker(server), include=["metadata"])


def test_a_reranker_of_ones_own(db, words):
    class Last:
        name = "last"

        def __init__(self, answer=None):
            self.answer = answer

        def rerank(self, query, texts, count=None):
            return self.answer or [(i, float(i)) for i in reversed(range(len(texts)))][:count]

    docs = db.collection("docs", embedder=words)
    docs.upsert_text(["a", "b"], ["tea", "tea and more"])
    assert isinstance(Last(), vecstore.Reranker) and docs.search("tea", reranker=Last(), k=1).ids == ["b"]
    for wrong in ([(0, 1.0), (0, 0.5)], [(7, 1.0)], [(-1, 1.0)]):
        with pytest.raises(vecstore.InvalidArgument, match="the reranker 'last' gave a text twice, or one that is not there"):
            docs.search("tea", reranker=Last(wrong))


def press(server):
    """Ctrl-C, while a request is under way."""
    server.wait_until_it_hangs()
    os.kill(os.getpid(), signal.SIGINT)


@needs_http
@pytest.mark.parametrize("what", ["embed", "rerank"])
def test_ctrl_c_ends_a_request_and_the_next_one_works(server, what):
    model, ranks = embedder(server, known_dimension=16), reranker(server)
    call = (lambda: model.embed(["a"])) if what == "embed" else (lambda: ranks.rerank("q", ["a"]))
    server.faults = ["hang"]

    threading.Thread(target=press, args=(server,)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        call()
    assert time.monotonic() - begun < 5
    assert len(call()) == 1


@needs_http
def test_ctrl_c_ends_an_ingest_that_waits_for_a_provider(server, db, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("a lost key")
    docs = db.collection("docs", embedder=vecstore.CachedEmbedder(db, embedder(server, known_dimension=16)))
    server.faults = ["hang"]
    threading.Thread(target=press, args=(server,)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        docs.ingest(tmp_path / "notes")
    assert time.monotonic() - begun < 5
    assert docs.ingest(tmp_path / "notes").added == 1


@needs_http
def test_awaited_calls_are_cancelled_on_the_wire(server):
    model, ranks = embedder(server, known_dimension=16), reranker(server)

    async def main():
        twin, ranking = vecstore.AsyncEmbedder(model), vecstore.AsyncReranker(ranks)
        assert (await twin.embed(["a"])).shape == (1, 16) and (await ranking.rerank("q", ["a", "bb"]))[0].index == 1 and ranking.sync is ranks
        for call in (lambda: twin.embed(["a"]), lambda: ranking.rerank("q", ["a"])):
            server.faults = ["hang"]
            begun = time.monotonic()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(call(), timeout=0.5)
            assert time.monotonic() - begun < 5
            assert len(await call()) == 1

    asyncio.run(main())


def test_there_is_a_twin_of_every_call():
    for sync, twin in ((vecstore.EngineEmbedder, vecstore.AsyncEmbedder), (vecstore.EngineReranker, vecstore.AsyncReranker)):
        names = {name for name, thing in vars(sync).items() if callable(thing) and not name.startswith("_")}
        assert names and names <= set(vars(twin))
