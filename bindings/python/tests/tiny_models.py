"""Models of a few kilobytes, made on the spot: transformers with random weights from tests/models/data, with heads and without, and a table."""

import json
import pathlib
import shutil
import struct

import numpy as np

LETTERS = "abcdefghijklmn"
SOURCE = pathlib.Path(__file__).parents[3] / "tests/models/data/bert"


def tokenizer(marks):
    """Whose words are letters: "a" is 4. With marks, <s> (2) before a text and </s> (3) behind it."""
    words = {"<unk>": 0, "<pad>": 1, "<s>": 2, "</s>": 3} | {letter: 4 + i for i, letter in enumerate(LETTERS)}
    parts = [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}]
    special = {name: {"id": name, "ids": [words[name]], "tokens": [name]} for name in ("<s>", "</s>")}
    made = {
        "added_tokens": [{"id": words[name], "content": name, "normalized": False, "special": True} for name in special],
        "model": {"type": "BPE", "unk_token": "<unk>", "vocab": words, "merges": []},
    }
    if marks:
        made["post_processor"] = {"type": "TemplateProcessing", "single": parts, "pair": [], "special_tokens": special}
    return json.dumps(made)


def make_transformer(folder, **files):
    """Of 12 dimensions, with further files by name."""
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        shutil.copy(SOURCE / name, folder / name)
    (folder / "tokenizer.json").write_text(tokenizer(marks=True))
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


def make_table(folder, dimension=4):
    """A static model with a row for each letter."""
    folder.mkdir(parents=True)
    rows = np.random.default_rng(1).standard_normal((4 + len(LETTERS), dimension)).astype("<f4")
    header = json.dumps({"table": {"dtype": "F32", "shape": list(rows.shape), "data_offsets": [0, rows.nbytes]}}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + rows.tobytes())
    (folder / "tokenizer.json").write_text(tokenizer(marks=False))
    return folder


DATA = SOURCE.parent
COLBERT = {"query_token_id": "a", "doc_token_id": "b", "query_maxlen": 14, "doc_maxlen": 13}


def make_heads(folder, kind, family="bert"):
    """A "reranker", "tokens" (ColBERT) or "sparse" (SPLADE); and what PyTorch makes of some texts with it."""
    expected = json.loads((DATA / "heads" / family / "expected.json").read_text())
    shutil.copytree(DATA / "heads" / family, folder)
    shutil.copy(DATA / expected["tokenizer"], folder / "tokenizer.json")
    config = folder / "config.json"
    config.write_text(config.read_text().replace("ForSequenceClassification", {"reranker": "ForSequenceClassification", "tokens": "ForColBERT", "sparse": "ForMaskedLM"}[kind]))
    if kind == "tokens":
        (folder / "artifact.metadata").write_text(json.dumps(COLBERT))
    return expected
