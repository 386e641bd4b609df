"""Tantivy's text search in the protocol of bench/peers/vecstore_text.cc: one thread, one segment. Queries are made before they are timed."""
import json
import os
import pathlib
import sys
import time

import numpy as np
import tantivy

FOLDED = 2.2  # it keeps the factor k1 + 1, which orders nothing
WARM_UP, FLOOR_ROWS, FLOOR_QUERIES, FLOOR_BATCHES = 100, 100, 2_000, 10
HEAP = 1_000_000_000


def schema():
    return (tantivy.SchemaBuilder().add_unsigned_field("id", stored=True)
            .add_text_field("text", stored=True, tokenizer_name="whitespace", index_option="position").build())


def say(**what):
    print(json.dumps(what), flush=True)


def build(settings, most=None):
    index = tantivy.Index(schema(), path=settings["index"])
    writer = index.writer(heap_size=HEAP, num_threads=1)
    with open(settings["base"], encoding="utf-8") as file:
        for row, line in enumerate(file):
            if row == most:
                break
            writer.add_document(tantivy.Document(id=row, text=line.rstrip("\n")))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def questions_of(settings):
    """Kind to the queries."""
    made, fields = {}, schema()
    for line in pathlib.Path(settings["queries"]).read_text(encoding="utf-8").splitlines():
        kind, words = line.split("\t")
        words = words.split(" ")
        if kind.startswith("phrase"):
            query = tantivy.Query.phrase_query(fields, "text", words)
        elif len(words) == 1:
            query = tantivy.Query.term_query(fields, "text", words[0])
        else:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Should, tantivy.Query.term_query(fields, "text", word)) for word in words])
        made.setdefault(kind, []).append(query)
    return made


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def query(searcher, asked, settings):
    k = int(settings["k"])
    asked = asked[:int(settings.get("count", len(asked)))]
    for question in asked[-WARM_UP:]:
        searcher.search(question, k, count=False)
    found, took, clock = [], np.zeros(len(asked)), time.perf_counter_ns
    begin, begin_cpu = time.perf_counter(), time.process_time()
    for i, question in enumerate(asked):
        before = clock()
        answer = searcher.search(question, k, count=False)
        took[i] = clock() - before
        found.append(answer)
    busy = (time.process_time() - begin_cpu) / (time.perf_counter() - begin)
    if "answers" in settings:
        answers = np.full((2 * len(asked), k), -1, "<i4")
        scores = answers[1::2].view("<f4")
        scores[:] = 0
        for i, answer in enumerate(found):
            for j, (score, address) in enumerate(answer.hits):
                answers[2 * i, j], scores[i, j] = address.doc, score / FOLDED
        answers.tofile(settings["answers"])
    us = np.sort(took / 1e3)
    say(queries=len(asked), seconds=float(took.sum()) * 1e-9, cpu_over_wall=round(busy, 3),
        **{f"p{p}_us": round(float(us[len(us) * p // 100]), 2) for p in (50, 95, 99)})


def serve(settings):
    asked = questions_of(settings)
    before, begin = resident_bytes(), time.perf_counter()
    index = tantivy.Index.open(settings["index"])
    searcher = index.searcher()
    say(open_seconds=time.perf_counter() - begin)
    if searcher.num_segments != 1:
        raise RuntimeError(f"{searcher.num_segments} segments: rows cannot be told by their numbers")
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "query":
            wanted = dict(word.split("=", 1) for word in words)
            query(searcher, asked[wanted["kind"]], wanted)
        elif verb == "memory":
            say(resident_bytes=resident_bytes() - before)
        else:
            raise ValueError(f"unknown command {line.strip()}")


def floor(settings):
    searcher = build(settings, FLOOR_ROWS).searcher()
    asked = [question for some in questions_of(settings).values() for question in some]
    took = np.zeros(FLOOR_QUERIES)
    for i in range(FLOOR_QUERIES):
        before = time.perf_counter_ns()
        searcher.search(asked[i % len(asked)], 10, count=False)
        took[i] = time.perf_counter_ns() - before
    return float(np.median(took.reshape(FLOOR_BATCHES, -1), axis=1).min()) / 1e3


def main():
    verb, *words = sys.argv[1:]
    settings = dict(word.split("=", 1) for word in words)
    if verb == "build":
        begin, begin_cpu = time.perf_counter(), time.process_time()
        build(settings)
        took = {"build_seconds": time.perf_counter() - begin, "build_cpu_seconds": time.process_time() - begin_cpu}
        kept = sum(path.stat().st_size for path in pathlib.Path(settings["index"]).glob("*") if path.suffix != ".store")
        say(**took, text_index_bytes=kept)
    elif verb == "floor":
        say(floor_us=round(floor(settings), 2))
    else:
        serve(settings)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # whatever it is, the harness shows it
        say(error=f"{type(error).__name__}: {error}"[:500])
        sys.exit(1)
