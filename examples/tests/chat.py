"""A server that plays a model, for the programs that ask one: that of the command line's tests."""
import http.server
import sys
import threading

import cookbook

sys.path.insert(0, str(cookbook.ROOT / "tests/cli"))
from ask_test import KEY, Model  # noqa: E402


class ChatRecipe(cookbook.Recipe):
    """`self.server.say` makes of the last message what the model says; `self.server.asked` are the requests."""

    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
        self.server.asked, self.server.faults, self.server.breaks, self.server.pause = [], [], False, 0
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.environment |= {"CHAT_ADDRESS": f"http://127.0.0.1:{self.server.server_port}/v1", "CHAT_MODEL": "small", "CHAT_KEY": KEY}

    def without_a_model(self):
        for name in ("CHAT_ADDRESS", "CHAT_MODEL", "CHAT_KEY"):
            del self.environment[name]
