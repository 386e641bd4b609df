"""How good rankings are: forms of judgements and runs, metrics of one's own, files, collections, what ends it, and the same numbers as the program's."""

import asyncio
import json
import math
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

PROGRAM = os.environ.get("VECSTORE_PROGRAM")
needs_program = pytest.mark.skipif(not PROGRAM, reason="VECSTORE_PROGRAM does not name the program")

JUDGED = {"q1": {"a": 2, "b": 0}, "q2": {"b": 1, "c": 1}, "q3": {"d": 1}}
RUN = {"q1": {"b": 2.0, "a": 1.0}, "q2": {"b": 3.0, "x": 2.0, "c": 1.0}}


def mrr(evaluation, run="run"):
    return evaluation[run].values["mrr"].tolist()


ASKED = [
    vecstore.EvalQuestion("1", "when is the pump oiled", vector=[1, 0.2], relevant={"oil": 2}),
    vecstore.EvalQuestion("2", "change of the filters", vector=[1, 0.1], relevant={"filter": 1, "oil": 0}),
]


def test_means_values_and_hits_of_a_run():
    made = vecstore.evaluate(JUDGED, RUN, metrics="mrr,ndcg@2,recall@1", texts={"q1": "oil?"}, name="words")
    run = made["words"]
    assert made.metrics == ["mrr", "ndcg@2", "recall@1"] and made.comparisons == []
    assert mrr(made, "words") == [0.5, 1.0, 0.0] and run["mrr"] == run.means["mrr"] == 0.5
    assert run.values["ndcg@2"][0] == pytest.approx(1 / math.log2(3)) and run.values["mrr"].dtype == np.float64
    assert run.intervals["mrr"].low < 0.5 < run.intervals["mrr"].high and run.judged == 0.8
    assert made.queries[0] == ("q1", "oil?", 1) and made.queries[1].relevant == 2
    assert run.hits["q1"][0] == ("b", 2.0, 0) and run.hits["q2"][1] == ("x", 2.0, None) and run.hits["q3"] == []
    assert run.recall[1] == pytest.approx(1 / 6) and list(run.precision) == [1, 2, 3, 5, 10, 20, 50, 100]
    assert made.resampling == {"samples": 10_000, "seed": 1, "confidence": 0.95}


def test_every_form_of_a_ranking_and_of_judgements_means_the_same(docs):
    judged = {"q1": {"a": 1}, "q2": {"c": 1, "b": -1}}
    order = {"q1": ["b", "a"], "q2": ["c", "b"]}
    wanted = [0.5, 1.0]
    for run in (
        order,
        {query: {id: 9.0 - rank for rank, id in enumerate(ids)} for query, ids in order.items()},
        {query: [(id, 1) for id in ids] for query, ids in order.items()},  # in order, whatever the scores
        {query: np.array(ids) for query, ids in order.items()},
        {"q1": docs.query([0.6, 1, 0]), "q2": docs.query([0, 0, 1])[:2]},
        docs.query_many([[0.6, 1, 0], [0, 0, 1]], k=2),
        np.array([["b", "a"], ["c", None]], dtype=object),
        {**order, "q9": ["a"]},
    ):
        made = vecstore.evaluate(judged, run, metrics="mrr")
        assert mrr(made) == wanted, run
    assert made.unjudged_queries == 1
    assert mrr(vecstore.evaluate({"q1": ["a"], "q2": {"c"}}, order, metrics="mrr")) == wanted
    assert mrr(vecstore.evaluate({"q1": {"a": np.int64(1)}, "q2": {"c": 2.0}}, order, metrics="mrr")) == wanted
    assert mrr(vecstore.evaluate([vecstore.EvalQuestion("q1", relevant={"a": 1}), vecstore.EvalQuestion("q2")], order, metrics="mrr")) == [0.5]


def test_equal_scores_are_ordered_as_trec_eval_does():
    nearly = {"q": {"a": 1.0, "b": 1.0 + 1e-12, "c": 0.5}}  # one float32
    assert mrr(vecstore.evaluate({"q": ["b"]}, nearly, metrics="mrr")) == [1.0]
    assert mrr(vecstore.evaluate({"q": ["a"]}, {"q": {"a": 1, "b": 1}}, metrics="mrr")) == [0.5]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_tables(library):
    module = pytest.importorskip(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    judged = make({"qid": ["q1", "q1", "q2"], "docno": ["a", "b", "c"], "label": [1, 0, 1]})
    run = make({"query": ["q1", "q1", "q2"], "id": ["a", "b", "c"], "score": [0.5, 0.9, 1.0]})
    assert mrr(vecstore.evaluate(judged, run, metrics="mrr")) == [0.5, 1.0]
    with pytest.raises(vecstore.InvalidArgument, match="no column of grades: one of grade, .* there are qid, docno"):
        vecstore.evaluate(make({"qid": ["q"], "docno": ["a"]}), run)
    with pytest.raises(vecstore.InvalidArgument, match="'a' a second time"):
        vecstore.evaluate(judged, make({"query": ["q1", "q1"], "id": ["a", "a"], "score": [1, 2]}))
    if library == "pandas":
        table = vecstore.evaluate(judged, run, metrics="mrr").to_pandas()
        assert table.columns.tolist() == ["run", "metric", "mean", "low", "high"] and table["mean"].tolist() == [0.75]


def test_a_metric_of_ones_own():
    seen = []

    def first_two(ranking, grades):
        seen.append((ranking, grades))
        return sum(grades.get(id, 0) for id in ranking[:2])

    made = vecstore.evaluate(JUDGED, RUN, metrics=["mrr", first_two, ("depth", lambda ranking, grades: np.float32(len(ranking)))])
    assert made["run"].values["first_two"].tolist() == [2, 1, 0] and made["run"]["depth"] == 5 / 3
    assert seen[0] == (["b", "a"], {"a": 2, "b": 0}) and len(seen) == 3
    for metric, error, words in [
        (lambda ranking, grades: "much", vecstore.WrongType, "'<lambda>' gave str: a number is expected"),
        (("mine", lambda ranking, grades: 1 / 0), ZeroDivisionError, "division"),
        (("mine", lambda ranking, grades: float("nan")), vecstore.InvalidArgument, "'mine' gives no number for query 'q1'"),
        (("mrr", first_two), vecstore.InvalidArgument, "'mrr' comes a second time"),
        ("ndgc@10", vecstore.InvalidArgument, "did you mean 'ndcg'"),
        ("recall", vecstore.InvalidArgument, "needs a depth"),
        (7, vecstore.WrongType, "a name, a function or .name, function., not int"),
    ]:
        with pytest.raises(error, match=words):
            vecstore.evaluate(JUDGED, RUN, metrics=["mrr", metric])
    with pytest.raises(vecstore.InvalidArgument, match="no metric"):
        vecstore.evaluate(JUDGED, RUN, metrics=[])


def test_runs_are_compared_in_pairs_by_holms_rule():
    draw = np.random.default_rng(7)
    judged = {f"q{i}": {"a": 1} for i in range(60)}
    better = {query: (["a", "b"] if draw.random() < 0.9 else ["b", "a"]) for query in judged}
    worse = {query: (["a", "b"] if draw.random() < 0.4 else ["b", "a"]) for query in judged}
    made = vecstore.compare(judged, {"worse": worse, "better": better, "same": better}, metrics="mrr,precision@1")
    assert [(one.metric, one.a, one.b) for one in made.comparisons[:3]] == [("mrr", "better", "worse"), ("mrr", "same", "worse"), ("mrr", "same", "better")]
    real, other, none = made.comparisons[:3]
    assert real.difference > 0.15 and real.interval.low > 0 and real.p < 0.01 and none.p == 1 and none.difference == 0
    assert min(real.p, other.p) == pytest.approx(3 * real.p_randomisation)
    turned = made.comparison("mrr", "worse", "better")
    assert turned.difference == -real.difference and turned.interval == (-real.interval.high, -real.interval.low)
    with pytest.raises(vecstore.NotFound, match="were not compared by 'map'"):
        made.comparison("map", "worse", "better")
    with pytest.raises(KeyError, match="did you mean 'better'"):
        made["beter"]
    with pytest.raises(vecstore.NotFound, match="'map' was not measured: mrr, precision@1"):
        made["better"]["map"]
    assert vecstore.compare(judged, {"a": better, "b": worse}, seed=2) != vecstore.compare(judged, {"a": better, "b": worse}, seed=3)


def test_it_shows_itself():
    made = vecstore.compare(JUDGED, {"old": RUN, "<b>new</b>": RUN}, metrics="mrr")
    assert repr(made).splitlines()[0].split() == ["mrr"] and "old         0.5000 (0.000 to 1.000)" in repr(made)
    assert "+0.0000 (+0.000 to +0.000)  1.0000" in repr(made) and "3 queries; in brackets 95 % intervals" in repr(made)
    assert "20.0 % of the first 10 hits of old are judged by nobody" in repr(made)
    page = made._repr_html_()
    assert "&lt;b&gt;new&lt;/b&gt;" in page and "<b>" not in page and page.count("<table>") == 3
    assert repr(made["old"]) == "<EvaluatedRun 'old': mrr 0.5000>"


def test_reports_are_kept_and_joined(tmp_path):
    before = vecstore.evaluate(JUDGED, RUN, metrics="mrr,map", name="words", samples=500)
    after = vecstore.evaluate({"q1": ["a"], "q2": ["c"], "q4": ["d"]}, {"q1": ["a"], "q2": ["c"]}, metrics="mrr", name="words")
    before.save(tmp_path / "before.json")
    before.save(tmp_path / "before.html")
    again = vecstore.Evaluation.load(tmp_path / "before.json")
    assert again == before == pickle.loads(pickle.dumps(before)) and again["words"].values["map"].tolist() == before["words"].values["map"].tolist()
    page = (tmp_path / "before.html").read_text()
    assert page.startswith("<!doctype html>") and "<script" not in page and page.strip() == before.to_html().strip()
    joined = vecstore.join_evaluations({"before": again, "after": after})
    assert [run.title for run in joined.runs] == ["before: words", "after: words"] and [query.id for query in joined.queries] == ["q1", "q2"]
    assert joined.metrics == ["mrr"] and joined.resampling["samples"] == 500
    assert joined.comparison("mrr", "after: words", "before: words").difference == 0.25
    assert vecstore.join_evaluations({"a": again, "b": after}, confidence=0.5).resampling == {"samples": 500, "seed": 1, "confidence": 0.5}
    for wrong, error, words in [
        (lambda: before.save(tmp_path / "before.txt"), vecstore.InvalidArgument, "ends in .html or .json"),
        (lambda: vecstore.Evaluation.from_json("{}"), vecstore.InvalidArgument, "no report of an evaluation"),
        (lambda: vecstore.Evaluation.from_json("{"), vecstore.InvalidArgument, "json line 1"),
        (lambda: vecstore.Evaluation.load(tmp_path / "none.json"), FileNotFoundError, "none.json"),
        (lambda: vecstore.join_evaluations({"a": before, "b": {}}), vecstore.WrongType, "'b': an Evaluation is expected, not dict"),
        (lambda: vecstore.join_evaluations({}), vecstore.InvalidArgument, "no evaluation to join"),
        (lambda: vecstore.join_evaluations({"a": before, "b": vecstore.evaluate({"z": ["a"]}, {})}), vecstore.InvalidArgument, "no query in common"),
    ]:
        with pytest.raises(error, match=words):
            wrong()


def test_what_is_wrong_is_named():
    for judged, run, error, words in [
        ({}, RUN, vecstore.InvalidArgument, "nothing is judged"),
        (7, RUN, vecstore.WrongType, "judgements are a dict .* not int"),
        ({"q": 7}, RUN, vecstore.WrongType, "judgements of query 'q': .* not int"),
        ({"q": "abc"}, RUN, vecstore.WrongType, "not str"),
        ({7: ["a"]}, RUN, vecstore.WrongType, r"id of a query is text, not 7 of int: str\(..\) makes it one"),
        ({"q": [7]}, RUN, vecstore.WrongType, "id of a record is text, not 7"),
        ({"q": ["a", "a"]}, RUN, vecstore.InvalidArgument, "'q' have a record a second time"),
        ({"q": {"a": 0.5}}, RUN, vecstore.InvalidArgument, "the grade of 'a' for query 'q' is 0.5: an integer"),
        ({"q": {"a": 1001}}, RUN, vecstore.InvalidArgument, "from -1000 to 1000"),
        ({"q": {"a": "1"}}, RUN, vecstore.InvalidArgument, "is '1'"),
        ({"q": {"a": None}}, RUN, vecstore.InvalidArgument, "is None"),
        ({"q": {"a": float("nan")}}, RUN, vecstore.InvalidArgument, "is nan"),
        (JUDGED, 7, vecstore.WrongType, "a run is a dict .* not int"),
        (JUDGED, {"q1": "abc"}, vecstore.WrongType, "ranking of query 'q1': .* not str"),
        (JUDGED, {"q1": ["a", "a"]}, vecstore.InvalidArgument, "ranking of query 'q1' has 'a' a second time"),
        (JUDGED, {"q1": [7]}, vecstore.WrongType, "id of a hit is text, not 7"),
        (JUDGED, {"q1": {"a": float("nan")}}, vecstore.InvalidArgument, "score of 'a' for query 'q1' is nan"),
        (JUDGED, {"q1": {"a": None}}, vecstore.InvalidArgument, "score of 'a' for query 'q1' is None"),
        (JUDGED, np.array([["a"]]), vecstore.InvalidArgument, "has 1 rows, there are 3 judged queries"),
        ([7], RUN, vecstore.WrongType, "an EvalQuestion is expected, not int"),
    ]:
        with pytest.raises(error, match=words):
            vecstore.evaluate(judged, run)
    for kwargs, error, words in [
        ({"samples": 99}, vecstore.InvalidArgument, "samples must be from 100 to 1000000"),
        ({"samples": -1}, vecstore.InvalidArgument, "samples: an integer that is not negative"),
        ({"samples": "9"}, vecstore.WrongType, "samples: an integer is expected, not str"),
        ({"seed": 1.5}, vecstore.WrongType, "seed: an integer is expected, not float"),
        ({"confidence": 1}, vecstore.InvalidArgument, "above 0 and below 1"),
        ({"confidence": "x"}, vecstore.WrongType, "confidence: a number is expected"),
        ({"metric": "mrr"}, vecstore.WrongType, "did you mean 'metrics'"),
    ]:
        with pytest.raises(error, match=words):
            vecstore.evaluate(JUDGED, RUN, **kwargs)
    for runs in ([], {}, [RUN]):
        with pytest.raises(vecstore.WrongType, match="run"):
            vecstore.compare(JUDGED, runs)


def test_files_are_read_and_written(tmp_path):
    (tmp_path / "qrels.txt").write_text("q2 0 b 1\nq1 0 a 2\nq1 0 b -1\n")
    (tmp_path / "bm25.run").write_text("q1 Q0 a 1 1.5 bm25\nq1 Q0 b 2 1.5 bm25\n")
    judged, run = vecstore.read_judgements(tmp_path / "qrels.txt"), vecstore.read_run(str(tmp_path / "bm25.run"))
    assert judged == {"q1": {"a": 2, "b": -1}, "q2": {"b": 1}} and list(judged) == ["q1", "q2"]
    assert run == {"q1": {"b": 1.5, "a": 1.5}} and list(run["q1"]) == ["b", "a"]
    assert mrr(vecstore.evaluate(tmp_path / "qrels.txt", tmp_path / "bm25.run", metrics="mrr")) == [0.5, 0.0]
    for name in ("again.txt", "again.tsv"):
        vecstore.write_judgements(tmp_path / name, judged)
        assert vecstore.read_judgements(tmp_path / name) == judged
    assert (tmp_path / "again.tsv").read_text().startswith("query-id\tcorpus-id\tscore\n")
    kept = {"q1": [("a", 1.0), ("b", 1.0)], "q2": [("x", 0.25)], "q3": ["c", "d"]}
    vecstore.write_run(tmp_path / "again.run", kept, name="mine")
    assert {query: list(ranking) for query, ranking in vecstore.read_run(tmp_path / "again.run").items()} == {"q1": ["a", "b"], "q2": ["x"], "q3": ["c", "d"]}
    assert "q2 Q0 x 1 0.25 mine" in (tmp_path / "again.run").read_text().splitlines()
    for wrong, error, words in [
        (lambda: vecstore.read_judgements(tmp_path / "bm25.run"), vecstore.InvalidArgument, "bm25.run: line 1: has 6 columns"),
        (lambda: vecstore.read_run(tmp_path / "qrels.txt"), vecstore.InvalidArgument, "qrels.txt: line 1: has 4 columns"),
        (lambda: vecstore.read_run(tmp_path / "none"), FileNotFoundError, "none"),
        (lambda: vecstore.write_run(tmp_path / "x", {"a b": ["c"]}), vecstore.InvalidArgument, "'a b' cannot stand in a column"),
        (lambda: vecstore.write_judgements(tmp_path / "x", {"q": [""]}), vecstore.InvalidArgument, "cannot stand in a column"),
    ]:
        with pytest.raises(error, match=words):
            wrong()


def test_questions_in_files(tmp_path):
    asked = [
        vecstore.EvalQuestion("1", "oil?", relevant={"a": 1}, filter="year > 3", vector=np.array([1, 0.5], dtype=np.float32)),
        vecstore.EvalQuestion("2", "sea?", answer="x", reference="y", contexts=("z", "ä")),
    ]
    vecstore.write_questions(tmp_path / "q.jsonl", asked)
    first, second = vecstore.read_questions(tmp_path / "q.jsonl")
    assert first.vector.tolist() == [1, 0.5] and str(first.filter) == "year > 3" and first.relevant == {"a": 1} and first.contexts is None
    assert second == vecstore.EvalQuestion("2", "sea?", answer="x", reference="y", contexts=["z", "ä"])
    (tmp_path / "wrong.jsonl").write_text('{"id": "1", "text": "a"}\n{"id": "2", "txet": "a"}\n')
    with pytest.raises(vecstore.InvalidArgument, match="wrong.jsonl: line 2: unknown member 'txet'.*'text'"):
        vecstore.read_questions(tmp_path / "wrong.jsonl")
    with pytest.raises(vecstore.WrongType, match="a list of numbers, not list"):
        vecstore.write_questions(tmp_path / "x", [vecstore.EvalQuestion("1", vector=[[1]])])
    with pytest.raises(vecstore.WrongType, match="not str"):
        vecstore.write_questions(tmp_path / "x", ["q"])


def test_folders_of_beir(tmp_path, manual):
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n1\toil\t1\n9\toil\t1\n")
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "pump oiled"}\n{"_id": "2", "text": "sea"}\n')
    (tmp_path / "corpus.jsonl").write_text('{"_id": "oil", "title": "Pump", "text": "It is oiled."}\n\n{"_id": "b", "text": "c", "metadata": {"x": 1}}\n')
    data = vecstore.read_dataset(tmp_path)
    assert [one.id for one in data.questions] == ["1"] and (data.unjudged, data.unasked) == (1, 1) and data.questions[0].relevant == {"oil": 1}
    assert list(data.corpus()) == [("oil", "Pump\nIt is oiled.", {"title": "Pump"}), ("b", "c", {"x": 1})]
    for given in (data, tmp_path):
        assert manual.evaluate(given, modes="text", metrics="mrr")["text"]["mrr"] == 1
    assert vecstore.evaluate(data, {"1": ["oil"]}, metrics="mrr").queries[0].text == "pump oiled"
    (tmp_path / "corpus.jsonl").write_text('{"text": "c"}\n')
    with pytest.raises(vecstore.InvalidArgument, match="corpus.jsonl: line 1: a document is"):
        list(data.corpus())
    with pytest.raises(FileNotFoundError, match="dev.tsv"):
        vecstore.read_dataset(tmp_path, "dev")


def test_a_collection_is_measured_by_vectors_words_and_both(manual):
    made = manual.evaluate(ASKED, metrics="mrr,recall@1")
    assert [run.title for run in made.runs] == ["vector", "text", "hybrid"] and len(made.comparisons) == 6
    assert mrr(made, "text") == [1, 1] and mrr(made, "vector") == [1, 1 / 3] and all(run.took_ms > 0 for run in made.runs)
    assert made["text"].hits["1"][0].grade == 2 and made.queries[1].text == "change of the filters"
    assert [run.title for run in manual.evaluate(ASKED, modes="text, vector").runs] == ["text", "vector"]
    assert mrr(manual.evaluate(ASKED, modes=["hybrid"], metrics="mrr", alpha=1.0), "hybrid") == [1, 1 / 3]
    assert mrr(manual.evaluate(ASKED, modes="vector", metrics="mrr", filter="kind = 'do'"), "vector") == [1, 1 / 2]
    assert manual.evaluate(ASKED, modes="vector", k=1)["vector"].hits["2"] == [("oil", pytest.approx(0.995, abs=1e-3), 0)]
    one = [vecstore.EvalQuestion("1", "pump", relevant={"oil": 1}, filter="kind = 'do'"), vecstore.EvalQuestion("2", "sea")]
    narrow = manual.evaluate(one, modes="text", filter="kind != 'do'")
    assert narrow["text"].hits["1"] == [] and narrow.unjudged_queries == 1, "both filters count"
    assert json.loads(narrow.to_json())["unjudged_queries"] == 1
    assert mrr(manual.evaluate({"1": "pump", "2": "sea"}, {"1": ["oil"]}, modes="text", metrics="mrr"), "text") == [1]


def test_questions_are_embedded_where_they_bring_no_vector(db, words):
    made = db.collection("words", embedder=words)
    made.upsert_text(["a", "b"], ["red door", "blue cat"])
    asked = [vecstore.EvalQuestion("1", "red door", relevant={"a": 1}), vecstore.EvalQuestion("2", "cat blue", relevant={"b": 1})]
    assert mrr(made.evaluate(asked, modes="vector", metrics="mrr"), "vector") == [1, 1]


def test_what_a_reranker_gains_is_a_run(manual):
    class Longest:
        name = "longest"

        def rerank(self, query, texts, count=None):
            return sorted(((i, len(text)) for i, text in enumerate(texts)), key=lambda one: -one[1])[:count]

    made = manual.evaluate(ASKED, modes="vector", metrics="mrr", reranker=Longest(), rerank_candidates=2)
    assert [run.title for run in made.runs] == ["vector", "vector+rerank"]
    assert [hit.id for hit in made["vector"].hits["2"]] == ["oil", "sea", "filter"]
    assert [hit.id for hit in made["vector+rerank"].hits["2"]] == ["oil", "sea", "filter"], "the third was no candidate"
    all_of_them = manual.evaluate(ASKED, modes="vector", reranker=Longest())
    assert [hit.id for hit in all_of_them["vector+rerank"].hits["2"]] == ["filter", "oil", "sea"]


def test_what_a_collection_cannot_be_asked_is_refused(db, manual):
    plain = db.collection("plain", dimension=2)
    plain.upsert_many([vecstore.Record("a", text="pump")])
    assert [run.title for run in plain.evaluate(ASKED).runs] == ["text"]
    for where, kwargs, error, words in [
        (plain, {"modes": "hybrid"}, vecstore.FailedPrecondition, "no record of 'plain' has a vector: modes='text'"),
        (manual, {"modes": "sparse"}, vecstore.InvalidArgument, "not 'sparse'"),
        (manual, {"modes": []}, vecstore.InvalidArgument, "none is given"),
        (manual, {"metrics": "mmr"}, vecstore.InvalidArgument, "unknown metric 'mmr'"),
        (manual, {"window": 1}, vecstore.InvalidArgument, "'window' is for search and ask"),
        (manual, {"rerank_candidates": 0}, vecstore.InvalidArgument, "rerank_candidates must be at least 1"),
        (manual, {"questions": [vecstore.EvalQuestion("1", "a")]}, vecstore.InvalidArgument, "judgements= is needed"),
        (manual, {"questions": ASKED, "judgements": {"9": ["a"]}}, vecstore.InvalidArgument, "are of others"),
        (manual, {"questions": [ASKED[0], ASKED[0]]}, vecstore.InvalidArgument, "question '1' comes a second time"),
        (manual, {"questions": 7}, vecstore.WrongType, "not int"),
        (manual, {"questions": [vecstore.EvalQuestion("1", vector=[1, 0], relevant={"a": 1})]}, vecstore.InvalidArgument, "no text, which mode 'text'"),
        (manual, {"questions": [vecstore.EvalQuestion("1", "a", relevant={"a": 1})]}, vecstore.FailedPrecondition, "embedder"),
        (manual, {"mode": "text"}, vecstore.WrongType, "did you mean 'modes'|no argument 'mode'"),
    ]:
        with pytest.raises(error, match=words):
            where.evaluate(**{"questions": ASKED, **kwargs})


MANY = {f"q{i}": {"a": 1, "b": int(i % 3 == 0)} for i in range(3000)}
OTHERS = {query: (["a", "b"] if i % 2 else ["b", "a"]) for i, query in enumerate(MANY)}


def long_one(**kwargs):
    """Some twenty seconds of drawing."""
    return vecstore.compare(MANY, {"x": OTHERS, "y": {query: ["b"] for query in MANY}}, samples=1_000_000, **kwargs)


def test_ctrl_c_ends_an_evaluation():
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        long_one()
    assert time.monotonic() - begun < 3


def test_ctrl_c_ends_a_metric_of_ones_own():
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    calls = []

    def slow(ranking, grades):
        calls.append(1)
        time.sleep(0.01)
        return 1

    with pytest.raises(KeyboardInterrupt):
        vecstore.evaluate(MANY, OTHERS, metrics=[slow])
    done = len(calls)
    time.sleep(0.1)
    assert len(calls) == done < 1000, "nothing of it goes on"


def test_a_token_ends_an_evaluation():
    token = vecstore.CancelToken()
    threading.Timer(0.3, token.cancel).start()
    begun = time.monotonic()
    with pytest.raises(vecstore.Cancelled, match="called off"):
        long_one(cancel=token)
    assert time.monotonic() - begun < 3
    with pytest.raises(vecstore.Cancelled):
        vecstore.join_evaluations({"a": vecstore.evaluate(JUDGED, RUN)}, cancel=token)


def test_it_runs_without_the_interpreter_lock():
    counted = []

    def count():
        while not ended.is_set():
            counted.append(1)
            time.sleep(0.001)

    ended = threading.Event()
    counting = threading.Thread(target=count)
    counting.start()
    vecstore.compare(MANY, {"x": OTHERS, "y": OTHERS}, metrics="mrr", samples=20_000)
    ended.set()
    counting.join()
    assert len(counted) > 20


def test_awaited_evaluations(manual):
    async def main():
        async with vecstore.aopen(":memory:") as adb:
            adocs = await adb.collection("docs", dimension=2)
            await adocs.upsert("oil", [1, 0], texts="The pump is oiled on Mondays.")
            made = await adocs.evaluate(ASKED, modes="text", metrics="mrr")
            calls = []

            def slow(ranking, grades):
                calls.append(1)
                time.sleep(0.01)
                return 1

            asked = [vecstore.EvalQuestion(str(i), "pump", relevant={"oil": 1}) for i in range(1000)]
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(adocs.evaluate(asked, modes="text", metrics=[slow]), 0.3)
            return made["text"].values["mrr"].tolist(), len(calls)

    values, calls = asyncio.run(main())
    assert values == [1.0, 0.0] and calls < 800


@needs_program
def test_the_program_measures_the_same(tmp_path):
    draw = np.random.default_rng(11)
    with vecstore.open(tmp_path / "db") as db:
        made = db.collection("default", dimension=8, metric="cosine")
        vocabulary = [f"w{i}" for i in range(40)]
        texts = [" ".join(draw.choice(vocabulary, 12)) for _ in range(300)]
        made.upsert([f"d{i}" for i in range(300)], draw.normal(size=(300, 8)).astype(np.float32), texts=texts)
        asked = [
            vecstore.EvalQuestion(f"q{i}", " ".join(draw.choice(vocabulary, 3)), vector=draw.normal(size=8).astype(np.float32),
                                  relevant={f"d{j}": int(draw.integers(0, 3)) for j in draw.choice(300, 30, replace=False)})
            for i in range(40)
        ]  # fmt: skip
        vecstore.write_questions(tmp_path / "q.jsonl", asked)
        ours = json.loads(made.evaluate(tmp_path / "q.jsonl", k=100, samples=300, seed=5).to_json())
        vecstore.write_run(tmp_path / "some.run", {one.id: made.query(text=one.text, k=50) for one in asked})
        vecstore.write_judgements(tmp_path / "qrels.txt", asked)
        of_files = vecstore.evaluate(tmp_path / "qrels.txt", tmp_path / "some.run", name="some")
    words = [PROGRAM, "--db", str(tmp_path / "db"), "eval", "-o", "json"]
    theirs = json.loads(subprocess.run([*words, "--queries", str(tmp_path / "q.jsonl"), "-k", "100", "--samples", "300", "--seed", "5"], check=True, capture_output=True).stdout)
    for one in (*ours["modes"], *theirs["modes"]):
        assert one.pop("took_ms") > 0
    assert [one["mode"] for one in ours["modes"]] == ["vector", "text", "hybrid"] and ours == theirs
    ranked = [*words, "--run", str(tmp_path / "some.run"), "--qrels", str(tmp_path / "qrels.txt")]
    kept = json.loads(subprocess.run(ranked, check=True, capture_output=True).stdout)
    assert kept == json.loads(of_files.to_json())
    (tmp_path / "kept.json").write_text(json.dumps(kept))
    assert vecstore.Evaluation.load(pathlib.Path(tmp_path / "kept.json")) == of_files
