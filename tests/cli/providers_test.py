"""Providers on the network behind ingest, query, ask and embed: a server that plays OpenAI and a reranker, with faults. Its key is in no output."""
import http.server
import json
import random
import re
import threading
import zlib

import program
from program import ProgramTest

KEY = "sk-unmistakable-0123456789abcdef"


def vector_of(text):
    """Words add to components that their hashes choose: the same for the same text, near for texts with common words."""
    row = [0.0] * 256
    for word in text.lower().split():
        row[zlib.crc32(word.encode()) % 256] += 1
    return row


class Provider(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with server.lock:
            server.requests += 1
            fault = server.faults.pop(0) if server.faults else None
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return self.answer(401, {"error": {"message": f"Incorrect API key provided: {self.headers['Authorization'].split()[-1]}"}})
        if fault:
            return self.answer(fault, {"error": {"message": f"out of order, your key is {KEY}"}}, {"Retry-After": "0"})
        if self.path.endswith("/rerank"):
            return self.rank(asked)
        texts = asked["input"]
        with server.lock:
            server.texts += texts
        data = [{"index": i, "embedding": vector_of(text)} for i, text in enumerate(texts)]
        random.Random(len(data)).shuffle(data)
        return self.answer(200, {"data": data, "usage": {"total_tokens": len(texts)}})

    def rank(self, asked):
        """The last number of a text is how well it answers."""
        with self.server.lock:
            self.server.ranked.append(asked)
        scores = [{"index": i, "relevance_score": int(re.findall(r"\d+", text)[-1]) / 100} for i, text in enumerate(asked["documents"])]
        return self.answer(200, {"results": sorted(scores, key=lambda one: -one["relevance_score"])})

    def answer(self, status, content, headers={}):
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def section(name, options):
    return f"[{name}]\n" + "".join(f"{option} = {json.dumps(value)}\n" for option, value in options.items())


class Providers(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        self.server.lock, self.server.requests, self.server.texts, self.server.faults, self.server.ranked = threading.Lock(), 0, [], [], []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.configure()

    def configure(self, **more):
        options = {"provider": "compatible", "model": "m", "address": f"http://127.0.0.1:{self.server.server_port}/v1", "encoding": "float",
                   "backoff_ms": 1, "max_batch": 8, **more}
        reranking = {"provider": "cohere", "model": "r", "address": f"http://127.0.0.1:{self.server.server_port}/v2", "backoff_ms": 1}
        self.write(".vecstore.toml", section("embedding", options) + section("reranking", reranking))
        self.environment["VECSTORE_EMBEDDING_KEY"] = self.environment["COHERE_API_KEY"] = KEY

    def run_program(self, *words, **options):
        answer = super().run_program(*words, **options)
        self.assertNotIn("unmistakable", answer.out + answer.err)
        return answer

    def documents(self, count=40):
        for n in range(count):
            self.write(f"docs/{n}.txt", f"document number {n} speaks of subject{n} and of weather")

    def test_ingest_asks_once_for_each_text_and_queries_find_it(self):
        self.documents()
        self.server.faults = [500, None, 429, None, None, 503]
        self.assertIn("40 texts embedded, 0 known from before", self.ok("ingest", "docs").err)
        self.assertEqual(len(self.server.texts), 41)  # and one word, to learn the dimension
        self.assertEqual(len(set(self.server.texts)), 41)
        hits = self.ok("query", "document number 7 speaks of subject7 and of weather", "--mode", "vector", "-k", 1, "-o", "json").json["hits"]
        self.assertEqual(hits[0]["id"], "docs/7.txt#0")
        self.server.texts.clear()
        self.write("moved/3.txt", "document number 3 speaks of subject3 and of weather")
        self.write("moved/5.txt", "something else entirely")
        self.assertIn("1 text embedded, 1 known from before", self.ok("ingest", "moved").err)
        self.assertFalse([text for text in self.server.texts if "subject3" in text])
        self.assertTrue([text for text in self.server.texts if "something else entirely" in text])

    def test_a_dimension_is_asked_for_once(self):
        self.documents(3)
        self.ok("ingest", "docs")
        for words in (("query", "of weather"), ("ask", "of weather"), ("embed", "of weather"), ("ingest", "docs")):
            self.server.texts.clear()
            self.ok(*words)
            self.assertNotIn("dimension", self.server.texts, words)
        self.ok("collection", "drop", "default")
        self.server.texts.clear()
        self.ok("embed", "of weather")
        self.assertIn("dimension", self.server.texts)
        self.environment["VECSTORE_EMBEDDING_KNOWN_DIMENSION"] = "256"
        self.server.texts.clear()
        self.ok("embed", "of weather")
        self.assertEqual(self.server.texts, ["of weather"])

    def test_hits_are_ranked_anew(self):
        self.documents(20)
        self.ok("ingest", "docs")
        question = "document number 3 speaks of subject3"
        plain = self.ok("query", question, "-k", 1, "-o", "json").json["hits"]
        self.assertEqual(plain[0]["id"], "docs/3.txt#0")
        hits = self.ok("query", question, "-k", 2, "--rerank", "-o", "json").json["hits"]
        self.assertEqual([(hit["id"], hit["score"]) for hit in hits], [("docs/19.txt#0", 0.19), ("docs/18.txt#0", 0.18)])
        asked = self.server.ranked[-1]
        self.assertEqual((asked["query"], asked["model"], len(asked["documents"])), (question, "r", 20))
        self.ok("query", question, "-k", 2, "--rerank", "--rerank-candidates", 5)
        self.assertEqual(len(self.server.ranked[-1]["documents"]), 5)
        self.environment["VECSTORE_RERANKING_CANDIDATES"] = "7"
        passages = self.ok("ask", question, "-k", 3, "--rerank", "-o", "json").json["passages"]
        self.assertEqual(len(self.server.ranked[-1]["documents"]), 7)
        self.assertEqual([p["score"] for p in passages], sorted((p["score"] for p in passages), reverse=True))
        self.write("questions.jsonl", '{"id": "a", "text": "document"}\n{"id": "b", "text": "weather"}\n')
        lines = self.ok("query", "--file", "questions.jsonl", "-k", 2, "--rerank", "--rerank-candidates", 20).out.splitlines()
        self.assertEqual([[hit["id"] for hit in json.loads(line)["hits"]] for line in lines], [["docs/19.txt#0", "docs/18.txt#0"]] * 2)

    def test_a_model_is_one_of_several_steps(self):
        self.documents(20)
        self.ok("ingest", "docs")
        question = ("query", "document number 3 speaks of subject3", "-k", 2, "-o", "json")
        hits = self.ok(*question, "--rerank-steps", "found(k=5) | model(name=other k=3) | score(normalize=min_max)").json["hits"]
        self.assertEqual((self.server.ranked[-1]["model"], len(self.server.ranked[-1]["documents"])), ("other", 5))
        self.assertEqual(hits[0]["score"], 1)
        self.assertTrue(0 < hits[1]["score"] < 1, "the third of the model's is 0, and is not shown")
        hits = self.ok(*question, "--rerank-steps", "rrf(found, model, model(name=other))").json["hits"]
        self.assertEqual([len(hit["arms"]) for hit in hits], [3, 3])
        self.assertEqual([asked["model"] for asked in self.server.ranked[-2:]], ["r", "other"])
        self.ok(*question, "--rerank-steps", "found | model", "--rerank-model", "third")
        self.assertEqual(self.server.ranked[-1]["model"], "third")
        self.environment["COHERE_API_KEY"] = KEY + "-wrong"
        self.assertIn("reranking: step 2, cohere", self.fails(1, "401", *question, "--rerank-steps", "found | model").err)

    def test_eval_measures_what_ranking_anew_gains(self):
        self.documents(20)
        self.ok("ingest", "docs")
        self.write_records("judged.jsonl", [{"id": "a", "text": "document number 3 speaks of subject3", "relevant": ["docs/18.txt#0", "docs/3.txt#0"]}])
        self.server.ranked.clear()
        report = self.ok("eval", "--queries", "judged.jsonl", "--mode", "text", "--metrics", "mrr,recall@20", "--rerank", "--rerank-candidates", 19, "-o", "json").json
        plain, again = report["modes"]
        self.assertEqual((plain["mode"], plain["mrr"], again["mode"], again["mrr"]), ("text", 1, "text+rerank", 0.5))
        self.assertEqual(plain["recall@20"], again["recall@20"], "those that were no candidates stay behind")
        self.assertEqual([(len(asked["documents"]), asked["query"]) for asked in self.server.ranked], [(19, "document number 3 speaks of subject3")])
        self.assertEqual([hit["id"] for hit in report["queries"][0]["modes"]["text+rerank"]["hits"]][:2], ["docs/19.txt#0", "docs/18.txt#0"])

    def test_what_cannot_be_ranked_is_refused_before_anything_is_asked(self):
        self.documents(2)
        self.ok("ingest", "docs")
        sent = self.server.requests
        self.fails(2, "--rerank needs the TEXT of a question", "query", "--vector", "[1, 2]", "--rerank")
        self.fails(2, "--rerank is for answers", "query", "weather", "--rerank", "--explain")
        self.fails(2, "--rerank-candidates is for --rerank", "query", "weather", "--rerank-candidates", 5)
        self.fails(2, "--rerank-candidates must be from 1 to 10000, it is 0", "query", "weather", "--rerank", "--rerank-candidates", 0)
        self.fails(2, "--json is the whole query", "query", "--json", "{}", "--rerank")
        self.environment["VECSTORE_RERANKING_PROVIDER"] = "openai"
        self.fails(2, "there are cohere, voyage, jina", "query", "weather", "--rerank")
        self.environment["VECSTORE_RERANKING_PROVIDER"] = "jina"
        self.fails(1, "jina needs a key: set JINA_API_KEY or reranking.key", "ask", "weather", "--rerank")
        self.write(".vecstore.toml", "[embedding]\nmodel = 'x'\n")
        del self.environment["VECSTORE_RERANKING_PROVIDER"]
        self.fails(1, "there is nothing to rerank with", "ask", "weather", "--rerank")
        self.assertEqual(self.server.requests, sent)

    def test_an_error_of_the_reranker_is_told_without_the_key(self):
        self.documents(2)
        self.ok("ingest", "docs")
        self.environment["COHERE_API_KEY"] = KEY + "-wrong"
        self.assertIn("reranking: cohere", self.fails(1, "401", "query", "weather", "--mode", "text", "--rerank").err)
        shown = {row["key"]: row["value"] for row in self.ok("config", "show", "-o", "json").json["settings"]}
        self.assertEqual(shown["reranking.candidates"], 50)
        self.environment["VECSTORE_RERANKING_KEY"] = KEY
        shown = {row["key"]: row["value"] for row in self.ok("config", "show", "-o", "json").json["settings"]}
        self.assertEqual(shown["reranking.key"], "***")

    def test_what_was_paid_for_before_an_error_is_kept(self):
        self.documents(24)
        self.configure(retries=0, concurrency=1)
        self.server.faults = [None, None, None, 400]  # the dimension, two batches of eight, and the third is refused
        self.fails(2, "out of order", "ingest", "docs")
        self.configure()
        self.server.texts.clear()
        self.assertIn("8 texts embedded, 16 known from before", self.ok("ingest", "docs").err)
        self.assertEqual(len([text for text in self.server.texts if text != "dimension"]), 8)

    def test_the_cache_can_be_off(self):
        self.configure(cache="off")
        self.documents(3)
        self.assertNotIn("known", self.ok("ingest", "docs").err)
        self.assertEqual(self.ok("collection", "list", "-o", "json").json["collections"][0]["name"], "default")
        self.configure(cache="sometimes")
        self.fails(2, "embedding.cache must be auto, on or off, it is 'sometimes'", "ingest", "docs")

    def test_a_refusal_ends_it_and_the_same_command_goes_on(self):
        self.documents()
        self.configure(retries=0)
        self.server.faults = [None, None, 400]
        answer = self.run_program("ingest", "docs")
        self.assertNotEqual(answer.code, 0)
        self.assertIn("out of order, your key is ***", answer.err)
        self.configure()
        self.ok("ingest", "docs")
        self.assertEqual(self.count(), 40)

    def test_a_wrong_key_and_none(self):
        self.environment["VECSTORE_EMBEDDING_KEY"] = KEY + "-wrong"
        self.assertIn("Incorrect API key", self.fails(1, "401", "embed", "one").err)
        shown = {row["key"]: row["value"] for row in self.ok("config", "show", "-o", "json").json["settings"]}
        self.assertEqual(shown["embedding.key"], "***")
        self.configure(provider="openai", address="")
        del self.environment["VECSTORE_EMBEDDING_KEY"]
        self.fails(1, "openai needs a key: set OPENAI_API_KEY", "embed", "one")

    def test_an_estimate_sends_nothing(self):
        self.configure(usd_per_million_tokens=2.0)
        made = self.ok("embed", "one two", "three", "--estimate", "-o", "json").json
        self.assertEqual((made["texts"], made["requests"]), (2, 1))
        self.assertGreater(made["most_tokens"], made["likely_tokens"])
        self.assertAlmostEqual(made["likely_usd"], made["likely_tokens"] * 2e-6)
        self.assertEqual(self.server.requests, 0)
        self.fails(2, "--estimate is for a --provider", "embed", "one", "--estimate", "--provider", "")

    def test_another_model_is_refused_by_both_names(self):
        self.documents(2)
        self.ok("ingest", "docs")
        self.configure(model="other")
        error = self.fails(1, "compatible/m", "query", "document").err
        self.assertIn("compatible/other", error)


if __name__ == "__main__":
    program.main()
