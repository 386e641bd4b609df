"""`vecstore serve --grpc-port`: beside HTTP, over one database, asked by a client of HTTP/2 that is these lines alone."""
import shutil
import socket
import ssl
import struct
import subprocess
import unittest
import urllib.parse

import program
from server import ServerTest, tls_that_trusts

DATA, HEADERS, SETTINGS, PING = 0, 1, 4, 6
END_STREAM, END_HEADERS, ACK = 1, 4, 1


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def text(value):
    """A string of HPACK, neither indexed nor packed; up to 127 + 127 bytes."""
    value = value.encode()
    length = bytes([len(value)]) if len(value) < 127 else bytes([127, len(value) - 127])
    return length + value


def field(number, content):
    """A field of protobuf with bytes, fewer than 128."""
    return bytes([number << 3 | 2, len(content)]) + content


def docs(content=b""):
    return field(1, b"docs") + content


def record(name, *values):
    dense = field(1, struct.pack(f"<{len(values)}f", *values))
    return field(1, name.encode()) + field(2, field(1, dense))


class GrpcTest(ServerTest):
    def serve_both(self, *words, **options):
        server = self.serve("--grpc-port", 0, *words, **options)
        server.grpc = urllib.parse.urlsplit(server.stdout.readline().decode().strip())
        return server

    def setUp(self):
        super().setUp()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            probe = self.run_program("--db", "probe.db", "serve", "--port", 0, "--grpc-port", taken.getsockname()[1])
        if "this build has no gRPC" in probe.err:
            self.skipTest(probe.err.strip())
        self.assertIn("gRPC: cannot listen at 127.0.0.1:", probe.err)

    def call(self, server, path, message, key=None, tls=None):
        """The messages that come back; none for an error."""
        connection = socket.create_connection(("127.0.0.1", server.grpc.port), 30)
        self.addCleanup(connection.close)
        if tls:
            tls.set_alpn_protocols(["h2"])
            connection = tls.wrap_socket(connection, server_hostname="localhost")
        with connection:
            headers = [(":method", "POST"), (":scheme", "https" if tls else "http"), (":path", path), (":authority", "localhost"),
                       ("content-type", "application/grpc"), ("te", "trailers")]
            if key:
                headers.append(("authorization", "Bearer " + key))
            block = b"".join(b"\0" + text(name) + text(value) for name, value in headers)
            connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0) + frame(HEADERS, END_HEADERS, 1, block) +
                               frame(DATA, END_STREAM, 1, b"\0" + struct.pack(">I", len(message)) + message))
            answer = self.read_stream(connection.makefile("rb"), connection)
        messages = []
        while answer:
            size, = struct.unpack(">I", answer[1:5])
            messages.append(answer[5:5 + size])
            answer = answer[5 + size:]
        return messages

    def read_stream(self, source, connection):
        answer, ended = b"", False
        while not ended:
            head = source.read(9)
            self.assertEqual(len(head), 9, "the server hung up")
            payload = source.read(int.from_bytes(head[:3], "big"))
            kind, flags = head[3], head[4]
            if kind == SETTINGS and not flags & ACK:
                connection.sendall(frame(SETTINGS, ACK, 0))
            if kind == PING and not flags & ACK:
                connection.sendall(frame(PING, ACK, 0, payload))
            if kind == DATA:
                answer += payload
            ended = kind in (DATA, HEADERS) and flags & END_STREAM
        return answer

    def test_what_is_written_over_one_wire_is_read_over_the_other(self):
        key = self.make_key("k", "admin")
        server = self.serve_both()
        self.assertEqual(server.grpc.scheme, "grpc")
        self.make_docs(key=key)
        upsert = docs(field(2, record("a", 1, 0, 0)))
        self.assertEqual(self.call(server, "/vecstore.v1.VecStore/Upsert", upsert), [])
        written, = self.call(server, "/vecstore.v1.VecStore/Upsert", upsert, key)
        self.assertIn(b"\x10\x01", written)  # inserted: 1
        self.assertEqual(self.done("GET", "/v1/collections/docs/records/a", key=key)["vector"], [1, 0, 0])
        question = docs(field(2, field(1, field(1, field(1, struct.pack("<3f", 1, 0, 0))))))
        hits, = self.call(server, "/vecstore.v1.VecStore/Query", question, key)
        self.assertIn(b"\x0a\x01a", hits)
        pieces = self.call(server, "/vecstore.v1.VecStore/QueryStream", question, key)
        self.assertEqual(len(pieces), 2)
        self.assertEqual(self.call(server, "/grpc.health.v1.Health/Check", b""), [b"\x08\x01"])
        metrics = self.ask("GET", "/metrics", key=key).body.decode()
        self.assertIn('vecstore_requests_total{operation="records.upsert",code="ok"} 1', metrics)
        code, said = self.end(server)
        self.assertEqual(code, 0, said)

    def test_its_address_needs_what_that_of_http_needs(self):
        self.fails(1, "--insecure serves all the same", "serve", "--port", 0, "--grpc-port", 0, "--address", "0.0.0.0")
        self.fails(2, "server.grpc_port must be from 0 to 65535", "serve", "--port", 0, "--grpc-port", 70000)

    @unittest.skipUnless(shutil.which("openssl"), "there is no openssl to make a certificate with")
    def test_tls_is_that_of_http(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out",
                        "cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       cwd=self.folder, check=True, capture_output=True)
        key = self.make_key("k", "admin")
        self.write(".vecstore.toml", '[server]\ncertificate = "cert.pem"\nprivate_key = "key.pem"\n')
        server = self.serve_both()
        self.assertEqual(server.grpc.scheme, "grpcs")
        tls = tls_that_trusts(self.folder / "cert.pem")
        self.done("PUT", "/v1/collections/docs", {"dimension": 3}, key=key, tls=tls)
        names, = self.call(server, "/vecstore.v1.VecStore/ListCollections", b"", key, tls_that_trusts(self.folder / "cert.pem"))
        self.assertEqual(names, docs())
        with self.assertRaises(ssl.SSLError):
            self.call(server, "/vecstore.v1.VecStore/ListCollections", b"", key, ssl.create_default_context())
        with self.assertRaises((AssertionError, ConnectionResetError)):
            self.call(server, "/vecstore.v1.VecStore/ListCollections", b"", key)


if __name__ == "__main__":
    program.main()
