"""What goes around a search: expanded questions, examples, steps of reranking, neighbours of hits; that the program finds the same, and what ends it."""

import asyncio
import json
import os
import pathlib
import pickle
import signal
import subprocess
import threading
import time

import numpy as np
import pytest

import vecstore
from test_evaluation import PROGRAM, needs_program

TEXTS = {
    "pump": ("The pump is oiled on Mondays. It holds two litres. Its colour is green.", {"stars": 1}),
    "grease": ("A lubricant for the bearing of the pump.", {"stars": 5}),
    "filter": ("Filters are changed every three months.", {"stars": 3}),
    "sea": ("The tides move the sea on Mondays.", {}),
}


@pytest.fixture
def manual(db, words):
    made = db.collection("manual", embedder=words)
    made.upsert_text(list(TEXTS), [text for text, _ in TEXTS.values()], metadata=[metadata for _, metadata in TEXTS.values()])
    return made


@pytest.fixture
def chapters(db, words, tmp_path):
    """Passages of one file, as ingest writes them."""
    (tmp_path / "a.md").write_text("# Pump\n\nOil it on Mondays.\n\nIt holds two litres.\n\nPaint it green.\n\n# Sea\n\nThe tides move it.\n")
    made = db.collection("chapters", embedder=words)
    made.ingest(tmp_path / "a.md", splitter="sentence", chunk_size=30, chunk_overlap=0)
    return made


class ByLength:
    """The shortest text is the best."""

    name = "short"

    def rerank(self, query, texts, count=None):
        return sorted(((i, -float(len(text))) for i, text in enumerate(texts)), key=lambda one: -one[1])[:count]


def test_steps_put_hits_in_order(manual):
    plain = manual.search("pump oiled mondays", mode="text").ids
    assert plain == ["pump", "grease", "sea"]
    assert manual.search("pump oiled mondays", mode="text", rerank_steps="model", reranker=ByLength()).ids == ["sea", "grease", "pump"]
    assert manual.search("pump oiled mondays", mode="text", rerank_steps="found(k=2) | model", reranker=ByLength()).ids == ["grease", "pump"]
    assert manual.search("pump oiled mondays", mode="text", rerank_steps=["score(field=stars, weight=1)", "found(k=1)"]).ids == ["grease"]
    assert set(manual.search("pump oiled mondays", mode="text", rerank_steps="rrf(found, 2 model)", reranker=ByLength()).ids) == set(plain)
    assert manual.search("pump", mode="text", k=1, rerank_candidates=1, rerank_steps="model", reranker=ByLength()).ids == manual.search("pump", mode="text", k=1).ids
    assert manual.search("pump", k=2, rerank_steps="mmr(lambda=0.5)").ids[0] == manual.search("pump", k=1).ids[0]
    assert all(hit.vector is None for hit in manual.search("pump", rerank_steps="mmr")), "vectors that a step read are not asked for"
    assert manual.search("pump", mode="text", k=2, rerank_steps="mmr(by=text)").ids[0] == "grease"


def test_steps_of_ones_own(manual):
    seen = []

    def by_stars(question, hit, rank):
        seen.append((question, hit.id, rank))
        return np.float64(hit.metadata.get("stars", 0))

    steps = vecstore.RerankSteps("function(name=stars)", functions={"stars": by_stars})
    hits = manual.search("pump mondays", mode="text", rerank_steps=steps)
    assert hits.ids == ["grease", "pump", "sea"] and hits.scores.tolist() == [5, 1, 0] and seen[0][0] == "pump mondays" and [rank for *_, rank in seen] == [1, 2, 3]
    assert steps.names == ["stars"]
    two = vecstore.RerankSteps("model(name=one) | model(name=two)", model={"one": ByLength(), "two": ByLength()})
    assert two.names == ["short", "short"] and repr(two) == "RerankSteps('model(name=one) | model(name=two)')"
    with pytest.raises(ZeroDivisionError):
        manual.search("pump", mode="text", rerank_steps=vecstore.RerankSteps("function(name=x)", functions={"x": lambda *_: 1 / 0}))
    with pytest.raises(vecstore.InvalidArgument, match="reranking: function 'x' gave str: a number"):
        manual.search("pump", mode="text", rerank_steps=vecstore.RerankSteps("function(name=x)", functions={"x": lambda *_: "much"}))


def test_hits_that_are_there_go_through_steps(manual):
    hits = manual.query(text="pump mondays")
    steps = vecstore.RerankSteps("compress(keep=1)")
    short = steps.rerank("how many litres", hits)
    assert short[0].text == "It holds two litres." and short.ids == hits.ids, "the order stays"
    again = steps.rerank("how many litres", list(hits)[:2])
    assert [hit.text for hit in again] == [hit.text for hit in short][:2]
    kept = steps.rerank("how many litres", pickle.loads(pickle.dumps(hits)), k=1)
    assert kept.ids == hits.ids[:1]
    vectors = manual.query(k=4, include=["text", "vector"])
    assert len(vecstore.RerankSteps("mmr(lambda=0.1)").rerank("x", list(vectors))) == 4


def test_wrong_steps_are_named(manual):
    for steps, kwargs, error, words in [
        ("modle", {}, vecstore.InvalidArgument, "there is no step 'modle', did you mean 'model'"),
        ("mmr(lamda=1)", {}, vecstore.InvalidArgument, "unknown option 'lamda'"),
        ("mmr(lambda=2)", {}, vecstore.InvalidArgument, "lambda"),
        ("model", {}, vecstore.FailedPrecondition, "there is no model to rerank with"),
        ("model(name=x)", {"reranker": ByLength()}, vecstore.InvalidArgument, "there is no model 'x' among those given"),
        ("mmr", {"reranker": ByLength()}, vecstore.InvalidArgument, "reranker= is for steps with a model"),
        ("function(name=x)", {}, vecstore.FailedPrecondition, "there is none here"),
        ("found |", {}, vecstore.InvalidArgument, "column"),
        (7, {}, vecstore.WrongType, "steps are a str or a list of them, not int"),
        (vecstore.RerankSteps("found"), {"reranker": ByLength()}, vecstore.InvalidArgument, "have their own model"),
        ("found", {"include": ["metadata"]}, vecstore.InvalidArgument, "'text' must be in include"),
        (None, {"reranker": {"a": ByLength()}}, vecstore.WrongType, "several rerankers are for rerank_steps="),
        (None, {"reranker": 7}, vecstore.WrongType, "a reranker is expected, not int"),
    ]:
        with pytest.raises(error, match=words):
            manual.search("pump", mode="text", rerank_steps=steps, **kwargs)
    with pytest.raises(vecstore.FailedPrecondition, match="embedder= is needed"):
        vecstore.RerankSteps("mmr(by=text)").rerank("pump", manual.query(text="pump"))
    with pytest.raises(vecstore.WrongType, match="'x' is int, which cannot be called"):
        vecstore.RerankSteps("found", functions={"x": 7})

    class Wrong(ByLength):
        gives = [("a", 1)]

        def rerank(self, query, texts, count=None):
            return self.gives

    for Wrong.gives, words in [([("a", 1)], "something else than"), ([(9, 1.0)], "there is none|gave text 9")]:
        with pytest.raises(vecstore.Error, match=words):
            manual.search("pump", mode="text", rerank_steps="model", reranker=Wrong())


def test_questions_are_asked_in_more_words(manual, tmp_path):
    assert manual.search("oil", mode="text").ids == ["pump"]
    listed = {"oil": ["lubricant"]}
    assert set(manual.search("oil", mode="text", expand="synonyms", synonyms=listed).ids) == {"pump", "grease"}
    (tmp_path / "words.txt").write_text("# mine\noil, lubricant\n")
    of_file = vecstore.Synonyms.load(tmp_path / "words.txt")
    assert len(of_file) == 2 and "2 words" in repr(of_file)
    for given in (of_file, tmp_path / "words.txt", str(tmp_path / "words.txt")):
        assert len(manual.search("lubricant", mode="text", expand=["synonyms"], synonyms=given)) == 2
    weak, strong = (manual.search("oil", mode="text", expand="synonyms", synonyms=listed, synonym_weight=weight) for weight in (0.01, 90))
    assert weak.ids[0] == "pump" and strong.ids[0] == "grease"
    mended = manual.search("tidse", mode="text", expand="spelling")
    assert mended.ids == ["sea"] and mended.notes == ["searched for: tides"] and pickle.loads(pickle.dumps(mended)).notes == mended.notes
    assert len(manual.search("litres", mode="text", expand="feedback", feedback_hits=1)) > len(manual.search("litres", mode="text"))
    assert manual.search("oil", mode="text", expand="none").notes == [] and manual.search("oil", mode="text", expand=[]).ids == ["pump"]
    meant = manual.check_spelling("the tidse of the sea")
    assert meant.question == "the tides of the sea" and meant.words == [(4, 9, "tides")] and meant.words[0].meant == "tides"


def test_questions_are_asked_in_more_ways(manual):
    asked = []

    def writer(messages):
        asked.append(messages[-1]["content"])
        return "- which lubricant is there?\n- what do the tides move?"

    hits = manual.search("oil", mode="text", expand="multi_query", writer=writer)
    assert set(hits.ids) >= {"pump", "grease", "sea"} and hits.notes == ["searched for, too: which lubricant is there?", "searched for, too: what do the tides move?"]
    assert len(asked) == 1 and "oil" in asked[0]
    talk = manual.search("oil", mode="text", expand="decompose", writer=lambda messages: "")
    assert talk.ids == ["pump"] and "asked as it is" in talk.notes[0]
    hyde = manual.search("colour", mode="vector", expand="hyde", writer=lambda messages: TEXTS["sea"][0])
    assert hyde.ids[0] == "sea" and hyde.notes == []
    both = manual.search("oil tidse", mode="text", expand="spelling,multi_query", writer=writer)
    assert both.notes[0] == "searched for: oil tides"
    with pytest.raises(ZeroDivisionError):
        manual.search("oil", mode="text", expand="step_back", writer=lambda messages: 1 / 0)


def test_expansion_reaches_answers(manual):
    def chat(messages):
        return "Mondays [1]." if "[1]" in messages[-1]["content"] else "- when do tides move?"

    answer = manual.ask("oil", chat, mode="text", expand="multi_query", k=3)
    assert answer.notes == ["searched for, too: when do tides move?"] and {hit.id for hit in answer.passages} == {"pump", "sea"}
    stream = manual.ask_stream("oil", chat, mode="text", expand="multi_query", rerank_steps="found(k=1)")
    assert list(stream) == ["Mondays [1]."] and len(stream.answer.passages) == 1 and stream.answer.notes
    other = manual.ask("oil", chat, mode="text", expand="step_back", writer=lambda messages: "what are filters?")
    assert "what are filters?" in other.notes[0], "the writer, not the model that answers"
    assert manual.ask("oil", chat, mode="text").notes == []


def test_what_is_wrong_with_an_expansion_is_named(manual):
    for kwargs, error, words in [
        ({"expand": "spellin"}, vecstore.InvalidArgument, "unknown expansion 'spellin', did you mean 'spelling'"),
        ({"expand": "hyde,decompose"}, vecstore.InvalidArgument, "in one way: hyde or decompose"),
        ({"expand": [7]}, vecstore.WrongType, "expand: names of methods are expected, not int"),
        ({"expand": "hyde"}, vecstore.FailedPrecondition, "expand=hyde needs a model that writes: writer="),
        ({"expand": "synonyms"}, vecstore.FailedPrecondition, "needs synonyms="),
        ({"expand": "synonyms", "synonyms": {"a": "b"}}, vecstore.WrongType, "synonyms of 'a' are a list of words"),
        ({"expand": "synonyms", "synonyms": {"a, b": ["c"]}}, vecstore.InvalidArgument, "'a, b' cannot be a synonym"),
        ({"expand": "synonyms", "synonyms": "none.txt"}, FileNotFoundError, "none.txt"),
        ({"expand": "synonyms", "synonyms": {"a": ["b"]}, "synonym_weight": 0}, vecstore.InvalidArgument, "weight of synonyms is above 0"),
        ({"expand": "feedback", "feedback_hits": 0}, vecstore.InvalidArgument, "at least 1 hit"),
        ({"expand": "feedback", "feedback_words": 501}, vecstore.InvalidArgument, "at most 500"),
        ({"expand": "feedback", "feedback_weight": 1}, vecstore.InvalidArgument, "below 1"),
        ({"expand": "feedback", "feedback_hits": "1"}, vecstore.WrongType, "feedback_hits: an integer is expected, not str"),
        ({"expand": "feedback", "rewrites": -1}, vecstore.InvalidArgument, "rewrites must not be negative"),
        ({"expand": "feedback", "text_syntax": "query"}, vecstore.InvalidArgument, "added to plain words"),
        ({"expand": "feedback", "mode": "vector"}, vecstore.InvalidArgument, "for the modes text and hybrid"),
        ({"expnd": "feedback"}, vecstore.WrongType, "a query has no argument 'expnd', did you mean 'expand'"),
        ({"window": 101}, vecstore.InvalidArgument, "window must be from 0 to 100, it is 101"),
        ({"window": "1"}, vecstore.WrongType, "window: an integer is expected, not str"),
        ({"parent": "chapter"}, vecstore.InvalidArgument, "unknown parent 'chapter'"),
        ({"parent": 1}, vecstore.WrongType, "parent: 'section', 'document' or 'none' is expected, not int"),
        ({"window": 1, "parent": "section"}, vecstore.InvalidArgument, "two ways to the same"),
        ({"window": 1, "include": ["text"]}, vecstore.InvalidArgument, "'metadata' must be in include"),
        ({"like": "sea"}, vecstore.InvalidArgument, "mode 'text' has no use for it"),
        ({"like": "none", "mode": "vector"}, vecstore.NotFound, "example 'none'"),
        ({"unlike": "sea", "mode": "vector"}, vecstore.InvalidArgument, "example"),
        ({"mode": "words"}, vecstore.InvalidArgument, "not 'words'"),
    ]:
        with pytest.raises(error, match=words):
            manual.search("oil", **{"mode": "text", **kwargs})
    (pathlib.Path("/dev/shm") / f"w{os.getpid()}").write_text("a b\n")
    try:
        with pytest.raises(vecstore.InvalidArgument, match="line 1"):
            vecstore.Synonyms.load(f"/dev/shm/w{os.getpid()}")
    finally:
        os.unlink(f"/dev/shm/w{os.getpid()}")
    with pytest.raises(vecstore.WrongType, match="an answer has no argument 'windw', did you mean 'window'"):
        manual.ask("oil", lambda messages: "x", mode="text", windw=1)


def test_records_stand_for_a_question(docs, manual):
    assert set(docs.query(like="a").ids) == {"b", "c"}
    docs.upsert(["ab", "ac"], [[0.9, 0.1, 0], [0.9, 0, 0.1]])
    assert docs.query(like=["a"], unlike="b", k=1).ids == ["ac"]
    assert docs.query(like="a", filter="$id != 'ac'", k=1).ids == ["ab"]
    assert "sea" not in manual.search("mondays", like=["sea"]).ids and manual.search("mondays", like=["sea"]).ids[0] == "pump"
    for kwargs, error, words in [
        ({"like": "zz"}, vecstore.NotFound, "zz"),
        ({"like": "a", "vector": [1, 0, 0]}, vecstore.InvalidArgument, "give none beside them"),
        ({"unlike": "a"}, vecstore.InvalidArgument, "example"),
        ({"like": ["a"] * 101}, vecstore.InvalidArgument, "100"),
        ({"like": [7]}, vecstore.WrongType, ""),
    ]:
        with pytest.raises(error, match=words or None):
            docs.query(**kwargs)


def test_pairs_of_examples_bound_a_region(docs, manual):
    docs.upsert(["ab", "ac", "bc"], [[0.9, 0.5, 0], [0.9, 0, 0.5], [0, 0.9, 0.5]])
    hits = docs.discover([("a", "b")], k=3)
    assert hits.ids == ["ac", "ab", "c"] and hits.scores.tolist() == [0, 0, 0]  # none is nearer to b: the further on a's side first
    assert docs.discover([("a", "b"), ("c", "b")], target="ab", k=2).ids == ["ac", "bc"]
    near = docs.discover([("a", "c")], target=[0, 1, 0], include=["vector"], k=1)
    assert near.ids == ["ab"] and near[0].vector.tolist() == pytest.approx([0.9, 0.5, 0]) and 1 < near.scores[0] < 2
    assert docs.discover([("a", "b")], filter="$id != 'ac'", offset=1, k=1, candidates=2).ids == ["c"]
    assert manual.discover([("grease", "sea")], text="filters are changed", k=1).ids == ["filter"]
    for given, error, words in [
        ({"pairs": []}, vecstore.InvalidArgument, "0 pairs of examples"),
        ({"pairs": [("a", "b")] * 51}, vecstore.InvalidArgument, "51 pairs"),
        ({"pairs": ("a", "b")}, vecstore.WrongType, r"a pair of ids is expected, \(like, unlike\), not str"),
        ({"pairs": [("a", "b", "c")]}, vecstore.WrongType, "not 3 of them"),
        ({"pairs": [("a", 7)]}, vecstore.WrongType, "ids"),
        ({"pairs": [("a", "zz")]}, vecstore.NotFound, "example 'zz'"),
        ({"target": "zz"}, vecstore.NotFound, "example 'zz'"),
        ({"target": ""}, vecstore.InvalidArgument, "the id to look for is empty"),
        ({"target": [1, 0]}, vecstore.InvalidArgument, "has 2 components"),
        ({"target": "c", "text": "x"}, vecstore.InvalidArgument, "give one of them"),
        ({"text": " "}, vecstore.InvalidArgument, "the text to look for is empty"),
        ({"text": "x"}, vecstore.FailedPrecondition, "embedder"),
        ({"candidates": 2, "k": 3}, vecstore.InvalidArgument, r"2 candidates; offset \+ k \(3\) to 10000"),
        ({"candidates": 10_001}, vecstore.InvalidArgument, "10001 candidates"),
        ({"candidates": -1}, vecstore.InvalidArgument, "candidates"),
        ({"k": 0}, vecstore.InvalidArgument, "k 0"),
        ({"field": "none"}, vecstore.NotFound, "none"),
        ({"formula": "score"}, vecstore.WrongType, "no argument 'formula'"),
    ]:
        with pytest.raises(error, match=words):
            docs.discover(**{"pairs": [("a", "b")], **given})


def test_hits_come_with_their_neighbours(chapters):
    plain = chapters.search("two litres", mode="text", k=1)[0]
    wide = chapters.search("two litres", mode="text", k=1, window=1)[0]
    assert plain.text == "It holds two litres." and plain.text in wide.text and "Mondays" in wide.text and "green" in wide.text
    assert wide.metadata["start"] < plain.metadata["start"] and "tides" not in wide.text
    assert chapters.search("two litres", mode="text", k=1, window=1, max_bytes=25)[0].text == plain.text
    section, document = (chapters.search("two litres", mode="text", k=1, parent=parent)[0].text for parent in ("section", "document"))
    assert "green" in section and "tides" not in section and "tides" in document
    assert chapters.search("two litres", mode="text", k=1, parent="none", window=0)[0].text == plain.text


def test_citations_of_widened_passages_point_into_the_file(chapters, tmp_path):
    def chat(messages):
        return 'It is to "Paint it green." [1].'

    answer = chapters.ask("two litres", chat, mode="text", k=1, window=1)
    assert answer.problems == [], answer.problems
    [citation] = answer.citations
    content = (tmp_path / "a.md").read_bytes()
    assert citation.quote == "Paint it green." == content[citation.start : citation.end].decode()


def test_citations_of_shortened_passages_point_into_the_file(db, words, tmp_path):
    (tmp_path / "a.md").write_text("The pump is oiled on Mondays. Its colour is green. It holds two litres.\n")
    made = db.collection("short", embedder=words)
    made.ingest(tmp_path / "a.md")
    answer = made.ask("pump oiled litres", lambda messages: 'It "holds two litres" [1].', mode="text", rerank_steps="compress(keep=2)")
    [citation], [passage], content = answer.citations, answer.passages, (tmp_path / "a.md").read_bytes()
    assert passage.text == "The pump is oiled on Mondays.\n\nIt holds two litres." and answer.problems == []
    assert citation.quote == "It holds two litres." == content[citation.start : citation.end].decode()
    assert citation.start != passage.metadata["start"] + passage.text.index(citation.quote), "what was left out counts, too"


def test_what_expansion_and_steps_gain_is_measured(manual):
    asked = [vecstore.EvalQuestion("1", "oil", relevant={"grease": 1}), vecstore.EvalQuestion("2", "mondays", relevant={"sea": 1})]
    listed = {"oil": ["lubricant"]}
    made = manual.evaluate(asked, modes="text", metrics="recall@5")
    more = manual.evaluate(asked, modes="text", metrics="recall@5", expand="synonyms", synonyms=listed)
    assert made["text"]["recall@5"] == 0.5 and more["text"]["recall@5"] == 1
    steps = manual.evaluate(asked, modes="text", metrics="mrr", rerank_steps="score(normalize=min_max) | found(k=1) | model", reranker=ByLength())
    assert [run.title for run in steps.runs] == ["text", "text+score", "text+score+found", "text+rerank"]
    assert [len(run.hits["2"]) for run in steps.runs] == [2, 2, 1, 1] and all(run.took_ms > 0 for run in steps.runs)
    judged = manual.evaluate_answers([vecstore.EvalQuestion("1", "litres?", reference="It holds two litres.")], lambda messages: "Two litres [1].", mode="text", rerank_steps="compress(keep=1)")
    assert judged.answers[0].contexts[0] == "It holds two litres."
    with pytest.raises(vecstore.InvalidArgument, match="'window' is for search and ask"):
        manual.evaluate(asked, window=1)
    with pytest.raises(vecstore.WrongType, match="a query has no argument 'expnd'"):
        manual.evaluate(asked, expnd="feedback")


class Slow(ByLength):
    def __init__(self):
        self.calls = 0

    def rerank(self, query, texts, count=None):
        self.calls += 1
        time.sleep(0.02)
        return super().rerank(query, texts, count)


def test_ctrl_c_ends_steps_and_rewriting(manual):
    def endless(messages):
        while True:
            time.sleep(0.01)
            yield "x"

    slow = Slow()
    asked = [vecstore.EvalQuestion(str(i), "pump", relevant={"pump": 1}) for i in range(300)]
    for call in (lambda: manual.search("oil", mode="text", expand="multi_query", writer=endless), lambda: manual.evaluate(asked, modes="text", reranker=slow)):
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            call()
        assert time.monotonic() - begun < 3
    assert slow.calls < 200


def test_tokens_and_tasks_end_them_too(manual):
    token = vecstore.CancelToken()
    token.cancel()
    for kwargs in ({"rerank_steps": "model", "reranker": ByLength()}, {"window": 1}, {"mode": "vector", "expand": "spelling"}):
        with pytest.raises(vecstore.Cancelled):
            manual.search("pump", **{"mode": "text", "cancel": token, **kwargs})

    async def main():
        async with vecstore.aopen(":memory:") as adb:
            adocs = await adb.collection("docs", dimension=2)
            await adocs.upsert(["a", "b"], [[1, 0], [0, 1]], texts=["The pump.", "The pump is oiled."])
            hits = await adocs.search("pump", mode="text", rerank_steps="model", reranker=ByLength())
            alike = await adocs.query(like="a")
            await adocs.upsert("c", [0.6, 0.8])
            assert (await adocs.discover([("a", "b")])).ids == ["c"]
            meant = await adocs.check_spelling("pumq oiled")

            def endless(messages):
                while True:
                    time.sleep(0.01)
                    yield "x"

            begun = time.monotonic()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(adocs.search("oil", mode="text", expand="step_back", writer=endless), 0.3)
            return hits.scores.tolist(), alike.ids, meant.question, time.monotonic() - begun

    scores, alike, meant, took = asyncio.run(main())
    assert scores == [-9, -18] and alike == ["b"] and meant == "pump oiled" and took < 3


@needs_program
def test_the_program_finds_the_same(tmp_path):
    draw = np.random.default_rng(5)
    vocabulary = ["oil", "pump", "filter", "tide", "litre", "paint", "green", "monday", "bearing", "lubricant", "seal", "valve"]
    with vecstore.open(tmp_path / "db") as db:
        made = db.collection("default", dimension=4)
        made.upsert(
            [f"d{i}" for i in range(60)],
            draw.normal(size=(60, 4)).astype(np.float32),
            texts=[". ".join(" ".join(draw.choice(vocabulary, 5)) for _ in range(3)) + "." for _ in range(60)],
            metadata=[{"stars": int(draw.integers(0, 9))} for _ in range(60)],
        )
    (tmp_path / "words.txt").write_text("oil => lubricant\n")
    with vecstore.open(tmp_path / "db", read_only=True) as db:
        made = db["default"]
        for words, ours in [
            (["oil", "--mode", "text", "--expand", "synonyms"], lambda: made.search("oil", mode="text", expand="synonyms", synonyms=tmp_path / "words.txt")),
            (["oil tide", "--mode", "text", "--expand", "feedback"], lambda: made.search("oil tide", mode="text", expand="feedback")),
            (["oli pumq", "--mode", "text", "--expand", "spelling"], lambda: made.search("oli pumq", mode="text", expand="spelling")),
            (["oil", "--mode", "text", "--rerank-steps", "score(field=stars) | mmr(lambda=0.3)"], lambda: made.search("oil", mode="text", rerank_steps="score(field=stars) | mmr(lambda=0.3)")),
            (["oil seal", "--mode", "text", "--rerank-steps", "rrf(found, 2 score(field=stars)) | compress(keep=1)", "--rerank-candidates", "7"],
             lambda: made.search("oil seal", mode="text", rerank_steps="rrf(found, 2 score(field=stars)) | compress(keep=1)", rerank_candidates=7)),
            (["--like", "d1", "--like", "d2", "--unlike", "d3"], lambda: made.query(like=["d1", "d2"], unlike="d3")),
            (["--discover", "--like", "d1", "--unlike", "d2", "--like", "d3", "--unlike", "d4", "--vector", "[1, 0, 2, 1]"],
             lambda: made.discover([("d1", "d2"), ("d3", "d4")], target=[1, 0, 2, 1])),
        ]:  # fmt: skip
            run = subprocess.run([PROGRAM, "--db", str(tmp_path / "db"), "query", *words, "-o", "json"], check=True, capture_output=True,
                                 env={**os.environ, "VECSTORE_RETRIEVAL_SYNONYMS": str(tmp_path / "words.txt")})  # fmt: skip
            theirs = json.loads(run.stdout)["hits"]
            found = ours()
            assert [(hit["id"], hit["text"]) for hit in theirs] == [(hit.id, hit.text) for hit in found], words
            assert [hit["score"] for hit in theirs] == pytest.approx(found.scores.tolist(), rel=1e-12), words
        questions = [vecstore.EvalQuestion(f"q{i}", " ".join(draw.choice(vocabulary, 2)), relevant={f"d{j}": 1 for j in draw.choice(60, 9, replace=False)}) for i in range(20)]
        vecstore.write_questions(tmp_path / "q.jsonl", questions)
        ours = json.loads(made.evaluate(questions, modes="text", expand="feedback", rerank_steps="score(field=stars) | mmr", rerank_candidates=20, k=50, samples=200).to_json())
        words = ["--queries", str(tmp_path / "q.jsonl"), "--mode", "text", "--expand", "feedback", "--rerank-steps", "score(field=stars) | mmr"]
        words += ["--rerank-candidates", "20", "-k", "50", "--samples", "200", "-o", "json"]
        theirs = json.loads(subprocess.run([PROGRAM, "--db", str(tmp_path / "db"), "eval", *words], check=True, capture_output=True).stdout)
    for one in (*ours["modes"], *theirs["modes"]):
        assert one.pop("took_ms") > 0
    assert [one["mode"] for one in ours["modes"]] == ["text", "text+score", "text+rerank"] and ours == theirs
