"""Rounds in turn: every engine asked with its next setting, A B A B, so that what disturbs one disturbs all."""
import hashlib
import json
import os
import time

import numpy as np

from harness import curves, filtered, formats, knn, machine, process

ENOUGH_RECALL = 0.9998
SECONDS_A_ROUND = 6
FILTER_RECALL = 0.99


class Budget:
    def __init__(self, minutes):
        self.end = time.monotonic() + 60 * minutes if minutes else None

    def spent(self):
        return self.end is not None and time.monotonic() > self.end


class Others:
    """How many cores have been busy with something else than the engines."""

    def __init__(self, pids):
        self.own = dict.fromkeys([os.getpid(), *pids], 0.0)
        self.then = self._now()

    def _now(self):
        tick = os.sysconf("SC_CLK_TCK")
        with open("/proc/stat", encoding="ascii") as file:
            times = [int(x) for x in file.readline().split()[1:9]]
        for pid in self.own:
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except FileNotFoundError:
                continue  # it died: what it used until then stands
            self.own[pid] = (int(fields[11]) + int(fields[12])) / tick
        return time.monotonic(), (sum(times) - times[3] - times[4]) / tick - sum(self.own.values())

    def cores(self):
        now = self._now()
        seconds, self.then, before = now[0] - self.then[0], now, self.then
        return round(max(0.0, (now[1] - before[1]) / max(seconds, 1e-3)), 2)


def group_of(data, engines, options, cases):
    """The name under which results are found again: of everything that a figure depends on, by content. What was committed is not part
    of it, since every program is."""
    place = {name: fact for name, fact in machine.describe().items() if name != "commit"}
    truth = formats.fingerprint(data.truth) if data.truth else None
    asked = [(name, condition, np.asarray(rows).tolist()) for name, condition, rows in cases]
    told = [data.key, formats.fingerprint(data.queries), truth, asked, options.k, options.rounds, options.most, options.clock, options.core, place]
    told += [(e.name, process.identity(e, options.build), e.parameters, e.serve) for e in engines]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


class Runner:
    """The engines of one run, each in its process."""

    def __init__(self, data, engines, options, results, budget, cases=()):
        self.data, self.options, self.results, self.skipped = data, options, results, {}
        self.servers, self.facts, self.engines, self.late, self.group = {}, {}, [], False, None
        for engine in engines:
            self.late = budget.spent()  # to build indexes takes longest
            if self.late:
                break
            try:
                self._start(engine)
                self.engines.append(engine)
            except process.Trouble as trouble:
                self.skip(engine, str(trouble))
        self.group = group_of(data, self.engines, options, cases)

    def _start(self, engine):
        if self.data.metric not in engine.metrics:
            raise process.Trouble(f"knows no {self.data.metric}")
        options = self.options
        index, built = process.built(engine, self.data, options.build, options.core, options.indexes, lambda: {"load": machine.load()})
        words = ["serve", *self.data.words("queries", "metric"), f"index={index}", *engine.parameters, *engine.serve]
        self.servers[engine.name] = process.Server(engine, words, options.build, options.core)
        floor = process.floor(engine, self.data, options.build, options.core)
        self.facts[engine.name] = built | self.servers[engine.name].opened | floor

    def skip(self, engine, why):
        print(f"  {engine.name}: skipped: {why}", flush=True)
        self.skipped[engine.name] = why
        if self.group:
            self.say("skip", engine=engine.name, why=why)
        server = self.servers.pop(engine.name, None)
        if server:
            server.close()

    def say(self, kind, **row):
        self.results.add(kind=kind, group=self.group, data=self.data.name, **row)

    def ask(self, engine, words, count, kept=None):
        line = f"query k={self.options.k} count={count} {words}"
        return self.servers[engine.name].ask(f"{line} answers={kept}" if kept else line)

    def close(self):
        for server in self.servers.values():
            server.close()

    def point(self, asked, judge):
        """Each of `asked` (engine, setting, count) in turn for all rounds; yields engine and what was found out."""
        others, rounds, kept = Others([s.process.pid for s in self.servers.values()]), {}, self.options.scratch / "answers"
        judged = {}
        for number in range(self.options.rounds):
            for engine, setting, count in list(asked):
                if engine.name in self.skipped:
                    continue
                try:
                    said = self.ask(engine, setting, count, None if number else kept)
                except process.Trouble as trouble:
                    self.skip(engine, str(trouble))
                    continue
                rounds.setdefault(engine.name, []).append(said)
                if not number:
                    judged[engine.name] = judge(np.fromfile(kept, "<i4").reshape(-1, self.options.k))
        busy = others.cores()
        for engine, setting, count in asked:
            if engine.name in rounds and engine.name not in self.skipped:
                yield engine, {"engine": engine.name, "setting": setting, "queries": count, "others": busy,
                               **judged[engine.name], **speeds(rounds[engine.name], self.options.clock)}


def speeds(rounds, clock):
    """Best of the rounds, and all of them."""
    wall = [r["queries"] / r["seconds"] for r in rounds]
    cpu = [r["queries"] / (r["seconds"] * min(1, max(r["cpu_over_wall"], 0.01))) for r in rounds]
    counted = cpu if clock == "cpu" else wall
    best = rounds[counted.index(max(counted))]
    return {"qps": round(max(counted), 1), "clock": clock, "median_qps": round(curves.median(counted), 1),
            "noise": round(1 - min(counted) / max(counted), 3), "wall_qps": [round(x, 1) for x in wall],
            "cpu_qps": [round(x, 1) for x in cpu], "p50_us": best["p50_us"], "p95_us": best["p95_us"], "p99_us": best["p99_us"]}


def curve(runner, budget, kind="point"):
    """The whole recall-speed curve of every engine. What an earlier run of the same engines has measured stands. False: out of time."""
    data, options = runner.data, runner.options
    ids, near = data.exact(options.k)
    base, queries = np.load(data.base, mmap_mode="r"), np.load(data.queries)

    def judge(answers):
        count = len(answers)
        found = knn.distances_of(data.metric, base, queries[:count], answers)
        by_id, by_distance = knn.recall(answers, ids[:count], near[:count], found)
        return {"recall_ids": round(by_id, 5), "recall": round(by_distance, 5)}

    active = {engine.name: min(engine.most_queries, len(queries), options.most) for engine in runner.engines}
    for step in range(max((len(e.settings) for e in runner.engines), default=0)):
        asked = []
        for engine in runner.engines:
            if engine.name not in active or step >= len(engine.settings) or engine.name in runner.skipped:
                continue
            done = runner.results.find(kind=kind, group=runner.group, engine=engine.name, setting=engine.settings[step])
            if done:
                note(active, engine, done)
            else:
                asked.append((engine, engine.settings[step], active[engine.name]))
        if asked and budget.spent():
            return False
        for engine, row in runner.point(asked, judge):
            runner.say(kind, **row)
            print(f"  {engine.name:14} {row['setting']:22} recall {row['recall']:.4f}  {row['qps']:9,.0f}/s  p99 {row['p99_us']:8.0f} us"
                  f"  noise {100 * row['noise']:.0f} %", flush=True)
            note(active, engine, row)
    remember(runner)
    return True


def note(active, engine, row):
    """Whether the engine goes on, and with how many queries."""
    if row["recall"] >= ENOUGH_RECALL and engine.last_of(row["setting"]):
        active.pop(row["engine"], None)
    elif row["engine"] in active:
        active[row["engine"]] = min(active[row["engine"]], max(100, int(SECONDS_A_ROUND * row["qps"] / 2)))


def remember(runner):
    """What is known of each engine beside its curve, once its queries have touched what they touch."""
    for engine in runner.engines:
        if engine.name not in runner.skipped and not runner.results.find(kind="engine", group=runner.group, engine=engine.name):
            memory = runner.servers[engine.name].ask("memory")
            runner.say("engine", engine=engine.name, version=process.version(engine, runner.options.build), native=engine.native,
                       parameters=engine.parameters + engine.serve, **runner.facts[engine.name], **memory)


def filters(runner, cases, budget):
    """For every case each engine's settings in turn, until it has the recall. False: out of time."""
    remember(runner)
    for case in cases:
        path = runner.options.scratch / "filter"
        case.write(path)
        if runner.results.find(kind="case", group=runner.group, case=case.name):
            continue
        runner.results.drop(kind="filtered", group=runner.group, case=case.name)  # of a case that was cut off: else it had more rounds than others
        if budget.spent():
            return False
        print(f"  {case.name}: {case.matches} rows pass, {len(case.asked)} queries", flush=True)
        for engine in runner.engines:
            if engine.name not in runner.skipped:
                runner.servers[engine.name].ask(f"filter {path}")
        one_case(runner, case)
        runner.say("case", case=case.name, matches=case.matches, filter=case.condition)
    return True


def one_case(runner, case):
    left = {engine.name for engine in runner.engines}
    for step in range(max((len(e.settings) for e in runner.engines), default=0)):
        asked = [(e, e.settings[step], min(len(case.asked), e.most_queries)) for e in runner.engines
                 if e.name in left and step < len(e.settings)]
        for engine, row in runner.point(asked, case.judge):
            runner.say("filtered", case=case.name, matches=case.matches, **row)
            if row["recall"] >= FILTER_RECALL:
                left.discard(engine.name)
                print(f"    {engine.name:14} {row['setting']:12} recall {row['recall']:.4f}  {row['qps']:9,.0f}/s"
                      f"{'' if row['right_counts'] else '  TOO FEW HITS'}{'' if not row['wrong_rows'] else '  WRONG ROWS'}", flush=True)
    for name in sorted(left - set(runner.skipped)):
        print(f"    {name:14} recall {FILTER_RECALL} not reached", flush=True)
