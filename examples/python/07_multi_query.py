"""One question asked in several ways: a model that writes makes others of it, all are searched, and what several of them find comes first.

    CHAT_ADDRESS=http://localhost:11434/v1 CHAT_MODEL=llama3.2
    python 07_multi_query.py MODEL DATABASE FOLDER QUESTION [WAY]

WAY is multi_query (other words), decompose (the questions in it) or step_back (the one behind).
"""

import chat
import console

import vecstore

TOO = "searched for, too: "


def finders(hit):
    """Who found it, by the ranks that each search gave it. Beyond the twenty best nearly everything is found by everyone."""
    names = [f"{i or 'the question'} ({arm.rank}.)" for i, arm in enumerate(hit.arms) if 0 < arm.rank <= 20]
    return ", ".join(names) or "none among its best"


def main():
    asked = console.arguments(__doc__, "model", "database", "folder", "question", "way?")
    writer = chat.model()
    with vecstore.open(asked.database) as db:
        docs = db.collection("documents", embedder=vecstore.load_model(asked.model))
        docs.ingest(asked.folder)
        hits = docs.search(asked.question, 5, expand=asked.way or "multi_query", writer=writer)
        others = [note.removeprefix(TOO) for note in hits.notes if note.startswith(TOO)]
        print(f"the question: {asked.question}")
        for i, other in enumerate(others, 1):
            print(f"{i}: {other}")
        if not others:
            print("the model had no other way to ask")
        for hit in hits:
            print(f"\n{console.heading(hit)}\n  {console.place(hit)}\n  {console.one_line(hit.text, 160)}")
            if others:
                print(f"  found by {finders(hit)}")


if __name__ == "__main__":
    console.run(main)
