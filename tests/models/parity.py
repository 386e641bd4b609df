#!/usr/bin/env python3
"""Compares ids, offsets, types and special tokens with the package `tokenizers`, on texts that break tokenizers.

usage: parity.py ENCODER FOLDER [--texts 100000] [--seed 1] [--only NAME]

ENCODER is the program encode_texts; FOLDER holds tokenizers as NAME.json, those of the library tiktoken as NAME.tiktoken.json. Prints a table, and for each difference the first text that
shows it. Exits with 1 when there is one.
"""

import argparse
import base64
import json
import pathlib
import struct
import subprocess
import sys

import numpy as np
import tiktoken
from tokenizers import Tokenizer

import fuzz_texts


def framed(texts):
    encoded = [text.encode() for text in texts]
    return b"".join(struct.pack("<I", len(data)) + data for data in encoded)


def ask_ours(encoder, path, mode, texts, max_tokens=0):
    """For each text (each two, for pairs) an array of rows: id, begin, end in bytes, type plus 2 if special."""
    done = subprocess.run([encoder, path, mode, str(max_tokens)], input=framed(texts), capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{path}: {done.stderr.decode()}")
    numbers, at, answers = np.frombuffer(done.stdout, dtype="<u4"), 0, []
    while at < len(numbers):
        count = int(numbers[at])
        answers.append(numbers[at + 1:at + 1 + 4 * count].reshape(count, 4))
        at += 1 + 4 * count
    return answers


def character_offsets(text, rows):
    """The spans of `rows` in characters."""
    if text.isascii():
        return rows[:, 1:3].tolist()
    data = np.frombuffer(text.encode(), dtype=np.uint8)
    starts = np.concatenate(([0], np.cumsum((data & 0xC0) != 0x80)))
    return starts[rows[:, 1:3]].tolist()


def rows_of(encoding):
    return encoding.ids, [list(pair) for pair in encoding.offsets], encoding.type_ids, encoding.special_tokens_mask


def compare(texts, ours, theirs):
    """How many differ in ids and in offsets, and the first of each."""
    wrong = {"ids": [], "offsets": [], "types": [], "special": []}
    for i, (text, mine, encoding) in enumerate(zip(texts, ours, theirs, strict=True)):
        ids, offsets, types, special = rows_of(encoding)
        if mine[:, 0].tolist() != ids:
            wrong["ids"].append(i)
            continue
        if isinstance(text, str):
            found = character_offsets(text, mine)
        else:
            sequences = [number or 0 for number in encoding.sequence_ids]
            both = [character_offsets(part, mine * (np.array(sequences) == number)[:, None]) for number, part in enumerate(text)]
            found = [both[number][j] for j, number in enumerate(sequences)]
        if found != offsets:
            wrong["offsets"].append(i)
        if (mine[:, 3] & 1).tolist() != types:
            wrong["types"].append(i)
        if (mine[:, 3] >> 1).tolist() != special:
            wrong["special"].append(i)
    return wrong


def explain(name, what, text, mine, encoding):
    print(f"  {name}: {what} differ for {text!r}")
    print("    ours  ", [tuple(map(int, row[:3])) for row in mine][:40])
    print("    theirs", [(a, *b) for a, b in zip(encoding.ids, encoding.offsets)][:40])
    print("    tokens", encoding.tokens[:40])


def check(name, path, arguments):
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    specials = [token["content"] for token in json.loads(path.read_text())["added_tokens"]][:50]
    texts = fuzz_texts.texts(f"{arguments.seed} {name}", arguments.texts, specials)
    few = texts[:max(2, len(texts) // 10 * 2)]
    pairs = list(zip(few[::2], few[1::2]))
    has_pair = not path.name.startswith("single-")
    failures = 0
    runs = [("single", texts, 0), ("bare", few, 0), ("single", few, 12)]
    if has_pair:
        runs += [("pair", pairs, 0), ("pair", pairs, 16)]
    tokens = 0
    for mode, inputs, limit in runs:
        flat = [part for pair in inputs for part in pair] if mode == "pair" else inputs
        ours = ask_ours(arguments.encoder, path, mode, flat, limit)
        if limit:
            tokenizer.enable_truncation(limit)
        else:
            tokenizer.no_truncation()
        theirs = tokenizer.encode_batch(inputs, add_special_tokens=mode != "bare")
        tokens += sum(map(len, theirs))
        for what, which in compare(inputs, ours, theirs).items():
            failures += len(which)
            if which:
                first = min(which, key=lambda i: len(str(inputs[i])))
                explain(name, f"{mode} {limit}: {what} of {len(which)}", inputs[first], ours[first], theirs[first])
    print(f"{name:28} {len(texts):7} texts {tokens:9} tokens  {failures:6} differences", flush=True)
    return failures


def check_tiktoken(name, path, arguments):
    """An encoding of OpenAI's beside its own library: ids alone, since that knows no offsets."""
    content = json.loads(path.read_text())
    ranks = {}
    for line in content["bpe_ranks"].split("\n"):
        _, first, *tokens = line.split(" ")
        ranks.update((base64.b64decode(token), int(first) + i) for i, token in enumerate(tokens))
    encoding = tiktoken.Encoding(name, pat_str=content["pat_str"], mergeable_ranks=ranks, special_tokens=content["special_tokens"])
    texts = fuzz_texts.texts(f"{arguments.seed} {name}", arguments.texts, list(content["special_tokens"]))
    ours = ask_ours(arguments.encoder, path, "bare", texts)
    wrong = [text for text, mine in zip(texts, ours, strict=True) if mine[:, 0].tolist() != encoding.encode_ordinary(text)]
    if wrong:
        print(f"  {name}: ids differ for {min(wrong, key=len)!r}")
    print(f"{name:28} {len(texts):7} texts {sum(map(len, ours)):9} tokens  {len(wrong):6} differences", flush=True)
    return len(wrong)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("encoder")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.glob("*.json"))
    failures = 0
    for path in paths:
        if arguments.only in (None, path.stem):
            failures += (check_tiktoken if path.stem.endswith(".tiktoken") else check)(path.stem, path, arguments)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
