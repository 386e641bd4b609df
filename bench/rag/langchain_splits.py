#!/usr/bin/env python3
"""A text cut by LangChain's splitter of the same name, timed: the seconds of CPU of the best round, as JSON.

usage: langchain_splits.py SPLITTER SIZE OVERLAP FILE CHUNKS ROUNDS [TOKENIZER]

The chunks go to CHUNKS, with a zero byte behind each.
"""
import json
import sys
import time

from langchain_text_splitters import CharacterTextSplitter, Language, RecursiveCharacterTextSplitter
from langchain_text_splitters.base import Tokenizer, split_text_on_tokens


def splitter_of(name, size, overlap, tokenizer):
    sizes = {"chunk_size": size, "chunk_overlap": overlap}
    if name == "character":
        return CharacterTextSplitter(separator="\n\n", **sizes).split_text
    if name == "recursive":
        return RecursiveCharacterTextSplitter(**sizes).split_text
    if name == "recursive, Python":
        return RecursiveCharacterTextSplitter.from_language(Language.PYTHON, **sizes).split_text
    import tokenizers

    encoding = tokenizers.Tokenizer.from_file(tokenizer)
    how = Tokenizer(chunk_overlap=overlap, tokens_per_chunk=size, decode=encoding.decode, encode=lambda text: encoding.encode(text, add_special_tokens=False).ids)
    return lambda text: split_text_on_tokens(text=text, tokenizer=how)


def main():
    name, size, overlap, path, out, rounds = sys.argv[1:7]
    split = splitter_of(name, int(size), int(overlap), sys.argv[7] if len(sys.argv) > 7 else None)
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    best = float("inf")
    for _ in range(int(rounds)):
        begun = time.process_time()
        chunks = split(text)
        best = min(best, time.process_time() - begun)
    with open(out, "wb") as file:
        file.writelines(chunk.encode() + b"\0" for chunk in chunks)
    print(json.dumps({"chunks": len(chunks), "cpu_seconds": best}))


if __name__ == "__main__":
    main()
