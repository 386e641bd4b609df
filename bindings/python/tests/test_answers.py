"""Answers: models on servers and models of Python, what is checked of their words, streams, what ends them."""

import asyncio
import pickle
import re
import threading
import time

import pytest

import vecstore
from playing import KEY, playing
from test_engine import HEADERS, without_comments
from test_remote import needs_http, press
from vecstore import arguments

SOURCE = HEADERS.parents[1] / "src"


@pytest.fixture
def server():
    with playing() as play:
        yield play


@pytest.fixture
def manual(db):
    made = db.collection("manual", dimension=2)
    made.upsert(
        ["pump", "sea", "silent"],
        [[1, 0], [0, 1], [1, 1]],
        metadata=[{"source": "docs/pump.md", "title": "The pump", "start": 100}, {"page": 3}, {}],
        texts=["The pump holds 2.5 litres of oil. It is painted green.", "The tides move the sea twice a day.", None],
    )
    return made


def model(server, **options):
    return vecstore.RemoteChat("compatible", "small", **{"key": KEY, "address": server.address, "backoff_ms": 1, **options})


def says(text):
    return lambda messages: text


def test_an_answer_names_where_it_is_from(manual):
    answer = manual.ask("How much oil does the pump hold?", says(" It holds 2.5 litres of oil [1].\n"), mode="text")
    assert str(answer) == answer.text == "It holds 2.5 litres of oil [1]." and answer.problems == []
    [citation] = answer.citations
    assert citation[:5] == (1, "pump", "docs/pump.md › The pump", answer.text, "The pump holds 2.5 litres of oil.")
    assert (citation.start, citation.end) == (100, 133) and citation.support > 0.9
    assert answer.passages[citation.passage - 1].id == "pump" and answer.passages[0].score > 0
    assert answer.model == "<lambda>" and not answer.cut and answer.prompt_tokens == 0
    assert "docs/pump.md" in answer._repr_html_()


def test_what_the_passages_do_not_bear_out_is_a_problem(manual):
    answer = manual.ask("pump oil", says('It holds 25 litres [1]. It "is painted green every spring" [1]. The moon is a cheese [7].'), mode="text")
    assert len(answer.problems) == 3, answer.problems
    for problem, word in zip(sorted(answer.problems), ("is painted green every spring", "[7]", "25")):
        assert any(word in one for one in answer.problems), problem


def test_the_model_is_shown_the_question_and_the_passages(manual):
    seen = []

    def chat(messages, temperature, max_tokens, seed):
        seen.append((messages, temperature, max_tokens, seed))
        return "Nothing."

    manual.ask("tides?", chat, mode="text", temperature=0, max_tokens=9, seed=5, instructions="Be short.", prompt="{passages}|{question}")
    [(messages, *options)] = seen
    assert options == [0, 9, 5]
    assert messages[0] == {"role": "system", "content": "Be short."}
    assert messages[1] == {"role": "user", "content": "[1] sea\nThe tides move the sea twice a day.|tides?"}


def test_what_was_said_before_comes_between_the_instructions_and_the_question(manual):
    seen = []
    before = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Yes?"}]
    manual.ask("tides?", lambda messages: seen.extend(messages) or "x", mode="text", history=before)
    assert [one["role"] for one in seen] == ["system", "user", "assistant", "user"] and seen[1:3] == before
    with pytest.raises(vecstore.InvalidArgument, match="'role' and 'content'"):
        manual.ask("tides?", says("x"), mode="text", history=[{"role": "user"}])


def test_hits_that_do_not_fit_or_say_nothing_are_left_out(manual):
    hits = manual.query(k=3)
    answer = vecstore.answer("?", hits, says("x"), max_context_tokens=12)
    assert answer.left_out == 2 and [hit.id for hit in answer.passages] == ["pump"]
    assert hits[0].text.startswith(answer.passages[0].text) and len(answer.passages[0].text) < len(hits[0].text)
    with pytest.raises(vecstore.NotFound, match="there is no passage"):
        vecstore.answer("?", [hit for hit in hits if hit.id == "silent"], says("x"))
    with pytest.raises(vecstore.NotFound):
        manual.ask("nothing has this word", says("x"), mode="text", filter="page > 1000")


def test_what_cannot_be_asked_is_refused(manual):
    for kwargs, error, words in [
        ({"question": " "}, vecstore.InvalidArgument, "blank"),
        ({"prompt": "{question}"}, vecstore.InvalidArgument, "passages"),
        ({"prompt": "{passages} {question} {more}"}, vecstore.InvalidArgument, "more"),
        ({"max_context_tokens": "many"}, vecstore.WrongType, "a type that cannot be taken"),
        ({"max_token": 3}, vecstore.WrongType, "did you mean 'max_tokens'"),
        ({"colour": 3}, vecstore.WrongType, "has no argument 'colour', known are max_tokens"),
        ({"model": 7}, vecstore.WrongType, "a model is a RemoteChat, a ChatModel or a function, not int"),
        ({"model": says(7)}, vecstore.WrongType, "gave int: text"),
        ({"model": says(iter([b"x"]))}, vecstore.WrongType, "a piece that is bytes"),
        ({"model": asyncio.sleep}, vecstore.WrongType, "not an async function"),
    ]:
        asked = {"question": "tides", "model": says("x"), "hits": manual.query(k=3), **kwargs}
        with pytest.raises(error, match=words):
            vecstore.answer(**asked)
    with pytest.raises(vecstore.WrongType, match="did you mean 'filter'"):
        manual.ask("tides", says("x"), where="page > 1")
    with pytest.raises(ZeroDivisionError):
        vecstore.answer("tides", manual.query(k=3), lambda messages: 1 / 0)


def test_pieces_come_as_they_are_written(manual):
    pieces = []
    chat = vecstore.FunctionChat(lambda messages: iter(["The sea ", "[1]."]), name="poet")
    answer = manual.ask("tides", chat, mode="text", on_text=pieces.append)
    assert pieces == ["The sea ", "[1]."] and answer.text == "The sea [1]." and answer.model == "poet" and repr(chat) == "FunctionChat('poet')"
    whole = vecstore.answer("tides", manual.query(k=3), says(vecstore.ChatAnswer("short", cut=True, prompt_tokens=3, answer_tokens=1)), on_text=pieces.append)
    assert whole.cut and (whole.prompt_tokens, whole.answer_tokens) == (3, 1) and pieces[-1] == "short"


def test_a_class_of_yours_is_a_model(manual):
    class Mine:
        name = "mine"

        def chat(self, messages, **options):
            assert options["on_text"] is None and options["cancel"] is None
            return vecstore.ChatAnswer("yes")

    assert isinstance(Mine(), vecstore.ChatModel)
    assert manual.ask("tides", Mine(), mode="text").model == "mine"


def test_streams_give_pieces_and_then_the_answer(manual):
    stream = manual.ask_stream("tides", lambda messages: iter(["The ", "sea ", "[1]."]), mode="text")
    assert list(stream) == ["The ", "sea ", "[1]."] and list(stream) == []
    assert stream.answer.citations[0].id == "sea"
    assert vecstore.stream_answer("tides", manual.query(k=3), says("whole")).answer.text == "whole"


def test_what_fails_in_a_stream_is_raised_where_it_is_read(manual):
    def chat(messages):
        yield "begun"
        raise ZeroDivisionError("in the middle")

    stream = manual.ask_stream("tides", chat, mode="text")
    assert next(stream) == "begun"
    with pytest.raises(ZeroDivisionError, match="in the middle"):
        next(stream)
    with pytest.raises(ZeroDivisionError):
        stream.answer  # noqa: B018
    with pytest.raises(vecstore.NotFound):
        list(manual.ask_stream("tides", says("x"), mode="text", filter="page > 1000"))


def test_a_stream_that_is_left_ends(manual):
    written = []

    def chat(messages):
        for number in range(10_000):
            written.append(number)
            yield f"{number} "
            time.sleep(0.001)

    with manual.ask_stream("tides", chat, mode="text") as stream:
        assert next(stream) == "0 "
    with pytest.raises(vecstore.Cancelled, match="was called off"):
        list(stream)
    assert len(written) < 5_000


def test_awaited_answers(manual):
    async def main():
        async with vecstore.aopen(":memory:") as adb:
            adocs = await adb.collection("docs", dimension=1)
            await adocs.upsert("sea", [1], texts="The tides move the sea.")
            answer = await adocs.ask("tides", says("The sea [1]."), mode="text")
            stream = adocs.ask_stream("tides", lambda messages: iter(["The sea ", "[1]."]), mode="text")
            pieces = [piece async for piece in stream]
            return answer.text, pieces, (await stream.answer()).citations[0].id

    assert asyncio.run(main()) == ("The sea [1].", ["The sea ", "[1]."], "sea")


def test_an_awaited_answer_that_is_cancelled_ends(manual):
    begun, ended = threading.Event(), threading.Event()

    def chat(messages):
        begun.set()
        try:
            for _ in range(10_000):
                yield "x"
                time.sleep(0.001)
        finally:
            ended.set()

    async def main():
        async with vecstore.aopen(":memory:") as adb:
            adocs = await adb.collection("docs", dimension=1)
            await adocs.upsert("sea", [1], texts="The tides move the sea.")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(adocs.ask("tides", chat, mode="text"), timeout=0.2)

    asyncio.run(main())
    assert begun.is_set() and ended.wait(5)


def test_a_build_without_http_says_so():
    try:
        vecstore.RemoteChat("ollama", "m")
    except vecstore.Unimplemented as why:
        assert "VECSTORE_REMOTE" in str(why)


def test_the_providers_there_are():
    assert [(one.name, one.needs_key) for one in vecstore.chat_providers()] == [("openai", True), ("mistral", True), ("ollama", False), ("compatible", False)]


def test_every_option_of_the_engine_can_be_given():
    rows = re.findall(r'\{"(\w+)", &RemoteOptions::\w+(?:, (true|false))?(?:, (true|false))?\}', (SOURCE / "embed/remote/remote_members.h").read_text())
    chats = {name for name, _, chats in rows if chats == "true"} - {"provider"}
    assert set(arguments.RemoteChatSettings.__annotations__) == chats and len(chats) > 12
    header = without_comments((SOURCE / "rag/answer/answer_question.h").read_text() + (SOURCE / "rag/answer/chat_model.h").read_text())
    members = set()
    for struct in ("AnswerOptions", "ChatOptions"):
        members |= set(re.findall(r"[ >)](\w+) = ", re.search(rf"^struct {struct} {{\n(.*?)^}};", header, re.M | re.S)[1]))
    assert members - {"chat", "cancel", "on_text"} == set(arguments.AnswerOptions.__annotations__)


@needs_http
def test_a_server_answers(server, manual):
    chat, pieces = model(server), []
    answer = manual.ask("tides", chat, mode="text", temperature=0.5, max_tokens=30, seed=7, on_text=pieces.append)
    assert answer.text == server.says and answer.problems == [] and answer.citations[0].id == "sea"
    assert pieces == ["The ", "tides ", "move ", "the ", "sea ", "[1]."]
    assert answer.model == chat.name == "compatible/small" and (answer.prompt_tokens, answer.answer_tokens) == (7, 6)
    [(path, body, headers)] = server.asked
    assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {KEY}"
    assert (body["temperature"], body["max_tokens"], body["seed"], body["model"]) == (0.5, 30, 7, "small")
    usage = chat.usage()
    assert (usage.requests, usage.retries, usage.tokens) == (1, 0, 13) and KEY not in repr(chat)
    server.faults = ["cut"]
    assert manual.ask("tides", chat, mode="text").cut


@needs_http
def test_a_server_that_fails_is_an_error(server, manual):
    chat = model(server, retries=1)
    server.faults = [500, 500]
    with pytest.raises(vecstore.Unavailable) as raised:
        manual.ask("tides", chat, mode="text")
    assert KEY not in str(raised.value)
    server.faults = ["breaks"]
    with pytest.raises(vecstore.Unavailable, match="ended before its end"):
        manual.ask("tides", chat, mode="text", on_text=print)
    with pytest.raises(vecstore.Unauthenticated):
        model(server, key="sk-other").chat([{"role": "user", "content": "?"}])
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(chat)


@needs_http
def test_what_cannot_be_said_is_refused(server):
    chat = model(server)
    for messages, kwargs, error, words in [
        ([], {}, vecstore.InvalidArgument, "message"),
        ([{"role": "boss", "content": "x"}], {}, vecstore.InvalidArgument, "'boss'"),
        ([{"role": "user"}], {}, vecstore.InvalidArgument, "'role' and 'content'"),
        ([{"role": "user", "content": 7}], {}, vecstore.WrongType, "content of a message"),
        (["hello"], {}, vecstore.WrongType, "a message is a dict"),
        ([{"role": "user", "content": "x"}], {"temperature": 9}, vecstore.InvalidArgument, "temperature"),
        ([{"role": "user", "content": "x"}], {"max_tokens": 0}, vecstore.InvalidArgument, "max_tokens"),
    ]:
        with pytest.raises(error, match=words):
            chat.chat(messages, **kwargs)
    assert server.asked == []
    with pytest.raises(vecstore.WrongType, match="a chat model has no option 'dimensions'"):
        model(server, dimensions=3)
    with pytest.raises(vecstore.WrongType, match="did you mean 'retries'"):
        model(server, retris=3)


@needs_http
def test_what_a_listener_raises_ends_the_call(server, manual):
    server.says, server.faults = "word " * 500, ["slowly"]

    def listen(piece):
        raise ZeroDivisionError("enough")

    begun = time.monotonic()
    with pytest.raises(ZeroDivisionError, match="enough"):
        manual.ask("tides", model(server), mode="text", on_text=listen)
    assert time.monotonic() - begun < 10


@needs_http
def test_ctrl_c_ends_a_chat(server):
    server.faults = ["hang"]
    threading.Thread(target=press, args=(server,)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        model(server).chat([{"role": "user", "content": "?"}])
    assert time.monotonic() - begun < 5


@needs_http
def test_awaited_chats_are_cancelled_on_the_wire(server):
    async def main():
        twin = vecstore.AsyncChat(model(server))
        assert (await twin.chat([{"role": "user", "content": "?"}])).text == server.says and twin.sync.name in repr(twin)
        server.faults = ["hang"]
        begun = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(twin.chat([{"role": "user", "content": "?"}]), timeout=0.5)
        assert time.monotonic() - begun < 5

    asyncio.run(main())
    with pytest.raises(vecstore.WrongType):
        vecstore.AsyncChat(print)


@needs_http
def test_streams_of_a_server(server, manual):
    server.says, server.faults = "word " * 200, [None, "slowly"]
    assert len(list(manual.ask_stream("tides", model(server), mode="text"))) == 200
    begun = time.monotonic()
    with manual.ask_stream("tides", model(server), mode="text") as stream:
        next(stream)
    with pytest.raises(vecstore.Cancelled):
        stream.answer  # noqa: B018
    assert time.monotonic() - begun < 5
