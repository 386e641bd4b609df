"""Source code found by what it does, and by the names in it.

    python 04_code_search.py MODEL DATABASE FOLDER QUESTION [LANGUAGE]
    python 04_code_search.py ~/.cache/vecstore/models/wordllama-256 code.db ~/project "retry after a timeout" python

`where_is_this_name` and `whereIsThisName` are found by each of their words.
"""

import console

import vecstore
from vecstore import field


def show(hit):
    """The first lines of a passage, numbered as in the file."""
    first = hit.metadata["line"]
    print(f"\n{hit.metadata['source']}:{first}  ({hit.metadata['language']})")
    for number, line in enumerate(hit.text.splitlines()[:8], first):
        print(f"{number:6}  {line}")


def main():
    asked = console.arguments(__doc__, "model", "database", "folder", "question", "language?")
    with vecstore.open(asked.database) as db:
        # The analyzer cuts names into their words, and keeps them whole besides.
        code = db.collection("code", embedder=vecstore.load_model(asked.model), analyzer="code")
        # At functions and classes, which tools/setup grammars does by their syntax.
        report = code.ingest(asked.folder, splitter="code", chunk_size=1500)
        print(f"{report.files} files, {report.added + report.changed} of them read anew")
        for language in code.facet("language").values:
            print(f"  {language.value}: {language.records} passages")

        where = field("language") == asked.language if asked.language else field("language").exists()
        hits = code.search(asked.question, 3, filter=where)
        for hit in hits:
            show(hit)
        if not hits:
            print("\nnothing was found")


if __name__ == "__main__":
    console.run(main)
