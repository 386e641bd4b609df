"""`vecstore namespace` and a server with namespaces: quotas under many clients, bills that outlive kill -9, backups."""
import concurrent.futures
import json
import signal
import time

import program
from server import ServerTest


class Namespaces(ServerTest):
    def space(self, name, *words):
        self.ok("namespace", "create", name, *words)
        return self.make_key(name, "admin", "--namespace", name)

    def put(self, key, *ids):
        records = [{"id": i, "vector": [1, 0, 0]} for i in ids]
        return self.ask("POST", "/v1/collections/docs/records", {"records": records}, key=key).status

    def soon(self, status, *words, **options):
        until = time.time() + 10
        while self.ask(*words, **options).status != status and time.time() < until:
            time.sleep(0.02)
        self.assertEqual(self.ask(*words, **options).status, status)

    def test_the_command_from_making_one_to_its_end(self):
        made = self.ok("namespace", "create", "acme", "--tier", "free", "--quota", "max_vectors=5", "--quota", "max_dimension=none",
                       "--name", "Acme", "--description", "d", "--metadata", '{"c": 7}', "-o", "json").json
        self.assertEqual((made["quotas"]["max_vectors"], made["quotas"]["max_dimension"], made["quotas"]["max_batch_size"]), (5, None, 100))
        self.assertEqual((made["tier"], made["name"], made["metadata"], made["status"]), ("custom", "Acme", {"c": 7}, "active"))
        self.assertEqual((self.folder / "vecstore.db.namespaces").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.ok("namespace", "list", "-o", "json").json["namespaces"], [made])
        self.fails(1, "already", "namespace", "create", "acme")
        self.fails(2, "small letters", "namespace", "create", "Acme")
        self.fails(2, "did you mean 'max_vectors'", "namespace", "create", "b", "--quota", "max_vector=1")
        self.fails(2, "NAME=N", "namespace", "create", "b", "--quota", "max_vectors")
        self.fails(2, "JSON object", "namespace", "create", "b", "--metadata", "[]")
        self.fails(3, "no namespace 'b'", "key", "create", "k", "--namespace", "b")
        self.fails(3, "no namespace 'b'", "namespace", "set", "b", "--tier", "pro")
        self.ok("--collection", "acme/docs", "init", "--dimension", 3)
        self.write("one.jsonl", '{"id": "a", "vector": [1, 0, 0]}\n')
        self.ok("--collection", "acme/docs", "import", "one.jsonl")
        stats = self.ok("namespace", "stats", "acme", "-o", "json").json
        self.assertEqual((stats["vectors"], stats["storage_bytes"], stats["collections"]), (1, 13, 1))
        self.ok("namespace", "backup", "acme", "copies/acme")
        self.fails(1, "already", "namespace", "backup", "acme", "copies/acme")
        self.assertEqual(self.ok("--db", "copies/acme/database", "--collection", "docs", "count", "-o", "json").json["count"], 1)
        self.assertEqual(self.ok("namespace", "restore", "again", "copies/acme", "-o", "json").json,
                         {"namespace": "again", "collections": 1, "records": 1})
        self.assertEqual(self.ok("--collection", "again/docs", "count", "-o", "json").json["count"], 1)
        self.assertEqual(self.ok("namespace", "info", "again", "-o", "json").json["name"], "Acme")
        self.fails(3, "no complete backup", "namespace", "restore", "third", "copies")
        self.fails(1, "pending_deletion", "namespace", "delete", "again")
        self.ok("namespace", "set", "again", "--status", "pending_deletion")
        self.ok("namespace", "delete", "again")
        self.assertEqual([c["name"] for c in self.ok("collection", "list", "-o", "json").json["collections"]], ["acme/docs"])
        self.ok("collection", "create", "x/docs")
        self.fails(1, "there is a collection 'x/docs' already", "namespace", "create", "x")

    def test_keys_see_their_own_and_quotas_hold_for_sixty_four_clients(self):
        acme = self.space("acme", "--quota", "max_vectors=100")
        beta = self.space("beta")
        self.serve()
        for key in (acme, beta):
            self.done("PUT", "/v1/collections/docs", {"dimension": 3}, key=key)
        self.assertEqual(self.put(acme, *(f"r{i}" for i in range(99))), 200)
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            got = list(pool.map(lambda i: self.put(acme, f"new{i}"), range(64)))
        self.assertEqual((got.count(200), got.count(409)), (1, 63))
        self.assertEqual(self.done("GET", "/v1/collections/docs/stats", key=acme)["records"], 100)
        self.assertEqual(self.done("GET", "/v1/collections/docs/stats", key=beta)["records"], 0)
        stats = self.done("GET", "/v1/namespaces/acme/stats", key=acme)
        self.assertEqual((stats["vectors"], stats["near"]), (100, ["max_vectors"]))
        self.assertEqual(self.ask("GET", "/v1/namespaces/acme/stats", key=beta).status, 403)
        # Another program changes what the running server holds.
        self.ok("namespace", "set", "acme", "--quota", "max_vectors=101")
        self.soon(200, "POST", "/v1/collections/docs/records", {"records": [{"id": "one more"}]}, key=acme)
        self.ok("namespace", "set", "acme", "--status", "suspended")
        self.soon(403, "GET", "/v1/collections", key=acme)
        self.fails(5, "", "namespace", "delete", "acme")

    def test_a_bill_outlives_kill_9(self):
        acme = self.space("acme")
        server = self.serve()
        self.done("PUT", "/v1/collections/docs", {"dimension": 3}, key=acme)
        connection, answered = self.connect(), 1
        for i in range(200):
            self.assertEqual(self.ask("POST", "/v1/collections/docs/records", {"records": [{"id": str(i)}, {"id": "x"}]}, key=acme,
                                      connection=connection).status, 200)
            answered += 1
        server.send_signal(signal.SIGKILL)
        server.wait()
        row = self.ok("namespace", "usage", "acme", "-o", "json").json["usage"][0]
        self.assertEqual((row["requests"], row["upserts"]), (answered, 400))
        self.serve()
        self.done("POST", "/v1/collections/docs/query", {"k": 1}, key=acme)
        lines = self.ask("GET", "/v1/namespaces/acme/usage", key=acme).body.decode().splitlines()
        self.assertEqual(json.loads(lines[0])["requests"], answered + 1)
        self.assertEqual(json.loads(lines[0])["queries"], 1)
        table = self.ok("namespace", "usage", "--csv").out.splitlines()
        self.assertEqual(table[0], "day,namespace,requests,queries,upserts,deletes,bytes_in,bytes_out")
        self.assertTrue(table[1].startswith(row["day"] + ",acme,"))
        self.fails(2, "is no day", "namespace", "usage", "--from", "yesterday")

    def test_hostile_files_are_refused_by_name(self):
        self.space("acme")
        self.write("vecstore.db.namespaces", '{"format": 1, "namespaces": [{"id": "../x"}]}')
        for words in (("namespace", "list"), ("serve", "--port", 0), ("key", "create", "k", "--namespace", "acme")):
            self.fails(4, "vecstore.db.namespaces", *words)


if __name__ == "__main__":
    program.main()
