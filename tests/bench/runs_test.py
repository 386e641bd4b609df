"""bench/run as a whole, with engines of a few lines: what is measured is kept, an interrupted run goes on, what is missing is said."""
import unittest

import harness_path

harness_path.need_numpy()
import small_engines


class Runs(small_engines.Folder):
    def test_rounds_are_taken_in_turn_until_the_recall_is_whole(self):
        self.engine("vecstore")
        self.engine("hnswlib")
        code, said = self.run_it()
        self.assertEqual(code, 0, said)
        asked = self.asked()
        self.assertEqual(asked[:6], ["vecstore 10", "hnswlib 10"] * 3)
        self.assertEqual(asked[-1], "hnswlib 500")
        points = self.points()
        self.assertLess(points["vecstore", "ef=10"]["recall"], 1)
        self.assertEqual(points["vecstore", "ef=500"]["recall"], 1)
        self.assertEqual(points["vecstore", "ef=10"]["qps"], 400)

    def test_a_second_run_measures_nothing_again(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        self.assertTrue(self.asked())
        code, said = self.run_it(engines="vecstore")
        self.assertEqual((code, self.asked()), (0, []), said)

    def test_an_interrupted_run_goes_on_where_it_stopped(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        whole, kept = self.points(), self.folder / "own.jsonl"
        lines = kept.read_text().splitlines(keepends=True)
        cut = next(i for i, line in enumerate(lines) if '"ef=180"' in line)
        kept.write_text("".join(lines[:cut]) + lines[cut][:30])  # killed in the middle of a line
        self.asked()
        code, said = self.run_it(engines="vecstore")
        self.assertEqual(code, 0, said)
        self.assertEqual(self.asked()[0], "vecstore 180")
        self.assertEqual({setting for _, setting in self.points()}, {setting for _, setting in whole})

    def test_another_program_is_measured_anew(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        self.asked()
        self.engine("vecstore", dies="9999")
        self.run_it(engines="vecstore")
        self.assertEqual(self.asked()[0], "vecstore 10")

    def test_an_engine_that_dies_is_skipped_with_its_words_and_the_others_go_on(self):
        self.engine("vecstore")
        self.engine("hnswlib", dies="20")
        code, said = self.run_it()
        self.assertEqual(code, 0, said)
        self.assertIn("hnswlib: skipped: out of luck", said)
        self.assertIn(("vecstore", "ef=500"), self.points())
        self.assertNotIn(("hnswlib", "ef=20"), self.points())

    def test_a_missing_peer_is_named_and_only_strict_fails(self):
        self.engine("vecstore")
        code, said = self.run_it(engines="vecstore,hnswlib,svs-f16,zvec,qdrant-edge")
        self.assertEqual(code, 0, said)
        self.assertIn("hnswlib: skipped: hnswlib_runner is not built", said)
        self.assertIn("tools/setup bench", said)
        code, said = self.run_it("--strict", engines="vecstore,hnswlib,svs-f16,zvec,qdrant-edge")
        self.assertEqual(code, 1, said)
        for family in ("hnswlib", "svs", "zvec", "qdrant"):
            self.assertIn(f"base: {family} is missing", said)

    def test_without_lucene_texts_are_measured_and_only_strict_fails(self):
        kept = self.folder / "vecstore" / "bench" / "data" / "passages"
        kept.mkdir(parents=True)
        for name in ("passages.txt", "queries.txt", "about"):
            (kept / name).write_text("term\tword\n")
        for words, code in (((), 0), (("--strict",), 1)):
            done, said = self.run_data("passages", *words)
            self.assertEqual(done, code, said)
            self.assertRegex(said, "lucene: skipped: no (Lucene|Java).*tools/setup bench")
        self.assertIn("passages: lucene is missing", said)

    def test_an_index_is_built_once(self):
        self.engine("vecstore")
        self.run_it(engines="vecstore")
        made = list((self.folder / "vecstore" / "bench" / "indexes").iterdir())
        self.assertEqual(len(made), 1)
        before = made[0].stat().st_mtime_ns
        self.run_it("--rounds", "1", engines="vecstore")
        self.assertEqual([f.stat().st_mtime_ns for f in (self.folder / "vecstore" / "bench" / "indexes").iterdir()], [before])

    def write_filters(self, most):
        (self.folder / "rows.jsonl").write_text("".join(f'{{"n": {i}}}\n' for i in range(60)))
        (self.folder / "filters.jsonl").write_text(f'{{"name": "few", "filter": {{"n": {{"$lt": {most}}}}}}}\n')
        return "--filtered", "--metadata", self.folder / "rows.jsonl", "--filters", self.folder / "filters.jsonl"

    def test_a_filter_of_the_same_name_and_another_content_is_measured_anew(self):
        self.engine("vecstore")
        self.run_it(*self.write_filters(40), engines="vecstore")
        self.assertEqual(self.rows("case")[-1]["matches"], 40)
        self.asked()
        code, said = self.run_it(*self.write_filters(30), engines="vecstore")
        self.assertEqual(code, 0, said)
        self.assertTrue(self.asked())
        self.assertEqual(self.rows("case")[-1]["matches"], 30)

    def test_a_case_that_was_cut_off_leaves_no_points_of_its_first_part(self):
        self.engine("vecstore")
        words, kept = self.write_filters(40), self.folder / "own.jsonl"
        self.run_it(*words, engines="vecstore")
        whole = [row["setting"] for row in self.rows("filtered")]
        self.assertGreater(len(whole), 3)
        lines = kept.read_text().splitlines(keepends=True)
        kept.write_text("".join(lines[:-3]) + lines[-3][:30])  # the row of the case and a point are missing, another is torn
        code, said = self.run_it(*words, engines="vecstore")
        self.assertEqual(code, 0, said)
        self.assertEqual([row["setting"] for row in self.rows("filtered")], whole)
        self.assertEqual(len(self.rows("case")), 1)


if __name__ == "__main__":
    unittest.main()
