"""What the packages tokenizers and wordllama make of some texts, for reference_test.cc.

usage: reference.py MODEL_FOLDER TEXTS ANSWERS

TEXTS holds each text as a u32 length and its UTF-8 bytes. ANSWERS gets for each text: a u32 count and u32 ids, the same again with
special tokens, then the vector as f32 (NaN where there is nothing to embed). All numbers are little-endian.
"""

import struct
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from wordllama.inference import WordLlamaInference


def read_texts(path):
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        yield data[at + 4 : at + 4 + size].decode("utf-8")
        at += 4 + size


def main(folder, texts_path, answers_path):
    texts = list(read_texts(texts_path))
    tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
    bare = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    special = [tokenizer.encode(text).ids for text in texts]
    (table,) = load_file(folder + "/model.safetensors").values()
    with np.errstate(invalid="ignore"):
        vectors = WordLlamaInference(table, tokenizer).embed(texts, norm=True, batch_size=8)
    with open(answers_path, "wb") as file:
        for ids, more, vector in zip(bare, special, vectors):
            for numbers in (ids, more):
                file.write(np.array([len(numbers), *numbers], dtype="<u4").tobytes())
            file.write(vector.astype("<f4").tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
