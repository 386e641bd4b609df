"""How good answers are: by a rule, an embedder, a model; what a collection adds, what ends it, and the same numbers as the program's."""

import asyncio
import json
import os
import signal
import subprocess
import threading
import time

import pytest

import vecstore
from test_evaluation import PROGRAM, needs_program


ANSWERED = [
    vecstore.EvalQuestion("1", "When is the pump oiled?", answer="It is oiled on Mondays [1].", reference="The pump is oiled on Mondays.", contexts=["The pump is oiled on Mondays."]),
    vecstore.EvalQuestion("2", "When are filters changed?", answer="Every 9 months [1].", contexts=["Filters are changed every 3 months."]),
]


def test_answers_are_judged_by_a_rule():
    made = vecstore.evaluate_answers(ANSWERED, model="me")
    assert made.judge == "words 1" and made.model == "me" and made["faithfulness"].mean == 0.5 and made["context_recall"].answers == 1
    assert made.answers[0]["faithfulness"] == 1 and made.answers[1].scores["faithfulness"] == 0 and made.answers[1]["context_recall"] is None
    assert set(made.answers[0].scores) == set(vecstore.ANSWER_METRICS) and made.unreadable == 0
    assert "judge: words 1; answers: me" in repr(made) and "faithfulness" in made._repr_html_()
    with pytest.raises(vecstore.NotFound, match="known are faithfulness"):
        made["truth"]


def test_reports_of_answers(tmp_path):
    made = vecstore.evaluate_answers(ANSWERED)
    made.save(tmp_path / "a.json")
    made.save(tmp_path / "a.html")
    assert json.loads((tmp_path / "a.json").read_text())["format"] == "vecstore answers 1"
    assert "on Mondays" in (tmp_path / "a.html").read_text()


def test_answers_are_judged_by_an_embedder_too(words):
    made = vecstore.evaluate_answers(ANSWERED, judge=words)
    assert made.judge == "words 1, words"
    broken = vecstore.FunctionEmbedder(lambda texts: 1 / 0, name="broken", dimension=2)
    with pytest.raises(ZeroDivisionError):
        vecstore.evaluate_answers(ANSWERED, judge=broken)


def judging(verdict, seen=None):
    """A model that says the same of everything, in the form asked for."""

    def chat(messages):
        material = json.loads(messages[-1]["content"])
        if seen is not None:
            seen.append(material)
        many = material.get("statements") or material.get("passages")
        return json.dumps({"verdicts": [verdict] * len(many)} if many else {"score": 2 * verdict})

    return chat


def test_answers_are_judged_by_a_model():
    seen = []
    made = vecstore.evaluate_answers(ANSWERED, judge=vecstore.FunctionChat(judging(1, seen), name="kind"))
    assert made.judge.startswith("kind, prompts") and {one.mean for one in made.means} == {1.0} and len(made.means) == 6
    assert seen[0] == {"statements": ["It is oiled on Mondays."], "texts": ["The pump is oiled on Mondays."]}
    assert vecstore.evaluate_answers(ANSWERED, judge=judging(0))["faithfulness"].mean == 0
    rambles = vecstore.evaluate_answers(ANSWERED, judge=lambda messages: "Well, let me see.")
    assert rambles.means == [] and rambles.unreadable > 0 and "could not be read" in repr(rambles)
    with pytest.raises(vecstore.NotFound, match="no answer has what it needs"):
        rambles["faithfulness"]


def test_a_model_of_a_class_is_asked_at_temperature_0():
    class Model:
        name = "mine"

        def chat(self, messages, **options):
            assert options["temperature"] == 0 and options["max_tokens"] > 0
            return vecstore.ChatAnswer(judging(1)(messages))

    assert vecstore.evaluate_answers(ANSWERED, judge=Model())["faithfulness"].mean == 1


def test_what_a_judge_raises_arrives():
    with pytest.raises(ZeroDivisionError, match="division"):
        vecstore.evaluate_answers(ANSWERED, judge=lambda messages: 1 / 0)
    with pytest.raises(vecstore.WrongType, match="gave int: text"):
        vecstore.evaluate_answers(ANSWERED, judge=lambda messages: 7)


def test_what_a_collection_lacks_of_answers_is_made(manual, words):
    asked = [vecstore.EvalQuestion("1", "When is the pump oiled?", reference="The pump is oiled on Mondays."), vecstore.EvalQuestion("2", "sea?", answer="Never.")]
    shown = []

    def chat(messages, seed):
        shown.append(seed)
        return "The pump is oiled on Mondays [1]."

    made = manual.evaluate_answers(asked, vecstore.FunctionChat(chat, name="small"), mode="text", k=1, seed=7)
    assert made.model == "small" and shown == [7], "one brings its answer"
    assert made.answers[0].answer == "The pump is oiled on Mondays [1]." and made.answers[0].contexts == ["The pump is oiled on Mondays."]
    assert made["answer_correctness"].mean == 1 and made.answers[1].contexts == ["The tides move the sea."]
    passages_alone = manual.evaluate_answers(asked[:1], mode="text", filter="kind = 'do'")
    assert passages_alone.answers[0].answer == "" and passages_alone["context_recall"].mean == 1
    brought = [vecstore.EvalQuestion("1", "What?", contexts=["The sun is a star."])]
    assert manual.evaluate_answers(brought, lambda messages: "A star [1].").answers[0].answer == "A star [1]."
    with pytest.raises(vecstore.FailedPrecondition, match="embedder"):
        manual.evaluate_answers(brought, judge="embedder")
    for kwargs, error, words_ in [({"judge": "fate"}, vecstore.InvalidArgument, "'fate'"), ({"judge": 7}, vecstore.WrongType, "not int"), ({"max_token": 1}, vecstore.WrongType, "max_tokens")]:
        with pytest.raises(error, match=words_):
            manual.evaluate_answers(brought, **kwargs)


def test_answers_that_cannot_be_judged_are_refused():
    for answers, error, words in [
        ([], vecstore.InvalidArgument, "no answer to judge"),
        ([vecstore.EvalQuestion("1", answer="x")], vecstore.InvalidArgument, "answer '1' has no question"),
        ([ANSWERED[0], ANSWERED[0]], vecstore.InvalidArgument, "question '1' comes a second time"),
        ([vecstore.EvalQuestion("1", "a", contexts="text")], vecstore.WrongType, "a list of texts, not one text"),
        (["a"], vecstore.WrongType, "not str"),
    ]:
        with pytest.raises(error, match=words):
            vecstore.evaluate_answers(answers)


def test_a_judgement_of_answers_is_called_off():
    token = vecstore.CancelToken()
    token.cancel()
    with pytest.raises(vecstore.Cancelled):
        vecstore.evaluate_answers(ANSWERED, cancel=token)
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    calls, many = [], [vecstore.EvalQuestion(str(i), "pump?", answer="x") for i in range(500)]

    def slow(messages):
        calls.append(1)
        time.sleep(0.01)
        return "{}"

    with pytest.raises(KeyboardInterrupt):
        vecstore.evaluate_answers(many, judge=slow)
    done = len(calls)
    time.sleep(0.1)
    assert 0 < done == len(calls) < 400, "nothing of it goes on"

    async def main():
        async with vecstore.aopen(":memory:") as adb:
            adocs = await adb.collection("docs", dimension=2)
            await adocs.upsert("oil", [1, 0], texts="The pump is oiled on Mondays.")
            judged = await adocs.evaluate_answers([vecstore.EvalQuestion("1", "pump?")], lambda messages: "Oiled [1].", mode="text")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(adocs.evaluate_answers(many, judge=slow, mode="text"), 0.3)
            return judged.answers[0].answer

    assert asyncio.run(main()) == "Oiled [1]."
    assert len(calls) < 800


@needs_program
def test_the_program_judges_the_same(tmp_path):
    vecstore.write_questions(tmp_path / "answers.jsonl", ANSWERED)
    words = [PROGRAM, "--db", str(tmp_path / "none.db"), "eval", "--answers", str(tmp_path / "answers.jsonl"), "-o", "json"]
    theirs = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    assert theirs == json.loads(vecstore.evaluate_answers(ANSWERED).to_json())
