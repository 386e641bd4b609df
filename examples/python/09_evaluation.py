"""How well questions are answered by words, by meaning and by both, on questions that people judged; how sure that is, and which differences
are more than chance.

    python 09_evaluation.py MODEL DATABASE FOLDER QUESTIONS [REPORT]

A line of QUESTIONS is {"id": "wal", "text": "can readers go on while ..", "relevant": {"sqlite/wal.html": 2}}: documents and how good they are,
from 1 on. Ask what your readers ask. REPORT is a page to look into where it ends in .html, else JSON with the values of every question.
"""

import console

import vecstore

METRICS = ["ndcg@10", "mrr@10", "recall@20"]
MODES = {"words": "text", "vectors": "vector", "both": "hybrid"}


def best_first(ranking, grades):
    """A metric of one's own: whether the best document there is comes first."""
    return float(bool(ranking) and grades.get(ranking[0], 0) == max(grades.values()))


def ask(docs, questions, mode):
    """Documents are judged, passages are found: each document counts where its best passage is."""
    run = {}
    for question in questions:
        hits = docs.search(question.text, 20, mode=mode, group_by="source")
        run[question.id] = [(hit.metadata["source"], hit.score) for hit in hits]
    return run


def show(found):
    print(f"{len(found.queries)} questions\n\n{'':10}" + "".join(f"{metric:26}" for metric in found.metrics))
    for run in found.runs:
        means = (f"{run[metric]:.4f} ({run.intervals[metric].low:.3f} to {run.intervals[metric].high:.3f})" for metric in found.metrics)
        print(f"{run.name:10}" + "   ".join(means))
    print()
    for one in found.comparisons:
        print(f"{one.metric}: {one.a} over {one.b} {one.difference:+.4f}, by chance with p = {one.p:.4f}")

    # Means do not say what to mend. The questions that the last way answers worst do.
    last = found.runs[-1]
    print(f"\nwhat is furthest from right by {last.name}:")
    for value, query in sorted(zip(last.values[found.metrics[0]], found.queries), key=lambda pair: pair[0])[:3]:
        first = last.hits[query.id][0].id if last.hits[query.id] else "nothing"
        print(f"  {value:.4f} {query.id}: {query.text}; first was {first}")


def main():
    asked = console.arguments(__doc__, "model", "database", "folder", "questions", "report?")
    questions = [question for question in vecstore.read_questions(asked.questions) if question.relevant]
    if not questions:
        raise vecstore.InvalidArgument(f"{asked.questions}: no question says in 'relevant' what answers it")
    with vecstore.open(asked.database) as db:
        docs = db.collection("documents", embedder=vecstore.load_model(asked.model))
        docs.ingest(asked.folder)
        runs = {name: ask(docs, questions, mode) for name, mode in MODES.items()}
    found = vecstore.compare(questions, runs, metrics=[*METRICS, best_first])
    show(found)
    if asked.report:
        found.save(asked.report)


if __name__ == "__main__":
    console.run(main)
