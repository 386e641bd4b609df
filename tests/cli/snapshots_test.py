"""Named snapshots: kept, read, gone back to, dropped."""
import program
from program import ProgramTest


class Snapshots(ProgramTest):
    def names(self):
        return [one["name"] for one in self.ok("snapshot", "list", "-o", "json").json["snapshots"]]

    def test_a_snapshot_is_read_beside_the_present_and_restored(self):
        self.make_three()
        then = self.ok("export", "-").out
        made = self.ok("snapshot", "create", "before", "-o", "json").json
        self.assertEqual((made["name"], made["records"], made["collections"]), ("before", 3, 1))
        self.ok("delete", "a", "b")
        self.ok("collection", "create", "more", "--dimension", 2)
        self.assertEqual(self.count(), 1)
        self.assertEqual(self.ok("--snapshot", "before", "count", "-o", "json").json["count"], 3)
        self.assertEqual(self.ok("export", "-", "--snapshot", "before").out, then)
        hits = self.ok("--snapshot", "before", "query", "--vector", "[1,0,0]", "-k", 1, "-o", "json").json["hits"]
        self.assertEqual(hits[0]["id"], "a")
        self.assertIn("'before'", self.ok("snapshot", "restore", "before").err)
        self.assertEqual(self.ok("export", "-").out, then)
        self.assertEqual([one["name"] for one in self.ok("collection", "list", "-o", "json").json["collections"]], ["default"])
        self.assertEqual(self.names(), ["before"])

    def test_compact_tells_what_a_snapshot_keeps_and_drop_gives_it_back(self):
        self.make_three()
        self.ok("snapshot", "create", "before")
        self.ok("delete", "a", "b", "c")
        kept = self.ok("compact", "-o", "json").json["collections"][0]
        self.assertEqual(kept["snapshots"], ["before"])
        self.assertGreater(kept["snapshot_bytes"], 0)
        listed = self.ok("snapshot", "list", "-o", "json").json["snapshots"][0]
        self.assertEqual(listed["pinned_bytes"], kept["snapshot_bytes"])
        self.assertTrue(list((self.folder / "vecstore.db/segments").iterdir()))
        self.ok("snapshot", "drop", "before")
        self.assertEqual(self.names(), [])
        self.assertEqual(list((self.folder / "vecstore.db/segments").iterdir()), [])
        self.assertEqual(self.ok("compact", "-o", "json").json["collections"][0]["snapshot_bytes"], 0)
        for path in (self.folder / "vecstore.db").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"first", path.read_bytes(), path)

    def test_what_cannot_be_is_said(self):
        self.make_three()
        self.ok("snapshot", "create", "one")
        self.fails(1, "snapshot 'one' already exists", "snapshot", "create", "one")
        self.fails(2, "snapshot name is empty", "snapshot", "create", "")
        self.fails(3, "snapshot 'two' does not exist", "snapshot", "drop", "two")
        self.fails(3, "snapshot 'two' does not exist", "snapshot", "restore", "two")
        self.fails(3, "has no snapshot 'two'", "--snapshot", "two", "count")
        self.fails(2, "--snapshot is for commands that read", "--snapshot", "one", "delete", "a")
        self.fails(2, "--snapshot is for commands that read", "--snapshot", "one", "check")
        self.fails(3, "no database", "--db", "nowhere", "snapshot", "list")
        self.fails(2, "--snapshot is for commands that read", "--snapshot", "one", "snapshot", "list")
        for words in (["count"], ["get", "a"], ["snapshot", "list"], ["delete", "a"]):
            self.fails(2, "--snapshot is empty", "--snapshot", "", *words)


if __name__ == "__main__":
    program.main()
