"""Readers that follow a writer, and writes that are awaited on the disk."""

import asyncio
import datetime
import re
import subprocess
import sys
import textwrap
import time

import pytest

import vecstore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "db"


def test_a_reader_sees_nothing_new_until_it_refreshes(path):
    with vecstore.open(path) as writer:
        docs = writer.collection("docs", dimension=1, metric="euclidean")
        docs.upsert("a", [1])
        with vecstore.open(path, read_only=True) as reader:
            seen = reader["docs"]
            docs.upsert(["b", "c"], [[2], [3]])
            later = writer.collection("later", dimension=1)
            assert len(seen) == 1 and "later" not in reader
            assert reader.refresh() is None
            assert len(seen) == 3 and seen.query([3], k=1).ids == ["c"] and "later" in reader
            writer.flush()
            later.upsert("x", [1])
            docs.remove("a")
            reader.refresh()
            assert sorted(r.id for r in seen) == ["b", "c"] and len(reader["later"]) == 1
        for refused in (writer.refresh, lambda: writer.refresh_to(1, timeout=0)):
            with pytest.raises(vecstore.FailedPrecondition):
                refused()


def test_a_reader_waits_for_a_write(path):
    with vecstore.open(path) as writer, vecstore.open(path, read_only=True) as reader:
        docs = writer.collection("docs", dimension=1)
        done = docs.upsert("a", [1])
        for timeout in (5, 0.0, datetime.timedelta(seconds=5)):
            reader.refresh_to(done.sequence, timeout=timeout)
        assert "a" in reader["docs"]
        begun = time.perf_counter()
        with pytest.raises(vecstore.DeadlineExceeded, match=f"{done.sequence + 7}.*{done.sequence}"):
            reader.refresh_to(done.sequence + 7, timeout=0.1)
        assert 0.09 < time.perf_counter() - begun < 5
        for wrong in ("1", None, True, float("inf"), float("nan"), 1e300):
            with pytest.raises((vecstore.WrongType, vecstore.InvalidArgument), match="timeout"):
                reader.refresh_to(done.sequence, timeout=wrong)
        with pytest.raises(vecstore.WrongType):
            reader.refresh_to(-1, timeout=0)


FOLLOWER = """
    import sys, vecstore
    with vecstore.open(sys.argv[1], read_only=True) as db:
        docs = db["docs"]
        for line in sys.stdin:
            db.refresh_to(int(line), timeout=60)
            print(" ".join(r.id for r in docs), flush=True)
"""


def test_a_process_follows_another(path):
    with vecstore.open(path, seal_rows=8, durability="off") as writer:
        docs = writer.collection("docs", dimension=1)
        follower = subprocess.Popen([sys.executable, "-c", textwrap.dedent(FOLLOWER), path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with follower:
            for i in range(30):
                done = docs.upsert([f"{i:02}", f"{i:02}'"], [[i + 1], [i + 1]])
                follower.stdin.write(f"{done.sequence}\n")
                follower.stdin.flush()
                assert follower.stdout.readline().split() == [f"{j:02}{end}" for j in range(i + 1) for end in ("", "'")]
            follower.stdin.close()
        assert follower.returncode == 0


def test_a_thread_follows_by_itself(path):
    with vecstore.open(path) as writer:
        docs = writer.collection("docs", dimension=1)
        with vecstore.open(path, read_only=True, refresh_interval_ms=5) as reader:
            docs.upsert("a", [1])
            until = time.monotonic() + 30
            while "a" not in reader["docs"]:
                assert time.monotonic() < until
                time.sleep(0.005)
    with pytest.raises(vecstore.InvalidArgument, match="refresh_interval_ms"):
        vecstore.open(path, read_only=True, refresh_interval_ms=-1)


@pytest.mark.parametrize("durability", ["full", "normal", "off"])
def test_a_write_is_on_the_disk_before_wait_durable_returns(path, durability):
    with vecstore.open(path, durability=durability, sync_interval_ms=60_000) as db:
        done = db.collection("docs", dimension=1).upsert("a", [1])
        assert db.wait_durable(done.sequence) is None
        with pytest.raises(vecstore.OutOfRange, match=str(done.sequence + 1)):
            db.wait_durable(done.sequence + 1)
    with pytest.raises(vecstore.FailedPrecondition):
        db.wait_durable(done.sequence)


def test_wait_durable_syncs_the_log(path):
    """Nothing else does within the run: the log is synced by nobody in "off"."""
    program = """
        import sys, vecstore
        db = vecstore.open(sys.argv[1], durability="off")
        docs = db.collection("docs", dimension=1)
        for i in range(3):
            done = docs.upsert(str(i), [1])
            if sys.argv[2] == "wait":
                db.wait_durable(done.sequence)
        import os
        os._exit(0)
    """

    def syncs(how):
        arguments = ["strace", "-f", "-e", "trace=fdatasync,fsync", sys.executable, "-c", textwrap.dedent(program), str(path) + how, how]
        try:
            done = subprocess.run(arguments, capture_output=True, text=True, timeout=120)
        except FileNotFoundError:
            pytest.skip("there is no strace")
        assert done.returncode == 0, done.stderr
        return len(re.findall(r"f(?:data)?sync\(", done.stderr))

    assert syncs("wait") >= syncs("go on") + 3


def test_followers_of_asyncio(path):
    async def main():
        async with vecstore.aopen(path) as writer, vecstore.aopen(path, read_only=True) as reader:
            docs = await writer.collection("docs", dimension=1)
            done = await docs.upsert("a", [1])
            await writer.wait_durable(done.sequence)
            await reader.refresh_to(done.sequence, timeout=5)
            await docs.upsert("b", [1])
            await reader.refresh()
            assert await (await reader.get_collection("docs")).count() == 2

    asyncio.run(main())
