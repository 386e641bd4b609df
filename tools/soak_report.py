"""docs/reliability/soak.md from soak.jsonl: what the long runs did, summed for each state of the sources. See tools/soak."""
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs/reliability"
LINES = FOLDER / "soak.jsonl"
PAGE = FOLDER / "soak.md"
HEAD = """# Long runs of the battery

`make soak` (30 minutes, or `SOAK_MINUTES`) makes random trials with new seeds and adds what it did to
[soak.jsonl](soak.jsonl); this page is its sum, written by `tools/soak --report`. A run speaks for the code of `src/storage`, `src/io` and
`src/db` that it ran, of which it keeps a hash, comments aside: `tools/soak --today` prints the hash of the sources as they stand and what was run of
them. With no failure in N trials the true rate is below 3/N with 95 % confidence, if trials are alike and independent; those of one store
are less so than that. Times of rows are summed over the rows that ran side by side; the run's is that of the clock.
"""


def lines_of_file():
    return [json.loads(line) for line in LINES.read_text().splitlines()] if LINES.exists() else []


def write_lines(lines):
    LINES.parent.mkdir(parents=True, exist_ok=True)
    made = LINES.with_suffix(".part")
    made.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))
    made.replace(LINES)


def bound(trials, failures):
    if failures:
        return "-"
    return f"{3 / trials:.1g}" if trials else "-"


def sum_of(lines):
    """By row and mode, in the order in which they came."""
    total = {}
    for line in lines:
        if not line["row"]:
            continue
        one = total.setdefault((line["row"], line["mode"]), {"trials": 0, "failures": 0, "seconds": 0.0, "replays": []})
        one.update(unit=line["unit"], finds=line["finds"], measured=line.get("measured", {}) or one.get("measured", {}))
        for key in ("trials", "failures", "seconds"):
            one[key] += line[key]
        one["replays"] += line.get("replays", [])
    return dict(sorted(total.items()))


def minutes_of(lines):
    return sum(line["seconds"] for line in lines if not line["row"]) / 60


def section(lines):
    first, last = lines[0], lines[-1]
    machines = sorted({f"{line['machine']['cpu']}, {line['machine']['cores']} cores, {line['machine']['fs']}" for line in lines})
    runs = sum(1 for line in lines if not line["row"])
    yield f"\n## Sources {first['hash']}\n"
    yield (f"{minutes_of(lines):.0f} minutes in {runs} run{'s' if runs != 1 else ''}, {first['date'][:10]} to {last['date'][:10]}, "
           f"commits {', '.join(dict.fromkeys(line['commit'] for line in lines))}. Machine: {'; '.join(machines)}.\n")
    yield "| row | mode | N | of | failures | 3/N | minutes | a failure is |\n|---|---|---|---|---|---|---|---|"
    total = sum_of(lines)
    for (row, mode), one in total.items():
        yield (f"| {row} | {mode or '-'} | {one['trials']:,} | {one['unit']} | {one['failures']} | {bound(one['trials'], one['failures'])} "
               f"| {one['seconds'] / 60:.1f} | {one['finds']} |")
    for (row, mode), one in total.items():
        for replay in one["replays"]:
            yield f"\nFailed, {row} {mode}: `{replay}`"
    for (row, mode), one in total.items():
        pairs = [(name[:-len("_before")], value, one["measured"].get(name[:-len("_before")] + "_after"))
                 for name, value in sorted(one["measured"].items()) if name.endswith("_before")]
        if pairs:
            yield f"\nThe last life of `{row}`, most in its second and in its last quarter: " + \
                ", ".join(f"{name} {before:,} and {after:,}" for name, before, after in pairs) + "."


def page():
    lines = lines_of_file()
    hashes = list(dict.fromkeys(line["hash"] for line in reversed(lines)))
    parts = ["\n".join(section([line for line in lines if line["hash"] == one])) for one in hashes]
    return HEAD + ("\n".join(parts) + "\n" if parts else "\nNothing was run yet.\n")


def write_page():
    PAGE.write_text(page())


def check():
    same = PAGE.exists() and PAGE.read_text() == page()
    print(f"{len(lines_of_file())} lines, the page {'is' if same else 'is NOT'} what they say{'' if same else ': tools/soak --report'}")
    return 0 if same else 1


def about(wanted):
    lines = [line for line in lines_of_file() if line["hash"] == wanted]
    if not lines:
        return f"sources {wanted}: nothing was run of them"
    rows = [f"  {row} {mode}: {one['trials']:,} {one['unit']}, {one['failures']} failures" for (row, mode), one in sum_of(lines).items()]
    return "\n".join([f"sources {wanted}: {minutes_of(lines):.0f} minutes", *rows])
