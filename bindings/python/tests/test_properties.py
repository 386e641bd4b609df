"""Random data against plain Python: what goes in comes out, and a store is a dict."""

import numpy as np
import pytest

import vecstore

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule  # noqa: E402

settings.register_profile("ours", deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
settings.load_profile("ours")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(st.none() | st.booleans() | NUMBERS | TEXT, lambda v: st.lists(v, max_size=4) | st.dictionaries(KEYS, v, max_size=4), max_leaves=12)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=5)
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.binary(max_size=5) | st.complex_numbers() | st.dates() | st.datetimes() | st.timedeltas(),
    lambda v: st.lists(v, max_size=3) | st.tuples(v, v) | st.dictionaries(TEXT | st.integers(), v, max_size=3) | st.frozensets(st.integers(), max_size=2),
    max_leaves=8,
)  # fmt: skip


def exactly(a, b):
    """Equal, in types too."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(exactly(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(exactly, a, b))
    return a == b


@given(OBJECTS, TEXT, st.lists(FLOATS, min_size=4, max_size=4))
def test_a_record_comes_back_exactly(metadata, text, vector):
    with vecstore.open(":memory:", threads=0) as db:
        docs = db.collection("docs", dimension=4, metric="euclidean", analyzer="none")
        docs.upsert("a", vector, metadata=metadata, texts=text)
        record = docs["a"]
        assert exactly(record.metadata, metadata) and record.text == text
        assert np.array_equal(record.vector, np.array(vector, np.float32))
        assert docs.get_many(["a"]) == [record] == list(docs.scan())


@settings(max_examples=300)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_whatever_is_given_is_taken_or_refused(a, b, c):
    with vecstore.open(":memory:", threads=0) as db:
        docs = db.collection("docs", dimension=2)
        for call in (
            lambda: docs.upsert(a, b, metadata=c),
            lambda: docs.upsert("x", [1, 2], metadata={"k": a}, texts=b),
            lambda: docs.query(a, k=b, filter=c),
            lambda: docs.query([1, 2], include=a, offset=b, timeout=c),
            lambda: docs.query(prefetch=a, mmr=b, group_by=c),
            lambda: docs.query_many(a, k=b),
            lambda: docs.get(a),
            lambda: docs.remove(b),
            lambda: docs.count(c),
            lambda: docs.scan(a, batch_size=b),
            lambda: docs.facet(a, b, limit=c),
            lambda: docs.update(a, patch=b, vectors=c),
            lambda: docs.update("x", metadata=a, text=b, expires_at=c),
            lambda: db.collection(a, dimension=b, fields=c),
            lambda: vecstore.Filter(a, p=b),
            lambda: docs.count(vecstore.field("k") == a),
            lambda: vecstore.SparseVector(a, b, c),
        ):
            try:
                call()
            except (vecstore.Error, TypeError, ValueError, OverflowError):
                pass
        assert docs.upsert("last", [1, 2]).sequence > 0


class Store(RuleBasedStateMachine):
    """A collection beside a dict."""

    ids = st.sampled_from([f"id{i}" for i in range(8)])

    def __init__(self):
        super().__init__()
        self.db = vecstore.open(":memory:", threads=0, seal_rows=8)
        self.docs = self.db.collection("docs", dimension=1, metric="euclidean")
        self.dict = {}

    @rule(id=ids, number=st.integers(0, 9), metadata=OBJECTS)
    def upsert(self, id, number, metadata):
        result = self.docs.upsert(id, [number], metadata=metadata)
        assert result.inserted == (id not in self.dict)
        self.dict[id] = (float(number), metadata)

    @rule(ids=st.lists(ids, unique=True), number=st.integers(0, 9))
    def upsert_many(self, ids, number):
        self.docs.upsert(ids, np.full((len(ids), 1), number))
        self.dict |= dict.fromkeys(ids, (float(number), {}))

    @rule(ids=st.lists(ids))
    def remove(self, ids):
        assert self.docs.remove(ids).replaced == len(self.dict.keys() & set(ids))
        self.dict = {k: v for k, v in self.dict.items() if k not in ids}

    @rule(id=ids, patch=st.dictionaries(KEYS, st.integers(0, 9), max_size=2))
    def update(self, id, patch):
        if id in self.dict:
            self.docs.update(id, patch=patch)
            self.dict[id] = (self.dict[id][0], self.dict[id][1] | patch)

    @rule(number=st.integers(0, 9), k=st.integers(1, 10))
    def query(self, number, k):
        nearest = sorted((abs(v - number), id) for id, (v, _) in self.dict.items())[:k]
        hits = self.docs.query([number], k=k)
        assert list(zip(hits.distances.tolist(), hits.ids)) == nearest

    @rule()
    def flush(self):
        self.docs.flush()

    @invariant()
    def equal(self):
        assert {r.id: (float(r.vector[0]), r.metadata) for r in self.docs} == self.dict and len(self.docs) == len(self.dict)

    def teardown(self):
        self.db.close()


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True)
