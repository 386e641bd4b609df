#!/usr/bin/env python3
"""Compares models with heads with PyTorch: tiny models with random weights, made here, of every family.

usage: heads.py RUN_HEADS [--texts 200] [--seed 1] [--onnxruntime LIBRARY]

RUN_HEADS is the program run_heads. "plugin" are our pairs with the exported graph run by LIBRARY. Texts are runs of words, up to beyond the longest text, and what breaks tokenizers. Prints a table;
exits with 1 when a number is further off than its bound.
"""
import argparse
import json
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import torch
import transformers

import fuzz_texts
from tiny_heads import FAMILIES, TinyHeads, rules_of

# The furthest number in floats, and the least cosine in bytes.
FLOAT_BOUND, INT8_BOUND = 1e-5, 0.995
WIDE = {"hidden": 96, "layers": 4, "heads": 6, "positions": 64, "projected": 32}


def make_texts(seed, count):
    chance = random.Random(seed)
    words = [word for word in fuzz_texts.WORDS if word != "<pad>"]  # PyTorch's RoBERTa gives it the padding's position wherever it stands
    texts = []
    for i in range(count):
        if i % 3 == 2:
            texts.append(fuzz_texts.text(chance, ()).replace("<pad>", ""))
        else:
            texts.append(" ".join(chance.choices(words, k=int(2 ** chance.uniform(0, 6)))))
    return texts


def ours(program, mode, folder, precision, texts):
    framed = b"".join(struct.pack("<I", len(data)) + data for data in (text.encode() for text in texts))
    done = subprocess.run([program, mode, folder, precision, "2"], input=framed, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{folder}: {done.stderr.decode()}")
    return done.stdout


def compare_pairs(program, model, folder, precision, texts):
    """Questions of every length, also longer than the passages. Scores without a sigmoid, about their mean."""
    config = model.configuration("SequenceClassification", num_labels=1,
                                 sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"})
    (folder / "config.json").write_text(json.dumps(config))
    found, expected = [], []
    for at in range(0, len(texts), 20):
        query, *passages = texts[at:at + 20]
        found.append(np.frombuffer(ours(program, "pairs", folder, precision, [query, *passages]), dtype="<f4"))
        expected.append(np.array(model.scores(query, passages)))
    found, expected = np.concatenate(found), np.concatenate(expected)
    centre = expected.mean()
    cosine = np.dot(found - centre, expected - centre) / (np.linalg.norm(found - centre) * np.linalg.norm(expected - centre))
    return np.abs(found - expected).max(), cosine, len(expected)


def difference(found, expected):
    """The furthest number, of large ones as a share, and the least cosine of two rows."""
    cosines = (found * expected).sum(axis=1) / np.maximum(np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1), 1e-30)
    return (np.abs(found - expected) / np.maximum(1, np.abs(expected))).max(), cosines.min()


def compare_tokens(program, model, folder, precision, texts):
    """As colbert-ir's files tell it, and as PyLate's with mask tokens that are attended to."""
    answers = []
    for attends in (False, True):
        rules = {**rules_of(model), "query_tokens": 24, "document_tokens": 60, "attends": attends}
        write = write_pylate if attends else write_colbert
        write(model, folder, rules)
        for mode in ("documents", "questions"):
            data, at = ours(program, mode, folder, precision, texts), 0
            for text in texts:
                count, dimension = struct.unpack_from("<II", data, at)
                found = np.frombuffer(data, dtype="<f4", count=count * dimension, offset=at + 8).reshape(count, dimension)
                expected = model.token_vectors(text, mode == "questions", rules)
                if found.shape != expected.shape:
                    raise SystemExit(f"{model.family}: {found.shape} vectors for {expected.shape}: {text!r}")
                answers.append(difference(found, expected))
                at += 8 + 4 * count * dimension
    return max(furthest for furthest, _ in answers), min(cosine for _, cosine in answers), len(answers)


def write_colbert(model, folder, rules):
    (folder / "config.json").write_text(json.dumps(model.configuration("HF_ColBERT")))
    (folder / "artifact.metadata").write_text(json.dumps({
        "query_token_id": rules["query_marker"], "doc_token_id": rules["document_marker"], "query_maxlen": rules["query_tokens"],
        "doc_maxlen": rules["document_tokens"], "attend_to_mask_tokens": rules["attends"], "mask_punctuation": True, "dim": 5}))


def write_pylate(model, folder, rules):
    (folder / "config.json").write_text(json.dumps(model.configuration("Model")))
    (folder / "modules.json").write_text(json.dumps([
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Dense", "type": "pylate.models.Dense.Dense"}]))
    (folder / "config_sentence_transformers.json").write_text(json.dumps({
        "query_prefix": rules["query_marker"], "document_prefix": rules["document_marker"], "query_length": rules["query_tokens"],
        "document_length": rules["document_tokens"], "attend_to_expansion_tokens": rules["attends"], "skiplist_words": rules["skipped"]}))
    dense = folder / "1_Dense"
    dense.mkdir(exist_ok=True)
    shutil.copy(folder / "model.safetensors", dense / "model.safetensors")
    (dense / "config.json").write_text(json.dumps({"bias": False, "activation_function": "torch.nn.modules.linear.Identity"}))


def compare_sparse(program, model, folder, precision, texts):
    """The four ways of pooling that files may ask for."""
    answers, quarter = [], len(texts) // 4
    (folder / "config.json").write_text(json.dumps(model.configuration("MaskedLM")))
    (folder / "1_SpladePooling").mkdir(exist_ok=True)
    (folder / "modules.json").write_text(json.dumps([
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.sparse_encoder.models.MLMTransformer"},
        {"idx": 1, "name": "1", "path": "1_SpladePooling", "type": "sentence_transformers.sparse_encoder.models.SpladePooling"}]))
    for number, (strategy, twice) in enumerate([("max", False), ("max", True), ("sum", False), ("sum", True)]):
        (folder / "1_SpladePooling/config.json").write_text(
            json.dumps({"pooling_strategy": strategy, "activation_function": "log1p_relu" if twice else "relu"}))
        some = texts[number * quarter:(number + 1) * quarter]
        data, at = ours(program, "sparse", folder, precision, some), 0
        for text in some:
            (count,) = struct.unpack_from("<I", data, at)
            found = np.zeros((1, model.config.vocab_size))
            found[0, np.frombuffer(data, dtype="<u4", count=count, offset=at + 4)] = \
                np.frombuffer(data, dtype="<f4", count=count, offset=at + 4 + 4 * count)
            expected = model.weights(text, strategy, twice)[None]
            if strategy == "sum":  # what a weight is off adds up over the tokens
                tokens = len(model.tokenizer.encode(text).ids)
                found, expected = found / tokens, expected / tokens
            answers.append(difference(found, expected))
            at += 4 + 8 * count
    return max(furthest for furthest, _ in answers), min(cosine for _, cosine in answers), len(answers)


HEADS = {"pairs": compare_pairs, "tokens": compare_tokens, "sparse": compare_sparse}


def save_onnx(model, head, folder):
    """The weights as PyTorch exports them, where matrices lose their names."""
    network = (model.words if head == "sparse" else model.pairs).float()
    ids = torch.tensor([[0, 5, 6, 7]])
    feed = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if model.family == "bert":
        feed["token_type_ids"] = torch.zeros_like(ids)
    torch.onnx.export(network, (feed,), str(folder / "model.onnx"), input_names=list(feed), output_names=["logits"],
                      dynamic_axes={name: {0: "texts", 1: "tokens"} for name in feed}, opset_version=14)
    network.double()


def runs_of(kind, library):
    """Kind of file, head and precision. PyTorch has no model of its own with ColBERT's projection to export."""
    yield from ((kind, head, precision) for head in HEADS for precision in ("float", "int8"))
    yield "onnx", "pairs", "float"
    if library:
        yield "onnx", "pairs", "plugin"
    yield "onnx", "sparse", "float"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--onnxruntime", metavar="LIBRARY")
    args = parser.parse_args()
    texts = make_texts(args.seed, args.texts)
    transformers.logging.set_verbosity_error()  # it advises authors of models
    warnings.simplefilter("ignore", torch.jit.TracerWarning)
    passed = failed = 0
    print(f"{'head':7} {'family':12} {'file':9} {'precision':9} {'texts':>5} {'furthest':>10} {'cosine':>10}")
    for family in FAMILIES:
        kind = torch.bfloat16 if family == "bert" else torch.float32
        model = TinyHeads(family, args.seed, **WIDE, dtype=kind)
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            model.save(folder)
            (folder / "tokenizer.json").write_text(model.tokenizer_json)
            for file, head, precision in runs_of(str(kind)[6:], args.onnxruntime):
                for name in ("modules.json", "config_sentence_transformers.json", "artifact.metadata"):
                    (folder / name).unlink(missing_ok=True)
                if file == "onnx" and precision == "float":
                    (folder / "model.safetensors").unlink(missing_ok=True)
                    save_onnx(model, head, folder)
                how = args.onnxruntime if precision == "plugin" else precision
                furthest, cosine, count = HEADS[head](args.program, model, folder, how, texts)
                good = cosine >= INT8_BOUND if precision == "int8" else furthest <= FLOAT_BOUND
                passed, failed = passed + good, failed + (not good)
                print(f"{head:7} {family:12} {file:9} {precision:9} {count:5} {furthest:10.2e} {cosine:10.7f}"
                      f"{'' if good else '  FAILED'}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
