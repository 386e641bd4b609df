#!/usr/bin/env python3
"""How fast tokenizers are beside the library `tokenizers`: MB of text in a second of CPU time, one thread, the best of three.

Texts are the paragraphs of PostgreSQL's manual, and of the same number of bytes what parity.py asks (every script, marks, long runs).
"spans" makes what the library's encode makes, ids and offsets; "ids" is beside its encode_batch_fast, which makes no offsets.

usage: bench/tokenizer_speed.py ENCODER TOKENIZER.json...      (ENCODER is the program encode_texts of tests/models)
"""

import os
import pathlib
import re
import struct
import subprocess
import sys
import time

os.environ.update(TOKENIZERS_PARALLELISM="false", RAYON_NUM_THREADS="1")
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests/models"))

import fuzz_texts  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

ROUNDS = 3


def prose():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    texts = []
    for page in sorted((cache / "vecstore/docs/postgresql").glob("*.html"))[:400]:
        text = re.sub(r"[ \t]+", " ", re.sub(r"<[^>]+>", " ", page.read_text(errors="replace")))
        texts += [line.strip() for line in text.split("\n") if len(line.strip()) > 60]
    return texts


def size_of(texts):
    return sum(len(text.encode()) for text in texts) / 1e6


def ours(encoder, path, mode, texts):
    data = b"".join(struct.pack("<I", len(text.encode())) + text.encode() for text in texts)
    seconds = []
    for _ in range(ROUNDS):
        said = subprocess.run([encoder, path, mode, "0"], input=data, capture_output=True, check=True).stderr.split()
        seconds.append(float(said[said.index(b"encode") + 1]))
    return min(seconds)


def theirs(encode, texts):
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        encode(texts)
        seconds.append(time.process_time() - started)
    return min(seconds)


def main(encoder, *paths):
    fuzzed = fuzz_texts.texts(5, 8000)
    print(f"{'':14} {'texts':7} {'spans':>8} {'library':>8} {'times':>6} {'ids':>9} {'library':>8} {'times':>6}")
    for path in paths:
        tokenizer = Tokenizer.from_file(path)
        tokenizer.no_padding()
        tokenizer.no_truncation()
        for name, texts in (("prose", prose()), ("fuzzed", fuzzed)):
            size = size_of(texts)
            row = [size / ours(encoder, path, "time", texts), size / theirs(tokenizer.encode_batch, texts),
                   size / ours(encoder, path, "ids", texts), size / theirs(tokenizer.encode_batch_fast, texts)]
            print(f"{pathlib.Path(path).stem:14} {name:7} {row[0]:8.1f} {row[1]:8.2f} {row[0] / row[1]:6.1f} {row[2]:9.1f} {row[3]:8.2f} "
                  f"{row[2] / row[3]:6.1f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
