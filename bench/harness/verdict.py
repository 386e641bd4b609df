"""Whether one commit is slower than another, given what the rounds themselves vary by."""
import collections

from harness import curves

MOST_RECALL_LOST = 0.003
BUILD_NOISE = 0.05  # a build is timed once

Verdict = collections.namedtuple("Verdict", "worse words")


def judge(base, head, clock, threshold):
    """Two points whose rounds were taken in turn: the median of the ratios, round by round, and its uncertainty (twice the standard
    error, from the median absolute deviation)."""
    ratios = [h / b for b, h in zip(base[f"{clock}_qps"], head[f"{clock}_qps"])]
    ratio = curves.median(ratios)
    noise = 2 * 1.4826 * curves.median([abs(r - ratio) for r in ratios]) / len(ratios) ** 0.5
    slower = ratio + noise < 1 - threshold
    lost = base["recall"] - head["recall"]
    words = f"speed {ratio:.3f} +- {noise:.3f} of base, recall {base['recall']:.4f} -> {head['recall']:.4f}"
    return Verdict(slower or lost > MOST_RECALL_LOST, words + (": SLOWER" if slower else "") + (": LESS RECALL" if lost > MOST_RECALL_LOST else ""))


def build(base, head, threshold):
    slower = head > base * (1 + threshold + BUILD_NOISE)
    return Verdict(slower, f"{base:.1f} s -> {head:.1f} s{': SLOWER' if slower else ''}")
