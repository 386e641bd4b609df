#!/usr/bin/env python3
"""Compares vectors with those of ONNX Runtime in 32-bit floats, on 1,000 texts.

usage: vectors.py EMBEDDER MODELS [--texts 1000] [--only NAME]

EMBEDDER is the program embed_vectors; MODELS the folder where tools/fetch-models puts models. The reference tokenizes with the package
`tokenizers` and runs the ONNX file; all-MiniLM-L6-v2, whose weights we read from safetensors, it runs from the ONNX file of another
package. "plugin" are our vectors with the graph run by the same library. PyTorch is the reference of tests/models/data, see make_tiny_models.py. Exits with 1 when a vector is further than the bound.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import fuzz_texts
from parity import framed

# Model, ONNX file of the reference, pooling, longest text, what stands before a document.
MODELS = [
    ("all-MiniLM-L6-v2", "all-MiniLM-L6-v2-onnx", "mean", 256, ""),
    ("bge-small-en-v1.5", "bge-small-en-v1.5", "cls", 512, ""),
    ("e5-small-v2", "e5-small-v2", "mean", 512, "passage: "),
]
# The least cosine, and that of the hundredth part of texts that is furthest off.
BOUNDS = {"float": (0.9999, 0.9999), "int8": (0.995, 0.995), "plugin": (0.99999, 0.99999)}
LIBRARY = next((pathlib.Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so*"))


def make_texts(folder, count, seed=1):
    """Two thirds prose-like runs of whole words, up to beyond the longest text; the rest what breaks tokenizers."""
    chance = random.Random(seed)
    vocabulary = json.loads((folder / "all-MiniLM-L6-v2/tokenizer.json").read_text())["model"]["vocab"]
    words = sorted(word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 1)
    texts = []
    for i in range(count):
        if i % 3 == 2:
            texts.append(fuzz_texts.text(chance, ()))
        else:
            texts.append(" ".join(chance.choices(words, k=int(2 ** chance.uniform(0, 8.5)))))
    return texts


class Reference:
    def __init__(self, folder, onnx, pooling, longest, threads=0):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(longest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(onnx), options)
        self.inputs = {entry.name for entry in self.session.get_inputs()}
        self.pooling = pooling

    def ids(self, texts):
        return [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]

    def run(self, ids, batch=32):
        """Batches of texts of like length, padded to the longest of each, as sentence-transformers does."""
        order = np.argsort([len(text) for text in ids], kind="stable")
        rows = [None] * len(ids)
        for start in range(0, len(order), batch):
            chosen = order[start:start + batch]
            width = max(len(ids[i]) for i in chosen)
            tokens = np.zeros((len(chosen), width), dtype=np.int64)
            mask = np.zeros_like(tokens)
            for row, i in enumerate(chosen):
                tokens[row, :len(ids[i])] = ids[i]
                mask[row, :len(ids[i])] = 1
            feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
            hidden = self.session.run(None, {name: value for name, value in feed.items() if name in self.inputs})[0]
            pooled = hidden[:, 0] if self.pooling == "cls" else (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
            for row, i in enumerate(chosen):
                rows[i] = pooled[row] / np.linalg.norm(pooled[row])
        return np.array(rows, dtype=np.float32)


def ours(embedder, folder, precision, texts, threads=2, repeats=1):
    done = subprocess.run([embedder, folder, precision, str(threads), str(repeats)], input=framed(texts), capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{folder}: {done.stderr.decode()}")
    said = json.loads(done.stderr)
    return np.frombuffer(done.stdout, dtype="<f4").reshape(len(texts), said["dimension"]), said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("embedder")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--only", help="the model of this name alone")
    args = parser.parse_args()
    texts = make_texts(args.models, args.texts)
    passed = failed = 0
    print(f"{'model':20} {'precision':9} {'least cosine':>12} {'hundredth':>10} {'mean':>10}")
    for name, onnx, pooling, longest, prefix in MODELS:
        if args.only and name != args.only:
            continue
        reference = Reference(args.models / name, args.models / onnx / "model.onnx", pooling, longest)
        expected = reference.run(reference.ids([prefix + text for text in texts]))
        for precision, bounds in BOUNDS.items():
            plugin = precision == "plugin"
            if plugin and onnx != name:
                continue  # its folder has no ONNX file
            found, _ = ours(args.embedder, args.models / name, LIBRARY if plugin else precision, texts)
            cosines = (found * expected).sum(axis=1)
            least, hundredth = cosines.min(), np.quantile(cosines, 0.01)
            good = least >= bounds[0] and hundredth >= bounds[1]
            verdict = "" if good else f"  below {bounds}: {texts[int(cosines.argmin())][:60]!r}"
            passed, failed = passed + good, failed + (not good)
            print(f"{name:20} {precision:9} {least:12.7f} {hundredth:10.7f} {cosines.mean():10.7f}{verdict}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
