#!/usr/bin/env python3
"""What Python adds to a query, and what two threads give.

usage: PYTHONPATH=build/bench/python overhead.py PROGRAM [TURNS]      PROGRAM: overhead.cc, compiled against the same library

Prints JSON lines: microseconds; instructions of a query and pages of a batch; two threads beside one.
"""

import json
import os
import pathlib
import re
import resource
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
    return least


def counted(command):
    """Instructions of a process and who counted them: `perf`, the kernel's included, or where that counts none valgrind, which knows no AVX-512 and no kernel."""
    try:
        done = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u,instructions:k", *command], capture_output=True, text=True, check=True)
        return sum(float(line.split(",")[0]) for line in done.stderr.splitlines() if "instructions" in line), "perf"
    except (OSError, subprocess.CalledProcessError, ValueError):
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], capture_output=True, text=True, check=True)
        return float(re.search(r"Collected : (\d+)", done.stderr)[1]), "valgrind"


def instructions(program, folder, batch):
    """Of a query of a batch in C++ and in Python: the difference of a few batches and many."""
    of = {}
    for name, command in (("many", [program]), ("python_many", [sys.executable, __file__, "--measure"])):
        few, many = (counted([*command, folder, folder / "questions", str(DIMENSION), str(batch), str(rounds)]) for rounds in (10, 40))
        of[f"{name}_instructions"] = (many[0] - few[0]) / 30 / batch
    return of | {"counted_by": many[1]}


KEEP = {"GLIBC_TUNABLES": "glibc.malloc.trim_threshold=1000000000:glibc.malloc.mmap_threshold=1000000000"}


def faults(program, folder, batch):
    """Pages that a batch asks the system for, in C++ and in Python: least and most of three processes; and of one whose allocator is told to keep what it has."""

    def of_a_batch(command, environment):
        asked = []
        for rounds in (100, 600):
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
            subprocess.run([*command, folder, folder / "questions", str(DIMENSION), str(batch), str(rounds)], env=os.environ | environment, check=True)
            asked.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt - before)
        return (asked[1] - asked[0]) / 500

    of = {}
    for name, command in (("many", [program]), ("python_many", [sys.executable, __file__, "--measure"])):
        times = [of_a_batch(command, {}) for _ in range(3)]
        of |= {f"{name}_least": min(times), f"{name}_most": max(times), f"{name}_kept": of_a_batch(command, KEEP)}
    return of


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


def say(what, figures):
    print(json.dumps({"measured": what} | {name: round(of, 3) if isinstance(of, float) else of for name, of in figures.items()}), flush=True)


def main():
    if sys.argv[1] == "--measure":
        return measure_here(*sys.argv[2:])
    program, turns = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8
    for count in (100, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as scratch:
            say("overhead", {"rows": count, "batch": 1000, "turns": turns} | measure(program, pathlib.Path(scratch), count, 1000, turns))
            if count == 100:
                say("instructions", {"rows": count, "batch": 1000} | instructions(program, pathlib.Path(scratch), 1000))
                say("faults", {"rows": count, "batch": 1000} | faults(program, pathlib.Path(scratch), 1000))
    for count in (10_000, 100_000):
        with tempfile.TemporaryDirectory() as scratch:
            say("threads", {"rows": count} | threads(pathlib.Path(scratch), count))
    return None


if __name__ == "__main__":
    main()
