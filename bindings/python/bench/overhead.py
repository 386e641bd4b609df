#!/usr/bin/env python3
"""What Python adds to a query, and what two threads give.

usage: PYTHONPATH=build/dev/python overhead.py PROGRAM      PROGRAM: overhead.cc, compiled against the same library
"""

import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np

import vecstore

DIMENSION = 384


def least_us(calls, work, rounds=15):
    """Microseconds of a call, the least of the rounds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) / calls * 1e6)
    return min(times)


def filled(folder, count):
    """A database with so many rows, and questions like them."""
    rng = np.random.default_rng(1)
    with vecstore.open(folder) as db:
        rows = db.collection("rows", dimension=DIMENSION)
        for start in range(0, count, 10_000):
            size = min(10_000, count - start)
            rows.upsert([str(start + i) for i in range(size)], rng.standard_normal((size, DIMENSION), np.float32))
        rows.compact()
    return rng.standard_normal((1000, DIMENSION), np.float32)


def measure(program, folder, count, batch):
    """Prints one line: a query and a query of a batch, in C++ and in Python."""
    questions = filled(folder, count)
    questions.tofile(folder / "questions")
    said = subprocess.run([program, folder, folder / "questions", str(DIMENSION), str(batch)], capture_output=True, text=True, check=True).stdout
    one, many = map(float, said.split())
    with vecstore.open(folder, read_only=True) as db:
        rows = db["rows"]
        ones = list(questions)
        python_one = least_us(len(ones), lambda: [rows.query(q) for q in ones])
        python_ids = least_us(len(ones), lambda: [rows.query(q).ids for q in ones])
        python_many = least_us(batch, lambda: rows.query_many(questions[:batch]))
        python_table = least_us(batch, lambda: rows.query_many(questions[:batch]).ids)
    print(f"{count:>7} rows: query {one:9.2f} us in C++, {python_one - one:+6.2f} in Python, {python_ids - one:+6.2f} with its ids; "
          f"of {batch} at once {many:9.2f} us, {python_many - many:+5.2f} in Python, {python_table - many:+5.2f} with the table of ids")  # fmt: skip


def threads(folder, count):
    """Prints how many times as many queries two threads answer."""
    questions = list(filled(folder, count)[:200])
    with vecstore.open(folder, read_only=True) as db:
        rows = db["rows"]

        def ask():
            for question in questions:
                rows.query(question)

        def together(n):
            running = [threading.Thread(target=ask) for _ in range(n)]
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()

        one, two = least_us(1, lambda: together(1), 7), least_us(1, lambda: together(2), 7)
        print(f"{count:>7} rows: two threads answer {2 * one / two:.2f} times what one does ({one / len(questions):.0f} us a query)")


def main():
    program = sys.argv[1]
    for count, batch in ((100, 1000), (10_000, 1000), (100_000, 1000)):
        with tempfile.TemporaryDirectory() as scratch:
            measure(program, pathlib.Path(scratch), count, batch)
    for count in (1_000, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as scratch:
            threads(pathlib.Path(scratch), count)


if __name__ == "__main__":
    main()
