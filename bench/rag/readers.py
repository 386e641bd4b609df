#!/usr/bin/env python3
"""The text of a file as programs in Python usually get it, on standard output: what loaders are timed beside.

usage: readers.py NAME FILE
"""
import sys


def beautifulsoup(path):
    import bs4

    with open(path, encoding="utf-8") as file:
        yield bs4.BeautifulSoup(file, "html.parser").get_text("\n", strip=True)


def lines_of(rows):
    for row in rows:
        yield "\n".join(f"{name}: {value}" for name, value in row.items() if value not in (None, "")) + "\n\n"


def csv(path):
    import csv as reader

    with open(path, newline="", encoding="utf-8") as file:
        yield from lines_of(reader.DictReader(file))


def jsonl(path):
    import json

    with open(path, encoding="utf-8") as file:
        yield from lines_of(map(json.loads, file))


def pyarrow(path):
    import pyarrow.parquet

    for batch in pyarrow.parquet.ParquetFile(path).iter_batches():
        yield from lines_of(batch.to_pylist())


def elementtree(path):
    import xml.etree.ElementTree

    for text in xml.etree.ElementTree.parse(path).getroot().itertext():
        yield text


READERS = {"BeautifulSoup": beautifulsoup, "csv": csv, "json": jsonl, "pyarrow": pyarrow, "ElementTree": elementtree}

if __name__ == "__main__":
    for part in READERS[sys.argv[1]](sys.argv[2]):
        sys.stdout.write(part)
