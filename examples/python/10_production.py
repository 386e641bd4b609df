"""A service that may be stopped, fed nonsense and left alone: settings that are checked, a store that is verified before it is used, documents that
vanished brought back by a snapshot, threads with limits and deadlines, backups of which the oldest leave, and Ctrl-C that ends it in order.

    python 10_production.py SETTINGS < questions

A line of standard input is a question, and its answer a line of JSON; what there is to know besides goes to standard error. SETTINGS is a file of
JSON: {"model": "wordllama-256", "database": "notes.db", "documents": "notes", "backups": "backups"} and the numbers below.
"""

import json
import os
import pathlib
import queue
import select
import signal
import sys
import threading

import console

import vecstore

FOLDERS = ("model", "database", "documents", "backups")
NUMBERS = {"threads": 2, "timeout_ms": 200, "max_question_bytes": 1000, "passages": 3, "keep_backups": 3}
stopping = vecstore.CancelToken()


def tell(*words):
    print(*words, file=sys.stderr, flush=True)


def stop(*_):
    """Ends what takes long; lines_until() ends the input."""
    stopping.cancel()


def lines_until(stopped):
    """The lines of standard input, until it ends or the file `stopped` says something. A read that waits would not do: Python sees to a signal between two
    of its steps, and one that comes just before the read would wait for the next line."""
    rest = b""
    while not stopping.cancelled:
        if stopped in select.select([0, stopped], [], [])[0]:
            return
        read = os.read(0, 65536)
        *lines, rest = (rest + read).split(b"\n")
        yield from (line.decode(errors="replace") for line in lines)
        if not read:
            if rest:
                yield rest.decode(errors="replace")
            return


def read_settings(path):
    try:
        given = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise vecstore.InvalidArgument(f"{path}: {error}") from None
    for key, value in given.items():
        if key not in NUMBERS and key not in FOLDERS:
            raise vecstore.InvalidArgument(f"{path}: {key} is not known")
        if key in FOLDERS and not isinstance(value, str):
            raise vecstore.InvalidArgument(f"{path}: {key} must be a folder's name")
        if key in NUMBERS and not (isinstance(value, int) and 1 <= value <= 10_000):
            raise vecstore.InvalidArgument(f"{path}: {key} must be a number from 1 to 10000")
    for key in FOLDERS:
        if not given.get(key):
            raise vecstore.InvalidArgument(f"{path}: {key} is missing")
    return {**NUMBERS, **given}


def verify(settings):
    """Every byte, before anything is built on it."""
    try:
        damage = vecstore.check(settings["database"], deep=True, cancel=stopping).damage
    except vecstore.NotFound:  # the first run
        return
    if damage:
        raise vecstore.DataLoss(f"{damage[0].file}: {damage[0].what}: restore the newest of {settings['backups']}")


def refresh(db, docs, settings):
    """Reads what changed. When more is gone than is left, somebody took the folder away: not a change."""
    if any(snapshot.name == "before" for snapshot in db.list_snapshots()):
        db.drop_snapshot("before")
    db.create_snapshot("before")
    try:
        report = docs.ingest(settings["documents"], cancel=stopping)
    except vecstore.NotFound as error:
        return tell("documents stay as they were:", error)
    for problem in report.problems:
        tell(f"not read: {problem.source}: {problem.why}")
    tell(f"documents: {report.added} new, {report.changed} changed, {report.unchanged} as before, {report.removed} gone")
    if report.removed > report.files:
        tell("more is gone than is left: brought back")
        db.restore_snapshot("before")


def back_up(db, settings):
    """One file for each state, named by its last write: the same state is not copied twice."""
    folder = pathlib.Path(settings["backups"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"backup-{db.stats().sequence:020}"
    if path.exists():
        return
    tell(f"backup: {path}, {db.backup(path, single_file=True).bytes} bytes")
    for oldest in sorted(folder.glob("backup-*"))[: -settings["keep_backups"]]:
        oldest.unlink()


def answer(docs, settings, question):
    if len(question.encode()) > settings["max_question_bytes"]:
        return {"error": "the question is too long"}
    try:
        hits = docs.search(question, settings["passages"], timeout=settings["timeout_ms"] / 1000, cancel=stopping)
    except vecstore.Error as error:
        return {"question": question, "error": str(error)}
    passages = [{"id": hit.id, "score": hit.score, "text": hit.text} for hit in hits]
    return {"question": question, "partial": hits.partial, "passages": passages}


def serve(docs, settings, stopped):
    questions, output, answered = queue.Queue(maxsize=100), threading.Lock(), []  # a hundred at most wait, then the reader does

    def work():
        while (question := questions.get()) is not None:
            line = json.dumps(answer(docs, settings, question))
            with output:
                print(line, flush=True)
                answered.append(question)

    threads = [threading.Thread(target=work) for _ in range(settings["threads"])]
    for thread in threads:
        thread.start()
    for line in lines_until(stopped):
        questions.put(line)
    for _ in threads:
        questions.put(None)
    for thread in threads:
        thread.join()
    tell(f"{len(answered)} questions answered")


def main():
    settings = read_settings(console.arguments(__doc__, "settings").settings)
    stopped, signalled = os.pipe()
    os.set_blocking(signalled, False)
    signal.set_wakeup_fd(signalled)  # a signal writes to it at once
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    verify(settings)
    with vecstore.open(settings["database"], log=lambda _, what: tell("store:", what)) as db:
        docs = db.collection("documents", embedder=vecstore.load_model(settings["model"]))
        refresh(db, docs, settings)
        serve(docs, settings, stopped)
        back_up(db, settings)
        tell(f"stopped{' as asked' if stopping.cancelled else ''}; {db.stats().file_bytes} bytes on the disk")


if __name__ == "__main__":
    console.run(main)
