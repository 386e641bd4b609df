"""Runs one Python peer: the protocol of bench/peers/runner.h.

usage: python -m peers ENGINE build|floor|serve|live base=FILE queries=FILE metric=NAME index=FOLDER [metadata=FILE] [NAME=VALUE ...]
"""
import importlib
import json
import os
import sys
import time

import numpy as np

from peers.session import Session

FLOOR_ROWS, FLOOR_QUERIES, FLOOR_BATCHES = 100, 2_000, 10


def say(**what):
    print(json.dumps(what), file=ANSWERS, flush=True)


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settings_of(words):
    return dict(word.split("=", 1) for word in words)


def metadata_of(settings):
    if "metadata" not in settings:
        return None
    with open(settings["metadata"], encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def obey(session, before):
    for line in sys.stdin:
        if line.startswith("memory"):
            say(resident_bytes=resident_bytes() - before)
        else:
            say(**session.obey(line))


def serve(engine, settings, queries):
    """Answers from an index that was built."""
    before, begin = resident_bytes(), time.perf_counter()
    engine.open(settings["index"], queries.shape[1])
    say(open_seconds=time.perf_counter() - begin)
    obey(Session(engine, queries), before)


def live(engine, settings, base, queries):
    """Begins empty, and takes rows while it answers."""
    before, metadata = resident_bytes(), metadata_of(settings)
    engine.create(settings["index"], queries.shape[1], metadata[0] if metadata else None)
    say(rows=0)
    obey(Session(engine, queries, base, metadata), before)


def build(engine, settings, base):
    metadata = metadata_of(settings)
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
    warm = took[FLOOR_QUERIES // FLOOR_BATCHES:]
    return {"floor_us": round(float(medians.min()) / 1e3, 2), "floor_p99_us": round(float(np.percentile(warm, 99)) / 1e3, 2)}


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
    elif verb == "live":
        live(engine, settings, base, queries)
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
