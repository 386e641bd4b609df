"""What a program in Python gets from each engine: curves, one case from empty to answers, and inserts.

Curves are taken in turn as those of bench/run are. A case and inserts are one engine's after the other's, a row of results for each, so
that a run may stop between any two and go on.
"""
import contextlib
import dataclasses
import os
import shutil

import numpy as np

from harness import engines, filtered, measure, places, process, syncs

RECALL, SECONDS_A_ROUND = 0.95, 3
FILTERS = {"99 %": {"share": {"$lt": 9_900}}, "1 %": {"share": {"$lt": 100}}}
THREADS = (1, 2)
DURABLE = {"plain file": "fdatasync after each call", "vecstore": "durability full", "zvec": "flush() after each call", "qdrant-edge": "flush() after each call"}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much is done. `inserts` and `traced` are {rows in a call: rows}."""
    rows: int = 20_000
    seconds: float = 2.0
    inserts: tuple = ((1, 300), (100, 2_000), (1_000, 5_000))
    traced: tuple = ((1, 50), (100, 1_000), (1_000, 5_000))


SMALL = Sizes(2_000, 0.3, ((1, 50), (100, 300), (1_000, 1_000)), ((1, 20), (100, 300), (1_000, 1_000)))


@contextlib.contextmanager
def folder():
    """On the disk that the cache lies on: a sync must cost what it costs."""
    path = places.cache() / f"live-{os.getpid()}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def serving(engine, words, options, core, tracer=()):
    server = process.Server(engine, words, options.build, core, tracer)
    try:
        yield server
    finally:
        server.close(patience_s=30 if tracer else 0)


def for_metadata(engine, data):
    return dataclasses.replace(data, with_metadata=engine.filters)


def singles(engine):
    return [setting for setting in engine.settings if "batch" not in setting]


def cheapest(server, engine, case, options):
    """The least setting that has the recall, else the last: what it found, and the best of its rounds."""
    kept, most = options.scratch / "answers", min(len(case.asked), engine.most_queries, options.most)
    for setting in singles(engine):
        first = server.ask(f"query k={options.k} count={min(most, 100)} {setting}")
        count = min(most, max(100, int(SECONDS_A_ROUND * first["queries"] / first["seconds"])))
        line = f"query k={options.k} count={count} {setting}"
        rounds = [server.ask(f"{line} answers={kept}")]
        judged = case.judge(np.fromfile(kept, "<i4").reshape(-1, options.k))
        if judged["recall"] >= RECALL:
            break
    rounds += [server.ask(line) for _ in range(options.rounds - 1)]
    return {"setting": setting, **judged, **measure.speeds(rounds, options.clock)}


def cases_of(data, k):
    """The unfiltered one and those with a filter."""
    columns, every = filtered.columns_of(data.metadata), np.arange(len(np.load(data.queries, mmap_mode="r")))
    for name, condition in (("all", None), *FILTERS.items()):
        yield filtered.Case(data, columns, name, condition, every, k)


def one_case(engine, data, cases, options):
    """Load, optimise, ask: one query at a time, by threads, and with filters."""
    with folder() as store, serving(engine, process.live_words(engine, for_metadata(engine, data), store), options, None) as server:
        others = measure.Others([server.process.pid])
        row = {"load": server.ask(f"insert size=1000 count={options.sizes.rows}"), "optimise": server.ask("optimise")}
        row["serial"] = cheapest(server, engine, cases[0], options)
        asked = f"k={options.k} seconds={options.sizes.seconds} {row['serial']['setting']}"
        for count in THREADS:
            said = server.ask(f"together threads={count} {asked}")
            row[f"threads-{count}"] = round(said["queries"] / said["seconds"], 1)
        row["filters"] = {case.name: one_filter(server, engine, case, options) for case in cases[1:]} if engine.filters else {}
        row |= server.ask("memory")
        row["file_bytes"] = process.file_bytes(store)
        return row | {"others": others.cores()}


def one_filter(server, engine, case, options):
    path = options.scratch / "filter"
    case.write(path)
    server.ask(f"filter {path}")
    return {"matches": case.matches, **cheapest(server, engine, case, options)}


def rate(said):
    """Rows a second, by the wall and by the processor, and what one call took."""
    wall = said["rows"] / max(said["seconds"], 1e-9)
    return {"rows_per_second": round(wall, 1), "cpu_rows_per_second": round(wall / max(said["cpu_over_wall"], 0.01), 1),
            "p50_us": said["p50_us"], "p99_us": said["p99_us"]}


def inserted(engine, data, options, sizes, words=(), tracer=()):
    """What the process says of each size, in a store of its own; and how many cores others used meanwhile."""
    with folder() as store, serving(engine, process.live_words(engine, data, store, *words), options, options.core, tracer) as server:
        others = measure.Others([server.process.pid])
        return [server.ask(f"insert size={size} count={rows}") for size, rows in sizes], others.cores()


def counted_syncs(engine, data, options, words):
    """{rows in a call: {name of the system call: how often in one call}}, or why there is none."""
    if syncs.missing():
        return {"syncs": {}, "why": syncs.missing()}
    trace = options.scratch / "trace"
    said, _ = inserted(engine, data, options, options.sizes.traced, words, syncs.tracer(trace))
    counts, unseen = syncs.between_marks(trace.read_text(encoding="utf-8", errors="replace"))
    if len(counts) != len(said):
        raise process.Trouble(f"strace saw {len(counts)} marked parts instead of {len(said)}")
    each = {str(size): {name: round(n / told["calls"], 3) for name, n in sorted(count.items())}
            for (size, _), told, count in zip(options.sizes.traced, said, counts)}
    return {"syncs": each, "unseen": unseen}


def one_insert(engine, data, options, durable):
    """Rates, the best of the rounds, each in a new store; and syncs, in a run that is not timed. What a sync costs changes from minute to
    minute, so every round also has the plain file, one by one and synced."""
    words, best, busy, plain = ("durable=yes",) if durable else (), {}, [], []
    for _ in range(options.rounds):
        told, others = inserted(engine, data, options, options.sizes.inserts, words)
        busy.append(others)
        plain.append(rate(inserted(engines.PLAIN_FILE, data, options, options.sizes.inserts[:1], ("durable=yes",))[0][0])["rows_per_second"])
        for (size, _), said in zip(options.sizes.inserts, told):
            now, before = rate(said), best.get(str(size))
            if before is None or now["rows_per_second"] > before["rows_per_second"]:
                best[str(size)] = now
    return {"rates": best, "plain_file": max(plain), **counted_syncs(engine, data, options, words), "others": max(busy)}
