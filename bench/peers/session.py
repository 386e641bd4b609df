"""What a peer in Python is asked, line by line: the verbs of bench/peers/runner.h, and those that write."""
import json
import os
import threading
import time

import numpy as np

WARM_UP = 100


def mark():
    """A system call that nothing else makes: harness/syncs.py counts between two of them."""
    os.sched_rr_get_interval(0)


def times(us):
    us = np.sort(us)
    return {f"p{p}_us": round(float(us[min(len(us) - 1, p * len(us) // 100)]), 2) for p in (50, 95, 99)}


def timed(call, arguments):
    """What each call answered, and microseconds and rate of them all."""
    answers, took, clock = [], np.zeros(len(arguments)), time.perf_counter_ns
    begin_cpu = time.process_time()
    for i, given in enumerate(arguments):
        before = clock()
        answer = call(*given)
        took[i] = clock() - before
        answers.append(answer)
    seconds, used = float(took.sum()) * 1e-9, time.process_time() - begin_cpu
    # Of the seconds that were timed: what others took between two calls is in none of them.
    return answers, {"seconds": seconds, "cpu_over_wall": round(used / max(seconds, 1e-9), 3), **times(took / 1e3)}


class Session:
    def __init__(self, engine, queries, base=None, metadata=None):
        self.engine, self.queries, self.asked = engine, queries, range(len(queries))
        self.base, self.metadata, self.written = base, metadata, 0

    def obey(self, line):
        """What is to be answered to a line."""
        verb, *words = line.split()
        if verb not in ("query", "filter", "insert", "optimise", "together"):
            raise ValueError(f"unknown command {line.strip()}")
        if verb == "filter":
            return self.filter(words[0])
        return getattr(self, verb)(dict(word.split("=", 1) for word in words))

    def query(self, settings):
        """k, count; with batch=N so many in a call; with answers=FILE the rows found are written there."""
        k, count = int(settings.get("k", 10)), min(int(settings.get("count", len(self.asked))), len(self.asked))
        self.engine.set(settings)
        size, engine = int(settings.get("batch", 0)), self.engine
        rows = np.ascontiguousarray(self.queries[np.asarray(self.asked)])
        if size:
            call, parts, warm = engine.ask_many, [rows[i:min(i + size, count)] for i in range(0, count, size)], rows[-min(WARM_UP, count):][None]
        else:
            call, parts, warm = engine.ask, list(rows[:count]), rows[-min(WARM_UP, count):]
        for part in warm:
            call(part, k)
        found, told = timed(call, [(part, k) for part in parts])
        if "answers" in settings:
            answers = np.full((count, k), -1, "<i4")
            lists = [row for answer in found for row in engine.rows_many(answer)] if size else [engine.rows(answer) for answer in found]
            for i, named in enumerate(lists):
                answers[i, :len(named)] = named
            answers.tofile(settings["answers"])
        return {"queries": count, **told}

    def filter(self, path):
        self.asked, condition = range(len(self.queries)), None
        if path != "-":
            with open(path, encoding="utf-8") as file:
                condition = json.loads(file.readline())
                self.asked = [int(row) for row in file.readline().split()]
        self.engine.filter(condition)
        return {"queries": len(self.asked)}

    def insert(self, settings):
        """The next `count` rows of the base, `size` in a call; all is made ready before the clock runs."""
        size, last = int(settings["size"]), min(self.written + int(settings["count"]), len(self.base))
        calls = []
        for first in range(self.written, last, size):
            end = min(first + size, last)
            calls.append((first, np.array(self.base[first:end]), self.metadata[first:end] if self.metadata else None))
        done, self.written = last - self.written, last
        mark()
        _, told = timed(self.engine.insert, calls)
        mark()
        return {"rows": done, "calls": len(calls), **told}

    def optimise(self, _):
        return timed(self.engine.optimise, [()])[1]

    def together(self, settings):
        """So many threads of Python ask for so many seconds, each from another query on."""
        k, count, seconds = int(settings.get("k", 10)), int(settings["threads"]), float(settings["seconds"])
        self.engine.set(settings)
        rows = list(np.ascontiguousarray(self.queries[np.asarray(self.asked)]))
        done, began = [0] * count, time.perf_counter()

        def ask(number):
            i = number * len(rows) // count
            while time.perf_counter() - began < seconds:
                self.engine.ask(rows[i % len(rows)], k)
                i += 1
                done[number] += 1

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"queries": sum(done), "seconds": time.perf_counter() - began}
