"""Tables say what the rows say."""
import unittest

import harness_path  # noqa: F401
from harness import tables

MACHINE = {"commit": "abc", "cpu": "CPU", "family": "1", "model": "2", "flags": ["avx2"], "compiler": "c++ (x) 12"}


def run(group, data="d", **more):
    return {"kind": "run", "group": group, "data": data, "filtered": False, "when": "2026-01-01T00:00:00", "machine": MACHINE, "rows": 1000,
            "dimension": 10, "metric": "cosine", "about": "made", "k": 10, "rounds": 3, "clock": "cpu", "engines": [], "skipped": {}} | more


def point(group, engine, recall, qps, others=0.0, data="d"):
    return {"kind": "point", "group": group, "data": data, "engine": engine, "setting": f"ef={qps}", "recall": recall, "recall_ids": recall,
            "qps": qps, "p50_us": 1.0, "p95_us": 2.0, "p99_us": 3.0, "noise": 0.1, "others": others, "wall_qps": [qps]}


def facts(group, engine, native, floor=0.0):
    return {"kind": "engine", "group": group, "data": "d", "engine": engine, "native": native, "floor_us": floor, "build_cpu_seconds": 2.0,
            "resident_bytes": 80_000, "file_bytes": 40_000, "open_seconds": 0.001, "version": "1", "parameters": []}


ROWS = [run("old"), point("old", "vecstore", 0.9, 1), run("new", skipped={"svs": "no"}), point("new", "vecstore", 0.95, 4_000),
        point("new", "hnswlib", 0.95, 1_000), point("new", "zvec", 0.95, 2_000), facts("new", "vecstore", True, 100.0), facts("new", "hnswlib", True),
        facts("new", "zvec", False, 100.0), run("empty")]


def text_point(engine, kind, qps, apart=0.0, group="t"):
    return {"kind": "text", "group": group, "data": "p", "engine": engine, "setting": f"kind={kind}", "qps": qps, "p50_us": 10.0, "p95_us": 20.0,
            "p99_us": 30.0, "noise": 0.1, "others": 0.0, "scores_apart": apart, "rows_shared": 1.0}


def text_facts(engine, native):
    return facts("t", engine, native) | {"data": "p", "text_index_bytes": 5_000_000}


TEXT_ROWS = [{**run("t", data="p"), "kind": "text_run"}, text_point("vecstore", "union2", 6_000), text_point("lucene", "union2", 4_000, 0.02),
             text_facts("vecstore", True), text_facts("lucene", False)]


class TextTables(unittest.TestCase):
    def test_the_ratio_is_to_lucene(self):
        self.assertIn("| union2 | 6,000 | 4,000 | 1.50 / 1.00 | 10 / 20 / 30 | 10 / 20 / 30 |", tables.page(TEXT_ROWS))

    def test_how_far_scores_are_apart_and_which_lucene_it_was_are_told(self):
        self.assertIn("| lucene 1 | 2.0 | 0 | 5.0 | 0 | 0 | 0.0 | 2.0e-02 |", tables.page(TEXT_ROWS))

    def test_what_is_quoted_makes_the_same_page_beside_vectors(self):
        self.assertEqual(tables.page(list(tables.quoted(ROWS + TEXT_ROWS))), tables.page(ROWS + TEXT_ROWS))


class Tables(unittest.TestCase):
    def cells(self, name):
        lines = [line for line in tables.page(ROWS).splitlines() if line.startswith((f"| {name} ", f"| **{name}** "))]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    def test_the_newest_run_with_points_counts(self):
        self.assertEqual([r["group"] for r, _, _ in tables.groups(ROWS)], ["new"])

    def test_another_k_is_another_run(self):
        rows = ROWS + [run("more", k=100), point("more", "vecstore", 0.99, 500)]
        self.assertEqual([r["group"] for r, _, _ in tables.groups(rows)], ["new", "more"])
        self.assertIn("### d, k 100\n", tables.page(rows))

    def test_ratios_are_to_hnswlib_and_only_python_is_relieved_of_its_call(self):
        self.assertEqual(self.cells("vecstore")[0][1], "4,000")
        self.assertEqual(self.cells("vecstore")[0][4], "4.00 / – / –")
        self.assertEqual(self.cells("vecstore")[0][5], "")
        self.assertEqual(self.cells("zvec")[0][5], "2.50 / – / –")

    def test_memory_is_told_beside_the_raw_vectors(self):
        self.assertEqual(self.cells("zvec")[1][4], "2.00")

    def test_what_was_left_out_is_named(self):
        self.assertIn("Left out: svs (no)", tables.page(ROWS))

    def test_a_busy_machine_is_said(self):
        self.assertIn("quiet machine", tables.page(ROWS))
        self.assertIn("**under load**", tables.page([run("g"), point("g", "vecstore", 0.9, 5, others=1.0)]))

    def test_what_is_quoted_makes_the_same_page(self):
        self.assertEqual(tables.page(list(tables.quoted(ROWS))), tables.page(ROWS))


if __name__ == "__main__":
    unittest.main()
