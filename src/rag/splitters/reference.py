"""Splits what a file holds with LangChain's splitters: the oracle of their tests.

usage: reference.py CASES ANSWERS [TOKENIZER]
Both files are JSON, one value per line: a case is {"size", "overlap", "text"}, its answer the list of chunks. With a tokenizer.json sizes
are its tokens, else characters.
"""
import json
import sys

from langchain_text_splitters import RecursiveCharacterTextSplitter
from langchain_text_splitters.base import Tokenizer, split_text_on_tokens


def by_characters(case):
    return RecursiveCharacterTextSplitter(chunk_size=case["size"], chunk_overlap=case["overlap"]).split_text(case["text"])


def by_tokens(file):
    import tokenizers

    encoding = tokenizers.Tokenizer.from_file(file)
    return lambda case: split_text_on_tokens(text=case["text"], tokenizer=Tokenizer(
        chunk_overlap=case["overlap"], tokens_per_chunk=case["size"], decode=encoding.decode,
        encode=lambda text: encoding.encode(text, add_special_tokens=False).ids))


def main():
    split = by_tokens(sys.argv[3]) if len(sys.argv) > 3 else by_characters
    with open(sys.argv[1], encoding="utf-8") as cases, open(sys.argv[2], "w", encoding="utf-8") as answers:
        for line in cases:
            print(json.dumps(split(json.loads(line))), file=answers)


if __name__ == "__main__":
    main()
