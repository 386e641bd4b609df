"""A running `vecstore serve` for tests: started, asked, and ended."""
import http.client
import json
import signal
import ssl
import urllib.parse

from program import ProgramTest


class Reply:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)


class ServerTest(ProgramTest):
    def serve(self, *words, env=None):
        """Starts a server on a free port and waits until it listens."""
        self.environment.update(env or {})
        server = self.start("serve", "--port", 0, *words)
        self.addCleanup(self.kill, server)
        line = server.stdout.readline().decode().strip()
        self.assertTrue(line, lambda: server.stderr.read().decode())
        server.url = urllib.parse.urlsplit(line)
        self.port = server.url.port
        return server

    def kill(self, server):
        server.kill()
        server.wait()
        for end in (server.stdin, server.stdout, server.stderr):
            end.close()

    def end(self, server):
        """As an operator does; the exit code and what it said."""
        server.send_signal(signal.SIGTERM)
        return server.wait(60), server.stderr.read().decode()

    def make_key(self, name, role="admin", *words):
        return self.ok("key", "create", name, "--role", role, *words).out.strip()

    def connect(self, tls=None):
        if tls:
            return http.client.HTTPSConnection("localhost", self.port, timeout=30, context=tls)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method, path, body=None, key=None, headers=None, connection=None, tls=None):
        own = connection is None
        connection = connection or self.connect(tls)
        headers = dict(headers or {})
        if key:
            headers["Authorization"] = "Bearer " + key
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body=body, headers=headers)
            return Reply(connection.getresponse())
        finally:
            if own:
                connection.close()

    def done(self, *words, **options):
        reply = self.ask(*words, **options)
        self.assertLess(reply.status, 300, reply.body)
        return reply.json if reply.body else None

    def make_docs(self, key=None, records=()):
        self.done("PUT", "/v1/collections/docs", {"dimension": 3}, key=key)
        if records:
            self.done("POST", "/v1/collections/docs/records", {"records": list(records)}, key=key)


def tls_that_trusts(certificate):
    return ssl.create_default_context(cafile=certificate)
