"""Older versions of records, what two states differ in, and who keeps bytes."""

import asyncio
import datetime

import pytest

import vecstore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "db"


@pytest.fixture
def notes(db):
    """A collection that keeps three versions; "a" was written five times."""
    made = db.collection("notes", dimension=1, metric="euclidean", keep_versions=3)
    for i in range(5):
        made.upsert("a", [i], texts=f"text {i}", metadata={"i": i})
    return made


def test_versions_come_newest_first(notes):
    versions = notes.versions("a")
    assert [(v.current, v.deleted, v.record) for v in versions] == [(True, False, None)] + [(False, False, None)] * 3
    assert versions[0].sequence == notes["a"].version and versions == sorted(versions, key=lambda v: -v.sequence)
    age = datetime.datetime.now(datetime.timezone.utc) - versions[0].written_at
    assert datetime.timedelta(minutes=-1) < age < datetime.timedelta(hours=1)
    assert [v.record.text for v in notes.versions("a", records=True)] == ["text 4", "text 3", "text 2", "text 1"]
    old = notes.get_version("a", versions[2].sequence)
    assert old.text == "text 2" and old.vector.tolist() == [2] and old.metadata == {"i": 2}
    with pytest.raises(KeyError, match="1"):
        notes.get_version("a", 1)
    assert notes.versions("nobody") == []


def test_a_rollback_is_a_write(notes):
    fourth, second = (notes.versions("a")[i].sequence for i in (0, 2))
    done = notes.rollback("a", second)
    assert done.replaced == 1 and notes["a"].text == "text 2" and notes["a"].version == done.sequence
    assert notes.rollback("a", done.sequence) == vecstore.WriteResult(0, 0, 0)
    with pytest.raises(vecstore.Aborted):
        notes.rollback("a", fourth, if_version=fourth)
    with pytest.raises(vecstore.Aborted):
        notes.rollback("a", fourth, if_absent=True)
    assert notes["a"].text == "text 2"
    assert notes.rollback("a", fourth, if_version=done.sequence).replaced == 1 and notes["a"].text == "text 4"
    removed = notes.remove("a")
    versions = notes.versions("a", records=True)
    assert versions[0][2:] == (False, True, None) and versions[0].sequence == removed.sequence
    assert notes.rollback("a", fourth, if_absent=True).inserted == 1
    notes.rollback("a", removed.sequence)
    assert "a" not in notes
    with pytest.raises(vecstore.NotFound, match="999"):
        notes.rollback("a", 999)


def test_how_many_are_kept_can_be_changed(path):
    with vecstore.open(path) as db:
        docs = db.collection("docs", dimension=1)
        assert docs.options["keep_versions"] == 0 == db.collection("docs", keep_versions=0).options["keep_versions"]
        docs.set_keep_versions(2)
        assert docs.options["keep_versions"] == 2
        for i in range(4):
            docs.upsert("a", [i + 1])
        docs.flush()
        kept = docs.compact()
        assert len(docs.versions("a")) == 3 and docs.stats().version_rows == 2
        assert kept.version_bytes == docs.stats().version_bytes > 0
        assert kept.pins == [vecstore.Pin("versions", "", "docs", False, kept.version_bytes)]
        docs.set_keep_versions(0)
        assert docs.compact().version_bytes == 0 and len(docs.versions("a")) == 1
        for wrong in (1001, -1, "2", None):
            with pytest.raises((vecstore.InvalidArgument, vecstore.WrongType)):
                docs.set_keep_versions(wrong)
        with pytest.raises(vecstore.InvalidArgument, match="keep_versions"):
            db.create_collection("more", keep_versions=-1)
        assert vecstore.LIMITS["kept_versions"] == 1000


def changed(db, *states, **options):
    """What a diff says, in short."""
    with db.diff(*states, **options) as diff:
        return [(c.collection, c.id, c.kind) for c in diff]


def test_what_two_states_differ_in(path):
    with vecstore.open(path) as db:
        docs = db.collection("docs", dimension=1)
        docs.upsert(["stays", "goes", "turns"], [[1], [2], [3]])
        db.collection("dropped", dimension=1).upsert("x", [1])
        db.create_snapshot("first")
        before = docs["turns"].version
        docs.remove("goes")
        docs.update("turns", patch={"new": True})
        db.create_snapshot("second")
        db.drop_collection("dropped")
        db.rename_collection("docs", "renamed")
        docs.upsert("comes", [4])
        assert changed(db, "first", "second") == [("docs", "goes", "removed"), ("docs", "turns", "changed")]
        assert changed(db, "first") == [
            ("renamed", "comes", "added"),
            ("renamed", "goes", "removed"),
            ("renamed", "turns", "changed"),
            ("dropped", "x", "removed"),
        ]
        assert changed(db, "second", "second") == []
        assert changed(db, "first", batch_size=1) == changed(db, "first")
        assert changed(db, "first", collection="renamed", after="goes") == changed(db, "first")[2:]
        with db.diff("first") as diff:
            assert diff.collections == [("renamed", "docs", False, False), ("dropped", "dropped", True, False)]
            assert repr(diff) == "<Diff of renamed, dropped (dropped)>"
            added, removed, turned = diff.next_batch(3)
            assert added.before == 0 < added.after and removed.after == 0 < removed.before
            assert (turned.before, turned.after) == (before, docs["turns"].version)
            assert len(diff.next_batch()) == 1 and diff.next_batch() == []
        with pytest.raises(vecstore.FailedPrecondition, match="the diff is closed"):
            diff.next_batch()
        with pytest.raises(vecstore.NotFound, match="third"):
            db.diff("third")
        with pytest.raises(vecstore.NotFound, match="third"):
            db.diff("first", "third")
        for wrong in ({"batch_size": 0}, {"batch_sizes": 1}, {"new": 3}):
            with pytest.raises((vecstore.InvalidArgument, vecstore.WrongType)):
                db.diff("first", **wrong)


def test_a_walk_may_be_shared_by_threads(path):
    from concurrent.futures import ThreadPoolExecutor

    with vecstore.open(path) as db, ThreadPoolExecutor(8) as pool:
        docs = db.collection("docs", dimension=1)
        db.create_snapshot("empty")
        docs.upsert([f"{i:05}" for i in range(20_000)], [[1]] * 20_000)
        for walk in (docs.scan(), db.diff("empty")):
            parts = list(pool.map(lambda _: walk.next_batch(10), range(2000)))  # noqa: B023
            assert sorted(one.id for part in parts for one in part) == [f"{i:05}" for i in range(20_000)]


def test_who_keeps_bytes(path):
    with vecstore.open(path) as db:
        for name in ("docs", "gone"):
            db.collection(name, dimension=4).upsert([str(i) for i in range(500)], [[1, 2, 3, 4]] * 500)
        db.create_snapshot("monday")
        db["docs"].remove_where("TRUE")
        db.drop_collection("gone")
        result = db.compact()
        assert list(result.collections) == ["docs"] and result.collections["docs"].rows_dropped == 500
        assert {(p.kind, p.name, p.collection, p.dropped) for p in result.pins} == {("snapshot", "monday", "docs", False), ("snapshot", "monday", "gone", True)}
        assert result.collections["docs"].snapshots == ["monday"] and result.collections["docs"].pins == [p for p in result.pins if p.collection == "docs"]
        assert all(p.bytes > 0 for p in result.pins) and "monday" in result._repr_html_() and "monday" in result.collections["docs"]._repr_html_()
        db.drop_snapshot("monday")
        assert db.compact().pins == []
        db["docs"].upsert([str(i) for i in range(500)], [[1, 2, 3, 4]] * 500)
        db.flush()
        with db["docs"].scan() as scan:
            scan.next_batch(1)
            db["docs"].remove_where("TRUE")
            assert {p.kind for p in db.compact().pins} == {"reader"}
        assert db.compact().pins == []


def test_history_of_asyncio():
    async def main():
        async with vecstore.aopen(":memory:") as db:
            docs = await db.collection("docs", dimension=1, keep_versions=1)
            await db.create_snapshot("empty")
            first = await docs.upsert("a", [1])
            await docs.upsert("a", [2])
            assert len(await docs.versions("a")) == 2
            assert (await docs.get_version("a", first.sequence)).vector.tolist() == [1]
            await docs.rollback("a", first.sequence)
            await docs.set_keep_versions(0)
            async with await db.diff("empty", batch_size=1) as diff:
                assert [(c.id, c.kind) async for c in diff] == [("a", "added")] and diff.collections[0].name == "docs"
                assert await diff.next_batch() == [] and repr(diff) == "<AsyncDiff of docs>"
            assert (await db.compact()).pins == []

    asyncio.run(main())
