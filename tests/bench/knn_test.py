"""Truth and recall, against a few lines that cannot be wrong."""
import json
import pathlib
import tempfile
import unittest

import harness_path

harness_path.need_numpy()
import numpy as np
from harness import filtered, knn

RANDOM = np.random.default_rng(7)


def plain(metric, query, row):
    q, x = [float(v) for v in query], [float(v) for v in row]
    dot = sum(a * b for a, b in zip(q, x))
    if metric == "euclidean":
        return sum((a - b) ** 2 for a, b in zip(q, x)) ** 0.5
    if metric == "dot":
        return -dot
    norm = (sum(a * a for a in q) * sum(b * b for b in x)) ** 0.5
    return 1 - (dot / norm if norm else 0)


class Truth(unittest.TestCase):
    def test_is_that_of_a_plain_loop_for_every_metric(self):
        base, queries = RANDOM.normal(size=(300, 9)).astype("f4"), RANDOM.normal(size=(5, 9)).astype("f4")
        base[7] = 0
        for metric in ("euclidean", "cosine", "dot"):
            ids, near = knn.exact(metric, base, queries, 10)
            for query, row, distances in zip(queries, ids, near):
                right = sorted((plain(metric, query, x), i) for i, x in enumerate(base))[:10]
                self.assertEqual([i for _, i in right], row.tolist(), metric)
                np.testing.assert_allclose(distances, [d for d, _ in right], rtol=1e-6, atol=1e-9)

    def test_crosses_blocks(self):
        base = RANDOM.normal(size=(2_000, 4)).astype("f4")
        whole = knn.exact("euclidean", base, base[:3], 5)
        block, knn.BLOCK = knn.BLOCK, 300
        try:
            parts = knn.exact("euclidean", base, base[:3], 5)
        finally:
            knn.BLOCK = block
        np.testing.assert_array_equal(whole[0], parts[0])

    def test_far_from_the_origin_the_order_is_still_right(self):
        base = (1e4 + RANDOM.normal(size=(500, 8))).astype("f4")
        ids, _ = knn.exact("euclidean", base, base[:20], 3)
        self.assertEqual(ids[:, 0].tolist(), list(range(20)))

    def test_only_allowed_rows_count_and_fewer_leave_gaps(self):
        base = RANDOM.normal(size=(100, 4)).astype("f4")
        ids, near = knn.exact("euclidean", base, base[:2], 5, [40, 3, 99])
        self.assertEqual(set(ids[0]), {3, 40, 99, -1})
        self.assertTrue(np.isinf(near[0][3:]).all())
        nothing, _ = knn.exact("euclidean", base, base[:2], 5, [])
        self.assertTrue((nothing == -1).all())


class Recall(unittest.TestCase):
    BASE = np.array([[0.0], [1], [1], [2], [3]], "f4")
    QUERY = np.array([[0.0]], "f4")

    def recall(self, answer, k=2, allowed=None):
        ids, near = knn.exact("euclidean", self.BASE, self.QUERY, k, allowed)
        answers = np.array([answer])
        return knn.recall(answers, ids, near, knn.distances_of("euclidean", self.BASE, self.QUERY, answers))

    def test_all_found_is_one(self):
        self.assertEqual(self.recall([0, 1]), (1, 1))

    def test_a_tie_counts_by_distance_but_not_by_id(self):
        self.assertEqual(self.recall([0, 2]), (0.5, 1))

    def test_a_farther_row_does_not_count(self):
        self.assertEqual(self.recall([0, 3]), (0.5, 0.5))

    def test_the_same_row_twice_counts_once(self):
        self.assertEqual(self.recall([0, 0]), (0.5, 0.5))

    def test_missing_rows_do_not_count_and_do_not_hurt_where_there_are_none(self):
        self.assertEqual(self.recall([0, -1]), (0.5, 0.5))
        self.assertEqual(self.recall([3, -1], allowed=[3]), (1, 1))

    def test_where_nothing_passes_nothing_is_missed(self):
        self.assertEqual(self.recall([-1, -1], allowed=[]), (1, 1))

    def test_more_ties_than_k_do_not_give_more_than_one(self):
        self.assertEqual(self.recall([0, 1, 2], k=3)[1], 1)

    def test_the_right_number_of_hits(self):
        truth = np.array([[1, 2, -1]])
        self.assertTrue(knn.right_counts(np.array([[2, 1, -1]]), truth))
        self.assertFalse(knn.right_counts(np.array([[2, -1, -1]]), truth))
        self.assertFalse(knn.right_counts(np.array([[2, 2, -1]]), truth))
        self.assertFalse(knn.right_counts(np.array([[2, 1, 3]]), truth))


class Filters(unittest.TestCase):
    def columns(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "m.jsonl"
            path.write_text("".join(json.dumps({"a": i, "t": "xy"[i % 2]}) + "\n" for i in range(6)))
            return filtered.columns_of(path)

    def test_conditions_mean_what_they_say(self):
        columns = self.columns()
        for condition, rows in (({"a": 3}, [3]), ({"a": {"$lt": 2}}, [0, 1]), ({"a": {"$gte": 1, "$lt": 3}}, [1, 2]),
                                ({"$and": [{"a": {"$gt": 1}}, {"t": "x"}]}, [2, 4]), ({"$or": [{"a": 0}, {"t": {"$ne": "x"}}]}, [0, 1, 3, 5])):
            self.assertEqual(np.flatnonzero(filtered.mask(condition, columns)).tolist(), rows, condition)

    def test_what_is_not_known_is_an_error_and_not_everything(self):
        for condition in ({"b": 1}, {"a": {"$like": "x"}}, {"a": 1, "t": "x"}, {}):
            with self.assertRaises(ValueError):
                filtered.mask(condition, self.columns())


if __name__ == "__main__":
    unittest.main()
