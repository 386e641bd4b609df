"""Tables of what text queries took: rows of kind text_run, text and engine."""
from harness import markdown

FIELDS = ("setting", "qps", "p50_us", "p95_us", "p99_us", "noise", "others", "scores_apart", "rows_shared")
ENGINE = ("engine", "version", "native", "parameters", "build_seconds", "build_cpu_seconds", "file_bytes", "text_index_bytes", "resident_bytes",
          "open_seconds", "floor_us")


def groups(rows):
    """The newest run for each k that has measured something: (the row of the run, its points, its engines)."""
    newest, measured = {}, {row["group"] for row in rows if row["kind"] == "text"}
    for row in rows:
        if row["kind"] == "text_run" and row["group"] in measured:
            newest[row["data"], row["k"]] = row
    for run in newest.values():
        own = [row for row in rows if row["group"] == run["group"]]
        yield run, [row for row in own if row["kind"] == "text"], {row["engine"]: row for row in own if row["kind"] == "engine"}


def quoted(rows):
    for run, points, engines in groups(rows):
        told = {"group": run["group"], "data": run["data"]}
        yield {key: value for key, value in run.items() if key != "engines"}
        for name in dict.fromkeys(point["engine"] for point in points):
            own = [[point[field] for field in FIELDS] for point in points if point["engine"] == name]
            yield {"kind": "curve", "of": "text", **told, "engine": name, "fields": FIELDS, "points": own}
        for row in engines.values():
            yield {"kind": "engine", **told} | {name: row[name] for name in ENGINE if name in row}


def by_kind(points):
    """Kind of query to {engine: point}."""
    kinds = {}
    for point in points:
        kinds.setdefault(point["setting"].removeprefix("kind="), {})[point["engine"]] = point
    return kinds


def speed_table(points):
    names = list(dict.fromkeys(point["engine"] for point in points))
    rows = []
    for kind, of in by_kind(points).items():
        ours, theirs = of.get("vecstore"), of.get("lucene")
        tails = [f"{p['p50_us']:.0f} / {p['p95_us']:.0f} / {p['p99_us']:.0f}" if p else "–" for p in (ours, theirs)]
        rows.append([kind, *(f"{of[name]['qps']:,.0f}" if name in of else "–" for name in names),
                     markdown.ratio(ours and ours["qps"], theirs and theirs["qps"]) + " / " +
                     markdown.ratio(theirs and theirs["p50_us"], ours and ours["p50_us"]), *tails])
    return markdown.table(["queries", *(f"**{name}**" if name == "vecstore" else name for name in names), "vecstore ÷ lucene: rate / median",
                           "vecstore p50 / p95 / p99 µs", "lucene p50 / p95 / p99 µs"], rows)


def size_table(run, points, engines):
    rows = []
    for name, row in engines.items():
        apart = max((p["scores_apart"] for p in points if p["engine"] == name), default=0)
        version = f" {row['version']}" if not row["native"] else ""
        rows.append([(f"**{name}**" if name == "vecstore" else name) + version, f"{row['build_cpu_seconds']:.1f}",
                     f"{run['rows'] / row['build_cpu_seconds'] / 1000:.0f}", f"{row['text_index_bytes'] / 1e6:.1f}", f"{row['file_bytes'] / 1e6:.0f}",
                     f"{row['resident_bytes'] / 1e6:.0f}", f"{row['floor_us']:.1f}", "–" if name == "vecstore" else f"{apart:.1e}"])
    return markdown.table(["engine", "build, CPU s", "1,000 passages/s", "index MB", "files MB", "resident MB", "call µs", "scores within"], rows)


def page(rows):
    out, listed = [], list(groups(rows))
    for run, points, engines in listed:
        out.append(f"### {run['data']}: text, k {run['k']}\n\n{markdown.about(run, points, format(run['rows'], ',') + ' ' + run['about'])}\n")
        out.append(speed_table(points) + "\n")
        if run is listed[-1][0]:
            out.append(size_table(run, points, engines) + "\n")
        if run["skipped"]:
            out.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in sorted(run["skipped"].items())) + "\n")
    return out
