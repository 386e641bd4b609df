"""Numbers in and out: layouts, types, and copies that are not made."""

import array

import numpy as np
import pytest

import vecstore
from vecstore import _vecstore, arrays

DATA = np.random.default_rng(3).integers(-50, 50, (40, 6)).astype(np.float32)


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", ">f4", ">f8", "i1", "i2", "i4", "i8", "longdouble"])
@pytest.mark.parametrize("layout", ["C", "F", "every other row", "every other column", "reversed", "transposed", "read-only"])
def test_every_layout_is_read_right(db, dtype, layout):
    plain = DATA.astype(dtype)
    matrix = {
        "C": lambda m: m,
        "F": np.asfortranarray,
        "every other row": lambda m: np.repeat(m, 2, axis=0)[::2],
        "every other column": lambda m: np.repeat(m, 2, axis=1)[:, ::2],
        "reversed": lambda m: m[::-1].copy()[::-1],
        "transposed": lambda m: m.T.copy().T,
        "read-only": lambda m: m,
    }[layout](plain)
    if layout == "read-only":
        matrix.setflags(write=False)
    rows = db.collection("rows", dimension=6, metric="euclidean")
    rows.upsert([f"{i:02}" for i in range(40)], matrix)
    assert np.array_equal(np.stack([r.vector for r in rows]), DATA)
    assert np.array_equal(rows.query(matrix[3], k=1, include=["vector"])[0].vector, DATA[3])
    assert rows.query_many(matrix[:5], k=1).distances.tolist() == [[0]] * 5


def test_other_sources_of_numbers(docs):
    pandas = pytest.importorskip("pandas")
    for vector in ([1, 2, 3], (1, 2, 3), range(1, 4), array.array("f", [1, 2, 3]), array.array("d", [1, 2, 3]), pandas.Series([1, 2, 3]), memoryview(np.array([1.0, 2, 3]))):
        docs.upsert("v", vector)
        assert docs["v"].vector.tolist() == [1, 2, 3]


def test_a_float32_matrix_is_not_copied():
    matrix = np.ones((5, 4), np.float32)
    assert arrays.matrix(matrix) is matrix and arrays.canonical_vector(matrix[0], "dense").base is matrix
    assert _vecstore.address_read(matrix) == matrix.ctypes.data
    assert _vecstore.address_read(matrix[2:]) == matrix[2:].ctypes.data  # some rows of it are not either
    assert _vecstore.address_read(matrix[:, 1:]) is None and _vecstore.address_read(matrix.astype("f8")) is None


def test_what_comes_out_owns_its_numbers(docs):
    vector = docs["a"].vector
    assert vector.flags.owndata is False and vector.base is not None and vector.flags.writeable
    vector[:] = 9  # the caller's own
    assert docs["a"].vector.tolist() == [1, 0, 0]
    columns = docs._core.scan(None, True, False, "").next_columns(10, None)
    assert columns[1].shape == (3, 3) and columns[1].base is not None


def test_values_written_while_a_view_lives_stay(docs):
    matrix = np.ones((2, 3), np.float32)
    docs.upsert(["m1", "m2"], matrix)
    matrix[:] = 7
    assert docs["m1"].vector.tolist() == [1, 1, 1]
