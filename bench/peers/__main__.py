"""Runs one Python peer: the protocol of bench/peers/runner.h.

usage: python -m peers ENGINE build|floor|serve base=FILE queries=FILE metric=NAME index=FOLDER [metadata=FILE] [NAME=VALUE ...]
"""
import importlib
import json
import os
import sys
import time

import numpy as np

WARM_UP, FLOOR_ROWS, FLOOR_QUERIES, FLOOR_BATCHES = 100, 100, 2_000, 10


def say(**what):
    print(json.dumps(what), file=ANSWERS, flush=True)


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settings_of(words):
    return dict(word.split("=", 1) for word in words)


def times(us):
    us = np.sort(us)
    return {f"p{p}_us": round(float(us[min(len(us) - 1, p * len(us) // 100)]), 2) for p in (50, 95, 99)}


class Session:
    def __init__(self, engine, queries):
        self.engine, self.queries, self.asked = engine, queries, range(len(queries))

    def query(self, settings):
        k, count = int(settings.get("k", 10)), min(int(settings.get("count", len(self.asked))), len(self.asked))
        self.engine.set(settings)
        ask, clock = self.engine.ask, time.perf_counter_ns
        rows = [np.ascontiguousarray(self.queries[i]) for i in self.asked]
        for row in rows[-min(WARM_UP, count):]:
            ask(row, k)
        found, took = [], np.zeros(count)
        begin, begin_cpu = time.perf_counter(), time.process_time()
        for i in range(count):
            before = clock()
            answer = ask(rows[i], k)
            took[i] = clock() - before
            found.append(answer)
        busy = (time.process_time() - begin_cpu) / (time.perf_counter() - begin)
        if "answers" in settings:
            answers = np.full((count, k), -1, "<i4")
            for i, answer in enumerate(found):
                named = self.engine.rows(answer)
                answers[i, :len(named)] = named
            answers.tofile(settings["answers"])
        say(queries=count, seconds=float(took.sum()) * 1e-9, cpu_over_wall=round(busy, 3), **times(took / 1e3))

    def filter(self, path):
        self.asked, condition = range(len(self.queries)), None
        if path != "-":
            with open(path, encoding="utf-8") as file:
                condition = json.loads(file.readline())
                self.asked = [int(row) for row in file.readline().split()]
        self.engine.filter(condition)
        say(queries=len(self.asked))


def serve(engine, settings, queries):
    before, begin = resident_bytes(), time.perf_counter()
    engine.open(settings["index"], queries.shape[1])
    say(open_seconds=time.perf_counter() - begin)
    session = Session(engine, queries)
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "query":
            session.query(settings_of(words))
        elif verb == "filter":
            session.filter(words[0])
        elif verb == "memory":
            say(resident_bytes=resident_bytes() - before)
        else:
            raise ValueError(f"unknown command {line.strip()}")


def build(engine, settings, base):
    metadata = None
    if "metadata" in settings:
        with open(settings["metadata"], encoding="utf-8") as file:
            metadata = [json.loads(line) for line in file]
    begin, begin_cpu = time.perf_counter(), time.process_time()
    engine.build(base, metadata, settings["index"])
    return {"build_seconds": time.perf_counter() - begin, "build_cpu_seconds": time.process_time() - begin_cpu}


def floor(engine, settings, base, queries):
    engine.build(np.array(base[:FLOOR_ROWS]), None, settings["index"])
    engine.open(settings["index"], base.shape[1])
    engine.set({"ef": "16", "refine": "2"})
    took = np.zeros(FLOOR_QUERIES)
    for i in range(FLOOR_QUERIES):
        row = queries[i % len(queries)]
        before = time.perf_counter_ns()
        engine.ask(row, 10)
        took[i] = time.perf_counter_ns() - before
    medians = np.median(took.reshape(FLOOR_BATCHES, -1), axis=1)  # the least of them: what else the machine does only adds
    return {"floor_us": round(float(medians.min()) / 1e3, 2)}


def main():
    name, verb, *words = sys.argv[1:]
    settings = settings_of(words)
    engine = importlib.import_module(f"peers.{name}").Engine(settings)
    base = np.load(settings["base"], mmap_mode="r") if "base" in settings else None
    queries = np.array(np.load(settings["queries"]))
    if verb == "build":
        say(**build(engine, settings, base))
    elif verb == "floor":
        say(**floor(engine, settings, base, queries))
    else:
        serve(engine, settings, queries)


if __name__ == "__main__":
    ANSWERS = os.fdopen(os.dup(1), "w")  # what libraries print does not get between
    os.dup2(2, 1)
    try:
        main()
        code = 0
    except BaseException as error:  # whatever it is, the harness shows it
        say(error=f"{type(error).__name__}: {error}"[:500])
        code = 1
    os._exit(code)  # some libraries hang or crash in their destructors
