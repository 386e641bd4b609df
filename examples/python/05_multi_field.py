"""Records with several vectors and several texts: the packages of a Debian system, found by summary, by description, and by words.

    python 05_multi_field.py MODEL DATABASE STATUS_FILE QUESTION [FILTER]
    python 05_multi_field.py ~/.cache/vecstore/models/wordllama-256 apt.db /var/lib/dpkg/status \\
        "read JSON in C++" "section = 'libdevel' AND size_kb < 5000"
"""

import console

import vecstore
from vecstore import Query

#: The text of a record, and strings of its metadata; a word of the name counts thrice.
TEXTS = {"name": {"analyzer": "code", "boost": 3}, "summary": {"boost": 2}, "text": {}}
KEYS = {"Package": "name", "Version": "version", "Section": "section", "Installed-Size": "size_kb", "Description": "summary"}


def read_packages(path):
    """Of each paragraph of the file, by the package's name: metadata, and the long description."""
    packages, name, described = {}, None, False
    with open(path, encoding="utf-8") as file:
        for line in filter(None, file.read().splitlines()):
            if line.startswith(" "):  # goes on with the field before
                if described:
                    packages[name][1].append("\n" if line == " ." else line)
                continue
            key, _, value = line.partition(": ")
            if key == "Package":
                name = value
                packages[name] = ({}, [])
            if name is None:
                raise vecstore.InvalidArgument(f"{path} does not begin with a package")
            described = key == "Description"
            if key in KEYS:
                packages[name][0][KEYS[key]] = int(value) if key == "Installed-Size" else value
    return {name: (facts, "".join(lines)) for name, (facts, lines) in packages.items()}


def write(apt, model, packages):
    """Only what is new or has another version is embedded."""
    known = {record.id: record.metadata for record in apt.get_many(list(packages))}
    changed = {name: package for name, package in packages.items() if known.get(name) != package[0]}
    print(f"{len(packages)} packages, {len(changed)} of them new or changed")
    if not changed:
        return
    metadata, texts = zip(*changed.values())

    def vectors(of):  # of no text there is no vector: the record is not found by that field
        return [row if text else None for row, text in zip(model.embed(of), of)]

    fields = {"summary": vectors([facts.get("summary", "") for facts in metadata]), "description": vectors(list(texts))}
    apt.upsert(list(changed), metadata=metadata, texts=texts, fields=fields)


def place(arm):
    return f"{arm.rank}." if arm.rank else "-"


def main():
    asked = console.arguments(__doc__, "model", "database", "status_file", "question", "filter?")
    model = vecstore.load_model(asked.model)
    packages = read_packages(asked.status_file)
    with vecstore.open(asked.database) as db:
        fields = {name: {"dimension": model.dimension} for name in ("summary", "description")}
        apt = db.collection("packages", fields=fields, text_fields=TEXTS)
        write(apt, model, packages)

        vector = model.embed_queries([asked.question])[0]
        ways = [Query(vector, field="summary", k=50), Query(vector, field="description", k=50), Query(text=asked.question, k=50)]
        hits = apt.query(prefetch=ways, fusion={"method": "weighted_sum", "weights": [2, 1, 2]}, k=5, filter=asked.filter)
        for hit in hits:
            facts, (summary, description, words) = hit.metadata, map(place, hit.arms)
            print(f"\n{hit.id}: {facts['summary']}\n  {facts['section']}, {facts['size_kb']} kB;", end=" ")
            print(f"by summary {summary}, by description {description}, by words {words}")
        if not hits:
            print("\nnothing passes the filter")


if __name__ == "__main__":
    console.run(main)
