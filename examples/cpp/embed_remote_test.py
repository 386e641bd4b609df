#!/usr/bin/env python3
"""Runs the example against a server that speaks like OpenAI, written in another language than the client.

usage: embed_remote_test.py PROGRAM
"""
import http.server
import json
import os
import subprocess
import sys
import threading

KEY = "sk-example-0123456789"


class Provider(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    busy = True

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            self.reply(401, {"error": {"message": f"not {self.headers['Authorization']}"}})
        elif Provider.busy:
            Provider.busy = False
            self.reply(429, {"error": {"message": "busy"}}, {"Retry-After": "0"})
        else:
            data = [{"index": i, "embedding": [3 * len(text), 4 * len(text)]} for i, text in enumerate(body["input"])]
            self.reply(200, {"data": data[::-1], "usage": {"total_tokens": 7}})

    def reply(self, status, value, headers={}):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def run(program, address, key):
    environment = {**os.environ, "OPENAI_COMPATIBLE_API_KEY": key}
    return subprocess.run([program, "compatible", "some-model", address, "one", "three"], env=environment, capture_output=True, text=True, timeout=60)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/v1"
    good = run(sys.argv[1], address, KEY)
    if good.returncode == 77:
        print(good.stderr)
        return 77
    assert good.returncode == 0, good
    assert "0.6000 0.8000 ... one\n0.6000 0.8000 ... three\ncompatible/some-model, dimension 2" in good.stdout, good
    bad = run(sys.argv[1], address, "sk-wrong-9876543210")
    assert bad.returncode == 1 and "unauthenticated: compatible: http status 401: not Bearer ***" in bad.stderr, bad
    assert "9876" not in bad.stdout + bad.stderr, bad
    return 0


if __name__ == "__main__":
    sys.exit(main())
