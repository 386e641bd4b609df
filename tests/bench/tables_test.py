"""Tables say what the rows say."""
import unittest

import harness_path  # noqa: F401
from harness import rag_tables, results, tables

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


def python_run(part):
    return run("p" + part, data="s") | {"kind": "python_run", "part": part, "skipped": {"chroma": "is not there"}}


def insert_row(engine, durable, syncs, **more):
    return {"kind": "python_inserts", "group": "pinserts", "data": "s", "engine": engine, "durable": durable, "version": "1", "others": 0.0, "syncs": syncs, "plain_file": 4_000.0,
            "rates": {size: {"rows_per_second": 2_000.0, "cpu_rows_per_second": 1.0, "p50_us": 4.0, "p99_us": 9.0} for size in ("1", "1000")}} | more


SERIAL = {"setting": "ef=10", "recall": 0.96, "qps": 5_000.0, "p50_us": 200.0, "p99_us": 300.0, "right_counts": True, "wrong_rows": 0}
CASE = {"kind": "python_case", "group": "pcase", "data": "s", "engine": "vecstore", "load": {"seconds": 1.5}, "optimise": {"seconds": 2.25}, "serial": SERIAL,
        "threads-1": 5_000.0, "threads-2": 9_000.0, "filters": {"1 %": SERIAL | {"right_counts": False}}, "file_bytes": 7_000_000, "others": 0.0}
PYTHON_ROWS = [python_run("curve"), *[point("pcurve", "vecstore", *given) | {"kind": "python", "data": "s", "setting": setting} for given, setting in (
    ((0.95, 4_000), "ef=10"), ((0.99, 2_000), "ef=20"), ((0.95, 9_000), "ef=10 batch=1000"))], facts("pcurve", "vecstore", False, 7.0) | {"data": "s", "floor_p99_us": 8.5},
    python_run("case"), CASE, python_run("inserts"), insert_row("vecstore", "durability full", {"1": {"fdatasync": 1.0}, "1000": {"fdatasync": 1.0}}),
    insert_row("faiss", "", {"1": {}, "1000": {}}), insert_row("zvec", "", {}, why="no strace")]


class PythonTables(unittest.TestCase):
    def setUp(self):
        self.page = tables.page(PYTHON_ROWS)

    def test_single_queries_and_batches_stand_beside_each_other(self):
        self.assertIn("| **vecstore** | 7.0 / 8.5 | 4,000 | 2,000 | 1 / 3 | 9,000 | – | 0.9900 | 10 % |", self.page)

    def test_a_case_says_what_a_filter_left_out(self):
        self.assertIn("| **vecstore** | 1.50 | 2.25 | 0.960 | 200 / 300 | 5,000 | 9,000 | 1.80 | no metadata | 5,000 (0.960, too few hits) | 7 |", self.page)

    def test_who_syncs_and_who_does_not_is_told(self):
        self.assertIn("| **vecstore**, durability full | 2,000 | 2,000 | 4 / 9 | 0.50 | fdatasync 1 | fdatasync 1 |", self.page)
        self.assertIn("| faiss | 2,000 | 2,000 | 4 / 9 | – | none | none |", self.page)
        self.assertIn("| zvec | 2,000 | 2,000 | 4 / 9 | – | ? | ? |", self.page)
        self.assertEqual(self.page.count("Left out: chroma (is not there)"), 3)

    def test_what_is_quoted_makes_the_same_page_beside_all_else(self):
        rows = ROWS + TEXT_ROWS + PYTHON_ROWS
        self.assertEqual(tables.page(list(tables.quoted(rows))), tables.page(rows))
        self.assertIn("from Python, inserts", tables.page(rows))


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

    def test_what_is_quoted_twice_is_told_once(self):
        once = list(tables.quoted(ROWS + PYTHON_ROWS))
        again = list(tables.quoted(tables.unquoted(results.together([once, ROWS + PYTHON_ROWS]))))
        self.assertEqual(again, once)


def rag_run(part, when="2026-01-01T00:00:00"):
    return {"part": part, "kind": "run", "when": when, "machine": {**MACHINE, "cpus": 2}}


LOADER = {"part": "loaders", "kind": "loader", "format": "html", "file_bytes": 2_000_000, "text_bytes": 1_000_000, "cpu_seconds": 0.1}


class RagTables(unittest.TestCase):
    def lines(self, *rows):
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in rag_tables.page(list(rows)).splitlines() if line.startswith("|")][2:]

    def test_a_loader_stands_beside_each_reader(self):
        rows = self.lines(rag_run("loaders"), LOADER | {"readers": {"pandoc": {"cpu_seconds": 2.0}, "csv": {"cpu_seconds": 0.05}}})
        self.assertEqual(rows, [["HTML", "2.0", "1.0", "0.10", "20", "pandoc", "2.00", "20.0"], ["", "", "", "", "", "csv", "0.05", "0.5"]])
        self.assertEqual(self.lines(rag_run("loaders"), LOADER | {"readers": {}})[0][5:], ["–", "–", "–"])

    def test_a_splitter_says_whether_the_chunks_are_the_same(self):
        row = {"part": "splitters", "kind": "splitter", "splitter": "recursive", "options": ["language=python"], "size": 1000, "overlap": 150, "bytes": 3_000_000, "chunks": 4000,
               "cpu_seconds": 0.01, "langchain": {"cpu_seconds": 0.1, "same": False}}
        self.assertEqual(self.lines(rag_run("splitters"), row), [["recursive, python", "1,000 / 150", "3.0", "4,000", "300", "30", "10.0", "no"]])

    def test_a_gain_has_its_interval_and_words_have_no_model(self):
        told = {"part": "quality", "texts": 9, "questions": 3, "model": "m"}
        arm = told | {"kind": "arm", "means": {"ndcg@10": 0.5}, "intervals": {"ndcg@10": [0.4, 0.6]}}
        gain = told | {"kind": "gain", "mode": "hybrid", "steps": "mmr", "by": None, "before": 0.5, "after": 0.4, "difference": -0.1, "interval": [-0.2, 0.0], "p": 0.25}
        rows = self.lines(rag_run("quality"), arm | {"mode": "text"}, arm | {"mode": "hybrid"}, arm | {"mode": "text", "model": "n"}, gain)
        self.assertEqual(rows[:2], [["", "words (BM25)", "0.5000 (0.400 to 0.600)"], ["m", "both", "0.5000 (0.400 to 0.600)"]])
        self.assertEqual(rows[-1], ["both", "m", "`mmr`", "0.5000", "0.4000", "-0.1000 (-0.200 to +0.000)", "0.2500"])
        self.assertEqual(sum("words" in row[1] for row in rows), 1)

    def test_a_part_that_was_not_measured_is_left_out(self):
        self.assertEqual(rag_tables.page([rag_run("loaders")]).strip(), "")


if __name__ == "__main__":
    unittest.main()
