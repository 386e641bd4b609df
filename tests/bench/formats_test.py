"""Files of vectors: each format read whole, and refused when it is broken."""
import gzip
import pathlib
import struct
import tempfile
import unittest

import harness_path

harness_path.need_numpy()
import numpy as np
from harness import datasets, formats


class Formats(unittest.TestCase):
    ROWS = np.arange(12, dtype="<f4").reshape(3, 4)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, data):
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def test_npy(self):
        np.save(self.folder / "a.npy", self.ROWS)
        np.testing.assert_array_equal(formats.read_vectors(self.folder / "a.npy"), self.ROWS)
        self.assertTrue(formats.is_plain(self.folder / "a.npy"))

    def test_npy_of_other_numbers_is_not_mapped_as_it_is(self):
        np.save(self.folder / "a.npy", self.ROWS.astype("f8"))
        np.save(self.folder / "b.npy", np.asfortranarray(self.ROWS))
        self.assertFalse(formats.is_plain(self.folder / "a.npy"))
        self.assertFalse(formats.is_plain(self.folder / "b.npy"))

    def test_fvecs_and_ivecs(self):
        fvecs = b"".join(struct.pack("<i", 4) + row.tobytes() for row in self.ROWS)
        np.testing.assert_array_equal(formats.read_vectors(self.file("a.fvecs", fvecs)), self.ROWS)
        ivecs = b"".join(struct.pack("<i", 4) + row.astype("<i4").tobytes() for row in self.ROWS)
        np.testing.assert_array_equal(formats.read_vectors(self.file("a.ivecs", ivecs)), self.ROWS)

    def test_broken_fvecs(self):
        good = struct.pack("<i4f", 4, *range(4))
        for broken in (good[:-4], good + struct.pack("<i4f", 3, *range(4)), struct.pack("<i", 0)):
            with self.assertRaises(ValueError):
                formats.read_vectors(self.file("b.fvecs", broken))

    def test_idx_of_pictures_flattens_them(self):
        header = b"\0\0\x08\x03" + struct.pack(">3I", 2, 2, 3)
        rows = formats.read_vectors(self.file("a-ubyte", header + bytes(range(12))))
        self.assertEqual(rows.tolist(), [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]])
        rows = formats.read_vectors(self.file("a-ubyte.gz", gzip.compress(header + bytes(range(12)))))
        self.assertEqual(rows.shape, (2, 6))

    def test_broken_idx(self):
        header = b"\0\0\x08\x02" + struct.pack(">2I", 2, 3)
        for broken in (b"", b"\x01\0\x08\x02", header + bytes(5), header + bytes(7)):
            with self.assertRaises(ValueError):
                formats.read_vectors(self.file("b-ubyte", broken))


class Made(unittest.TestCase):
    def test_the_same_seed_makes_the_same_rows(self):
        for kind in datasets.MADE:
            with tempfile.TemporaryDirectory() as folder:
                first, second = pathlib.Path(folder) / "1", pathlib.Path(folder) / "2"
                for place in (first, second):
                    place.mkdir()
                    datasets.make(kind, 400, 96, place)
                rows = np.load(first / "base.npy")
                self.assertEqual((first / "base.npy").read_bytes(), (second / "base.npy").read_bytes(), kind)
                self.assertTrue(np.isfinite(rows).all() and rows.std() > 0, kind)
                self.assertTrue(formats.is_plain(first / "base.npy"))

    def test_duplicated_is(self):
        with tempfile.TemporaryDirectory() as folder:
            datasets.make("duplicated", 2_000, 96, pathlib.Path(folder))
            rows = np.load(pathlib.Path(folder) / "base.npy")
            self.assertLess(len(np.unique(rows, axis=0)), 1_200)


if __name__ == "__main__":
    unittest.main()
