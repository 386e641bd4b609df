"""The tables of bench/results/rag.jsonl: documents to answers."""
from harness.markdown import table

MODES = {"text": "words (BM25)", "vector": "vectors", "hybrid": "both"}


def mb(size):
    return f"{size / 1e6:.1f}"


def speed(size, seconds):
    """In as many digits as it has."""
    rate = size / 1e6 / seconds
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def loaders(rows):
    lines = []
    for row in rows:
        head = [row["format"].upper() if len(row["format"]) < 5 else row["format"], mb(row["file_bytes"]), mb(row["text_bytes"]), f"{row['cpu_seconds']:.2f}", speed(row["file_bytes"], row["cpu_seconds"])]
        for name, one in row["readers"].items() or {"–": None}.items():
            lines.append([*head, name, *([f"{one['cpu_seconds']:.2f}", f"{one['cpu_seconds'] / row['cpu_seconds']:.1f}"] if one else ["–", "–"])])
            head = [""] * 5
    yield table(["format", "file, MB", "text, MB", "VecStore, CPU s", "MB/s of the file", "beside", "its CPU s", "× as fast"], lines)


def splitters(rows):
    lines = []
    for row in rows:
        peer = row.get("langchain")
        name = ", ".join([row["splitter"], *(one.partition("=")[2] for one in row["options"] if one.startswith("language"))])
        lines.append([name, f"{row['size']:,} / {row['overlap']}", mb(row["bytes"]), f"{row['chunks']:,}", speed(row["bytes"], row["cpu_seconds"]),
                      *([speed(row["bytes"], peer["cpu_seconds"]), f"{peer['cpu_seconds'] / row['cpu_seconds']:.1f}", "yes" if peer["same"] else "no"] if peer else ["–"] * 3)])
    yield table(["splitter", "size / overlap", "text, MB", "chunks", "MB/s", "LangChain, MB/s", "× as fast", "the same chunks"], lines)


def pipeline(rows):
    lines = [[row["step"], f"{row['files']:,}", f"{row['changed']:,}", f"{row['passages']:,}", f"{row['seconds']:.2f}", f"{row['cpu_seconds']:.2f}", speed(row["bytes"], row["seconds"])]
             for row in rows if "files" in row]
    yield table(["what", "files", "read anew", "passages written", "seconds", "CPU s", "MB/s of the files"], lines)
    yield table(["asked in one run", "seconds", "CPU s", "ms a question"],
                [[row["step"], f"{row['seconds']:.2f}", f"{row['cpu_seconds']:.2f}", f"{1000 * row['seconds'] / row['questions']:.2f}"] for row in rows if "questions" in row])


def between(interval, sign=""):
    return f"{interval[0]:{sign}.3f} to {interval[1]:{sign}.3f}"


def quality(rows):
    arms = [row for row in rows if row["kind"] == "arm"]
    metrics = list(arms[0]["means"])
    lines, told = [], set()
    for row in arms:
        if row["mode"] == "text" and "text" in told:
            continue  # words know no model
        told.add(row["mode"])
        cells = [f"{row['means'][metric]:.4f} ({between(row['intervals'][metric])})" for metric in metrics]
        lines.append(["" if row["mode"] == "text" else row["model"], MODES[row["mode"]], *cells])
    yield table(["vectors of", "mode", *metrics], lines)
    lines = []
    for row in rows:
        if row["kind"] == "gain" and (row["mode"] != "text" or row["by"] or row["model"] == arms[0]["model"]):
            vectors = row["model"] if row["mode"] != "text" or "mmr" in row["steps"] else ""
            lines.append([MODES[row["mode"]], vectors, f"`{row['steps']}`" + (f" by {row['by']}" if row["by"] else ""), f"{row['before']:.4f}", f"{row['after']:.4f}",
                          f"{row['difference']:+.4f} ({between(row['interval'], '+')})", f"{row['p']:.4f}"])
    yield table(["found by", "vectors of", "then", "nDCG@10 before", "after", "difference", "p"], lines)


def about(run, rows):
    machine, texts = run["machine"], [row for row in rows if "texts" in row]
    what = f"Cranfield: {texts[0]['texts']:,} abstracts, {texts[0]['questions']} questions. " if texts else ""
    return f"{what}Commit {machine['commit']}, {machine['cpu']}, {machine['cpus']} cores, {run['when'][:10]}."


PARTS = {
    "loaders": ("Loaders", loaders),
    "splitters": ("Splitters", splitters),
    "pipeline": ("A folder to answers", pipeline),
    "quality": ("Words, vectors, both, and a second look", quality),
}


def page(rows):
    """In Markdown, the newest of each part."""
    out = []
    for part, (title, tables) in PARTS.items():
        runs = [row for row in rows if row["part"] == part and row["kind"] == "run"]
        own = [row for row in rows if row["part"] == part and row["kind"] != "run"]
        if runs and own:
            out += [f"### {title}", about(runs[-1], own), *tables(own)]
    return "\n\n".join(out) + "\n"
