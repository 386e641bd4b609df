"""`vecstore mcp`: the Model Context Protocol over pipes, hostile clients, and that nothing acknowledged is lost."""
import json
import os
import pathlib
import select
import signal
import subprocess
import time
import unittest

import program
from program import ProgramTest, needs_model

# Made by `tools/setup compare`: the official client.
CLIENT = pathlib.Path(program.CACHE) / "vecstore/compare/mcp/bin/python"
VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


class Client:
    """Lines to a server and back."""

    def __init__(self, process):
        self.process, self.buffer, self.next_id = process, b"", 0

    def send(self, message):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def line(self, seconds=60):
        """The next line, or None at the end of its output."""
        while b"\n" not in self.buffer:
            if not select.select([self.process.stdout], [], [], seconds)[0]:
                raise TimeoutError("no answer")
            more = os.read(self.process.stdout.fileno(), 1 << 16)
            if not more:
                return None
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def ask(self, method, params=None):
        self.next_id += 1
        message = {"jsonrpc": "2.0", "id": self.next_id, "method": method}
        self.send(message if params is None else {**message, "params": params})
        answer = self.line()
        assert answer["id"] == self.next_id, answer
        return answer

    def hello(self, version="2025-11-25"):
        answer = self.ask("initialize", {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer["result"]

    def call(self, tool, **arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments})["result"]

    def done(self, tool, **arguments):
        result = self.call(tool, **arguments)
        assert not result["isError"], result
        return result["structuredContent"]

    def failure(self, tool, **arguments):
        result = self.call(tool, **arguments)
        assert result["isError"], result
        return result["content"][0]["text"]


class McpTest(ProgramTest):
    def serve(self, *words, hello=True):
        process = self.start("mcp", *words)
        self.addCleanup(self.kill, process)
        client = Client(process)
        if hello:
            client.hello()
        return client

    def kill(self, process):
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout, process.stderr):
            end.close()

    def end(self, client):
        """As a client ends it; the exit code and what it said."""
        client.process.stdin.close()
        rest = client.process.stdout.read()
        return client.process.wait(60), rest, client.process.stderr.read().decode()

    def make_words(self):
        self.write_records("words.jsonl", [{"id": f"r{n}", "text": text, "metadata": {"year": 2020 + n}}
                                           for n, text in enumerate(("how to open a file", "how to close a file", "a house"))])
        self.ok("import", "words.jsonl")


class Protocol(McpTest):
    def test_every_revision_is_spoken_and_others_are_offered_the_newest(self):
        self.make_three()
        for version in (*VERSIONS, "2099-01-01"):
            client = self.serve(hello=False)
            result = client.hello(version)
            self.assertEqual(result["protocolVersion"], version if version in VERSIONS else VERSIONS[-1])
            self.assertEqual(result["serverInfo"]["version"], self.ok("version", "-o", "json").json["version"])
            tools = client.ask("tools/list")["result"]["tools"]
            self.assertEqual([tool["name"] for tool in tools], ["search", "get", "upsert", "list"])
            self.assertEqual("structuredContent" in client.call("list"), version not in VERSIONS[:2])
            self.assertEqual(self.end(client)[:2], (0, b""))

    def test_hostile_messages_are_answered_and_the_next_one_is_heard(self):
        self.make_three()
        self.environment["VECSTORE_SERVER_MAX_BODY_BYTES"] = "100000"
        client = self.serve(hello=False)
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list"}}
        for message, code in (
                (call, -32600),  # before initialize
                (b"{", -32700), (b"\xff\xfe", -32700), (b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', -32700), (b"nul\0l", -32700),
                (b'{"a":' * 20000 + b"1" + b"}" * 20000, -32600), (b'{"a":' * 10000 + b"1" + b"}" * 10000, -32700),
                (b"[" * 90000, -32700), (b"x" * 100001, -32600), (b"[]", -32600), (b"3", -32600),
                ({"id": 1, "method": "ping"}, -32600), ({"jsonrpc": "2.0", "id": {}, "method": "ping"}, -32600),
                ({"jsonrpc": "2.0", "id": 1, "method": "no/such"}, -32601), ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": 3}, -32602),
                ({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": 7}}, -32602)):
            client.send(message)
            self.assertEqual(client.line()["error"]["code"], code, message if len(message) < 200 else len(message))
        client.hello()
        for params in ({}, {"name": 7}, {"name": "drop"}, {"name": "list", "arguments": "x"}):
            self.assertEqual(client.ask("tools/call", params)["error"]["code"], -32602)
        for wrong in ({"k": 0}, {"k": 101}, {"k": "3"}, {"k": 1e3}, {"colection": "x"}, {"vector": "x"}, {"vector": [1, None]},
                      {"vector": [1] * 7}, {"text": 3}, {"filter": "AND"}, {"text_bytes": -1}, {"mode": "x"}, {"collection": "../x"}, {}):
            asked = {"vector": [1, 0, 0], **wrong} if wrong else {}
            self.assertIn(client.failure("search", **asked).split(":")[0], ("invalid_argument", "not_found"))
        self.assertEqual([r["id"] for r in client.done("search", vector=[1, 0, 0], k=1)["hits"]], ["a"])
        self.assertEqual(self.end(client)[0], 0)

    def test_it_ends_with_its_input_with_a_signal_and_with_its_output(self):
        self.make_three()
        code, _, told = self.end(self.serve(hello=False))
        self.assertEqual(code, 0, told)
        for name in (signal.SIGINT, signal.SIGTERM):
            client = self.serve()
            client.process.send_signal(name)
            self.assertEqual(client.process.wait(60), 0)
        client = self.serve()
        client.process.stdout.close()
        self.assertEqual(client.process.wait(60), 1)
        self.assertIn("cannot write to standard output", client.process.stderr.read().decode())
        self.assertEqual(self.count(), 3)

    def test_what_was_asked_before_the_input_ended_is_answered(self):
        self.make_three()
        lines = [{"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-11-25"}}]
        for i in range(1, 51):
            records = [{"id": f"n{i}", "vector": [i, 0, 1]}]
            lines.append({"jsonrpc": "2.0", "id": i, "method": "tools/call", "params": {"name": "upsert", "arguments": {"records": records}}})
        answer = self.ok("mcp", "-q", stdin="\n".join(map(json.dumps, lines)).encode())
        self.assertEqual([line["id"] for line in answer.lines], list(range(51)))
        self.assertEqual((self.count(), answer.err), (53, ""))

    def test_what_was_acknowledged_survives_kill_9(self):
        self.make_three()
        acknowledged = set()
        for number in range(int(os.environ.get("VECSTORE_SERVER_KILLS", "4"))):
            client = self.serve()
            for i in range(40 * (number % 3 + 1)):  # fewer than fill the pipe that nobody reads yet
                records = [{"id": f"{number}-{i}-{part}", "vector": [1, i, 0]} for part in range(3)]
                client.send({"jsonrpc": "2.0", "id": f"{number}-{i}", "method": "tools/call",
                             "params": {"name": "upsert", "arguments": {"records": records}}})
            for _ in range(5 + number % 30):
                acknowledged.add(client.line()["id"])
            client.process.send_signal(signal.SIGKILL)
            while (line := client.line()) is not None:
                acknowledged.add(line["id"])
            client.process.wait()
            there = {one["id"] for one in self.ok("export", "-").lines}
            for one in acknowledged:
                self.assertLessEqual({f"{one}-{part}" for part in range(3)}, there)
            self.assertEqual(len(there) % 3, 0)  # each batch whole, and the three

    def test_where_there_is_no_database_none_is_made(self):
        self.fails(3, "vecstore.db", "mcp")
        self.fails(3, "vecstore.db", "mcp", "--read-only")
        self.assertFalse((self.folder / "vecstore.db").exists())
        self.make_three()
        first = self.serve()
        self.fails(5, "already open by process", "mcp")  # one writer
        self.assertEqual(self.end(first)[0], 0)
        self.fails(2, "--snapshot", "--snapshot", "s", "mcp")


class Rules(McpTest):
    def test_read_only_beside_a_writer_sees_what_it_writes(self):
        self.make_three()
        reader, writer = self.serve("--read-only"), self.serve()
        tools = [tool["name"] for tool in reader.ask("tools/list")["result"]["tools"]]
        self.assertEqual(tools, ["search", "get", "list"])
        self.assertIn("permission_denied", reader.failure("upsert", records=[{"id": "n", "vector": [1, 1, 1]}]))
        self.assertEqual(reader.done("get", ids=["n"])["missing"], ["n"])
        self.assertEqual(writer.done("upsert", records=[{"id": "n", "vector": [1, 1, 1]}]), {"inserted": 1, "replaced": 0, "embedded": 0})
        self.assertEqual(reader.done("get", ids=["n"])["missing"], [])
        self.ok("snapshot", "create", "s") if self.end(writer)[0] == 0 else self.fail("the writer failed")
        self.ok("delete", "n")
        old = self.serve("--read-only", "--snapshot", "s")
        self.assertEqual(old.done("list", collection="default")["records"][-1]["id"], "n")

    def test_for_limits_what_is_seen(self):
        self.make_three()
        self.ok("-c", "secret", "import", "three.jsonl")
        client = self.serve("--for", "default", "--for", "other")
        self.assertEqual([c["name"] for c in client.done("list")["collections"]], ["default"])
        for tool, arguments in (("search", {"text": "x"}), ("get", {"ids": ["a"]}), ("list", {}), ("upsert", {"records": [{"id": "x"}]})):
            hidden, absent = (client.failure(tool, collection=name, **arguments) for name in ("secret", "absent"))
            self.assertIn("permission_denied", hidden)
            self.assertEqual(hidden.replace("secret", "absent"), absent)
        self.assertIn("not_found", client.failure("get", collection="other", ids=["a"]))
        self.end(client)
        self.assertEqual(self.serve("-c", "secret").done("get", ids=["a"])["missing"], [])

    def test_limits_rates_and_the_audit_log_of_the_server_hold(self):
        self.make_three()
        self.write(".vecstore.toml", '[server]\nmax_batch = 2\nmax_k = 5\nrate = 0.001\nburst = 6\naudit = "all"\n')
        client = self.serve()
        records = [{"id": str(n), "vector": [1, 0, 0]} for n in range(3)]
        self.assertIn("(max_batch)", client.failure("upsert", records=records))
        self.assertIn("(max_k)", client.failure("search", vector=[1, 0, 0], k=6))
        client.done("upsert", records=records[:2])
        for _ in range(3):
            client.done("list")
        self.assertIn("too many requests", client.failure("list"))
        self.end(client)
        noted = "".join(path.read_text() for path in (self.folder / "vecstore.db.audit").iterdir())
        for kind in ("mcp.start", "records.upsert", "query", "collections.list", "rate.refused", "mcp.stop"):
            self.assertIn(f'"{kind}"', noted)
        self.ok("audit", "verify")


class Texts(McpTest):
    def test_words_are_found_where_there_is_no_model(self):
        self.make_words()
        client = self.serve()
        hits = client.done("search", text="close", k=3)["hits"]
        self.assertEqual([hit["id"] for hit in hits], ["r1"])
        self.assertEqual(hits[0]["metadata"], {"year": 2021})
        self.assertEqual([h["id"] for h in client.done("search", text="file", filter="year < 2021")["hits"]], ["r0"])
        self.assertEqual(client.done("list")["collections"], [{"name": "default", "records": 3, "words": True}])

    @needs_model
    def test_meaning_is_found_and_what_is_stored_is_embedded(self):
        self.write("docs/cats.md", "# Cats\n\nA kitten purrs and likes to sleep.\n")
        self.write("docs/ships.md", "# Ships\n\nThe harbour master counts the vessels.\n")
        self.ok("ingest", "docs")
        client = self.serve()
        best = client.done("search", text="boats in a port", mode="vector", k=1)["hits"][0]
        self.assertIn("harbour", best["text"])
        done = client.done("upsert", records=[{"id": "mine", "text": "An astronaut floats above the earth."}])
        self.assertEqual(done, {"inserted": 1, "replaced": 0, "embedded": 1})
        for mode in ("vector", "auto"):
            self.assertEqual(client.done("search", text="a cosmonaut in orbit", mode=mode, k=1)["hits"][0]["id"], "mine")
        self.end(client)
        self.environment["VECSTORE_EMBEDDING_MODEL"] = "nowhere"
        without = self.serve("--read-only")
        self.assertIn("--mode text looks for the words instead", without.failure("search", text="a kitten"))
        self.assertIn("kitten", without.done("search", text="a kitten", mode="text")["hits"][0]["text"])
        self.end(without)
        del self.environment["VECSTORE_EMBEDDING_MODEL"]
        alone = self.ok("query", "a cosmonaut in orbit", "--mode", "vector", "-k", 1, "-o", "json").json["hits"][0]
        self.assertEqual(alone["id"], "mine")


OFFICIAL = """
import asyncio, json, sys
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

async def main():
    async with Client(stdio_client(StdioServerParameters(command=sys.argv[1], args=sys.argv[2:]))) as client:
        tools = await client.list_tools()
        said = []
        for name, arguments in json.load(sys.stdin):
            result = await client.call_tool(name, arguments)
            said.append({"error": bool(result.is_error), "structured": result.structured_content, "text": result.content[0].text})
        print(json.dumps({"version": client.protocol_version, "tools": [tool.name for tool in tools.tools], "said": said}))

asyncio.run(main())
"""


class Official(McpTest):
    @unittest.skipUnless(CLIENT.exists(), "there is no official client: run tools/setup compare")
    def test_the_official_client_understands_and_checks_what_is_answered(self):
        self.make_three()
        calls = [("list", {}), ("search", {"vector": [1, 0, 0], "k": 2}), ("get", {"ids": ["a", "x"]}),
                 ("upsert", {"records": [{"id": "d", "vector": [1, 1, 0]}]}), ("list", {"collection": "default", "limit": 2}),
                 ("search", {"k": 0})]
        done = subprocess.run([CLIENT, "-c", OFFICIAL, program.PROGRAM, "--db", str(self.folder / "vecstore.db"), "mcp"], cwd=self.folder,
                              env=self.environment, input=json.dumps(calls).encode(), capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        told = json.loads(done.stdout)
        self.assertEqual((told["version"], told["tools"]), ("2025-11-25", ["search", "get", "upsert", "list"]))
        self.assertEqual([one["error"] for one in told["said"]], [False] * 5 + [True])
        for one in told["said"][:5]:
            self.assertEqual(json.loads(one["text"]), one["structured"])
        self.assertEqual(self.count(), 4)


if __name__ == "__main__":
    program.main()
