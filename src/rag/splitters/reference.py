"""Splits what a file holds with LangChain's splitter: the oracle of recursive_splitter_test.

usage: reference.py CASES ANSWERS
Both files are JSON, one value per line: a case is {"size", "overlap", "text"}, its answer the list of chunks.
"""
import json
import sys

from langchain_text_splitters import RecursiveCharacterTextSplitter


def main():
    with open(sys.argv[1], encoding="utf-8") as cases, open(sys.argv[2], "w", encoding="utf-8") as answers:
        for line in cases:
            case = json.loads(line)
            splitter = RecursiveCharacterTextSplitter(chunk_size=case["size"], chunk_overlap=case["overlap"])
            print(json.dumps(splitter.split_text(case["text"])), file=answers)


if __name__ == "__main__":
    main()
