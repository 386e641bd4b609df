"""Older versions of records, going back to one, what differs between snapshots, and what keeps deleted bytes."""
import program
from program import ProgramTest


class Versions(ProgramTest):
    def put(self, ident, text):
        self.write_records("one.jsonl", [{"id": ident, "vector": [1, 2], "text": text}])
        self.ok("import", "one.jsonl")

    def versions(self, ident, *words):
        return self.ok("versions", ident, "-o", "json", *words).json["versions"]

    def test_versions_are_listed_read_and_gone_back_to(self):
        self.ok("collection", "create", "default", "--keep-versions", 3)
        self.assertEqual(self.ok("collection", "info", "-o", "json").json["keep_versions"], 3)
        for text in ("first", "second", "third"):
            self.put("a", text)
        listed = self.versions("a", "--records")
        self.assertEqual([one["record"]["text"] for one in listed], ["third", "second", "first"])
        self.assertEqual([one["current"] for one in listed], [True, False, False])
        self.assertEqual(len(self.ok("versions", "a", "-o", "jsonl").lines), 3)
        self.assertIn("sequence", self.ok("versions", "a").out)
        back = self.ok("rollback", "a", "--to", listed[2]["sequence"], "-o", "json").json["sequence"]
        self.assertEqual(self.versions("a")[0]["sequence"], back)
        self.assertEqual(self.ok("get", "a", "-o", "jsonl").lines[0]["text"], "first")
        self.assertEqual(self.ok("rollback", "a", "--to", back, "-o", "json").json["sequence"], 0)
        self.ok("delete", "a")
        removed = self.versions("a", "--records")[0]
        self.assertTrue(removed["deleted"] and removed["record"] is None)
        self.ok("compact")
        self.assertEqual(self.versions("a", "--records")[1]["record"]["text"], "first")
        self.ok("rollback", "a", "--to", back)
        self.assertEqual(self.count(), 1)

    def test_what_cannot_be_is_said(self):
        self.make_three()
        self.fails(3, "nothing is known of record 'x'", "versions", "x")
        self.fails(3, "version 99 of record 'a' is not kept", "rollback", "a", "--to", 99)
        self.fails(2, "--to", "rollback", "a")
        self.fails(2, "--to", "rollback", "a", "--to", -1)
        self.fails(2, "give --quantization or --keep-versions", "collection", "set", "default")
        for count in (-1, 1001):
            self.fails(2, f"--keep-versions must be from 0 to 1000, it is {count}", "collection", "set", "default", "--keep-versions", count)
        self.fails(1, "has keep_versions 0, not 4", "import", "three.jsonl", "--keep-versions", 4)
        self.ok("snapshot", "create", "s")
        self.fails(2, "--snapshot is for commands that read", "--snapshot", "s", "rollback", "a", "--to", 1)
        self.assertIn("no record differs", self.ok("snapshot", "diff", "s").err)
        self.fails(3, "no snapshot 'x'", "snapshot", "diff", "x")
        self.fails(3, "no snapshot 'x'", "snapshot", "diff", "s", "x")
        self.fails(2, "--after is for --of", "snapshot", "diff", "s", "--after", "a")
        self.fails(3, "has a collection 'x'", "snapshot", "diff", "s", "--of", "x")

    def test_a_diff_tells_what_changed_between_snapshots_and_since(self):
        self.make_three()
        self.ok("snapshot", "create", "one")
        self.ok("delete", "a")
        self.write_records("more.jsonl", [{"id": "b", "vector": [1, 1, 1]}, {"id": "d", "vector": [1, 0, 1]}])
        self.ok("import", "more.jsonl")
        self.ok("snapshot", "create", "two")
        self.ok("collection", "create", "late", "--dimension", 2)
        self.ok("compact")
        changes = self.ok("snapshot", "diff", "one", "two", "-o", "json").json
        self.assertEqual([(one["id"], one["change"]) for one in changes["changes"]], [("a", "removed"), ("b", "changed"), ("d", "added")])
        self.assertEqual([one["name"] for one in changes["collections"]], ["default"])
        since = self.ok("snapshot", "diff", "two", "-o", "json").json
        self.assertEqual(since["changes"], [])
        self.assertTrue(since["collections"][1]["made"])
        self.assertIn("'late' was made", self.ok("snapshot", "diff", "two").err)
        lines = self.ok("snapshot", "diff", "one", "-o", "jsonl", "--limit", 2).lines
        self.assertEqual([one["id"] for one in lines], ["a", "b"])
        lines = self.ok("snapshot", "diff", "one", "-o", "jsonl", "--of", "default", "--after", "b").lines
        self.assertEqual([one["id"] for one in lines], ["d"])

    def test_compact_says_what_keeps_deleted_bytes_and_then_they_are_gone(self):
        self.ok("collection", "create", "default", "--keep-versions", 1)
        self.put("secret", "unmistakable")
        self.ok("snapshot", "create", "before")
        self.ok("delete", "secret")
        kinds = {(one["kind"], one["name"]) for one in self.ok("compact", "-o", "json").json["pins"]}
        self.assertEqual(kinds, {("snapshot", "before"), ("versions", "")})
        self.assertIn("snapshot 'before' keeps", self.ok("compact").err)
        self.ok("collection", "set", "default", "--keep-versions", 0)
        self.ok("collection", "drop", "default")
        pins = self.ok("compact", "-o", "json").json["pins"]
        self.assertEqual([(one["name"], one["collection"], one["dropped"]) for one in pins], [("before", "default", True)])
        self.assertTrue(self.holds(b"unmistakable"))
        self.ok("snapshot", "drop", "before")
        self.assertEqual(self.ok("compact", "-o", "json").json["pins"], [])
        self.assertFalse(self.holds(b"unmistakable"))

    def holds(self, text):
        return any(text in path.read_bytes() for path in (self.folder / "vecstore.db").rglob("*") if path.is_file())


if __name__ == "__main__":
    program.main()
