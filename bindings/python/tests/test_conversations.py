"""Conversations: what is kept of them, what a model is shown, and answers that are given again."""

import asyncio
import datetime
import json
import os
import signal
import subprocess
import threading
import time

import pytest

import vecstore
from test_evaluation import PROGRAM, needs_program


@pytest.fixture
def manual(db, words):
    made = db.collection("manual", embedder=words)
    made.upsert_text(["oil", "filter", "sea"], ["the pump is oiled on mondays", "the filters are changed every 3 months", "the tides move the sea"])
    return made


class Model:
    """Answers "It is so [1].", rewrites every question to ``rewritten``, sums up as ``summary``; keeps what it was asked."""

    name = "small"

    def __init__(self, rewritten="when is the pump oiled", summary="Oil was spoken of."):
        self.rewritten, self.summary, self.asked, self.says = rewritten, summary, [], "The pump is oiled on mondays [1]."

    def chat(self, messages, *, on_text=None, cancel=None, **options):
        self.asked.append(messages)
        system = messages[0]["content"].lower()
        said = self.says if "passages" in system else self.summary if "summ" in system or "in short" in system else self.rewritten
        if on_text is not None:
            on_text(said)
        return vecstore.ChatAnswer(said, prompt_tokens=7, answer_tokens=3)

    @property
    def answers(self):
        return [messages for messages in self.asked if "passages" in messages[0]["content"].lower()]


def said(question, answer="Yes."):
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def test_what_is_said_is_kept(db):
    talks = vecstore.Conversations(db)
    assert len(talks) == 0 and talks and "a" not in talks and talks.history("a").messages == []
    assert talks.append("a", [{"role": "system", "content": "Be short."}, *said("How much oil?")], {"by": "me"}) == 0
    assert talks.append("a", said("And then?")) == 1 and talks.append("b", said("Hello")) == 0
    first, second = talks.turns("a")
    assert first.messages == said("How much oil?") and first.about == {"by": "me"} and first.number == 0 and second.about == {}
    assert abs(datetime.datetime.now(datetime.timezone.utc) - first.said_at) < datetime.timedelta(minutes=1)
    info = talks.info("a")
    assert (info.title, info.turns, info.system, info.summary) == ("How much oil?", 2, ["Be short."], "") and info.began_at <= info.changed_at
    assert [one.name for one in talks.all()] == ["a", "b"] and "a" in talks and 7 not in talks
    assert [turn.number for turn in talks.turns("a", 1)] == [1] and talks.turns("a", 0, 0) == []
    assert "2, recalled by words" in repr(talks) and "How much oil?" in talks._repr_html_()
    assert talks.remove("a") == 2 and "a" not in talks and talks.turns("a") == []


def test_it_outlives_the_process(tmp_path):
    with vecstore.open(tmp_path / "db") as db:
        vecstore.Conversations(db).append("a", said("How much oil?"))
    with vecstore.open(tmp_path / "db", read_only=True) as db:
        talks = vecstore.Conversations(db, create=False)
        assert talks.turns("a")[0].messages == said("How much oil?")
        with pytest.raises(vecstore.FailedPrecondition):
            talks.append("a", said("x"))


def test_a_model_is_shown_what_fits(db):
    talks = vecstore.Conversations(db)
    for number in range(10):
        talks.append("a", said(f"question {number} about {'oil' if number == 2 else 'water'}", "word " * 40))
    little = talks.history("a", max_tokens=150)
    assert little.recent == (8, 9) and little.forgotten == 8 and little.turns == 10 and not little.cut and len(little.messages) == 4
    assert talks.history("a", max_tokens=10_000).recent == tuple(range(10))
    back = talks.history("a", "oil", max_tokens=300, recalled=1)
    assert back.recalled == (2,) and 2 not in back.recent and "oil" in back.messages[0]["content"]
    assert talks.recall("a", "oil", 1)[0].number == 2 and talks.recall("a", "oil", 5, before=2) == []
    assert talks.history("a", max_tokens=20).cut


def test_a_model_sums_up_and_rewrites(db):
    talks, model = vecstore.Conversations(db), Model()
    for number in range(10):
        talks.append("a", said(f"question {number}", "word " * 40))
    assert talks.sum_up("a", model, max_tokens=100_000) is None and model.asked == []
    summed = talks.sum_up("a", model, max_tokens=200)
    assert 0 < summed < 10 and talks.info("a").summarized == summed and talks.info("a").summary == "Oil was spoken of."
    assert len(talks.turns("a")) == 10, "all of them are still there"
    history = talks.history("a", max_tokens=200)
    assert history.summary == "Oil was spoken of." and "Oil was spoken of." in history.messages[0]["content"] and history.forgotten == 0
    assert talks.standalone("a", "and when?", model) == "when is the pump oiled"
    assert talks.standalone("new", "and when?", model) == "and when?", "nothing was said"
    with pytest.raises(ZeroDivisionError):
        talks.standalone("a", "and when?", lambda messages: 1 / 0)


def test_questions_go_on_with_what_was_said(manual):
    model = Model()
    talk = manual.conversation("pump", model, k=2, mode="vector")
    assert len(talk) == 0 and talk.turns == [] and talk and list(talk) == []
    first = talk.ask("when is the pump oiled")
    assert first.searched_for == "when is the pump oiled" and len(model.asked) == 1, "there was nothing to go on with"
    model.says = "It is not said [1]."
    second = talk.ask("and then?")
    assert second.searched_for == "when is the pump oiled" and second.passages[0].id == "oil"
    shown = model.answers[-1]
    assert [one["role"] for one in shown] == ["system", "user", "assistant", "user"]
    assert shown[1]["content"] == "when is the pump oiled" and "and then?" in shown[-1]["content"] and "[1]" not in shown[2]["content"]
    assert len(talk) == 2 and talk.messages[2] == {"role": "user", "content": "and then?"} and talk.info.title == "when is the pump oiled"
    assert talk.turns[0].about == {"model": "small", "sources": ["oil"]} and talk.turns[1].about["searched_for"] == "when is the pump oiled"
    assert "2 turns" in repr(talk) and "and then?" in talk._repr_html_()
    again = manual.conversation("pump", model, mode="vector")
    assert len(again) == 2 and manual.ask("and?", model, mode="vector", conversation="pump").text and len(talk) == 3
    assert talk.remove() == 3 and len(talk) == 0


def test_a_budget_of_tokens_and_a_summary(manual):
    model = Model()
    model.says = "word " * 40
    talk = manual.conversation("long", model, mode="vector", max_history_tokens=150, recalled_turns=0, summarize=True)
    for number in range(6):
        talk.ask(f"question {number} of the pump")
    assert talk.info.summary == "Oil was spoken of." and talk.info.summarized > 0
    assert "Oil was spoken of." in model.answers[-1][1]["content"]
    assert sum(len(one["content"]) for one in model.answers[-1][1:-1]) < 4 * 150 + 100


def test_streams_of_a_conversation(manual):
    talk = manual.conversation("pump", lambda messages: iter(["The ", "sea [1]."]), mode="vector")
    with talk.ask_stream("the tides move the sea") as stream:
        assert list(stream) == ["The ", "sea [1]."]
    assert stream.answer.citations[0].id == "sea" and talk.messages[1]["content"] == "The sea [1]."
    with talk.ask_stream("and?") as left:
        next(left)
    time.sleep(0.2)
    assert len(talk) <= 2


def test_what_is_wrong_with_a_conversation_is_named(manual, db):
    talks = vecstore.Conversations(db)
    for call, error, words in [
        (lambda: talks.append("", said("x")), vecstore.InvalidArgument, "name"),
        (lambda: talks.append("a", []), vecstore.InvalidArgument, "message"),
        (lambda: talks.append("a", [{"role": "boss", "content": "x"}]), vecstore.InvalidArgument, "'boss'"),
        (lambda: talks.append("a", ["x"]), vecstore.WrongType, "a message is a dict"),
        (lambda: talks.append("a", said("x"), {"a": {1}}), vecstore.WrongType, "about.a"),
        (lambda: talks.info("none"), vecstore.NotFound, "none"),
        (lambda: talks.remove("none"), vecstore.NotFound, "none"),
        (lambda: talks.history("a", max_tokens=-1), vecstore.InvalidArgument, "max_tokens must not be negative"),
        (lambda: talks.history("a", max_tokens="9"), vecstore.WrongType, "max_tokens: an integer is expected, not str"),
        (lambda: vecstore.Conversations(db, collection="manual"), vecstore.FailedPrecondition, "manual"),
        (lambda: vecstore.Conversations(db, collection="none", create=False), vecstore.NotFound, "none"),
        (lambda: manual.conversation("", Model()), vecstore.WrongType, "not empty"),
        (lambda: manual.conversation("a", 7), vecstore.WrongType, "a model is"),
        (lambda: manual.conversation("a", Model(), history=[]), vecstore.InvalidArgument, "leave out history="),
        (lambda: manual.conversation("a", Model(), max_history_token=1).ask("x"), vecstore.WrongType, "did you mean 'max_history_tokens'"),
        (lambda: manual.ask("x", Model(), max_history_tokens=9), vecstore.InvalidArgument, "give conversation= too"),
        (lambda: manual.ask("x", Model(), conversation="a", max_history_tokens=0), vecstore.InvalidArgument, "from 1 to 1,000,000, it is 0"),
        (lambda: manual.ask("x", Model(), conversation="a", recalled_turns=101), vecstore.InvalidArgument, "from 0 to 100"),
        (lambda: manual.ask("x", Model(), conversation=7), vecstore.WrongType, "its name is expected, not int"),
        (lambda: manual.ask("x", Model(), conversation="a", history=said("x")), vecstore.InvalidArgument, "leave out history="),
    ]:
        with pytest.raises(error, match=words):
            call()
    with pytest.raises(vecstore.NotFound):
        manual.ask("pump", Model(), conversation="nothing", filter="year > 3000")
    assert "nothing" not in talks, "what was not answered is not kept"


def test_answers_are_given_again(manual, words):
    model, cache = Model(), vecstore.AnswerCache(manual.database, words)
    first = manual.ask("When is the pump oiled?", model, cache=cache)
    assert first.cached is None and cache.stats() == (1, 0, 1, 0) and len(model.asked) == 1
    pieces = []
    again = manual.ask("when is the  pump oiled", model, cache=cache, on_text=pieces.append)
    assert len(model.asked) == 1 and again.text == first.text and again.citations == first.citations and pieces == [first.text]
    assert again.cached.question == "When is the pump oiled?" and again.cached.similarity == 1 and again.cached.said_at.tzinfo is not None
    assert (again.prompt_tokens, again.answer_tokens) == (7, 3) and [hit.id for hit in again.passages] == [hit.id for hit in first.passages]
    assert manual.ask("the pump oiled is when", model, cache=cache).cached is None, "in another order"
    assert manual.ask("When is the pump oiled?", model, cache=cache, k=1).cached is None, "other passages are asked for"
    assert manual.ask("When is the pump oiled?", model, cache=cache, temperature=0.5).cached is None
    assert manual.ask("When is the pump oiled?", model, cache=True).cached is not None, "the same cache, by default"
    assert manual.ask("When is the pump oiled?", model).cached is None
    manual.upsert_text("new", "when is the pump oiled on tuesdays")
    changed = manual.ask("When is the pump oiled?", model, cache=cache)
    assert changed.cached is None and cache.stats().stale == 1, "the model would be shown something else"
    assert cache.clear() == 4
    assert cache.stats() == (0, 0, 0, 0) and "0 of 10,000 answers, threshold 0.97, 604,800 s" in repr(cache)


def test_threshold_time_and_capacity_of_kept_answers(manual, words):
    model = Model()
    near = lambda **options: vecstore.AnswerCache(manual.database, words, **options)
    manual.ask("when is the pump oiled", model, cache=near())
    assert manual.ask("when is the big pump oiled", model, cache=near()).cached is None
    loose = manual.ask("when is the large pump oiled", model, cache=near(threshold=0.5)).cached
    assert loose is not None and 0.5 < loose.similarity < 0.97
    near().clear()
    short = near(ttl=datetime.timedelta(seconds=1))
    manual.ask("when is the pump oiled", model, cache=short)
    time.sleep(1.2)
    assert manual.ask("when is the pump oiled", model, cache=short).cached is None
    near().clear()
    few = near(capacity=1)
    for question in ("when is the pump oiled", "which tides move the sea"):
        manual.ask(question, model, cache=few)
    assert few.stats().entries == 1


def test_answers_with_problems_are_not_kept(manual):
    model = Model()
    model.says = "It holds 99 litres [1]."
    assert manual.ask("when is the pump oiled", model, cache=True).problems
    assert manual.ask("when is the pump oiled", model, cache=True).cached is None


def test_a_conversation_is_answered_from_the_cache_at_its_beginning_alone(manual):
    model = Model()
    first = manual.ask("when is the pump oiled", model, cache=True, conversation="a")
    second = manual.ask("when is the pump oiled", model, cache=True, conversation="b")
    assert first.cached is None and second.cached is not None and len(vecstore.Conversations(manual.database).turns("b")) == 1
    assert manual.ask("when is the pump oiled", model, cache=True, conversation="b").cached is None


def test_what_is_wrong_with_a_cache_is_named(manual, words, db):
    for kwargs, error, message in [
        ({"threshold": 1.5}, vecstore.InvalidArgument, "threshold"),
        ({"threshold": "1"}, vecstore.WrongType, "threshold: a number is expected, not str"),
        ({"threshold": float("nan")}, vecstore.InvalidArgument, "threshold"),
        ({"ttl": 0}, vecstore.InvalidArgument, "1 s"),
        ({"ttl": 1e12}, vecstore.InvalidArgument, "ttl must be at most"),
        ({"capacity": 0}, vecstore.InvalidArgument, "capacity"),
        ({"embedder": "words"}, vecstore.WrongType, "an embedder is expected, not str"),
    ]:
        with pytest.raises(error, match=message):
            vecstore.AnswerCache(**{"database": db, "embedder": words, **kwargs})
    other = vecstore.FunctionEmbedder(lambda texts: [[1.0, 0.0]] * len(texts), name="other", dimension=2)
    for kwargs, error, message in [
        ({"cache": "yes"}, vecstore.WrongType, "True, False or an AnswerCache is expected, not str"),
        ({"cache": True, "mode": "text"}, vecstore.FailedPrecondition, "mode 'text' has none"),
        ({"cache": True, "expand": "feedback"}, vecstore.InvalidArgument, "does not go with expand="),
        ({"cache": True, "like": "sea"}, vecstore.InvalidArgument, "does not go with like="),
        ({"cache": vecstore.AnswerCache(db, other)}, vecstore.FailedPrecondition, "of the embedder 'other', the collection of 'words'"),
    ]:
        with pytest.raises(error, match=message):
            manual.ask("when is the pump oiled", Model(), **kwargs)
    with pytest.raises(vecstore.InvalidArgument, match="'cache' is for ask"):
        manual.evaluate_answers([vecstore.EvalQuestion("1", "x")], Model(), cache=True)


def test_awaited_conversations(manual, words):
    async def main():
        async with vecstore.aopen(":memory:") as adb:
            adocs = await adb.collection("manual", embedder=words)
            await adocs.upsert_text(["oil"], ["the pump is oiled on mondays"])
            talk = adocs.conversation("a", Model(), mode="vector")
            answer = await talk.ask("when is the pump oiled")
            pieces = [piece async for piece in talk.ask_stream("and then?")]
            info = await talk.info()
            return answer.text, "".join(pieces), [turn.number for turn in await talk.turns()], info.turns, await talk.remove(), repr(talk), talk.name, talk.sync.name

    text, whole, numbers, turns, removed, shown, *names = asyncio.run(main())
    assert text == whole == "The pump is oiled on mondays [1]." and numbers == [0, 1] and turns == removed == 2 and "AsyncConversation" in shown and names == ["a", "a"]


def test_ctrl_c_ends_a_rewriting(manual):
    talks = vecstore.Conversations(manual.database)
    talks.append("a", said("x"))

    def endless(messages):
        while True:
            time.sleep(0.01)
            yield "x"

    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        manual.ask("and?", endless, conversation="a")
    assert time.monotonic() - begun < 3 and len(talks.turns("a")) == 1


@needs_program
def test_the_program_reads_what_was_kept(tmp_path, words):
    with vecstore.open(tmp_path / "db") as db:
        made = db.collection("default", embedder=words)
        made.upsert_text(["oil"], ["the pump is oiled on mondays"])
        made.conversation("pump", Model(), mode="vector").ask("when is the pump oiled", cache=True)
    run = lambda *words: json.loads(subprocess.run([PROGRAM, "--db", str(tmp_path / "db"), *words, "-o", "json"], check=True, capture_output=True).stdout)
    shown = run("conversation", "show", "pump")
    assert shown["turns"][0]["messages"][1]["text"] == "The pump is oiled on mondays [1]." and shown["turns"][0]["about"]["sources"] == ["oil"]
    caches = run("cache", "list")
    assert [one["entries"] for one in (caches["caches"] if isinstance(caches, dict) else caches)] == [1]
