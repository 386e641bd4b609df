"""Passages and queries are what the benchmark says they are, and scores that differ are seen."""
import collections
import unittest

import harness_path

harness_path.need_numpy()
import numpy as np
from harness import passages, texts


def words(first, count):
    return " ".join(f"w{i}" for i in range(first, first + count))


class Passages(unittest.TestCase):
    def test_blocks_are_joined_to_at_least_forty_words_and_cut_at_most_at_120(self):
        page = f"<p>{words(0, 25)}</p><h1>too short</h1><p>{words(25, 25)}</p><script>{words(0, 99)}</script><p>{words(50, 300)}</p>"
        self.assertEqual(list(passages.split(page)), [words(0, 50), words(50, 120), words(170, 120), words(290, 60)])

    def test_words_are_lower_case_letters_and_digits(self):
        self.assertTrue(next(passages.split(f"<p>It's UTF-8, R&amp;D: {words(0, 40)}</p>")).startswith("it s utf 8 r d w0 "))

    def test_queries_have_the_words_that_their_kind_names_and_are_drawn_again_the_same(self):
        rows = [f"the of and w{i % 7} x{i % 5} y{i // 2}" for i in range(100)]
        frequencies = collections.Counter(word for row in rows for word in set(row.split()))
        for kind, count in (("term", 1), ("union4", 4), ("frequent3", 3), ("phrase2", 2)):
            drawn = [[passages.draw(random, rows, frequencies, kind) for _ in range(50)] for random in (np.random.default_rng(1), np.random.default_rng(1))]
            self.assertEqual(*drawn)
            for query in drawn[0]:
                self.assertEqual(len(query), count)
                if kind.startswith("phrase"):
                    self.assertTrue(any(f" {' '.join(query)} " in f" {row} " for row in rows), query)
                else:
                    self.assertEqual(len(set(query)), count)
                    self.assertGreaterEqual(min(frequencies[word] for word in query), 5 if kind == "frequent3" else 2)


def answer(rows, scores):
    return np.concatenate([np.array([rows], "<i4"), np.array([scores], "<f4").view("<i4")])


class Judging(unittest.TestCase):
    def test_the_greatest_relative_difference_of_any_place_counts(self):
        judge = texts.Judge()
        self.assertEqual(judge(answer([3, 5, -1], [2, 1, 0])), {"scores_apart": 0.0, "rows_shared": 1.0})
        self.assertEqual(judge(answer([5, 3, -1], [2, 0.75, 0])), {"scores_apart": 0.25, "rows_shared": 1.0})

    def test_a_missing_or_superfluous_hit_is_a_whole_score_apart(self):
        judge = texts.Judge()
        judge(answer([3, 5, -1], [2, 1, 0]))
        self.assertEqual(judge(answer([3, -1, -1], [2, 1, 0])), {"scores_apart": 1.0, "rows_shared": 0.5})
        self.assertGreater(judge(answer([3, 5, 6], [2, 1, 1]))["scores_apart"], 1)


if __name__ == "__main__":
    unittest.main()
