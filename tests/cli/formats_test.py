"""Import and export: each format, side files, and what is wrong with a file."""
import base64
import gzip
import json
import struct

import program
from program import ProgramTest


def npy(rows, type_="<f4", shape=None, code="f", order="False", version=1):
    shape = shape or f"({len(rows)}, {len(rows[0])})"
    head = f"{{'descr': '{type_}', 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(head))
    return b"\x93NUMPY" + bytes([version, 0]) + length + head + b"".join(struct.pack(f"<{len(row)}{code}", *row) for row in rows)


# What pyarrow 26 makes of {"id": ["a", "b"], "vector": [[1, 0.5], [0.1, 2]], "text": ["x", None], "year": [2020, 2021]}.
PARQUET = base64.b64decode(
    "UEFSMRUAFSAVJCwVBBUAFQYVBhwAAAAQPAIAAAAEAQEAAABhAQAAAGIVABU4FTosFQgVABUGFQYcAAAAHBQCAAAAAwoBBkQIAwAAgD8AAAA/zczMPQAAAEAVABUWFRosFQQVABUGFQYc"
    "AAAACygCAAAAAwEBAAAAeBUAFSwVMCwVBBUAFQYVBhwAAAAWVAIAAAAEAeQHAAAAAAAA5QcAAAAAAAAVBBl8NQAYBnNjaGVtYRUIABUMJQIYAmlkJQBMHAAAADUCGAZ2ZWN0b3IVAhUG"
    "TDwAAAA1BBgEbGlzdBUCABUIJQIYB2VsZW1lbnQAFQwlAhgEdGV4dCUATBwAAAAVBCUCGAR5ZWFyABYEGRwZTCYAHBUMGSUGABkYAmlkFQIWBBZGFkomCEkcFQAVABUCADwWBBkGGSYA"
    "BAAAACYAHBUIGSUGABk4BnZlY3RvcgRsaXN0B2VsZW1lbnQVAhYIFl4WYCZSSRwVABUAFQIAPCkmBAQZRgAAAAgAAAAmABwVDBklBgAZGAR0ZXh0FQIWBBY8FkAmsgFJHBUAFQAVAgA8"
    "FgIZBhkmAgIAAAAmABwVBBklBgAZGAR5ZWFyFQIWBBZSFlYm8gFJHBUAFQAVAgA8KQYZJgAEAAAAFrICFgQmCBbAAgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGUwc"
    "AAAcAAAcAAAcAAAAdQEAAFBBUjE="
)


class Formats(ProgramTest):
    def records(self, *words):
        return {r["id"]: r for r in self.ok(*words, "scan", "-o", "jsonl").lines}

    def test_jsonl_comes_back_as_it_was(self):
        records = [{"id": "a", "vector": [0.1, 1e-7, -3.0], "text": "ä\n\"", "metadata": {"n": 9007199254740993, "x": None, "l": [1, 2.5]}},
                   {"id": "b", "text": "no vector"}, {"id": "日本"}]
        self.write_records("in.jsonl", records)
        self.ok("import", "in.jsonl")
        self.ok("export", "out.jsonl")
        self.ok("--db", "two", "import", "out.jsonl")
        self.ok("--db", "two", "export", "again.jsonl")
        drop = ("created_at", "updated_at", "version")
        out, again = ([{k: v for k, v in json.loads(line).items() if k not in drop}
                       for line in (self.folder / name).read_text().splitlines()] for name in ("out.jsonl", "again.jsonl"))
        self.assertEqual(out, again)
        self.assertEqual(out[0]["metadata"], records[0]["metadata"])

    def test_csv(self):
        self.write("in.csv", "id,vector,text,year,zip\na,\"[1, 2]\",\"x, \"\"y\"\"\",2020,007\nb,\"[3, 4]\",,2021,12\n")
        self.ok("import", "in.csv")
        self.assertEqual(self.records()["a"]["metadata"], {"year": 2020, "zip": "007"})
        self.ok("export", "out.csv")
        self.ok("--db", "two", "import", "out.csv")
        self.assertEqual(self.records("--db", "two")["a"]["text"], 'x, "y"')
        self.assertEqual(self.records("--db", "two")["b"]["metadata"], {"year": 2021, "zip": "12"})

    def test_parquet(self):
        self.write("in.parquet", PARQUET)
        self.assertEqual(self.ok("import", "in.parquet", "-o", "json").json["imported"], 2)
        self.ok("--db", "two", "import", "-", "--format", "parquet", stdin=PARQUET)
        for words in ((), ("--db", "two")):
            a, b = (self.records(*words)[id] for id in "ab")
            self.assertEqual((a["vector"], a["text"], a["metadata"]), ([1, 0.5], "x", {"year": 2020}))
            self.assertEqual((b["vector"], b.get("text"), b["metadata"]), ([0.1, 2], None, {"year": 2021}))
        self.fails(1, "cut.parquet", "--db", "three", "import", self.write("cut.parquet", PARQUET[:-20]) or "cut.parquet")
        self.fails(2, "with files of vectors alone", "import", "in.parquet", "--ids", "in.parquet")
        self.fails(2, "--queries must be npy", "benchmark", "--queries", "in.parquet")

    def test_npy_of_each_type_with_side_files(self):
        for type_, code in (("<f4", "f"), ("<f8", "d"), ("<f2", "e"), ("|i1", "b"), ("|u1", "B")):
            name = "v-" + code + (".npy" if code != "B" else "")
            self.write(name, npy([[1, 2], [3, 4]], type_, code=code, version=2 if code == "d" else 1))
            self.ok("--db", code, "import", name, "--metric", "euclidean")
            self.assertEqual(self.records("--db", code)["1"]["vector"], [3, 4])
        self.write("ids", "one\ntwo\n")
        self.write("meta.jsonl", '{"n": 1}\n{"n": 2}\n')
        self.ok("import", "v-f.npy", "--ids", "ids", "--metadata", "meta.jsonl")
        self.assertEqual(self.records()["two"]["metadata"], {"n": 2})
        self.ok("export", "out.npy", "--ids", "out.ids", "--metadata", "out.meta")
        self.assertEqual((self.folder / "out.ids").read_text(), "one\ntwo\n")
        self.ok("--db", "back", "import", "out.npy", "--ids", "out.ids", "--metadata", "out.meta")
        self.assertEqual(self.records("--db", "back")["one"]["vector"], [1, 2])

    def test_fvecs_and_idx(self):
        self.write("v.fvecs", b"".join(struct.pack("<i2f", 2, *row) for row in ((1, 2), (3, 4))))
        self.ok("import", "v.fvecs")
        self.ok("export", "out.fvecs")
        self.assertEqual((self.folder / "out.fvecs").read_bytes(), (self.folder / "v.fvecs").read_bytes())
        idx = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 1, 2) + bytes([1, 2, 3, 4])
        self.ok("--db", "idx", "import", "-", "--format", "idx", stdin=idx)
        self.assertEqual(self.records("--db", "idx")["1"]["vector"], [3, 4])

    def test_every_format_as_gzip_leaves_it(self):
        idx = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 1, 2) + bytes([1, 2, 3, 4])
        for name, content in (("v-idx3-ubyte.gz", idx), ("v.npy.gz", npy([[1, 2], [3, 4]])), ("v.csv.gz", b'id,vector\n0,"[1, 2]"\n1,"[3, 4]"\n'),
                              ("v.jsonl.gz", b'{"id":"0","vector":[1,2]}\n{"id":"1","vector":[3,4]}\n'),
                              ("no-end-of-name", npy([[1, 2], [3, 4]]))):
            self.write(name, gzip.compress(content))
            self.ok("--db", name + ".db", "import", name, "--metric", "euclidean")
            self.assertEqual(self.records("--db", name + ".db")["1"]["vector"], [3, 4], name)
        whole = gzip.compress(b'{"id":"a"}\n' * 1000)
        self.write("cut.jsonl.gz", whole[:-9])
        self.fails(1, "ends within its gzip data", "import", "cut.jsonl.gz", "--skip-errors")
        self.assertFalse((self.folder / "vecstore.db").exists())

    def test_a_json_array_or_a_record_over_several_lines(self):
        records = [{"id": "a", "vector": [1, 2], "text": "] }, {"}, {"id": "b", "vector": [3, 4]}]
        self.write("array.json", json.dumps(records, indent=2))
        self.ok("import", "array.json")
        self.assertEqual(self.records()["a"]["text"], "] }, {")
        self.write("one.json", json.dumps(records[0], indent=2))
        self.ok("--db", "one", "import", "one.json")
        self.assertEqual(list(self.records("--db", "one")), ["a"])
        self.fails(1, "array.jsonl is a JSON array, not a record per line: give --format json", "import",
                   self.write("array.jsonl", json.dumps(records)).name)
        self.ok("--db", "three", "import", "array.jsonl", "--format", "json")
        self.write("bad.json", '[\n {"id": "a"},\n {"id": b}\n]')
        self.fails(1, "bad.json: line 3: column 9: not a value", "import", "bad.json")

    def test_text_in_utf_16_is_told_what_to_do(self):
        for name in ("x.jsonl", "x.json", "x.csv"):
            self.write(name, '{"id":"a"}\n'.encode("utf-16"))
            self.fails(1, "iconv -f UTF-16 -t UTF-8", "import", name)

    def test_existing_records_can_be_left_as_they_are(self):
        self.make_three()
        self.write_records("four.jsonl", [{"id": id, "vector": [9, 9, 9]} for id in "abcd"])
        report = self.ok("import", "four.jsonl", "--skip-existing", "-o", "json").json
        self.assertEqual([report[key] for key in ("imported", "inserted", "replaced", "existing")], [1, 1, 0, 3])
        self.assertEqual(self.records()["a"]["vector"], [1, 0, 0])
        self.assertIn("0 records imported", self.ok("import", "four.jsonl", "--skip-existing").out)
        self.assertEqual(self.ok("import", "four.jsonl", "-o", "json").json["replaced"], 4)

    def test_files_of_vectors_that_are_none(self):
        good = npy([[1, 2], [3, 4]])
        for content, message in ((npy([[1, 2]], "<c8"), "'<c8'"), (npy([[1, 2]], "|O"), "'|O'"), (npy([[1, 2]], shape="(2,)"), "1 dimensions"),
                                 (npy([[1, 2]], shape="(1, 1, 2)"), "3 dimensions"), (npy([[1, 2]], order="True"), "Fortran"),
                                 (npy([[1, 2]]).replace(b"fortran_order", b"fortran_ordre"), "does not say 'fortran_order'"),
                                 (npy([[1, 2]], shape="(-4, 3)"), "no shape of sizes: (-4, 3)"),
                                 (good[:-1], "ends within row 1 of 2"), (good + b"x", "goes on after its last row"), (b"", "not an NPY file"),
                                 (npy([[float("nan"), 1]]), "row 0: column 0 is nan")):
            self.write("v.npy", content)
            self.fails(1, message, "import", "v.npy")
            self.assertFalse((self.folder / "vecstore.db").exists(), message)

    def test_a_negative_length_is_said_as_it_stands(self):
        self.write("v.fvecs", struct.pack("<i2f", -4, 1, 2))
        self.fails(1, "row 0 says it has -4 numbers", "import", "v.fvecs")

    def test_side_files_of_another_length(self):
        self.write("v.npy", npy([[1, 2], [3, 4]]))
        self.write("ids", "one\n")
        self.fails(1, "the ids file has 1 lines", "import", "v.npy", "--ids", "ids")
        self.write("meta", "{}\n{}\n{}\n")
        self.fails(1, "the metadata file goes on", "import", "v.npy", "--metadata", "meta")
        self.fails(2, "go with files of vectors alone", "import", "x.jsonl", "--ids", "ids")

    def test_a_broken_line_is_named_and_nothing_is_written(self):
        self.write("bad.jsonl", '{"id": "a", "vector": [1, 2]}\n{"id": "b", "vector": [1, 2]\n')
        self.fails(1, "bad.jsonl: line 2: column 29: ", "import", "bad.jsonl")
        self.assertFalse((self.folder / "vecstore.db").exists())

    def test_skip_errors_reports_each_and_takes_the_rest(self):
        self.write("bad.jsonl", '{"id": "a", "vector": [1, 2]}\nnonsense\n{"id": "b", "vector": [1, 2, 3]}\n{"id": "", "vector": [1, 2]}\n'
                   '{"id": "a", "vector": [5, 6]}\n{"id": "c", "vektor": [1, 2]}\n{"id": "d", "vector": [0, 0]}\n{"id": "e", "vector": [1e39, 0]}\n'
                   '{"id": "f", "vector": [7, 8]}\n')
        answer = self.ok("import", "bad.jsonl", "--skip-errors", "-o", "json")
        self.assertEqual((answer.json["imported"], answer.json["skipped"]), (2, 7))
        for line in range(2, 9):
            self.assertIn(f"line {line}:", answer.err)
        self.assertIn("did you mean 'vector'", answer.err)
        self.write("long.jsonl", '{"id": "a", "text": "' + "x" * (64 << 20) + '"}\n{"id": "b", "vector": [1, 2]}\n')
        answer = self.ok("--db", "long", "import", "long.jsonl", "--skip-errors")
        self.assertIn("line 1: the line has 67108887 bytes, the limit is 67108864", answer.err)
        self.assertIn("1 record imported", answer.out)
        self.assertEqual(list(self.records()), ["a", "f"])

    def test_an_id_given_twice_is_named_with_both_lines(self):
        self.write_records("twice.jsonl", [{"id": "a"}, {"id": "b"}, {"id": "a"}])
        self.fails(1, "line 3: id 'a' was on line 1 already", "import", "twice.jsonl")

    def test_standard_input_and_output(self):
        self.ok("import", "-", stdin=b'{"id":"a","vector":[1,2]}\n{"id":"b"}')
        self.assertEqual([r["id"] for r in self.ok("export", "-").lines], ["a", "b"])
        self.fails(1, "-: line 1", "import", "-", stdin=b"\xff\n")

    def test_vectors_alone_need_a_vector_in_every_record(self):
        self.write_records("in.jsonl", [{"id": "a", "vector": [1, 2]}, {"id": "b"}])
        self.ok("import", "in.jsonl")
        self.fails(1, "record 'b' has no dense vector", "export", "out.npy")
        self.assertEqual(list(self.folder.glob("out.npy*")), [])


if __name__ == "__main__":
    program.main()
