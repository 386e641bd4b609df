"""Answers with citations: a server that plays a model, with faults. Its key is in no output."""
import http.server
import json
import re
import threading
import time
import unittest

import program
from program import ProgramTest

KEY = "sk-unmistakable-0123456789abcdef"
PUMP = "# Pumps\n\nThe pump is oiled on Mondays. It holds 2.5 litres of oil.\n\n# Filters\n\nFilters are changed every 3 months.\n"


class Model(http.server.BaseHTTPRequestHandler):
    """Says what `server.say` makes of the request, in pieces."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        if self.headers["Authorization"] != f"Bearer {KEY}" or self.path != "/v1/chat/completions":
            return self.refuse(401, f"who is {self.headers['Authorization']}?")
        if self.server.faults:
            return self.refuse(self.server.faults.pop(0), "busy")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        text = self.server.say(asked["messages"][-1]["content"])
        for at in range(0, len(text), 7):
            self.event({"choices": [{"delta": {"content": text[at:at + 7]}}]})
            time.sleep(self.server.pause)
        if not self.server.breaks:
            self.event({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 40, "completion_tokens": 9}})
        self.close_connection = True

    def event(self, content):
        try:
            self.wfile.write(b"data: " + json.dumps(content).encode() + b"\n\n")
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def refuse(self, status, message):
        body = json.dumps({"error": {"message": message}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def cite(prompt, words, statement):
    """The statement with the number of the passage that has the words."""
    number = next(n for n, text in re.findall(r"\[(\d+)\] [^\n]*\n(.*?)(?=\n\n\[|\n\nQuestion)", prompt, re.S) if words in text)
    return f"{statement} [{number}]."


@program.needs_model
class Ask(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
        self.server.asked, self.server.faults, self.server.breaks, self.server.pause = [], [], False, 0
        self.server.say = lambda prompt: cite(prompt, "2.5 litres", "It holds 2.5 litres of oil")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.environment |= {"VECSTORE_ANSWERING_PROVIDER": "compatible", "VECSTORE_ANSWERING_MODEL": "small", "VECSTORE_ANSWERING_KEY": KEY,
                             "VECSTORE_ANSWERING_BACKOFF_MS": "1", "VECSTORE_ANSWERING_MAX_BACKOFF_MS": "2",
                             "VECSTORE_ANSWERING_ADDRESS": f"http://127.0.0.1:{self.server.server_port}/v1"}
        self.write("docs/pump.md", PUMP)
        self.ok("ingest", "docs")

    def run_program(self, *words, **options):
        answer = super().run_program(*words, **options)
        self.assertNotIn(KEY, answer.out + answer.err)
        return answer

    def test_an_answer_names_where_it_is_from(self):
        answer = self.ok("ask", "how much oil does the pump hold")
        self.assertRegex(answer.out, r"^It holds 2\.5 litres of oil \[\d\]\.\n\n\[\d\] docs/pump\.md › .*, bytes \d+-\d+\n$")
        self.assertNotIn("check:", answer.err)
        asked = self.server.asked[0]
        self.assertEqual((asked["model"], asked["stream"], asked["max_tokens"]), ("small", True, 1024))
        self.assertIn("Use nothing but the passages", asked["messages"][0]["content"])
        self.assertTrue(asked["messages"][1]["content"].endswith("Question: how much oil does the pump hold"))

    def test_the_bytes_of_a_citation_are_its_quote(self):
        answer = self.ok("ask", "how much oil does the pump hold", "-o", "json").json
        self.assertEqual(answer["problems"], [])
        [citation] = answer["citations"]
        self.assertEqual(citation["quote"], "It holds 2.5 litres of oil.")
        self.assertEqual(PUMP.encode()[citation["start"]:citation["end"]].decode(), citation["quote"])
        self.assertEqual(self.ok("extract", "docs/pump.md", "--bytes", f"{citation['start']}-{citation['end']}").out, citation["quote"] + "\n")
        self.assertEqual((answer["model"], answer["answer_tokens"]), ("compatible/small", 9))

    def test_what_the_passages_do_not_say_is_told(self):
        self.server.say = lambda prompt: cite(prompt, "2.5 litres", 'It holds 25 litres and "is painted green every spring"') + " So [9].\x1b[2J\u009b2J"
        answer = self.ok("ask", "how much oil does the pump hold")
        for problem in ('check: the quotation "is painted green every spring" is not in', "check: the number 25 is not in", "check: the answer names [9]"):
            self.assertIn(problem, answer.err)
        self.assertNotRegex(answer.out + answer.err, "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]", "nothing that a terminal obeys")

    def test_without_a_model_passages_answer(self):
        passages = self.ok("ask", "how much oil does the pump hold", "--passages", "-o", "json").json
        self.assertEqual(sorted(passages), ["passages", "question"])
        self.assertEqual(self.server.asked, [])
        self.environment["VECSTORE_ANSWERING_PROVIDER"] = ""
        self.assertEqual(self.ok("ask", "how much oil does the pump hold", "-o", "json").json, passages)
        self.fails(1, "--model needs answering.provider", "ask", "how much oil", "--model", "large")

    def test_faults_are_waited_out_or_told(self):
        self.server.faults = [503, 429]
        self.ok("ask", "how much oil does the pump hold")
        self.assertEqual(len(self.server.asked), 3)
        self.server.breaks = True
        broken = self.fails(5, "the answer ended before its end", "ask", "how much oil does the pump hold")
        self.assertIn("It holds 2.5", broken.out)
        self.fails(1, "who is", "ask", "how much oil", env={"VECSTORE_ANSWERING_KEY": "wrong-0123456789"})

    def test_settings_reach_the_model(self):
        self.ok("ask", "how much oil does the pump hold", "-k", "1", "--model", "large",
                env={"VECSTORE_ANSWERING_TEMPERATURE": "0.0", "VECSTORE_ANSWERING_INSTRUCTIONS": "Rhyme.", "VECSTORE_ANSWERING_PROMPT": "{passages} {question}\n\nQuestion"})
        asked = self.server.asked[0]
        self.assertEqual((asked["model"], asked["temperature"], asked["messages"][0]["content"]), ("large", 0, "Rhyme."))
        self.fails(2, "no place 'question'", "ask", "how much oil", env={"VECSTORE_ANSWERING_PROMPT": "{passages}"})
        self.fails(2, "the text to look for is empty", "ask", "  ")
        self.assertEqual(self.ok("config", "show", "-o", "json").out.count("***"), 1)

    def test_an_interrupt_ends_it(self):
        self.server.pause = 0.2
        self.server.say = lambda prompt: "word " * 1000
        child = self.start("ask", "how much oil does the pump hold")
        self.assertEqual(child.stdout.read(4), b"word")
        begin = time.monotonic()
        child.send_signal(2)
        _, told = child.communicate()
        self.assertEqual(child.returncode, 1)
        self.assertIn(b"cancelled", told)
        self.assertLess(time.monotonic() - begin, 5)


if __name__ == "__main__":
    program.main()
