"""asyncio: the same names, awaited."""

import asyncio
import inspect
import time

import numpy as np
import pytest

import vecstore


def test_awaited_calls(tmp_path):
    async def main():
        async with vecstore.aopen(tmp_path / "db", threads=1) as db:
            docs = await db.collection("docs", dimension=2)
            await docs.upsert(["a", "b"], [[1, 0], [0, 1]], metadata=[{"n": 1}, {"n": 2}])
            assert (await docs.query([1, 0], k=1)).ids == ["a"] and (await docs.get("b")).metadata == {"n": 2}
            assert (await docs.query_many(np.eye(2), k=1)).ids.tolist() == [["a"], ["b"]]
            assert [r.id async for r in docs.scan(batch_size=1)] == ["a", "b"] == [r.id async for r in docs]
            answers = await asyncio.gather(*(docs.query([1, 0], k=1) for _ in range(50)))
            assert all(hits.ids == ["a"] for hits in answers)
            with pytest.raises(KeyError):
                await docs.get("nobody")
            with pytest.raises(TypeError, match="did you mean 'filter'"):
                await docs.query([1, 0], filtr="x")
            assert await db.list_collections() == ["docs"] and (await docs.stats()).records == 2 and docs.sync.name == docs.name
            await (await db.copy_collection("docs", "copy")).remove("a")
            await db.create_snapshot("s")
            async with await db.snapshot("s") as old:
                assert await (await old.get_collection("copy")).count() == 1
        with pytest.raises(vecstore.Error):
            await docs.get("a")
        db = await vecstore.aopen(":memory:")
        await db.close()

    asyncio.run(main())


def test_there_is_a_twin_of_every_call():
    for sync, twin in ((vecstore.Collection, vecstore.AsyncCollection), (vecstore.Database, vecstore.AsyncDatabase)):
        names = {n for n, f in inspect.getmembers(sync, inspect.isfunction) if not n.startswith("_")}
        assert names <= set(dir(twin)), names - set(dir(twin))
        for name in names - {"scan", "ask_stream", "watch", "conversation"}:  # these are iterated, the last one opens nothing
            assert inspect.iscoroutinefunction(inspect.unwrap(getattr(twin, name), stop=inspect.iscoroutinefunction)), name


def slow_collection(db):
    """A collection that takes some tenths of a second to look through."""
    rows = db.collection("rows", dimension=256, index="flat")
    data = np.random.default_rng(5).standard_normal((20_000, 256), np.float32)
    for start in range(0, 200_000, 20_000):
        rows.upsert([f"{start + i}" for i in range(20_000)], data)
    return rows


def test_cancellation_and_time_outs_reach_the_engine(tmp_path):
    async def main():
        async with vecstore.aopen(":memory:", threads=0) as db:
            rows = vecstore.AsyncCollection(slow_collection(db.sync), db._executor)
            many = np.random.default_rng(6).standard_normal((400, 256), np.float32)
            begun = time.perf_counter()
            task = asyncio.create_task(rows.query_many(many, plan="scan"))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.perf_counter() - begun < 1.0  # of many seconds
            begun = time.perf_counter()
            with pytest.raises((asyncio.TimeoutError, TimeoutError)):
                await asyncio.wait_for(rows.query_many(many, plan="scan"), 0.05)
            assert time.perf_counter() - begun < 1.0
            assert (await rows.query(many[0], timeout=0.001)).partial

    asyncio.run(main())


def test_the_loop_goes_on_meanwhile():
    async def main():
        async with vecstore.aopen(":memory:", threads=0) as db:
            rows = vecstore.AsyncCollection(slow_collection(db.sync), db._executor)
            ticks = 0

            async def tick():
                nonlocal ticks
                while True:
                    ticks += 1
                    await asyncio.sleep(0.005)

            ticking = asyncio.create_task(tick())
            await rows.query_many(np.ones((10, 256), np.float32), plan="scan")
            ticking.cancel()
            assert ticks > 5

    asyncio.run(main())


def test_a_task_that_is_cancelled_ends_a_compaction(tmp_path):
    async def main():
        async with vecstore.aopen(tmp_path / "db", seal_rows=4000, background_share=0.01) as db:
            rows = await db.collection("rows", dimension=64, hnsw={"min_rows": 30_000})
            data = np.random.default_rng(5).standard_normal((20_000, 64), np.float32)
            for start in range(0, 80_000, 20_000):
                await rows.upsert([f"{start + i}" for i in range(20_000)], data)
            for call in (rows.compact, db.compact):
                begun = time.perf_counter()
                with pytest.raises((asyncio.TimeoutError, TimeoutError)):
                    await asyncio.wait_for(call(), 0.3)
                assert time.perf_counter() - begun < 1.3  # of ten seconds or more
            assert await rows.count() == 80_000

    asyncio.run(main())


CALLED_OFF = [
    lambda db, rows, token: rows.count("n >= 0", cancel=token),
    lambda db, rows, token: rows.facet("n", cancel=token),
    lambda db, rows, token: rows.summarize("n", cancel=token),
    lambda db, rows, token: rows.get_many(["1"], cancel=token),
    lambda db, rows, token: rows.list_deleted(cancel=token),
    lambda db, rows, token: rows.quantization_report(cancel=token),
    lambda db, rows, token: rows.update_where("n >= 0", patch={"seen": 1}, cancel=token),
    lambda db, rows, token: rows.remove_where("n >= 0", cancel=token),
    lambda db, rows, token: rows.upsert(["a", "b"], np.ones((2, 2), np.float32), cancel=token),
    lambda db, rows, token: rows.upsert(["a", "b"], [[1, 1], None], cancel=token),
    lambda db, rows, token: rows.upsert_many([{"id": "a", "vector": [1, 1]}], cancel=token),
    lambda db, rows, token: rows.compact(cancel=token),
    lambda db, rows, token: rows.scan().next_batch(cancel=token),
    lambda db, rows, token: db.diff("one").next_batch(cancel=token),
    lambda db, rows, token: db.compact(cancel=token),
    lambda db, rows, token: vecstore.check(db.path, cancel=token),
    lambda db, rows, token: vecstore.salvage(f"{db.path}-closed", f"{db.path}-saved", cancel=token),
    lambda db, rows, token: vecstore.repair(f"{db.path}-closed", cancel=token),
    lambda db, rows, token: vecstore.open(db.path, read_only=True, cancel=token),
    lambda db, rows, token: vecstore.open(db.path, read_only=True).refresh_to(10**6, timeout=60, cancel=token),
]


@pytest.mark.parametrize("call", CALLED_OFF)
def test_a_token_calls_off_what_takes_one(tmp_path, call):
    vecstore.open(f"{tmp_path}/db-closed").close()
    with vecstore.open(tmp_path / "db") as db:
        rows = db.collection("rows", dimension=2)
        rows.upsert_many({"id": f"{i}", "vector": [i, 1], "metadata": {"n": i}} for i in range(20))
        rows.soft_delete("7")
        db.create_snapshot("one")
        rows.update("1", patch={"n": 100})
        token = vecstore.CancelToken()
        token.cancel()
        with pytest.raises(vecstore.Cancelled):
            call(db, rows, token)
        assert rows.count("n >= 0") == 19 and rows.count("seen = 1") == 0 and "a" not in rows
