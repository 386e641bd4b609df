"""Folders that are ingested as they change."""

import asyncio
import os
import pathlib
import shutil
import signal
import threading
import time

import pytest

import vecstore


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("The pump is oiled.")
    return folder


@pytest.fixture
def manual(db, words):
    return db.collection("manual", embedder=words)


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    assert condition()


@pytest.mark.parametrize("looking", [False, True])
def test_what_changes_is_taken(notes, manual, looking):
    with manual.watch(notes, looking=looking, interval=0.1, quiet=0.05) as changes:
        first = next(changes)
        assert (first.added, first.files) == (1, 1) and changes.running and "watching" in repr(changes)
        (notes / "b.md").write_text("The tides move the sea.")
        assert next(changes).added == 1 and len(manual) == 2
        (notes / "a.md").write_text("The pump is painted green.")
        assert next(changes).changed == 1
        os.unlink(notes / "b.md")
        assert next(changes).removed == 1 and [record.text for record in manual.scan()] == ["The pump is painted green."]
        assert changes.wait(0.2) is None and changes.problem is None
    assert not changes.running and "ended" in repr(changes) and list(changes) == [] and changes.wait(1) is None
    (notes / "c.md").write_text("Too late.")
    time.sleep(0.3)
    assert len(manual) == 1


def test_options_are_those_of_an_ingest(notes, manual):
    (notes / "b.txt").write_text("left out")
    with manual.watch([notes], include=["*.md"], chunk_size=5, chunk_overlap=0, splitter="recursive") as changes:
        assert next(changes).files == 1 and len(manual) > 2


def test_the_database_may_lie_in_the_folder(notes, words):
    with vecstore.open(notes / "db") as db:
        with db.collection("manual", embedder=words).watch(notes, quiet=0.05) as changes:
            assert next(changes).added == 1
            assert changes.wait(1.0) is None, "what is written is no change"


def test_what_cannot_be_done_for_now_is_tried_again(notes, manual):
    with manual.watch(notes, looking=True, interval=0.05, quiet=0.02) as changes:
        next(changes)
        shutil.rmtree(notes)
        until(lambda: changes.problem is not None)
        assert isinstance(changes.problem, vecstore.NotFound) and changes.running
        notes.mkdir()
        (notes / "new.md").write_text("It is back.")
        back = changes.wait(20)
        assert back is not None and changes.problem is None and back.added + back.removed > 0


def test_what_ends_it_is_raised_where_reports_are_read(notes, db, manual):
    broken = db.collection("broken", embedder=vecstore.FunctionEmbedder(lambda texts: 1 / 0, name="broken", dimension=2))
    with broken.watch(notes) as changes:
        with pytest.raises(ZeroDivisionError):
            next(changes)
        assert not changes.running or changes._thread.join(5) is None
    with manual.watch(notes / "none") as changes, pytest.raises(vecstore.NotFound, match="none"):
        next(changes)
    for kwargs, error, words in [
        ({"chunk_sise": 3}, vecstore.WrongType, "did you mean 'chunk_size'"),
        ({"interval": 0}, vecstore.InvalidArgument, "interval: 0.001 to 3,600 seconds are expected, not 0"),
        ({"quiet": "1"}, vecstore.WrongType, "quiet: seconds are expected, not str"),
        ({"looking": True, "splitter": "magic"}, vecstore.InvalidArgument, "magic"),
    ]:
        with pytest.raises(error, match=words):
            with manual.watch(notes, **kwargs) as changes:
                next(changes)
    with pytest.raises(vecstore.FailedPrecondition):
        db.collection("plain", dimension=2).watch(notes)


def test_ctrl_c_and_tokens_end_it(notes, manual):
    changes = manual.watch(notes)
    next(changes)
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        next(changes)
    assert not changes.running and time.monotonic() - begun < 3
    token = vecstore.CancelToken()
    with manual.watch(notes, cancel=token) as changes:
        next(changes)
        threading.Timer(0.2, token.cancel).start()
        assert list(changes) == []


def test_awaited_watches(notes, words):
    async def main():
        async with vecstore.aopen(":memory:") as adb:
            adocs = await adb.collection("manual", embedder=words)
            seen = []
            async for report in adocs.watch(notes, quiet=0.05):
                seen.append((report.added, report.changed))
                if len(seen) == 2:
                    break
                pathlib.Path(notes / "b.md").write_text("The tides.")

            async def forever():
                async for _ in adocs.watch(notes):
                    pass

            begun = time.monotonic()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(forever(), 0.5)
            until(lambda: not any(thread.name == "vecstore-watch" for thread in threading.enumerate()), 5)
            return seen, time.monotonic() - begun

    seen, took = asyncio.run(main())
    assert seen == [(1, 0), (1, 0)] and took < 5
