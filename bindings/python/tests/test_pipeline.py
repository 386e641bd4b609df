"""One file from sources to answers: what it says as arguments, what of it is wrong, and that the program does the same by it."""

import json
import subprocess
import sys

import pytest

import vecstore
from playing import KEY, playing
from test_evaluation import PROGRAM, needs_program
from test_remote import needs_http

SETTINGS = """
[database]
path = "elsewhere.db"

[ingest]
paths = ["notes"]
include = ["*.md"]
splitter = "recursive"
chunk_size = 60
separators = ["\\n\\n", " ", ""]

[retrieval]
mode = "text"
passages = 2
effort = "high_recall"
recall = 0.0
expand = ["synonyms"]
synonyms = "words.txt"
group_by = "source:3"
rerank = true

[reranking]
steps = ["score(normalize=min_max)", "compress(keep=1)"]
candidates = 20

[answering]
max_tokens = 99
temperature = -1
max_context_tokens = 500
max_history_tokens = 300

[output]
format = "json"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/pump.md").write_text("# Pump\n\nThe pump is oiled on Mondays. It holds two litres.\n\nPaint it green.\n")
    (tmp_path / "notes/sea.md").write_text("# Sea\n\nThe tides move it on Mondays.\n")
    (tmp_path / "notes/left.txt").write_text("left out")
    (tmp_path / "words.txt").write_text("grease, oiled\n")
    (tmp_path / "manual.toml").write_text(SETTINGS)
    return tmp_path


def test_what_a_file_says_as_arguments(folder):
    pipeline = vecstore.Pipeline.load(folder / "manual.toml")
    assert pipeline.ingest_options == {
        "paths": [str(folder / "notes")], "include": ["*.md"], "splitter": "recursive", "chunk_size": 60, "chunk_overlap": 9, "split_options": {"separators": ["\n\n", " ", ""]},
    }  # fmt: skip
    found = {"k": 2, "mode": "text", "effort": "high_recall", "expand": ["synonyms"], "synonyms": str(folder / "words.txt"), "group_by": ("source", 3),
             "rerank_steps": "score(normalize=min_max) | compress(keep=1)", "rerank_candidates": 20}  # fmt: skip
    assert pipeline.search_options == found
    assert pipeline.ask_options == {**found, "max_tokens": 99, "max_context_tokens": 500, "max_history_tokens": 300}
    assert repr(pipeline) == "<Pipeline: [ingest], [retrieval], [reranking], [answering]>"
    assert vecstore.Pipeline({}).search_options == {} and vecstore.Pipeline({}).ask_options == {}


def test_it_runs_from_sources_to_answers(folder, db, words):
    pipeline = vecstore.Pipeline.load(folder / "manual.toml")
    docs = db.collection("manual", embedder=words)
    report = pipeline.ingest(docs)
    assert report.added == 2 and report.failed == 0 and all(record.id.startswith("notes/") for record in docs.scan())
    assert pipeline.ingest(docs).unchanged == 2
    hits = pipeline.search(docs, "grease")
    assert hits.ids == ["notes/pump.md#0"] and len(pipeline.search(docs, "Mondays", k=1)) == 1
    seen = []

    def model(messages, max_tokens):
        seen.append(max_tokens)
        return "On Mondays [1]."

    assert pipeline.ask(docs, "when is grease", model).text == "On Mondays [1]." and seen == [99]
    assert list(pipeline.ask_stream(docs, "when is grease", model)) == ["On Mondays [1]."]
    assert pipeline.ask(docs, "grease", model, conversation="a", max_history_tokens=50).text and len(vecstore.Conversations(db)) == 1
    with pipeline.watch(docs) as changes:
        assert next(changes).unchanged == 2
    kept = vecstore.Pipeline({"answering": {"cache": True, "cache_ttl_s": 60, "cache_threshold": 0.9}})
    assert kept.ask(docs, "oiled pump", lambda messages: "On Mondays [1].").cached is None
    assert kept.ask(docs, "oiled pump", lambda messages: "no").cached is not None


def test_models_are_made_when_they_are_asked_for(folder, db):
    pipeline = vecstore.Pipeline({"embedding": {"model": "nothing-of-that-name"}})
    with pytest.raises(vecstore.NotFound, match="nothing-of-that-name"):
        pipeline.embedder
    with pytest.raises(vecstore.Unimplemented, match="onnxruntime"):
        vecstore.Pipeline({"embedding": {"runtime": "onnxruntime"}}).embedder
    with pytest.raises(vecstore.FailedPrecondition, match="reranking.model is not set"):
        vecstore.Pipeline({"retrieval": {"rerank": True}}).search_options
    with pytest.raises(vecstore.FailedPrecondition, match="answering.provider and answering.model are not set"):
        vecstore.Pipeline({}).ask(db.collection("x", dimension=1), "a")


@needs_http
def test_models_of_providers(db):
    with playing() as server:
        remote = {"provider": "compatible", "address": server.address, "backoff_ms": 1}
        pipeline = vecstore.Pipeline(
            {"embedding": {**remote, "model": "m", "known_dimension": 16}, "answering": {**remote, "model": "small"}}, keys={"embedding": KEY, "answering": KEY}
        )
        docs = pipeline.collection(db, "docs")
        assert isinstance(docs.embedder, vecstore.CachedEmbedder) and pipeline.model is pipeline.model and pipeline.model.name == "compatible/small"
        assert KEY not in repr(pipeline)
        docs.upsert_many([vecstore.Record("sea", text="The tides move the sea.")])
        assert pipeline.ask(docs, "tides", mode="text").text == server.says
    with pytest.raises(vecstore.InvalidArgument, match="embedding.cache must be auto, on or off"):
        vecstore.Pipeline({"embedding": {"cache": "maybe"}}).collection(db)


def test_what_is_wrong_is_named(folder, db, words):
    for text, error, message in [
        ("[retrieval]\npasages = 1", vecstore.InvalidArgument, "manual.toml: there is no retrieval.pasages: did you mean 'passages'"),
        ("[retreival]\n", vecstore.InvalidArgument, r"there is no section \[retreival\]: did you mean \[retrieval\]"),
        ("[answering]\nbot = 1", vecstore.InvalidArgument, "there is no answering.bot"),
        ("retrieval = 1", vecstore.WrongType, "'retrieval' is a section, not int"),
        ("[retrieval", vecstore.InvalidArgument, "manual.toml: "),
        (b"\xff", vecstore.InvalidArgument, "manual.toml: "),
    ]:
        (folder / "manual.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(error, match=message):
            vecstore.Pipeline.load(folder / "manual.toml")
    with pytest.raises(FileNotFoundError):
        vecstore.Pipeline.load(folder / "none.toml")
    docs = db.collection("manual", embedder=words)
    for settings, call, error, message in [
        ({}, lambda one: one.ingest(docs), vecstore.FailedPrecondition, "nothing is named to ingest"),
        ({"ingest": {"separatrs": [""]}}, lambda one: one.ingest(docs, paths=[folder]), vecstore.InvalidArgument, "separatrs"),
        ({"ingest": {"watch_by": "smell"}}, lambda one: one.watch(docs, paths=[folder]), vecstore.InvalidArgument, "notices or looking"),
        ({"retrieval": {"mode": "words"}}, lambda one: one.search(docs, "a"), vecstore.InvalidArgument, "mode is"),
        ({"retrieval": {"rerank": True}, "reranking": {"steps": ["mrm"]}}, lambda one: one.search(docs, "a"), vecstore.InvalidArgument, "no step 'mrm'"),
    ]:
        with pytest.raises(error, match=message):
            call(vecstore.Pipeline(settings))


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib is there")
def test_a_python_without_toml_says_so(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "tomllib", None)
    monkeypatch.setitem(sys.modules, "tomli", None)
    with pytest.raises(vecstore.Unimplemented, match="tomli"):
        vecstore.Pipeline.load(folder / "manual.toml")


@needs_program
def test_the_program_does_the_same(folder, words):
    pipeline = vecstore.Pipeline.load(folder / "manual.toml")
    with vecstore.open(folder / "db") as db:
        docs = db.collection("default", embedder=words)
        pipeline.ingest(docs)
        ours = [[(hit.id, hit.text) for hit in pipeline.search(docs, question)] for question in ("grease", "Mondays", "litres green")]
    theirs = []
    for question in ("grease", "Mondays", "litres green"):
        run = subprocess.run([PROGRAM, "--config", str(folder / "manual.toml"), "--db", str(folder / "db"), "ask", question, "-o", "json"], capture_output=True, cwd=folder)
        assert run.returncode == 0, run.stderr
        theirs.append([(one["id"], one["text"]) for one in json.loads(run.stdout)["passages"]])
    assert ours == theirs and len(ours[1]) == 2
