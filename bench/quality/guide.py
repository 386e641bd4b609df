"""The tables of docs/guide/evaluation.md, made from bench/results/cranfield.json: {model: {"metrics", "resampling", "modes", "comparisons"}}."""
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "bench/results/cranfield.json"
PAGE = ROOT / "docs/guide/evaluation.md"
BEGIN, END = "<!-- made by bench/quality/run -->\n", "<!-- end -->\n"
NAMES = {"text": "words (BM25)", "vector": "vectors", "hybrid": "both"}
METRIC = "ndcg@10"


def keep(model, report):
    """Without what is said of each query."""
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    modes = [{name: value for name, value in mode.items() if name != "took_ms"} for mode in report["modes"]]
    known[model] = {**{name: report[name] for name in ("metrics", "resampling", "comparisons")}, "modes": modes}
    lines = (f"{json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(known.items()))
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def between(interval, sign=""):
    return f"{interval[0]:{sign}.3f} to {interval[1]:{sign}.3f}"


def means(known):
    metrics = next(iter(known.values()))["metrics"]
    yield "| vectors of | mode | " + " | ".join(metrics) + " |"
    yield "|---" * (2 + len(metrics)) + "|"
    for place, (model, report) in enumerate(known.items()):
        modes = {mode["mode"]: mode for mode in report["modes"]}
        for name in ("text", "vector", "hybrid"):
            if name == "text" and place > 0:
                continue  # words know no model
            cells = [f"{modes[name][metric]:.4f} ({between(modes[name]['intervals'][metric])})" for metric in metrics]
            yield f"| {model if name != 'text' else ''} | {NAMES[name]} | " + " | ".join(cells) + " |"


def differences(known):
    yield f"| vectors of | {METRIC} of both over | difference | p (Holm) |"
    yield "|---|---|---|---|"
    for model, report in known.items():
        for one in report["comparisons"]:
            if one["metric"] == METRIC and "hybrid" in (one["a"], one["b"]):
                turn = 1 if one["a"] == "hybrid" else -1
                other = one["b"] if turn == 1 else one["a"]
                interval = sorted(turn * end for end in one["interval"])
                yield f"| {model} | {NAMES[other]} | {turn * one['difference']:+.4f} ({between(interval, '+')}) | {one['p_holm']:.4f} |"


def write():
    if not KEPT.exists():
        return
    known = json.loads(KEPT.read_text())
    tables = BEGIN + "\n" + "\n".join(means(known)) + "\n\n" + "\n".join(differences(known)) + "\n\n" + END
    page = PAGE.read_text()
    PAGE.write_text(re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: tables, page, flags=re.S))


if __name__ == "__main__":
    write()
