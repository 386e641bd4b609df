"""Documents in a folder that answer questions: ingest, then search by meaning and by words.

    python 01_basic.py MODEL DATABASE FOLDER QUESTION
    python 01_basic.py ~/.cache/vecstore/models/wordllama-256 notes.db ~/notes "when do we meet"

Run again, it reads what has changed and asks the database that is there.
"""

import sys

import console

import vecstore


def main():
    asked = console.arguments(__doc__, "model", "database", "folder", "question")
    with vecstore.open(asked.database) as db:
        docs = db.collection("documents", embedder=vecstore.load_model(asked.model))
        report = docs.ingest(asked.folder)
        print(f"{report.files} files: {report.added} new, {report.changed} changed, {report.unchanged} as before, {report.removed} gone;", end=" ")
        print(f"{report.chunks_written} passages written")
        for problem in report.problems:  # one file that cannot be read does not end an ingest
            print(f"not read: {problem.source}: {problem.why}", file=sys.stderr)
        console.show(docs.search(asked.question, 3))


if __name__ == "__main__":
    console.run(main)
