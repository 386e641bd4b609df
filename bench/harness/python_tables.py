"""Tables of what a program in Python gets: rows of kind python_run, python (a point of a curve), python_case, python_inserts."""
from harness import curves, markdown

POINT = ("setting", "recall", "qps", "p50_us", "p99_us", "noise", "others")
RECALLS = (0.95, 0.99)
MEASURED = {"python": "curve", "python_case": "case", "python_inserts": "inserts"}


def groups(rows):
    """The newest run of each part and data set that has measured something: (the row of the run, what it measured, its engines)."""
    newest, measured = {}, {(row["group"], MEASURED[row["kind"]]) for row in rows if row["kind"] in MEASURED}
    for row in rows:
        if row["kind"] == "python_run" and (row["group"], row["part"]) in measured:
            newest[row["data"], row["part"]] = row
    for run in newest.values():
        own = [row for row in rows if row["group"] == run["group"]]
        skipped = run["skipped"] | {row["engine"]: row["why"] for row in own if row["kind"] == "skip"}
        yield run | {"skipped": skipped}, [row for row in own if row["kind"] in MEASURED], {row["engine"]: row for row in own if row["kind"] == "engine"}


def quoted(rows):
    for run, measured, engines in groups(rows):
        told = {"group": run["group"], "data": run["data"]}
        yield {key: value for key, value in run.items() if key != "engines"}
        if run["part"] != "curve":
            yield from measured
            continue
        for name in dict.fromkeys(point["engine"] for point in measured):
            own = [[point[field] for field in POINT] for point in measured if point["engine"] == name]
            yield {"kind": "curve", "of": "python", **told, "engine": name, "fields": POINT, "points": own}
        yield from engines.values()


def bold(name):
    return f"**{name}**" if name == "vecstore" else name


def lines_of(points, batched):
    lines = {}
    for point in points:
        if ("batch" in point["setting"]) == batched:
            lines.setdefault(point["engine"], []).append((point["recall"], point["qps"]))
    return lines


def words(line, recall):
    speed, how = curves.speed_at(line, recall)
    return "–" if speed is None else f"{'≥ ' if how == '>' else ''}{speed:,.0f}"


def curve_table(points, engines):
    single, batch = lines_of(points, False), lines_of(points, True)
    rows = []
    for name in sorted(single, key=lambda name: engines[name]["floor_us"] if name in engines else float("inf")):
        own = sorted((p for p in points if p["engine"] == name and "batch" not in p["setting"]), key=lambda p: p["recall"])
        enough = next((p for p in own if p["recall"] >= RECALLS[0]), None)
        floor = engines.get(name)
        rows.append([bold(name), f"{floor['floor_us']:.1f} / {floor['floor_p99_us']:.1f}" if floor else "–", *(words(single[name], r) for r in RECALLS),
                     f"{enough['p50_us']:.0f} / {enough['p99_us']:.0f}" if enough else "–",
                     *(words(batch.get(name, []), r) if name in batch else "no such call" for r in RECALLS), f"{own[-1]['recall']:.4f}",
                     f"{100 * max(p['noise'] for p in points if p['engine'] == name):.0f} %"])
    head = ["engine", "a call among 100 rows, p50 / p99 µs", *(f"single queries/s at {r:g}" for r in RECALLS), "p50 / p99 µs from 0.95 on",
            *(f"in batches, queries/s at {r:g}" for r in RECALLS), "highest recall", "noise"]
    return markdown.table(head, rows)


def filter_words(case):
    return f"{case['qps']:,.0f} ({case['recall']:.3f}{'' if case['right_counts'] else ', too few hits'})" if case else "no metadata"


def case_table(run, cases):
    rows = []
    for row in sorted(cases, key=lambda row: row["load"]["seconds"] + row["optimise"]["seconds"]):
        serial = row["serial"]
        rows.append([bold(row["engine"]), f"{row['load']['seconds']:.2f}", f"{row['optimise']['seconds']:.2f}", f"{serial['recall']:.3f}",
                     f"{serial['p50_us']:.0f} / {serial['p99_us']:.0f}", f"{row['threads-1']:,.0f}", f"{row['threads-2']:,.0f}",
                     f"{row['threads-2'] / row['threads-1']:.2f}", *(filter_words(row["filters"].get(name)) for name in ("99 %", "1 %")),
                     f"{row['file_bytes'] / 1e6:.0f}"])
    return markdown.table(["engine", "load s", "optimise s", "recall", "p50 / p99 µs", "queries/s, one thread", "two threads", "×", "99 % pass (recall)",
                           "1 % pass (recall)", "files MB"], rows)


def sync_words(row, size):
    """What one call of so many rows syncs."""
    if "why" in row:
        return "?"
    counts = row["syncs"][size]
    return ", ".join(f"{name} {n:g}" for name, n in counts.items()) or "none"


def insert_table(rows):
    sizes = list(rows[0]["rates"])
    head = ["engine", *(f"{'one by one' if size == '1' else f'{int(size):,} in a call'}, rows/s" for size in sizes), "one row, p50 / p99 µs",
            "× plain file, synced", "syncs of one row", f"syncs of {int(sizes[-1]):,} rows"]
    return markdown.table(head, [[bold(row["engine"]) + (f", {row['durable']}" if row["durable"] else ""),
                                  *(f"{row['rates'][size]['rows_per_second']:,.0f}" for size in sizes),
                                  f"{row['rates'][sizes[0]]['p50_us']:,.0f} / {row['rates'][sizes[0]]['p99_us']:,.0f}",
                                  markdown.ratio(row["rates"][sizes[0]]["rows_per_second"], row["plain_file"]) if row["syncs"].get(sizes[0]) else "–",
                                  sync_words(row, sizes[0]), sync_words(row, sizes[-1])] for row in rows])


TITLES = {"curve": "{}: from Python", "case": "{}: from Python, a case from empty to answers", "inserts": "{}: from Python, inserts"}


def page(rows):
    out = []
    for run, measured, engines in groups(rows):
        out.append(f"### {TITLES[run['part']].format(run['data'])}\n")
        out.append(markdown.about(run, measured, f"{run['rows']:,} × {run['dimension']}, {run['metric']}; {run['about']}") + "\n")
        if run["part"] == "curve":
            out.append(curve_table(measured, engines) + "\n")
        else:
            out.append((case_table(run, measured) if run["part"] == "case" else insert_table(measured)) + "\n")
        if run["skipped"]:
            out.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in sorted(run["skipped"].items())) + "\n")
    return out
