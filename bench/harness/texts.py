"""Text queries: speed by kind of query, and whether scores are the same as those of the engine that is asked first."""
import numpy as np

from harness import measure

KS = (10, 100)
SAME = 1e-4  # of scores, relative


class Judge:
    """Compares the answers of each engine with those of the first. An answer is a line of k rows and a line of their k scores."""

    def __init__(self):
        self.first = None

    def __call__(self, lines):
        rows, scores = lines[0::2], np.ascontiguousarray(lines[1::2]).view("<f4").astype(np.float64)
        scores[rows < 0] = 0
        if self.first is None:
            self.first = rows, scores
        apart = np.abs(scores - self.first[1]) / np.maximum(np.abs(self.first[1]), 1e-9)
        apart[self.first[1] == scores] = 0
        shared = [len(set(a[a >= 0]) & set(b[b >= 0])) for a, b in zip(rows, self.first[0])]
        return {"scores_apart": float(f"{apart.max():.2g}"), "rows_shared": round(sum(shared) / max(1, int((self.first[0] >= 0).sum())), 5)}


def speeds(runner, counts, budget):
    """Every kind of query, each engine in turn. What an earlier run of the same engines has measured stands. False: out of time."""
    for setting in runner.engines[0].settings if runner.engines else ():
        if all(runner.results.find(kind="text", group=runner.group, engine=engine.name, setting=setting) for engine in runner.engines):
            continue
        if budget.spent():
            return False
        runner.results.drop(kind="text", group=runner.group, setting=setting)  # scores are compared within a point
        asked = [(engine, setting, counts[setting.removeprefix("kind=")]) for engine in runner.engines if engine.name not in runner.skipped]
        for engine, row in runner.point(asked, Judge()):
            runner.say("text", **row)
            print(f"  {engine.name:14} {setting:16} k {runner.options.k:3}  {row['qps']:9,.0f}/s  p50 {row['p50_us']:7.0f} us  p99 {row['p99_us']:7.0f} us"
                  f"  scores within {row['scores_apart']:.1e}  noise {100 * row['noise']:.0f} %", flush=True)
    measure.remember(runner)
    return True


def differing(results, group):
    """What --strict fails for besides a missing peer: (setting, engine, how far apart) where lengths are exact and scores are not the same."""
    return [(row["setting"], row["engine"], row["scores_apart"]) for row in results.rows
            if row["kind"] == "text" and row["group"] == group and row["engine"].endswith("-exact") and row["scores_apart"] > SAME]
