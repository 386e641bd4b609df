"""A conversation about documents that goes on tomorrow: answers with checked citations, typed out as they come.

    CHAT_ADDRESS=http://localhost:11434/v1 CHAT_MODEL=llama3.2
    python 08_conversation.py MODEL DATABASE FOLDER NAME

A line is a question. NAME is the conversation: the same one goes on with what was said, also after the program ended. Without a model that writes
the passages are shown.
"""

import sys

import chat
import console

import vecstore


def answer(docs, question, model, name):
    if model is None:
        return console.show(docs.search(question, 3))
    said = docs.ask(question, model, k=6, conversation=name, cache=True, on_text=lambda piece: print(piece, end="", flush=True))
    print()
    if said.searched_for != question:
        print(f"  searched for: {said.searched_for}")
    if said.cached:
        print("  said before, and its passages are as they were")
    for one in said.citations:  # what a statement was taken from: the sentence of the passage, and where it is in the file
        file = said.passages[one.passage - 1].metadata["source"]
        print(f"  [{one.passage}] {file}, bytes {one.start}-{one.end}\n      {console.one_line(one.quote, 1000)}")
    for problem in said.problems:  # what the passages do not have: a quotation, a number, a passage that is not there
        print(f"  check: {problem}")


def main():
    asked = console.arguments(__doc__, "model", "database", "folder", "name")
    model = chat.model() if chat.is_set() else None
    with vecstore.open(asked.database) as db:
        docs = db.collection("documents", embedder=vecstore.load_model(asked.model))
        docs.ingest(asked.folder)
        print("\n> ", end="", flush=True)
        for question in map(str.strip, sys.stdin):
            try:
                if question:
                    answer(docs, question, model, asked.name)
            except vecstore.Error as error:  # a server that is away for a moment ends an answer, not the conversation
                print(f"  no answer: {error}")
            print("\n> ", end="", flush=True)
        print()


if __name__ == "__main__":
    console.run(main)
