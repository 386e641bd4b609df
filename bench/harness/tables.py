"""Tables in Markdown and the rows they are made of."""
from harness import curves, python_tables, text_tables
from harness.markdown import about, ratio, table

RECALLS = (0.95, 0.99, 0.999)
QUOTED = {"point": ("setting", "recall", "qps", "p50_us", "p99_us", "noise", "others"),
          "filtered": ("case", "matches", "setting", "recall", "qps", "right_counts", "wrong_rows", "others")}
QUOTED_ENGINE = ("engine", "version", "native", "parameters", "build_seconds", "build_cpu_seconds", "load", "file_bytes", "resident_bytes",
                 "open_seconds", "floor_us")


def groups(rows):
    """The newest run of each data set and k, filtered or not, that has measured something: (the row of the run, its points, its engines)."""
    newest, measured = {}, {row["group"] for row in rows if row["kind"] in ("point", "filtered")}
    for row in rows:
        if row["kind"] == "run" and row["group"] in measured:
            newest[row["data"], row["filtered"], row["k"]] = row
    for run in newest.values():
        own = [row for row in rows if row["group"] == run["group"]]
        run = run | {"skipped": run["skipped"] | {row["engine"]: row["why"] for row in own if row["kind"] == "skip"}}
        points = [row for row in own if row["kind"] == ("filtered" if run["filtered"] else "point")]
        yield run, points, {row["engine"]: row for row in own if row["kind"] == "engine"}


def quoted(rows):
    """The same in few bytes: what the tables need, and the points of an engine in one row."""
    rows = list(rows)
    for run, points, engines in groups(rows):
        told, kind = {"group": run["group"], "data": run["data"]}, "filtered" if run["filtered"] else "point"
        yield {key: value for key, value in run.items() if key != "engines"}
        for name in dict.fromkeys(point["engine"] for point in points):
            own = [[point[field] for field in QUOTED[kind]] for point in points if point["engine"] == name]
            yield {"kind": "curve", "of": kind, **told, "engine": name, "fields": QUOTED[kind], "points": own}
        for row in engines.values():
            yield {"kind": "engine", **told} | {name: row[name] for name in QUOTED_ENGINE if name in row}
    yield from text_tables.quoted(rows)
    yield from python_tables.quoted(rows)


def unquoted(rows):
    for row in rows:
        if row["kind"] != "curve":
            yield row
        for point in row.get("points", ()):
            yield {"kind": row["of"], "group": row["group"], "data": row["data"], "engine": row["engine"]} | dict(zip(row["fields"], point))


def lines_of(points, engines, net=False):
    """Engine to [(recall, queries per second)]; with `net`, without what a call costs from Python."""
    lines = {}
    for point in points:
        speed, facts = point["qps"], engines.get(point["engine"])
        if net and facts and not facts["native"]:
            speed = curves.net_of(speed, facts["floor_us"])
        lines.setdefault(point["engine"], []).append((point["recall"], speed))
    return lines


def words(speed, how):
    return "–" if speed is None else f"{'≥ ' if how == '>' else ''}{speed:,.0f}"


def speed_table(points, engines):
    gross, net = lines_of(points, engines), lines_of(points, engines, net=True)
    reference = {r: curves.speed_at(gross.get("hnswlib", []), r)[0] for r in RECALLS}
    order = sorted(gross, key=lambda name: -(curves.speed_at(gross[name], 0.95)[0] or 0))
    rows = []
    for name in order:
        speeds = [curves.speed_at(gross[name], r) for r in RECALLS]
        nets = [curves.speed_at(net[name], r)[0] for r in RECALLS]
        own = sorted((p for p in points if p["engine"] == name), key=lambda p: p["recall"])
        enough = next((p for p in own if p["recall"] >= 0.99), None)
        rows.append([f"**{name}**" if name == "vecstore" else name, *(words(*s) for s in speeds),
                     " / ".join(ratio(s, reference[r]) for (s, _), r in zip(speeds, RECALLS)),
                     " / ".join(ratio(s, reference[r]) for s, r in zip(nets, RECALLS)) if net[name] != gross[name] else "",
                     f"{enough['p50_us']:.0f} / {enough['p99_us']:.0f}" if enough else "–",
                     f"{own[-1]['recall']:.4f}", f"{100 * max(p['noise'] for p in own):.0f} %"])
    head = ["engine", *(f"queries/s at {r:g}" for r in RECALLS), "× hnswlib at " + " / ".join(f"{r:g}" for r in RECALLS),
            "the same without its cost of a call", "p50 / p99 µs from 0.99 on", "highest recall", "noise"]
    return table(head, rows)


def size_table(run, engines):
    raw, slow = run["rows"] * run["dimension"] * 4, engines.get("hnswlib", {}).get("build_cpu_seconds")
    rows = []
    for name, row in sorted(engines.items(), key=lambda item: item[1]["build_cpu_seconds"]):
        rows.append([f"**{name}**" if name == "vecstore" else name, f"{row['build_cpu_seconds']:.1f}", ratio(slow, row["build_cpu_seconds"]),
                     f"{row['resident_bytes'] / 1e6:.0f}", f"{row['resident_bytes'] / raw:.2f}", f"{row['file_bytes'] / 1e6:.0f}",
                     f"{row['file_bytes'] / raw:.2f}", f"{1000 * row['open_seconds']:.1f}", f"{row['floor_us']:.1f}"])
    return table(["engine", "build, CPU s", "× as fast as hnswlib", "resident MB", "× raw", "files MB", "× raw", "open ms", "call µs"], rows)


def best_filtered(points, engines, least):
    """Engine to {case: (speed without its own cost of a call, point)} of its fastest setting that reaches the recall with the right number of hits."""
    best = {}
    for point in points:
        facts = engines.get(point["engine"])
        speed = curves.net_of(point["qps"], facts["floor_us"] if facts else 0)
        if point["recall"] >= least and point["right_counts"] and not point["wrong_rows"]:
            kept = best.setdefault(point["engine"], {})
            if point["case"] not in kept or kept[point["case"]][0] < speed:
                kept[point["case"]] = (speed, point)
    return best


def filter_table(points, engines):
    best, columns = best_filtered(points, engines, 0.99), {p["case"]: p["matches"] for p in points}
    names = sorted({p["engine"] for p in points}, key=lambda name: (name != "vecstore", name))
    rows = []
    for case, matches in columns.items():
        speeds = {name: best.get(name, {}).get(case, (None,))[0] for name in names}
        others = [s for name, s in speeds.items() if name != "vecstore" and s]
        rows.append([case, f"{matches:,}", *(words(speeds[name], "=") for name in names), ratio(speeds.get("vecstore"), max(others, default=None))])
    return table(["filter", "rows that pass", *names, "vecstore ÷ best peer"], rows)


def title(run):
    return run["data"] + (f", k {run['k']}" if run["k"] != 10 else "") + (", filtered" if run["filtered"] else "")


def data_of(run):
    return f"{run['rows']:,} × {run['dimension']}, {run['metric']}; {run['about']}"


def page(rows):
    """All of it, in Markdown; of results as they were written, or quoted."""
    out, rows = [], list(unquoted(rows))
    for run, points, engines in groups(rows):
        out.append(f"### {title(run)}\n\n{about(run, points, data_of(run))}\n")
        if run["filtered"]:
            out.append("Queries per second at recall ≥ 0.99 with exactly min(k, matches) hits, each engine without its own cost of a call.\n")
            out.append(filter_table(points, engines) + "\n")
        else:
            out.append(speed_table(points, engines) + "\n")
            out.append(size_table(run, engines) + "\n")
        if run["skipped"]:
            out.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in sorted(run["skipped"].items())) + "\n")
    return "\n".join(out + text_tables.page(rows) + python_tables.page(rows))
