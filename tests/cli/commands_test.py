"""Every command does what its help says."""
import json
import math
import re
import unittest

import program
from program import MODEL, ProgramTest, needs_model


class Commands(ProgramTest):
    def test_init_makes_a_collection_and_again_changes_nothing(self):
        self.ok("init", "--dimension", 3, "--metric", "dot")
        self.ok("init", "--dimension", 3)
        info = self.ok("collection", "info", "-o", "json").json
        self.assertEqual((info["name"], info["dimension"], info["metric"]), ("default", 3, "dot"))
        self.fails(1, "has metric dot, not cosine", "init", "--metric", "cosine")
        self.fails(1, "has dimension 3, not 4", "init", "--dimension", 4)

    def test_metadata_rules_are_kept_by_every_write(self):
        rules = '{"fields": [{"name": "year", "type": "integer", "required": true}]}'
        self.write("rules.json", rules)
        self.fails(2, '"fields"', "init", "--metadata-schema", '{"field": []}')
        self.fails(3, "nowhere.json", "init", "--metadata-schema", "@nowhere.json")
        self.ok("init", "--dimension", 1, "--metadata-schema", "@rules.json")
        self.ok("init", "--metadata-schema", rules)
        self.fails(1, "has metadata schema", "init", "--metadata-schema", '{"strict": true}')
        self.write("bad.jsonl", '{"id":"a","vector":[1],"metadata":{"year":"x"}}\n')
        self.fails(1, "metadata field 'year' is \"x\", expected the type integer", "import", "bad.jsonl")
        info = self.ok("collection", "info", "-o", "json").json
        self.assertEqual(info["metadata_schema"]["fields"][0]["name"], "year")
        self.assertEqual(self.ok("count", "-o", "json").json, {"count": 0})
        self.write(".vecstore.toml", "[collection.other]\nmetadata_schema = '" + rules + "'\nanalyzer = 'german'\n")
        self.ok("--collection", "other", "init", "--dimension", 1)
        info = self.ok("--collection", "other", "collection", "info", "-o", "json").json
        self.assertEqual((info["metadata_schema"]["fields"][0]["name"], info["analyzer"]), ("year", "german"))

    def test_partition_key_is_kept_and_may_not_change(self):
        self.fails(2, "partition_key '$id' is the record's own", "collection", "create", "notes", "--dimension", 2, "--partition-key", "$id")
        self.ok("collection", "create", "notes", "--dimension", 2, "--partition-key", "tenant")
        info = self.ok("collection", "info", "-c", "notes", "-o", "json").json
        self.assertEqual(info["partition_key"], "tenant")
        self.fails(1, "has partition key tenant, not user", "init", "-c", "notes", "--partition-key", "user")
        self.write(".vecstore.toml", "[collection.other]\npartition_key = 'author.name'\n")
        self.ok("init", "-c", "other", "--dimension", 1)
        info = self.ok("collection", "info", "-c", "other", "-o", "json").json
        self.assertEqual(info["partition_key"], "author.name")

    def test_query_by_vector_in_every_format(self):
        self.make_three()
        hits = self.ok("query", "--vector", "[1, 0.5, 0]", "-k", 2, "-o", "json").json
        self.assertEqual(set(hits), {"hits", "took_ms"})
        self.assertEqual([hit["id"] for hit in hits["hits"]], ["a", "b"])
        self.assertEqual(set(hits["hits"][0]), {"rank", "id", "score", "distance", "text", "metadata"})
        self.assertEqual(hits["hits"][0]["metadata"], {"year": 2020, "tags": ["x"]})
        self.assertEqual([hit["rank"] for hit in self.ok("query", "--vector", "[1,0,0]", "-o", "jsonl").lines], [1, 2, 3])
        self.assertEqual(self.ok("query", "--vector", "[0,1,0]", "-k", 1, "-o", "simple").out, "b\t1.0\n")
        self.assertIn("first", self.ok("query", "--vector", "[1,0,0]").out)
        self.write("v.json", "[0,0,2]")
        self.assertEqual(self.ok("query", "--vector", "@v.json", "-k", 1, "-o", "json").json["hits"][0]["id"], "c")

    def test_query_by_words_and_hybrid(self):
        self.make_three()
        hits = self.ok("query", "FIRST things", "--mode", "text", "-o", "json").json["hits"]
        self.assertEqual([(hit["id"], hit["distance"]) for hit in hits], [("a", None)])
        self.assertEqual(self.ok("query", "+first -first", "--mode", "text", "--syntax", "query", "-o", "json").json["hits"], [])
        both = self.ok("query", "first", "--vector", "[0, 1, 0]", "--alpha", 0.4, "-o", "json").json["hits"]
        self.assertEqual([hit["id"] for hit in both], ["a", "b", "c"])
        self.assertEqual([arm["rank"] for arm in both[0]["arms"]], [2, 1])
        self.assertEqual([arm["rank"] for arm in both[1]["arms"]], [1, 0])
        by_score = self.ok("query", "first", "--vector", "[0, 1, 0]", "--fusion", "relative_score", "--alpha", 1, "-o", "json").json["hits"]
        self.assertEqual((by_score[0]["id"], by_score[0]["score"]), ("b", 1))

    def test_a_collection_without_vectors_is_searched_by_words(self):
        self.write_records("texts.jsonl", [{"id": "a", "text": "opened Files"}, {"id": "b", "text": "closed doors"}])
        self.ok("init", "--analyzer", "simple")
        self.ok("import", "texts.jsonl")
        self.assertEqual(self.ok("query", "files", "-o", "simple").out.split()[0], "a")
        self.assertEqual(self.ok("query", "file", "-o", "json").json["hits"], [])
        self.assertEqual(self.ok("collection", "info", "-o", "json").json["analyzer"], "simple")
        self.fails(1, "has text analyzer simple, not english", "init", "--analyzer", "english")

    def test_text_fields_are_searched_and_highlighted(self):
        self.write_records("texts.jsonl", [
            {"id": "a", "text": "a red boat", "metadata": {"title": "Green whales"}},
            {"id": "b", "text": "the green whale, again the whale", "metadata": {"title": "Boats"}}])
        self.ok("init", "--text-field", "title^3:english", "--text-field", "text")
        self.ok("import", "texts.jsonl")
        self.assertEqual(self.ok("collection", "info", "-o", "json").json["text_fields"], ["title^3.0:english", "text"])
        self.fails(1, "has text fields title^3.0:english, text, not title", "init", "--text-field", "title")
        self.fails(2, "--text-field is", "init", "--text-field", "title^x")
        def ask(*more): return [hit["id"] for hit in self.ok("query", "whale", *more, "-o", "json").json["hits"]]
        self.assertEqual(ask(), ["a", "b"])
        self.assertEqual(ask("--text-fields", "title^0.1,text"), ["b", "a"])
        self.assertEqual(ask("--text-fields", "text", "--autocut", 1), ["b"])
        self.fails(2, "did you mean 'title'", "query", "whale", "--text-fields", "titel")
        hits = self.ok("query", "whale", "--highlight", "-o", "json").json["hits"]
        self.assertEqual(hits[0]["highlights"], [{"field": "title", "offset": 6, "length": 6}])
        self.assertEqual([h["offset"] for h in hits[1]["highlights"]], [10, 27])
        self.assertEqual(hits[1]["passage"], {"field": "text", "offset": 0, "length": 32})
        self.assertIn("the green whale", self.ok("query", "whale", "--highlight").out)

    def test_query_with_a_filter_or_by_filter_alone(self):
        self.make_three()
        hits = self.ok("query", "--vector", "[1,0,0]", "--filter", "year > 2020", "-o", "json").json["hits"]
        self.assertEqual([hit["id"] for hit in hits], ["b"])
        hits = self.ok("query", "--filter", "year IS NOT NULL", "-o", "json").json["hits"]
        self.assertEqual([hit["id"] for hit in hits], ["a", "b"])

    def test_query_file_answers_a_line_per_query_in_order(self):
        self.make_three()
        self.write_records("q.jsonl", [{"id": "q1", "vector": [0, 0, 1]}, {"id": 7, "vector": [1, 0, 0], "filter": "year = 2021"}])
        lines = self.ok("query", "--file", "q.jsonl", "-k", 1, "-o", "jsonl").lines
        self.assertEqual([(line["id"], line["hits"][0]["id"]) for line in lines], [("q1", "c"), (7, "b")])

    def test_a_query_as_json(self):
        self.make_three()
        query = {"vector": [1, 0.5, 0], "k": 2, "filter": {"year": {"$gte": 2020}}, "include": {"text": False}}
        self.write("q.json", json.dumps(query))
        for argument, stdin in ((json.dumps(query), b""), ("q.json", b""), ("-", json.dumps(query).encode())):
            hits = self.ok("query", "--json", argument, "-o", "json", stdin=stdin).json["hits"]
            self.assertEqual([hit["id"] for hit in hits], ["a", "b"])
            self.assertNotIn("text", hits[0])
        self.fails(2, "unknown member 'vectr', did you mean 'vector'", "query", "--json", '{"vectr": [1]}')
        self.fails(2, "k is 0", "query", "--json", '{"k": 0}')
        self.write("bad.json", '{"k": }')
        self.fails(2, "bad.json: json line 1 column 7", "query", "--json", "bad.json")
        for bad in ("", '{"k": }'):  # however it comes
            self.assertEqual({self.run_program("query", "--json", bad).code, self.run_program("query", "--json", "-", stdin=bad.encode()).code}, {2})
        self.fails(3, "nowhere", "query", "--json", "nowhere")
        self.fails(2, "--json is the whole query", "query", "--json", "{}", "-k", 3)
        self.fails(2, "--json is the whole query", "query", "--json", "{}", "--mmr", 0.5)

    def test_formula_mmr_and_groups(self):
        self.make_three()
        hits = self.ok("query", "--vector", "[1,0.1,0]", "--formula", "score + default(year, 0)", "-o", "json").json["hits"]
        self.assertEqual([hit["id"] for hit in hits], ["b", "a", "c"])
        self.assertGreater(hits[0]["score"], 2021)
        self.fails(2, "record 'c': there is no 'year'", "query", "--vector", "[1,0,0]", "--formula", "score * year")
        self.fails(2, "formula column 9", "query", "--vector", "[1,0,0]", "--formula", "score * ")
        self.fails(2, "asks for $3 of", "query", "--vector", "[1,0,0]", "--formula", "$3")
        self.write_records("more.jsonl", [{"id": "a2", "vector": [1, 0.01, 0], "metadata": {"year": 2020}}])
        self.ok("import", "more.jsonl")
        hits = self.ok("query", "--vector", "[1,0,0]", "--group-by", "year", "-o", "json").json["hits"]
        self.assertEqual([(hit["id"], hit["group"]) for hit in hits], [("a", 2020), ("b", 2021), ("c", None)])
        self.assertEqual(len(self.ok("query", "--vector", "[1,0,0]", "--group-by", "year:2", "-o", "json").json["hits"]), 4)
        def ids(*more):
            return [line.split("\t")[0] for line in self.ok("query", "--vector", "[1,0.2,0]", "-k", 2, "-o", "simple", *more).out.splitlines()]
        self.assertEqual(set(ids()), {"a", "a2"})
        self.assertNotEqual(set(ids("--mmr", 0.3)), {"a", "a2"})
        self.fails(2, "lambda", "query", "--vector", "[1,0,0]", "--mmr", 2)
        self.fails(2, "--group-by", "query", "--vector", "[1,0,0]", "--group-by", "year:0")
        tree = {"prefetch": [{"vector": [1, 0, 0], "k": 2}, {"text": "first", "k": 2}], "k": 2, "include": {"vector": True}, "explain": "analyze"}
        answer = self.ok("query", "--json", json.dumps(tree), "-o", "json").json
        self.assertEqual(answer["hits"][0]["id"], "a")
        self.assertEqual(answer["hits"][0]["vector"], [1.0, 0.0, 0.0])
        self.assertEqual(len(answer["explain"]["stages"]), 2)
        self.assertTrue(answer["explain"]["steps"][0]["step"])

    def test_explain_shows_the_plan_and_searches_only_when_told(self):
        self.make_three()
        shown = self.ok("explain", "--vector", "[1,0,0]", "--filter", "year = 2020", "-o", "json").json
        self.assertEqual(shown["hits"], [])
        self.assertEqual(shown["explain"]["segments"][0]["distances"], 0)
        self.assertIn("nothing was searched", self.ok("explain", "--json", '{"vector": [1, 0, 0]}').out)
        analyzed = self.ok("explain", "--vector", "[1,0,0]", "--analyze", "-o", "json").json
        self.assertEqual(len(analyzed["hits"]), 3)
        self.assertEqual(analyzed["explain"]["segments"][0]["distances"], 3)
        wanted = self.ok("explain", "--vector", "[1,0,0]", "--recall", "0.95")
        self.assertIn("recall 0.95", wanted.out)
        self.fails(2, "expected 0.5 to 1", "explain", "--vector", "[1,0,0]", "--recall", "1.5")
        self.fails(2, "give one of them", "query", "--vector", "[1,0,0]", "--recall", "0.9", "--ef", "20")
        self.fails(2, "give TEXT", "explain")
        self.fails(2, "--file", "explain", "--file", "q.jsonl")

    def test_get_delete_count_scan(self):
        self.make_three()
        self.assertEqual(self.ok("get", "b", "a", "-o", "json").json["records"][0]["id"], "b")
        missing = self.fails(3, "no record 'z'", "get", "a", "z", "-o", "jsonl")
        self.assertEqual(missing.lines[0]["id"], "a")
        self.assertEqual(self.ok("count", "--filter", "tags CONTAINS 'x'").out, "1\n")
        self.assertEqual([r["id"] for r in self.ok("scan", "-o", "jsonl", "--after", "a", "--limit", 1).lines], ["b"])
        self.assertNotIn("vector", self.ok("scan", "--no-vectors", "-o", "jsonl").lines[0])
        self.assertEqual(self.ok("scan", "-o", "json").json["records"][2]["id"], "c")
        self.assertEqual(self.ok("delete", "a", "nothing", "-o", "json").json, {"deleted": 1})
        self.assertEqual(self.ok("delete", "--filter", "year = 2021").out, "1\n")
        self.assertEqual(self.count(), 1)

    def test_count_by_value_and_summary(self):
        self.make_three()
        counted = self.ok("count", "--by", "tags", "-o", "json").json
        self.assertEqual(counted["different"], len(counted["values"]))
        self.assertIn({"value": "x", "records": 1}, counted["values"])
        first = self.ok("count", "--by", "year", "--limit", 1, "-o", "jsonl")
        self.assertEqual(first.lines, [{"value": 2020, "records": 1}])
        self.assertIn("the 1 most frequent of 2 values", first.err)
        self.assertEqual(self.ok("count", "--by", "year", "--filter", "year > 2020", "-o", "simple").out, "2021\t1\n")
        self.assertRegex(self.ok("count", "--by", "year").out, r"value +records\n")
        self.assertEqual(self.ok("count", "--summary", "year", "-o", "json").json,
                         {"count": 2, "min": 2020, "max": 2021, "sum": 4041.0, "mean": 2020.5})
        self.assertEqual(self.ok("count", "--summary", "tags", "-o", "json").json["min"], None)
        self.fails(2, "column 3", "count", "--by", "a..b")
        self.fails(2, "not both", "count", "--by", "a", "--summary", "a")
        self.fails(2, "--limit", "count", "--limit", 3)
        self.fails(2, "--limit", "count", "--by", "a", "--limit", 0)

    def test_quantization_is_chosen_changed_and_reported(self):
        rows = [{"id": str(i), "vector": [math.sin((i + 1) * (j + 1)) for j in range(256)]} for i in range(300)]
        self.write_records("rows.jsonl", rows)
        self.write(".vecstore.toml", "[collection.default]\nmin_rows = 100\n")
        self.fails(2, "unknown quantization 'pq', known are auto, sq8, sq4, sq2, rabitq1", "init", "--quantization", "pq")
        self.fails(2, "cannot have sq2 codes: they need vectors of 192 components or more, not 3",
                   "init", "--dimension", 3, "--quantization", "sq2")
        self.ok("init", "--dimension", 256, "--quantization", "sq8")
        self.ok("import", "rows.jsonl")
        self.assertEqual(self.ok("collection", "info", "-o", "json").json["quantization"], "sq8")
        self.fails(1, "has quantization sq8, not sq4", "init", "--quantization", "sq4")
        def stats(): return self.ok("stats", "-o", "json").json["collections"][0]
        before = stats()
        self.assertEqual((before["indexed_rows"], before["coded_rows"]), (300, 300))
        said = self.ok("collection", "set", "default", "--quantization", "rabitq1").err
        self.assertIn("graphs of 'vector' in 'default' have rabitq1 codes", said)
        after = stats()
        self.assertEqual((after["quantization"], after["indexed_rows"], after["coded_rows"]), ("rabitq1", 300, 300))
        self.assertLess(after["index_bytes"], before["index_bytes"])
        hit = self.ok("query", "--vector", json.dumps(rows[7]["vector"]), "--plan", "walk", "-k", 1, "-o", "json").json["hits"][0]
        self.assertEqual(hit["id"], "7")
        self.fails(3, "collection 'default' has no field 'other'", "collection", "set", "default", "--quantization", "sq8", "--field", "other")
        report = self.ok("collection", "quantization", "--queries", 20, "-k", 5, "-o", "json").json
        self.assertEqual((report["quantization"], report["in_use"], report["rows"], report["queries"], report["bytes_per_row"]),
                         ("rabitq1", "rabitq1", 280, 20, 1024))
        self.assertEqual([(one["quantization"], one["bits"]) for one in report["measures"]],
                         [("sq8", 8), ("sq4", 4), ("sq2", 2), ("rabitq1", 1)])
        self.assertEqual(len(self.ok("collection", "quantization", "-o", "jsonl").lines), 4)
        table = self.ok("collection", "quantization", "default").out
        self.assertIn("rabitq1 *", table)
        self.assertIn("f32 vectors", table)
        self.fails(2, "--rows must be from 1 to 100000", "collection", "quantization", "--rows", 0)
        self.ok("collection", "create", "bare", "--dimension", 3)
        self.fails(1, "has 0 vectors, a report needs two", "collection", "quantization", "bare")
        self.ok("collection", "set", "--quantization", "sq4")
        self.assertEqual(self.ok("collection", "info", "-o", "json").json["quantization"], "sq4")

    def test_collections(self):
        self.make_three()
        self.ok("collection", "copy", "default", "copy")
        self.ok("collection", "rename", "copy", "kept")
        self.ok("collection", "alias", "other", "kept")
        self.ok("collection", "create", "empty", "--dimension", 5)
        listed = self.ok("collection", "list", "-o", "json").json["collections"]
        self.assertEqual([(one["name"], one["records"], one["aliases"]) for one in listed],
                         [("default", 3, []), ("empty", 0, []), ("kept", 3, ["other"])])
        self.assertEqual(self.ok("--collection", "other", "count").out, "3\n")
        self.ok("collection", "drop", "other")
        self.ok("collection", "drop", "kept")
        self.fails(3, "kept", "-c", "kept", "count")
        self.fails(1, "empty", "collection", "create", "empty")

    def test_stats_check_compact(self):
        self.make_three()
        stats = self.ok("stats", "-o", "json").json
        self.assertEqual(stats["collections"][0]["records"], 3)
        self.assertIn("default", self.ok("stats").out)
        self.assertTrue(self.ok("check", "-o", "json").json["clean"])
        self.assertIn("clean", self.ok("check", "--deep").out)
        self.ok("delete", "a")
        self.assertEqual(self.ok("compact", "-o", "json").json["collections"][0]["collection"], "default")
        self.assertEqual(self.count(), 2)

    def test_benchmark_measures_against_the_truth(self):
        self.write_records("many.jsonl", [{"id": str(i), "vector": [i % 7 + 1, i % 11, i % 13]} for i in range(500)])
        self.ok("import", "many.jsonl", "--metric", "euclidean")
        self.ok("export", "all.fvecs")
        settings = self.ok("benchmark", "--queries", "all.fvecs", "--limit", 20, "--threads", 2, "-o", "json").json["settings"]
        self.assertEqual(set(settings[0]), {"ef", "recall", "qps", "p50_ms", "p95_ms", "p99_ms", "distances"})
        self.assertEqual(settings[0]["recall"], 1)
        self.write("truth.ivecs", b"".join(b"\1\0\0\0" + (499).to_bytes(4, "little") for _ in range(2)))
        wrong = self.ok("benchmark", "--queries", "all.fvecs", "--limit", 2, "-k", 1, "--truth", "truth.ivecs", "-o", "json")
        self.assertLess(wrong.json["settings"][0]["recall"], 1)

    def test_tune_recommends_and_applies(self):
        import random
        draw = random.Random(4)
        self.write_records("many.jsonl", [{"id": str(i), "vector": [round(draw.gauss(0, 1), 3) for _ in range(16)]} for i in range(9_000)])
        self.ok("import", "many.jsonl", "--metric", "euclidean", "--index", "hnsw")
        self.ok("compact")
        report = self.ok("tune", "--limit", 50, "--min-recall", 0.9, "-o", "json").json
        self.assertEqual({trial["quantization"] for trial in report["trials"]}, {"sq8", "sq4"})  # 16 components are too few for others
        self.assertGreaterEqual(report["best"]["recall"], 0.9)
        self.assertEqual((report["rows"], report["queries"], report["ef_search"]), (9_000, 50, 50))
        self.assertIn("at least", self.ok("tune", "--limit", 50).out)
        applied = self.ok("tune", "--limit", 50, "--goal", "max_recall", "--apply", "-o", "json")
        self.assertIn("from now on", applied.err)
        best, options = applied.json["best"], self.ok("collection", "info", "-o", "json").json
        self.assertEqual((options["quantization"], options["ef_search"]), (best["quantization"], best["ef"]))
        self.assertGreater(best["ef"], 50)
        self.fails(1, "no setting keeps within the limits", "tune", "--limit", 50, "--max-memory-mb", 0.001, "--apply")
        self.fails(2, "--max-memory-mb must be above 0", "tune", "--max-memory-mb", 0)
        self.fails(2, "min_recall", "tune", "--min-recall", 2)

    def test_tune_without_a_graph_says_why(self):
        self.write_records("few.jsonl", [{"id": str(i), "vector": [i, 1]} for i in range(20)])
        self.ok("import", "few.jsonl")
        self.fails(1, "looked at one by one, which is exact", "tune")

    def test_eval_measures_rankings_against_judgements(self):
        self.write_records("texts.jsonl", [{"id": "a", "text": "red door", "vector": [1, 0]}, {"id": "b", "text": "red red cat", "vector": [0, 1]},
                                           {"id": "c", "text": "blue cat", "vector": [1, 1]}])
        self.ok("import", "texts.jsonl", "--metric", "cosine")
        self.write_records("q.jsonl", [{"id": "q1", "text": "red", "vector": [1, 0]}, {"id": 2, "text": "cat", "vector": [0, 1], "filter": "$id != 'b'"},
                                       {"id": "other", "text": "door", "vector": [1, 0]}])
        self.write("qrels.txt", "q1 0 a 1\nq1 0 zz 1\n2 0 c 2\n2 0 a 1\n3 0 a 1\n")
        answer = self.ok("eval", "--queries", "q.jsonl", "--qrels", "qrels.txt", "-o", "json")
        modes = {one["mode"]: one for one in answer.json["modes"]}
        self.assertEqual(list(modes), ["vector", "text", "hybrid"])
        self.assertEqual(set(modes["text"]), {"mode", "ndcg@10", "mrr@10", "map", "recall@100", "queries", "took_ms", "intervals", "judged", "curve"})
        ideal, second = 1 + 1 / math.log2(3), 1 / math.log2(3)
        self.assertAlmostEqual(modes["text"]["ndcg@10"], (second / ideal + 2 / (2 + second)) / 2)
        self.assertAlmostEqual(modes["text"]["mrr@10"], (1 / 2 + 1) / 2)
        self.assertAlmostEqual(modes["text"]["map"], ((1 / 2) / 2 + 1 / 2) / 2)
        self.assertAlmostEqual(modes["vector"]["recall@100"], (1 / 2 + 1) / 2)
        self.assertEqual(modes["vector"]["queries"], 2)
        self.assertIn("1 query is not judged", answer.err)
        one = self.ok("eval", "--queries", "q.jsonl", "--qrels", "qrels.txt", "--mode", "vector", "-k", 1)
        self.assertRegex(one.out, r"vector +0\.\d{4} +1\.0000 ")

    def test_eval_names_what_is_wrong_with_its_files(self):
        self.make_three()
        self.write("q.jsonl", '{"id": "1", "text": "a"}\n')
        self.write("qrels.txt", "1 0 a 1\n1 0 b\n")
        self.fails(1, "qrels.txt: line 2: has 3 columns", "eval", "--queries", "q.jsonl", "--qrels", "qrels.txt")
        self.write("qrels.txt", "2 0 a 1\n")
        self.fails(1, "no query that is judged", "eval", "--queries", "q.jsonl", "--qrels", "qrels.txt")
        self.write("twice.jsonl", '{"id": "2", "text": "a"}\n{"id": 2, "text": "b"}\n')
        self.fails(2, "twice.jsonl: line 2: query '2' comes a second time", "eval", "--queries", "twice.jsonl", "--qrels", "qrels.txt")
        self.write("bare.jsonl", '{"text": "a"}\n')
        self.fails(2, "line 1: a query needs an 'id'", "eval", "--queries", "bare.jsonl", "--qrels", "qrels.txt")
        self.fails(3, "nowhere", "eval", "--queries", "q.jsonl", "--qrels", "nowhere")
        self.fails(2, "did you mean 'text'", "eval", "--queries", "q.jsonl", "--qrels", "qrels.txt", "--mode", "vector,txt")
        self.fails(2, "list of vector, text, hybrid and sparse", "eval", "--queries", "q.jsonl", "--qrels", "qrels.txt", "--mode", "auto")
        self.fails(2, "--qrels is needed", "eval", "--queries", "q.jsonl")
        self.fails(2, "eval needs --queries or --dataset", "eval")

    def test_config_show_says_where_each_value_is_from(self):
        self.write(".vecstore.toml", "[database]\nthreads = 1\n[collection.default]\nmetric = 'dot'\n")
        shown = {one["key"]: one for one in self.ok("--db", "x", "config", "show", "-o", "json",
                                                   env={"VECSTORE_DATABASE_SEAL_ROWS": "5"}).json["settings"]}
        self.assertEqual(shown["database.path"], {"key": "database.path", "value": "x", "origin": "--db"})
        self.assertTrue(shown["database.threads"]["origin"].endswith(".vecstore.toml"))
        self.assertEqual(shown["database.seal_rows"]["origin"], "VECSTORE_DATABASE_SEAL_ROWS")
        self.assertEqual(shown["database.memory_map"]["origin"], "default")
        self.make_three()
        self.assertEqual(self.ok("collection", "info", "-o", "json").json["metric"], "dot")

    def test_the_stored_collection_beats_the_configuration(self):
        self.make_three()
        self.write(".vecstore.toml", "[collection.default]\nmetric = 'dot'\n")
        self.ok("import", "three.jsonl")
        self.assertEqual(self.ok("collection", "info", "-o", "json").json["metric"], "cosine")

    def test_version_completion_and_help(self):
        self.assertRegex(self.ok("version").out, r"^vecstore \d+\.\d+\.\d+\n$")
        self.assertRegex(self.ok("--version").out, r"^vecstore \d+\.\d+\.\d+\n$")
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("ingest", self.ok("completion", shell).out)
        commands = re.findall(r"^  ([a-z]+)  ", self.ok("--help").out.split("Subcommands:")[1], re.M)
        self.assertGreaterEqual(len(commands), 18)
        for command in commands:
            self.assertIn("Example", self.ok(command, "--help").out, command)

    def test_quiet_says_nothing_but_answers(self):
        self.assertEqual(self.ok("-q", "init", "--dimension", 3).err, "")
        self.make_three()
        self.assertEqual(self.ok("-q", "query", "--vector", "[1,0,0]").err, "")


@needs_model
class Texts(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("docs/log.md", "# Recovery\n\nA torn record at the end of the log is dropped when the database opens.\n")
        self.write("docs/cats.txt", "Cats sleep most of the day and hunt at night.")
        self.ok("ingest", "docs")

    def test_a_text_finds_its_passage(self):
        hits = self.ok("query", "what happens to a torn log record", "-k", 1, "-o", "json").json["hits"]
        self.assertEqual(hits[0]["id"], "docs/log.md#0")
        self.assertIn("Recovery", self.ok("query", "torn log").out)
        answer = self.ok("query", "sleeping cats", "--filter", "source LIKE '%.txt'", "-o", "json").json
        self.assertEqual([hit["metadata"]["source"] for hit in answer["hits"]], ["docs/cats.txt"])

    def test_ask_cites_whole_passages(self):
        self.assertTrue(self.ok("ask", "how long do cats sleep", "-k", 1).out.startswith("[1] docs/cats.txt"))
        answer = self.ok("ask", "how long do cats sleep", "-o", "json").json
        self.assertIn("hunt at night", answer["passages"][0]["text"])

    def test_again_only_what_changed_is_taken(self):
        report = self.ok("ingest", "docs", "-o", "json").json
        self.assertEqual((report["unchanged"], report["chunks_written"]), (2, 0))
        self.write("docs/cats.txt", "Dogs.")
        (self.folder / "docs/log.md").unlink()
        report = self.ok("ingest", "docs", "-o", "json").json
        self.assertEqual((report["changed"], report["removed"]), (1, 1))
        self.assertEqual(self.count(), 1)

    def test_a_dry_run_changes_nothing(self):
        self.write("docs/new.txt", "New.")
        self.assertEqual(self.ok("ingest", "docs", "--dry-run", "-o", "json").json["added"], 1)
        self.assertEqual(self.count(), 2)
        self.ok("--db", "other", "ingest", "docs", "--dry-run")
        self.assertFalse((self.folder / "other").exists())

    def test_texts_in_a_query_file(self):
        self.write_records("q.jsonl", [{"id": "1", "text": "torn log"}, {"id": "2", "text": "cats"}])
        lines = self.ok("query", "--file", "q.jsonl", "-k", 1).lines
        self.assertEqual([line["hits"][0]["id"] for line in lines], ["docs/log.md#0", "docs/cats.txt#0"])

    def test_what_is_included_and_excluded(self):
        self.ok("--db", "md", "ingest", "docs", "--include", "*.md")
        self.assertEqual(self.ok("--db", "md", "count").out, "1\n")
        self.ok("--db", "txt", "ingest", "docs", "--exclude", "*.md", "--splitter", "sentence", "--chunk-size", 80, "--overlap", 0)
        self.assertEqual(self.ok("--db", "txt", "get", "docs/cats.txt#0", "-o", "json").json["records"][0]["metadata"]["title"], "cats.txt")

    def test_what_gitignore_says_is_left_out(self):
        self.write("repo/.gitignore", "*.log\n/build/\n")
        for name in ("a.txt", "a.log", "build/b.txt", "src/build/c.txt"):
            self.write("repo/" + name, "Words.")
        self.ok("--db", "obeyed", "ingest", "repo")
        self.assertEqual(self.ok("--db", "obeyed", "count").out, "2\n")
        self.ok("--db", "all", "ingest", "repo", "--no-gitignore")
        self.assertEqual(self.ok("--db", "all", "count").out, "4\n")

    def test_passages_of_so_many_tokens(self):
        sizes = ("--chunk-size", 10, "--overlap", 2)
        self.ok("--db", "own", "ingest", "docs", "--splitter", "token", *sizes)
        self.ok("--db", "named", "ingest", "docs", "--splitter", "token", *sizes, "--tokenizer", MODEL.parent / "tokenizer.json")
        count = int(self.ok("--db", "own", "count").out)
        self.assertGreater(count, 2)
        self.assertEqual(int(self.ok("--db", "named", "count").out), count)
        self.ok("--db", "whole", "ingest", "docs", "--splitter", "token")
        self.assertEqual(self.ok("--db", "whole", "count").out, "2\n")
        self.fails(2, "tokenizer is for the splitter token, not for 'heading'", "ingest", "docs", "--tokenizer", MODEL.parent / "tokenizer.json")
        self.fails(3, "nowhere.json", "ingest", "docs", "--splitter", "token", "--tokenizer", "nowhere.json")

    def test_options_of_splitters(self):
        self.write("docs/list.txt", "one;two;three")
        cut = ("--chunk-size", 5, "--overlap", 0, "--include", "list.txt")
        texts = lambda db: [self.ok("--db", db, "get", f"docs/list.txt#{i}", "-o", "json").json["records"][0]["text"] for i in range(3)]
        self.ok("--db", "flag", "ingest", "docs", "--splitter", "character", "--split-option", "separators=;", *cut)
        self.assertEqual(texts("flag"), ["one", "two", "three"])
        self.write(".vecstore.toml", "[ingest]\nsplitter = 'recursive'\nseparators = ['[;]']\nregex_separators = true\nkeep_separator = 'end'\n")
        self.ok("--db", "file", "ingest", "docs", *cut)
        self.assertEqual(texts("file"), ["one;", "two;", "three"])
        self.assertIn("1 unchanged", self.ok("--db", "file", "ingest", "docs", *cut).out)
        self.assertIn("1 changed", self.ok("--db", "file", "ingest", "docs", "--split-option", "keep_separator=start", *cut).out)
        self.fails(2, "--split-option takes NAME=VALUE, not 'separator=;'; the names are tokenizer, separators", "ingest", "docs",
                   "--split-option", "separator=;")
        self.fails(2, "'keep_separator' must be none, start or end", "ingest", "docs", "--split-option", "keep_separator=no")
        self.fails(2, "separators is for the splitters", "ingest", "docs", "--splitter", "token", "--tokenizer", MODEL.parent / "tokenizer.json")

    def test_splitters_that_know_what_they_read(self):
        self.write("docs/sea.txt", "Tea is hot. Green tea is hot too. The moon pulls the sea. The sea is old.")
        self.write("docs/sea.json", '{"moon": {"pulls": "the sea", "is": "far"}}')
        one = lambda source: self.ok("--db", "one", "get", f"docs/{source}", "-o", "json").json["records"][0]
        self.ok("--db", "one", "ingest", "docs", "--include", "sea.txt", "--splitter", "semantic", "--split-option", "number_of_chunks=2",
                "--split-option", "buffer_size=0")
        self.assertEqual(one("sea.txt#1")["text"], "The moon pulls the sea. The sea is old.")
        self.ok("--db", "one", "ingest", "docs", "--include", "sea.json", "--splitter", "json", "--chunk-size", 20, "--split-option", "min_chunk_size=1")
        self.assertEqual((one("sea.json#0")["text"], one("sea.json#0")["metadata"]["headings"]), ('"pulls": "the sea"', ["moon"]))


if __name__ == "__main__":
    program.main()
