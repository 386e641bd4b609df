"""Runs the example with a tiny model of each kind, whose weights are random: what counts is that every text comes out once."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parents[2] / "tests/models/data"
MARKERS = json.dumps({"query_token_id": "a", "doc_token_id": "b", "query_maxlen": 10, "doc_maxlen": 13})
TEXTS = ["vectors", "to open a file.", "Hello, world!"]


def main(program):
    for architecture in ("BertForSequenceClassification", "HF_ColBERT", "BertForMaskedLM"):
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder) / "model"
            shutil.copytree(DATA / "heads/bert", model)
            shutil.copy(DATA / "wordpiece.json", model / "tokenizer.json")
            config = model / "config.json"
            config.write_text(config.read_text().replace("BertForSequenceClassification", architecture))
            (model / "artifact.metadata" if architecture == "HF_ColBERT" else model / "README.md").write_text(MARKERS)
            done = subprocess.run([program, model, "the database", *TEXTS], capture_output=True, text=True, check=True)
            lines = [line.split("  ", 1) for line in done.stdout.splitlines()]
            assert sorted(text for _, text in lines) == sorted(TEXTS), done.stdout
            scores = [float(score) for score, _ in lines]
            assert scores == sorted(scores, reverse=True), done.stdout
    print("each kind of model put the texts in an order")


if __name__ == "__main__":
    main(sys.argv[1])
