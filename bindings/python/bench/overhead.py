#!/usr/bin/env python3
"""What Python adds to a query, and what two threads give.

usage: PYTHONPATH=build/bench/python overhead.py PROGRAM [TURNS]      PROGRAM: overhead.cc, compiled against the same library

Prints JSON lines: microseconds, and instructions where `perf` counts them.
"""

import json
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


def measure(program, folder, count, batch, turns):
    """What a query and a query of a batch take in C++ and in Python: the least of processes that take turns, since two runs of one program differ by more than Python adds."""
    filled(folder, count).tofile(folder / "questions")
    least = {}
    for _ in range(turns):
        for command in ([program], [sys.executable, __file__, "--measure"]):
            said = subprocess.run([*command, folder, folder / "questions", str(DIMENSION), str(batch)], capture_output=True, text=True, check=True).stdout
            names = ("query", "many") if command[0] == program else ("python_query", "python_ids", "python_many", "python_table")
            for name, us in zip(names, map(float, said.split()), strict=True):
                least[name] = min(us, least.get(name, us))
    return least | {f"{name}_instructions": of for name, of in instructions(program, folder, batch).items()}


def instructions(program, folder, batch):
    """Of a query of a batch in C++ and in Python, the kernel's included: the difference of a few batches and many. Nothing where `perf` does not count them."""
    counted = {}
    for name, command in (("many", [program]), ("python_many", [sys.executable, __file__, "--measure"])):
        totals = []
        for rounds in (20, 120):
            arguments = [folder, folder / "questions", str(DIMENSION), str(batch), str(rounds)]
            try:
                done = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u,instructions:k", *command, *arguments], capture_output=True, text=True, check=True)
                totals.append(sum(float(line.split(",")[0]) for line in done.stderr.splitlines() if "instructions" in line))
            except (OSError, subprocess.CalledProcessError, ValueError):
                return {}
        counted[name] = (totals[1] - totals[0]) / 100 / batch
    return counted


def measure_here(folder, questions, dimension, batch, rounds=None):
    """As overhead.cc does: prints what a query takes, with its ids, one of a batch, with the table of ids; or only asks so many batches."""
    rows_of = np.fromfile(questions, np.float32).reshape(-1, int(dimension))
    batch = int(batch)
    with vecstore.open(folder, read_only=True) as db:
        rows = db["rows"]
        if rounds is not None:
            answers = None  # those of a batch live until the next has its own
            for _ in range(int(rounds)):
                answers = rows.query_many(rows_of[:batch])
            assert len(answers) == batch
            return
        ones = list(rows_of)
        kept = []

        def ask_batch():
            kept[:] = [rows.query_many(rows_of[:batch])]

        print(
            least_us(len(ones), lambda: [rows.query(q) for q in ones]),
            least_us(len(ones), lambda: [rows.query(q).ids for q in ones]),
            least_us(batch, ask_batch),
            least_us(batch, lambda: (ask_batch(), kept[0].ids)),
        )


def threads(folder, count):
    """Microseconds of a query, and how many times as many queries two threads answer."""
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
    return {"query": one / len(questions), "two_threads": 2 * one / two}


def main():
    if sys.argv[1] == "--measure":
        return measure_here(*sys.argv[2:])
    program, turns = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8
    for count in (100, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as scratch:
            of = measure(program, pathlib.Path(scratch), count, 1000, turns)
        print(json.dumps({"measured": "overhead", "rows": count, "batch": 1000, "turns": turns} | {name: round(value, 3) for name, value in of.items()}), flush=True)
    for count in (10_000, 100_000):
        with tempfile.TemporaryDirectory() as scratch:
            print(json.dumps({"measured": "threads", "rows": count} | {name: round(value, 3) for name, value in threads(pathlib.Path(scratch), count).items()}), flush=True)
    return None


if __name__ == "__main__":
    main()
