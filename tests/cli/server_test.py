"""`vecstore serve`: who may, what it answers, what it withstands, and that nothing acknowledged is lost."""
import concurrent.futures
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import unittest

import program
from server import ServerTest, tls_that_trusts
import tokens

THREE = [{"id": "a", "vector": [1, 0, 0], "text": "open a file", "metadata": {"year": 2020}},
         {"id": "b/1", "vector": [0, 1, 0], "metadata": {"year": 2021}},
         {"id": "c", "vector": [0, 0, 1], "text": "close a file"}]

VIEWER = {"read", "query", "view_stats"}
EDITOR = VIEWER | {"write", "update", "delete", "create_index", "delete_index"}
BODIES = {"CollectionOptions": {"dimension": 3}, "Records": {"records": [THREE[0]]}, "Change": {"text": "t"}, "Removal": {"ids": ["none"]}, "Ids": {"ids": ["none"]},
          "Query": {"vector": [1, 0, 0]}, "Queries": {"queries": [{}]}, "IndexChange": {"ef_search": 60}, "NewKey": {"name": "n"},
          "NamespaceEdit": {"name": "n"}, "BackupName": {"backup": "acme-1"}}


class Access(ServerTest):
    def routes(self):
        """Every operation of the OpenAPI document, with a path and a body that fit it."""
        document = self.done("GET", "/openapi.json")
        for pattern, methods in document["paths"].items():
            path = pattern.replace("{collection}", "docs").replace("{id}", "a").replace("{snapshot}", "s").replace("{key}", "0" * 16)
            path = path.replace("{namespace}", "acme").replace("{backup}", "acme-1")
            for method, operation in methods.items():
                schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
                yield method.upper(), path, BODIES.get(schema.rsplit("/", 1)[-1]), operation

    def test_the_matrix_of_every_route_and_every_kind_of_key(self):
        self.write("vecstore.db.roles", json.dumps({"format": 1, "roles": {
            "reader": {"permissions": ["read"]}, "ingester": {"permissions": ["write", "update"], "inherits": ["reader"]}, "gone": {}}}))
        keys = {role: self.make_key(role, role) for role in ("viewer", "editor", "admin", "ingester", "gone")}
        elsewhere = self.make_key("elsewhere", "admin", "--for", "other")
        self.write("jwks", tokens.key_set())
        self.serve(env={"VECSTORE_SERVER_AUDIT": "all", "VECSTORE_SERVER_JWT_KEYS": "jwks", **tokens.SETTINGS})
        self.make_docs(keys["admin"], THREE)
        scoped = [elsewhere, tokens.token("admin", **{"vecstore:collections": ["other"]})]
        wrong_keys = [None, "vsk_" + "0" * 81, keys["admin"][:-1] + "?", tokens.token("admin", secret=bytes(32)), tokens.token("Root"),
                      tokens.token("admin", exp=1), tokens.token("admin", aud="other"), tokens.token("admin", **{"vecstore:namespace": ""})]
        asked = 0
        for method, path, body, operation in self.routes():
            with self.subTest(method=method, path=path):
                self.assertEqual(body is not None, "requestBody" in operation)
                open_to_all = operation.get("security") == []
                for wrong in wrong_keys:
                    status = self.ask(method, path, body, key=wrong).status
                    self.assertEqual(status == 401, not open_to_all, status)
                for role, allowed in (("viewer", VIEWER), ("editor", EDITOR), ("admin", None), ("ingester", {"read", "write", "update"}), ("gone", set())):
                    may = open_to_all or allowed is None or operation["x-permission"] in allowed
                    for key in (keys[role], tokens.token(role)):
                        status = self.ask(method, path, body, key=key).status
                        self.assertEqual(status not in (401, 403), may, (role, status))
                        self.assertLess(status, 500)
                for key in [] if open_to_all else scoped:
                    status = self.ask(method, path, body, key=key).status
                    self.assertEqual(status == 403, path != "/v1/collections", status)
                asked += 1
        self.assertGreater(asked, 25)
        self.assertEqual(self.done("GET", "/v1/collections", key=elsewhere), {"collections": []})

    def test_a_key_is_shown_once_scoped_expiring_and_revoked_while_the_server_runs(self):
        admin = self.make_key("admin")
        self.fails(2, "unknown role 'edtor': did you mean 'editor'?", "key", "create", "x", "--role", "edtor")
        self.fails(2, "--expires-in-days must be from 1", "key", "create", "x", "--expires-in-days", 0)
        listed = self.ok("key", "list", "-o", "json")
        self.assertNotIn(admin[21:], listed.out + (self.folder / "vecstore.db.keys").read_text())
        self.assertEqual((self.folder / "vecstore.db.keys").stat().st_mode & 0o777, 0o600)
        self.serve()
        self.make_docs(admin, THREE)
        made = self.done("POST", "/v1/keys", {"name": "app", "role": "editor", "collections": ["docs"]}, key=admin)
        self.done("GET", "/v1/collections/docs", key=made["token"])
        self.assertEqual(self.ask("GET", "/v1/collections/nowhere", key=made["token"]).status, 403)
        soon = self.done("POST", "/v1/keys", {"name": "soon", "expires_at": int(time.time() * 1000) + 300}, key=admin)["token"]
        self.done("GET", "/v1/collections", key=soon)
        self.ok("key", "revoke", made["id"])
        self.fails(3, "there is no key", "key", "revoke", "0" * 16)
        for token in (made["token"], soon):
            until = time.time() + 10
            while self.ask("GET", "/v1/collections", key=token).status != 401 and time.time() < until:
                time.sleep(0.02)
            self.assertLess(time.time(), until)

    def test_roles_of_ones_own_are_listed_change_while_it_runs_and_make_no_stronger_keys(self):
        self.fails(2, "unknown role 'clerk'", "key", "create", "x", "--role", "clerk")
        roles = {"clerk": {"permissions": ["manage_users"], "inherits": ["viewer"]}}
        self.write("vecstore.db.roles", json.dumps({"format": 1, "roles": roles}))
        clerk = self.make_key("clerk", "clerk")
        listed = {row["role"]: row["permissions"] for row in self.ok("key", "roles", "-o", "json").json["roles"]}
        self.assertEqual(listed["clerk"], ["read", "query", "view_stats", "manage_users"])
        self.assertEqual(len(listed["admin"]), 11)
        server = self.serve()
        self.done("POST", "/v1/keys", {"name": "n", "role": "clerk"}, key=clerk)
        self.assertEqual(self.ask("POST", "/v1/keys", {"name": "n", "role": "admin"}, key=clerk).status, 403)
        self.assertEqual(self.ask("POST", "/v1/keys", {"name": "n", "role": "clrk"}, key=clerk).status, 400)
        self.write("vecstore.db.roles", json.dumps({"format": 1, "roles": {}}))
        until = time.monotonic() + 20
        while self.ask("GET", "/v1/collections", key=clerk).status != 403:
            self.assertLess(time.monotonic(), until, "the roles were not read again")
        code, said = self.end(server)
        self.assertEqual(said.count("is refused everything: unknown role 'clerk'"), 1, said)
        self.write("vecstore.db.roles", '{"format": 1, "roles": {"a": {"inherits": ["b"]}, "b": {"inherits": ["a"]}}}')
        self.fails(2, "in a circle: a -> b -> a", "serve", "--port", 0)

    def test_tokens_of_others_are_let_in_and_no_refusal_tells_why(self):
        self.write("jwks", tokens.key_set())
        self.write(".vecstore.toml", "[server.jwt]\nkeys = 'jwks'\nalgorithms = ['HS256']\nissuer = 'https://id.example'\naudience = 'vecstore'\n")
        server = self.serve()
        good = tokens.token("admin", **{"vecstore:collections": ["docs"]})
        self.done("PUT", "/v1/collections/docs", {"dimension": 3}, key=good)
        self.assertEqual(self.ask("PUT", "/v1/collections/other", {"dimension": 3}, key=good).status, 403)
        answers = set()
        for bad in (tokens.token("admin", exp=1), tokens.token("admin", iss="x"), tokens.token("Root"), tokens.token("admin", secret=bytes(32)),
                    "a.b.c", good[:-1], "vsk-1", tokens.token("admin", sub=None)):
            reply = self.ask("GET", "/v1/collections", key=bad)
            answers.add((reply.status, reply.json["detail"]))
        self.assertEqual(answers, {(401, "the token is not valid")})
        audit = next((self.folder / "vecstore.db.audit").glob("*.jsonl")).read_text()
        for reason in ("has expired", "another issuer's", "is no role: 'Root'", "signature is wrong", "has no 'sub'", '"principal":"jwt:zoe"'):
            self.assertIn(reason, audit)
        self.write("jwks", tokens.key_set(bytes(32)))  # another secret, while it runs
        until = time.monotonic() + 20
        while self.ask("GET", "/v1/collections", key=good).status != 401:
            self.assertLess(time.monotonic(), until, "the key set was not read again")
        self.done("GET", "/v1/collections", key=tokens.token("viewer", secret=bytes(32)))
        code, said = self.end(server)
        self.assertEqual(code, 0)
        self.assertNotIn("there are no keys", said)

    def test_rates_are_exact_under_many_clients(self):
        key = self.make_key("app", "viewer")
        self.serve(env={"VECSTORE_SERVER_RATE_PER_KEY": "0.001", "VECSTORE_SERVER_BURST_PER_KEY": "30"})
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            replies = list(pool.map(lambda _: self.ask("GET", "/v1/collections", key=key), range(200)))
        self.assertEqual(sorted({r.status for r in replies}), [200, 429])
        self.assertEqual(sum(r.status == 200 for r in replies), 30)
        self.assertGreater(int(next(r for r in replies if r.status == 429).headers["Retry-After"]), 500)

    def test_where_others_reach_it_it_needs_tls_and_keys_or_to_be_told(self):
        for address in ("0.0.0.0", "::"):
            self.fails(1, "--insecure serves all the same", "serve", "--port", 0, "--address", address)
        self.fails(2, "is no address in numbers", "serve", "--port", 0, "--address", "nowhere.example", "--insecure")
        self.fails(2, "server.port must be from 0 to 65535", "serve", "--port", 70000)
        self.serve("--address", "0.0.0.0", "--insecure")
        self.assertEqual(self.ask("GET", "/v1/collections").status, 200)
        self.assertEqual(self.ask("GET", "/v1/collections", headers={"Host": "rebound.example"}).status, 403)

    @unittest.skipUnless(shutil.which("openssl"), "there is no openssl to make a certificate with")
    def make_certificate(self, key="key.pem", certificate="cert.pem"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                        certificate, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       cwd=self.folder, check=True, capture_output=True)

    def test_a_certificate_is_renewed_while_the_server_runs_and_a_bad_one_is_not_taken(self):
        self.make_certificate()
        self.make_certificate("key2.pem", "cert2.pem")
        key = self.make_key("admin")
        self.write(".vecstore.toml", '[server]\ncertificate = "cert.pem"\nprivate_key = "key.pem"\n')
        server = self.serve()
        first, second = tls_that_trusts(self.folder / "cert.pem"), tls_that_trusts(self.folder / "cert2.pem")
        open_before = self.connect(first)
        self.assertEqual(self.ask("GET", "/v1/collections", key=key, connection=open_before).status, 200)

        def is_served(tls):
            try:
                return self.ask("GET", "/healthz", tls=tls).status == 200
            except ssl.SSLError:
                return False
        self.write("cert.pem", "no certificate")
        time.sleep(0.5)
        self.assertTrue(is_served(first))
        os.replace(self.folder / "cert2.pem", self.folder / "cert.pem")  # not that of the key yet
        time.sleep(0.5)
        self.assertTrue(is_served(first))
        os.replace(self.folder / "key2.pem", self.folder / "key.pem")
        until = time.monotonic() + 20
        while not is_served(second):
            self.assertLess(time.monotonic(), until, "the certificate was not read again")
        self.assertFalse(is_served(first))
        self.assertEqual(self.ask("GET", "/v1/collections", key=key, connection=open_before).status, 200)
        (self.folder / "key.pem").unlink()
        time.sleep(0.5)
        self.assertTrue(is_served(second))
        open_before.close()
        code, said = self.end(server)
        self.assertEqual(code, 0)
        for why, times in (("cert.pem is no certificate", 1), ("key.pem is no key of that certificate", 2)):
            self.assertEqual(said.count(why), times, said)
        self.assertEqual(said.count("the certificate before is kept"), 3, said)
        audit = next((self.folder / "vecstore.db.audit").glob("*.jsonl")).read_text()
        self.assertEqual((audit.count('"certificate.change"'), audit.count('"certificate.refused"')), (1, 3))

    def test_tls(self):
        self.make_certificate()
        key = self.make_key("admin")
        self.write(".vecstore.toml", '[server]\ncertificate = "cert.pem"\nprivate_key = "key.pem"\n')
        server = self.serve("--address", "0.0.0.0")
        self.assertEqual(server.url.scheme, "https")
        tls = tls_that_trusts(self.folder / "cert.pem")
        self.done("PUT", "/v1/collections/docs", {"dimension": 3}, key=key, tls=tls)
        connection = self.connect(tls)
        for i in range(20):
            body = {"records": [{"id": str(i), "vector": [1, i, 0], "text": "x" * 5000}]}
            self.assertEqual(self.ask("POST", "/v1/collections/docs/records", body, key=key, connection=connection).status, 200)
        page = self.ask("GET", "/v1/collections/docs/records", key=key, connection=connection)
        self.assertEqual(len(page.json["records"]), 20)
        connection.close()
        with self.assertRaises(ssl.SSLError):
            self.ask("GET", "/healthz", tls=ssl.create_default_context())
        with socket.create_connection(("127.0.0.1", self.port), 10) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                self.assertNotIn(b"200", plain.recv(1000))
            except ConnectionResetError:
                pass
        self.assertEqual(self.end(server)[0], 0)
        self.fails(2, "key.pem is no certificate", "serve", "--port", 0,
                   env={"VECSTORE_SERVER_CERTIFICATE": str(self.folder / "key.pem")})


class Answers(ServerTest):
    def test_it_answers_what_the_program_answers(self):
        self.serve()
        self.make_docs(records=THREE)
        self.done("POST", "/v1/collections/docs/flush")
        for query in ({"vector": [1, 0.5, 0], "k": 2}, {"text": "file"}, {"vector": [0, 0, 1], "text": "open", "filter": "year > 1 OR $id = 'c'"},
                      {"prefetch": [{"vector": [1, 1, 1]}, {"text": "close"}], "k": 3}, {"filter": "year = 2021"}):
            hits = self.done("POST", "/v1/collections/docs/query", query)["hits"]
            told = self.ok("--collection", "docs", "query", "--json", json.dumps(query), "-o", "json").json["hits"]
            self.assertEqual([(h["id"], h["score"], h.get("distance"), h.get("metadata", {}), h.get("text")) for h in hits],
                             [(h["id"], h["score"], h["distance"], h["metadata"], h.get("text")) for h in told], query)
        many = self.done("POST", "/v1/collections/docs/query_many", {"queries": [{"text": "file"}, {"vector": [1, 0, 0], "k": 1}]})
        self.assertEqual([len(a["hits"]) for a in many["answers"]], [2, 1])

    def test_what_export_writes_can_be_sent_and_what_is_sent_comes_back(self):
        self.serve()
        self.make_docs()
        lines = "\n".join(json.dumps(record) for record in THREE)
        self.done("POST", "/v1/collections/docs/records", lines, headers={"Content-Type": "application/x-ndjson"})
        records, after = [], ""
        while True:
            page = self.done("GET", f"/v1/collections/docs/records?limit=2&after={after}")
            records += page["records"]
            if "next" not in page:
                break
            after = page["next"].replace("/", "%2F")
        exported = self.ok("--collection", "docs", "export", "-").lines
        self.assertEqual(records, exported)
        self.assertEqual(self.done("GET", "/v1/collections/docs/records/b%2F1"), records[1])

    def test_snapshots_stats_and_figures(self):
        self.serve(env={"VECSTORE_SERVER_SLOW_QUERY_MS": "0"})
        self.make_docs(records=THREE)
        self.done("PUT", "/v1/snapshots/before")
        self.done("DELETE", "/v1/collections/docs/records/a")
        self.assertEqual(self.done("GET", "/v1/collections/docs/stats")["records"], 2)
        self.done("POST", "/v1/snapshots/before/restore")
        self.assertEqual(self.done("GET", "/v1/collections/docs/stats")["records"], 3)
        self.assertEqual([s["name"] for s in self.done("GET", "/v1/snapshots")["snapshots"]], ["before"])
        self.done("DELETE", "/v1/snapshots/before")
        self.assertEqual(self.done("PATCH", "/v1/collections/docs", {"ef_search": 77})["options"]["hnsw"]["ef_search"], 77)
        self.done("POST", "/v1/collections/docs/compact")
        self.done("POST", "/v1/collections/docs/query", {"vector": [1, 0, 0], "text": "secretless"})
        slow = self.done("GET", "/v1/slow_queries")["slow_queries"][0]
        self.assertEqual((slow["collection"], json.loads(slow["query"])["text"]), ("docs", "secretless"))
        self.assertNotIn("vector", slow["query"])
        text = self.ask("GET", "/metrics").body.decode()
        self.assertIn('vecstore_records{collection="docs"} 3\n', text)
        self.assertIn('vecstore_requests_total{operation="query",code="ok"} 1\n', text)
        types = {}
        for line in text.splitlines():  # every sample is of a family that was announced
            if line.startswith("# TYPE "):
                types[line.split()[2]] = line.split()[3]
            elif not line.startswith("#"):
                name = line.split("{")[0].split()[0]
                family = name if name in types else name.rsplit("_", 1)[0]
                self.assertIn(family, types)
                float(line.rsplit(" ", 1)[1])

    def test_settings_are_held_and_the_nearest_is_named(self):
        self.write(".vecstore.toml", "[server]\nmax_k = 5\nmax_body_bytes = 2000\nmax_batch = 2\n")
        self.serve()
        self.make_docs()
        self.assertEqual(self.ask("POST", "/v1/collections/docs/query", {"k": 6}).status, 400)
        self.done("POST", "/v1/collections/docs/query", {"k": 5})
        self.assertEqual(self.ask("POST", "/v1/collections/docs/records", {"records": THREE}).status, 400)
        self.assertEqual(self.ask("POST", "/v1/collections/docs/query", " " * 2001).status, 413)
        self.write(".vecstore.toml", "[server]\nmax_kk = 5\n")
        self.fails(2, "did you mean 'server.max_k'?", "serve")

    def test_one_folder_has_one_server_and_readers_beside_it(self):
        self.serve()
        self.make_docs(records=THREE)
        self.fails(5, "already open by process", "serve", "--port", 0)
        self.assertEqual(self.ok("--collection", "docs", "count", "-o", "json").json["count"], 3)


class Trouble(ServerTest):
    def test_hostile_bodies_are_refused_and_the_server_goes_on(self):
        server = self.serve()
        self.make_docs(records=THREE)
        query, records = "/v1/collections/docs/query", "/v1/collections/docs/records"
        deep = "[" * 10_000
        bodies = [(query, b) for b in (
            "", "{", "[]", "null", "1", deep, '{"prefetch":' + deep, '{"prefetch":[' * 200 + "{}" + "]}" * 200, '{"k":0}', '{"k":10001}', '{"k":-1}',
            '{"k":1e400}', '{"k":"3"}', '{"k":99999999999999999999}', '{"k":3,"k":4}', '{"kk":3}', '{"vector":[1]}', '{"vector":[1,2,NaN]}',
            '{"vector":[1,2,1e39]}', '{"vector":["1",2,3]}', '{"vector":[0,0,0]}', '{"ef":65537}', '{"ef":5000}', '{"filter":"year >"}',
            '{"filter":"' + "NOT " * 2000 + 'x = 1"}', '{"filter":"' + " OR ".join(["x = 1"] * 1001) + '"}', '{"filter":"t MATCHES \'(a*)*b' + "(" * 900 + '\'"}',
            '{"formula":"' + "(" * 4000 + '"}', '{"text":"' + "a" * 70_000 + '"}', '{"text":"\\ud800"}', '{"text":"\xff"}'.encode("latin-1"),
            '{"timeout_ms":-1}', '{"offset":10000,"k":10}', "\x00", '{"vector":' + json.dumps({"dimension": 10, "indices": [11], "values": [1]}) + "}")]
        bodies += [(records, b) for b in (
            '{"records":[]', '{"records":[{}]}', '{"records":[{"id":""}]}', '{"records":[{"id":"a\\u0000b","vector":[1,0,0]}]}', '{"records":[{"id":1}]}',
            '{"records":[{"id":"' + "x" * 1025 + '"}]}', '{"records":[{"id":"x","vector":[1,2]}]}', '{"records":[{"id":"x"},{"id":"x"}]}',
            '{"records":[{"id":"x","tenant":"y"}]}', '{"records":[{"id":"x","metadata":' + '{"a":' * 70 + "1" + "}" * 70 + "}]}",
            '{"records":[{"id":"x","metadata":[]}]}', '{"records":[{"id":"x","vectors":{"none":[1]}}]}', '{"records":' + deep)]
        for path, body in bodies:
            with self.subTest(path=path, body=body[:60]):
                reply = self.ask("POST", path, body)
                self.assertEqual(reply.status, 400, reply.body)
                self.assertEqual(reply.headers["Content-Type"], "application/problem+json")
                self.assertEqual(reply.json["code"], "invalid_argument")
        for path in ("/v1/collections/%2e%2e", "/v1/collections/..%2f..%2fetc", "/v1/collections/%00", "/v1/collections/" + "x" * 200,
                     "/v1/collections/docs%2e", "/v1/snapshots/..", "/v1/collections/docs/../docs", "/V1/collections", "/v2/collections"):
            self.assertIn(self.ask("GET", path).status, (400, 404, 405), path)
        self.assertEqual(self.ask("POST", "/v1/snapshots/..%2Fx/restore").status, 404)
        self.assertEqual(self.ask("TRACE", "/healthz").status, 405)
        self.assertEqual(self.ask("GET", "/v1/collections", headers={"X-HTTP-Method-Override": "DELETE"}).status, 200)
        self.assertEqual(self.done("GET", "/v1/collections/docs/stats")["records"], 3)
        self.assertEqual(self.end(server)[0], 0)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["vecstore.db", "vecstore.db.audit"])

    def test_slow_and_silent_connections_are_left_and_others_served(self):
        self.serve(env={"VECSTORE_SERVER_HEADER_TIMEOUT_MS": "300", "VECSTORE_SERVER_IDLE_TIMEOUT_MS": "600"})
        held = [socket.create_connection(("127.0.0.1", self.port), 10) for _ in range(200)]
        for one in held[:100]:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
        self.done("GET", "/healthz")
        begun = time.time()
        for one in held:
            self.assertEqual(one.recv(10), b"")
            one.close()
        self.assertLess(time.time() - begun, 10)

    def test_an_edit_of_the_audit_log_is_found(self):
        key = self.make_key("admin")
        server = self.serve()
        self.make_docs(key, THREE)
        self.ask("GET", "/v1/collections")
        self.assertEqual(self.end(server)[0], 0)
        report = self.ok("audit", "verify", "-o", "json").json
        self.assertGreaterEqual(report["records"], 4)
        self.ok("audit", "verify", "--contains", report["hash"])
        self.fails(4, "not the log it was", "audit", "verify", "--contains", "0" * 64)
        log = next((self.folder / "vecstore.db.audit").iterdir())
        events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
        self.assertEqual(events, ["server.start", "collections.create", "records.upsert", "auth.failed", "server.stop"])
        self.assertNotIn(key, log.read_text())
        log.write_text(log.read_text().replace("3 records", "2 records"))
        self.fails(4, "line 3: its hash is not that of its text", "audit", "verify")
        self.fails(4, "line 3", "serve", "--port", 0)
        self.fails(3, "there is no audit log", "--db", "other.db", "audit", "verify")


class Endings(ServerTest):
    def load(self, stop, acknowledged):
        """Upserts until told, or until the server is gone; what was acknowledged is noted."""
        def write(thread):
            connection, number = self.connect(), 0
            try:
                while not stop.is_set():
                    ids = [f"{thread}-{number}-{i}" for i in range(3)]
                    body = {"records": [{"id": i, "vector": [1, number, thread]} for i in ids]}
                    reply = self.ask("POST", "/v1/collections/docs/records", body, connection=connection)
                    if reply.status == 200:
                        acknowledged.update(ids)
                    number += 1
            except (OSError, EOFError, http.client.HTTPException):
                pass
            finally:
                connection.close()
        threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        return threads

    def ids(self):
        return {record["id"] for record in self.ok("--collection", "docs", "export", "-").lines}

    def test_what_was_acknowledged_survives_kill_9(self):
        rounds = int(os.environ.get("VECSTORE_SERVER_KILLS", "4"))
        acknowledged = set()
        for number in range(rounds):
            server = self.serve()
            if number == 0:
                self.make_docs()
            before, stop = len(acknowledged), threading.Event()
            threads = self.load(stop, acknowledged)
            until = time.time() + 20
            while len(acknowledged) < before + 60 * (number + 1) and time.time() < until:
                time.sleep(0.005)
            server.send_signal(signal.SIGKILL)
            for thread in threads:
                thread.join()
            server.wait()
            there = self.ids()
            self.assertGreater(len(acknowledged), before)
            self.assertLessEqual(acknowledged, there)
            for one in there:  # a batch is there whole or not at all
                self.assertIn(one.rsplit("-", 1)[0] + "-0", there)
            self.ok("audit", "verify")
            acknowledged = set(there)

    def test_a_drain_answers_what_is_under_way_and_loses_nothing(self):
        server = self.serve()
        self.make_docs()
        acknowledged, stop = set(), threading.Event()
        threads = self.load(stop, acknowledged)
        while len(acknowledged) < 100:
            time.sleep(0.005)
        code, said = self.end(server)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual((code, said.count("called off")), (0, 0), said)
        there = self.ids()
        self.assertLessEqual(acknowledged, there)
        self.assertLessEqual(len(there - acknowledged), 4 * 3)
        self.assertEqual(self.ok("check").code, 0)


if __name__ == "__main__":
    program.main()
