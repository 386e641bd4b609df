"""Interpolation, the front, verdicts: what turns points into the figures that documents quote."""
import unittest

import harness_path  # noqa: F401
from harness import curves, plot, verdict


class Curves(unittest.TestCase):
    def test_a_point_beaten_in_both_is_not_on_the_front(self):
        points = [(0.9, 100), (0.95, 50), (0.94, 40), (0.99, 10)]
        self.assertEqual(curves.front(points), [(0.9, 100), (0.95, 50), (0.99, 10)])

    def test_of_equal_recall_the_faster_counts(self):
        self.assertEqual(curves.front([(0.9, 100), (0.9, 120)]), [(0.9, 120)])

    def test_speed_between_two_points_is_log_linear(self):
        speed, how = curves.speed_at([(0.90, 10_000), (0.98, 100)], 0.94)
        self.assertAlmostEqual(speed, 1_000)
        self.assertEqual(how, "=")

    def test_speed_at_a_measured_recall_is_the_measured_speed(self):
        self.assertEqual(curves.speed_at([(0.95, 70), (0.99, 10)], 0.95), (70, "="))
        self.assertAlmostEqual(curves.speed_at([(0.9, 90), (0.95, 70), (0.99, 10)], 0.99)[0], 10)

    def test_a_recall_below_the_first_setting_gives_a_lower_bound(self):
        self.assertEqual(curves.speed_at([(0.97, 70), (0.99, 10)], 0.95), (70, ">"))

    def test_a_recall_that_is_not_reached_has_no_speed(self):
        self.assertEqual(curves.speed_at([(0.97, 70)], 0.99), (None, "-"))
        self.assertEqual(curves.speed_at([], 0.99), (None, "-"))

    def test_the_cost_of_a_call_is_taken_off(self):
        self.assertAlmostEqual(curves.net_of(10_000, 20), 12_500)

    def test_at_most_half_of_the_time_is_taken_off(self):
        for floor_us in (51, 100, 500):
            self.assertEqual(curves.net_of(10_000, floor_us), 20_000)

    def test_median(self):
        self.assertEqual(curves.median([3, 1, 2]), 2)
        self.assertEqual(curves.median([4, 1, 2, 3]), 2.5)


class Verdicts(unittest.TestCase):
    def point(self, speeds, recall=0.99):
        return {"cpu_qps": speeds, "recall": recall}

    def judge(self, base, head):
        return verdict.judge(base, head, "cpu", 0.03).worse

    def test_a_clear_loss_is_worse(self):
        self.assertTrue(self.judge(self.point([100, 101, 99]), self.point([90, 91, 89])))

    def test_a_loss_within_the_noise_is_not(self):
        self.assertFalse(self.judge(self.point([100, 120, 80, 110]), self.point([95, 90, 92, 88])))

    def test_noise_that_disturbs_both_sides_alike_hides_nothing(self):
        self.assertTrue(self.judge(self.point([100, 50, 80]), self.point([90, 45, 72])))

    def test_less_recall_is_worse_at_any_speed(self):
        self.assertTrue(self.judge(self.point([100, 100]), self.point([200, 200], 0.98)))

    def test_a_gain_is_fine(self):
        self.assertFalse(self.judge(self.point([100, 100]), self.point([130, 130])))

    def test_a_build_that_takes_a_tenth_longer_is_worse(self):
        self.assertTrue(verdict.build(10, 11, 0.03).worse)
        self.assertFalse(verdict.build(10, 10.5, 0.03).worse)


class Plots(unittest.TestCase):
    def test_labels_keep_their_distance_and_stay_inside(self):
        placed = plot.spread([10, 11, 12, 200], 17, 0, 200)
        ordered = sorted(placed)
        self.assertTrue(all(b - a >= 16.99 for a, b in zip(ordered, ordered[1:])), placed)
        self.assertTrue(0 <= ordered[0] and ordered[-1] <= 200, placed)
        crowded = sorted(plot.spread([195] * 5, 17, 0, 200))
        self.assertTrue(all(b - a >= 16.99 for a, b in zip(crowded, crowded[1:])) and crowded[-1] <= 200, crowded)

    def test_names_are_escaped(self):
        self.assertIn("&lt;b&gt;", plot.recall_speed("<b>", "", {"vecstore": [(0.9, 10), (0.99, 5)]}))

    def test_nothing_to_draw_is_no_picture(self):
        self.assertIsNone(plot.recall_speed("t", "s", {"vecstore": [(0.1, 10)]}))


if __name__ == "__main__":
    unittest.main()
