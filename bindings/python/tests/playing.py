"""A local server that plays providers of embeddings, rankings and chats: OpenAI's form, Cohere's rankings, faults on demand."""

import contextlib
import http.server
import json
import re
import threading
import time
import zlib

KEY = "sk-unmistakable-0123456789abcdef"


def vector_of(text, dimension):
    """Words add to components that their hashes choose."""
    row = [0.0] * dimension
    for word in text.lower().split():
        row[zlib.crc32(word.encode()) % dimension] += 1
    return row


class _Provider(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with server.lock:
            server.asked.append((self.path, asked, dict(self.headers)))
            fault = server.faults.pop(0) if server.faults else None
        if fault == "hang":
            server.hanging.set()
            server.released.wait(30)
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self.answer(401, {"error": {"message": f"Incorrect API key provided: {self.headers.get('Authorization')}"}})
        if isinstance(fault, int):
            return self.answer(fault, {"error": {"message": f"out of order, your key is {KEY}"}}, {"Retry-After": "0"})
        if self.path.endswith("/rerank"):
            scores = [{"index": i, "relevance_score": len(text)} for i, text in enumerate(asked["documents"])]
            return self.answer(200, {"results": scores, "usage": {"total_tokens": len(scores)}})
        if self.path.endswith("/chat/completions"):
            return self.write(server.says, fault)
        texts = asked["input"]
        data = [{"index": i, "embedding": vector_of(text, asked.get("dimensions") or server.dimension)} for i, text in enumerate(texts)]
        return self.answer(200, {"data": data[::-1], "usage": {"total_tokens": 3 * len(texts)}})

    def write(self, text, fault):
        """As a model does, a word at a time; "breaks" ends it in the middle."""
        words = re.findall(r"\S+\s*", text)
        events = [{"choices": [{"delta": {"content": word}}]} for word in (words[: len(words) // 2] if fault == "breaks" else words)]
        if fault != "breaks":
            events += [{"choices": [{"delta": {}, "finish_reason": "length" if fault == "cut" else "stop"}], "usage": {"prompt_tokens": 7, "completion_tokens": len(words)}}]
        lines = [f"data: {json.dumps(event)}\n\n" for event in events] + ["data: [DONE]\n\n"] * (fault != "breaks")
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for line in lines:
                self.wfile.write(line.encode())
                self.wfile.flush()
                if fault == "slowly":
                    time.sleep(0.05)
        self.close_connection = True

    def answer(self, status, content, headers=None):
        body = json.dumps(content).encode()
        with contextlib.suppress(OSError):  # who asked may have left
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Play(http.server.ThreadingHTTPServer):
    """What was asked, as (path, body, headers), and the faults to come: a status, "hang", of a chat also "breaks", "cut" and "slowly", or None."""

    daemon_threads = True
    dimension = 16
    says = "The tides move the sea [1]."

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Provider)
        self.lock, self.asked, self.faults = threading.Lock(), [], []
        self.hanging, self.released = threading.Event(), threading.Event()
        self.address = f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def texts(self):
        return [text for _, body, _ in self.asked for text in body.get("input", [])]

    def wait_until_it_hangs(self):
        assert self.hanging.wait(30)
        time.sleep(0.05)


@contextlib.contextmanager
def playing():
    server = Play()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
