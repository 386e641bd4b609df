"""model: the folders of models, looked at, tried, taken in and removed; what models with heads are good for."""
import json
import math
import pathlib
import shutil

import program
from program import MODEL, ProgramTest, needs_model


@needs_model
class Models(ProgramTest):
    def setUp(self):
        super().setUp()
        self.models = self.folder / "models"
        self.environment["VECSTORE_MODELS"] = str(self.models)

    def names(self):
        return [row["name"] for row in self.ok("model", "list", "-o", "json").json["models"]]

    def test_a_model_is_added_listed_used_and_removed(self):
        self.assertIn("no model in", self.ok("model", "list").err)
        self.ok("model", "add", MODEL.parent, "--name", "mine")
        self.assertEqual(self.names(), ["mine"])
        row = self.ok("model", "list", "-o", "json").json["models"][0]
        self.assertEqual((row["kind"], row["used"]), ("static", False))
        self.assertGreater(row["bytes"], 1e7)
        self.environment["VECSTORE_EMBEDDING_MODEL"] = "mine"
        self.assertTrue(self.ok("model", "list", "-o", "json").json["models"][0]["used"])
        self.assertEqual(len(self.ok("embed", "one", "-o", "json").json["embeddings"][0]["vector"]), 256)
        self.fails(1, "is there already", "model", "add", MODEL.parent, "--name", "mine")
        self.ok("model", "remove", "mine")
        self.assertEqual(self.names(), [])

    def test_info_and_test_say_what_it_is(self):
        info = self.ok("model", "info", MODEL.parent, "-o", "json").json
        self.assertEqual((info["name"], info["dimension"], info["kind"]), ("wordllama-256", 256, "static"))
        tried = self.ok("model", "test", MODEL.parent, "-o", "json").json
        self.assertGreater(tried["similar"], tried["unrelated"])
        self.assertGreater(tried["texts_per_second"], 100)

    def test_what_does_not_work_is_not_added(self):
        broken = self.folder / "broken"
        shutil.copytree(MODEL.parent, broken)
        weights = broken / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1000])
        self.fails(2, "model.safetensors", "model", "add", broken)
        # Rows of other tokens: every part is sound and they do not belong together.
        data = bytearray((MODEL.parent / "model.safetensors").read_bytes())
        begin = 8 + int.from_bytes(data[:8], "little")
        data[begin:] = bytes(n * 2654435761 >> 16 & 0x3B for n in range(1024)) * ((len(data) - begin) // 1024)
        weights.write_bytes(data)
        self.fails(4, "do not belong together", "model", "add", broken)
        self.assertEqual(self.names(), [])

    def test_a_model_of_another_runtime(self):
        self.environment["VECSTORE_EMBEDDING_MODEL"] = str(MODEL.parent)
        self.environment["VECSTORE_EMBEDDING_RUNTIME"] = "magic"
        self.fails(2, "must be own or onnxruntime, it is 'magic'", "embed", "one")
        self.environment["VECSTORE_EMBEDDING_RUNTIME"] = "onnxruntime"
        self.environment["VECSTORE_EMBEDDING_ONNX_LIBRARY"] = "/nowhere/libonnxruntime.so"
        self.fails(3, "ONNX Runtime could not be opened: /nowhere/libonnxruntime.so", "embed", "one")
        self.environment["VECSTORE_EMBEDDING_ONNX_LIBRARY"] = "libm.so.6"
        self.assertIn("libm.so.6 is not ONNX Runtime", self.run_program("embed", "one").err)
        self.environment["VECSTORE_EMBEDDING_PRECISION"] = "int8"
        self.fails(2, "'embedding.precision' is for the runtime own", "embed", "one")

    def test_wrong_names(self):
        self.fails(3, "there is no model 'x' in", "model", "info", "x")
        for name in ("../x", ".x", ""):
            self.fails(2, "is no name of a model", "model", "remove", name)
        pathlib.Path(self.models / "docs").mkdir(parents=True)
        self.fails(3, "there is no model in", "model", "remove", "docs")
        self.assertTrue((self.models / "docs").exists())
        self.fails(3, "nowhere", "model", "add", "no/nowhere")


DATA = pathlib.Path(__file__).resolve().parents[1] / "models/data"


class Heads(ProgramTest):
    """With the tiny models of tests/models/data, whose weights are random: what PyTorch makes of some texts is beside them."""

    def setUp(self):
        super().setUp()
        self.environment["VECSTORE_MODELS"] = str(self.folder / "models")
        self.expected = json.loads((DATA / "heads/bert/expected.json").read_text())
        self.model = self.folder / "models/tiny"
        shutil.copytree(DATA / "heads/bert", self.model)
        shutil.copy(DATA / "wordpiece.json", self.model / "tokenizer.json")

    def make_texts(self):
        texts = [text for text in self.expected["texts"] if "vectors" in text]
        self.write("t.jsonl", "".join(json.dumps({"id": text, "text": text}) + "\n" for text in texts))
        self.ok("init", "--analyzer", "simple")
        self.ok("import", "t.jsonl")
        scores = dict(zip(self.expected["texts"], self.expected["scores"]))
        return sorted(texts, key=lambda text: -scores[text]), {text: 1 / (1 + math.exp(-scores[text])) for text in texts}

    def test_a_reranker_is_known_as_one(self):
        self.assertEqual(self.ok("model", "list", "-o", "json").json["models"][0]["kind"], "reranker")
        info = self.ok("model", "info", "tiny", "-o", "json").json
        self.assertEqual((info["name"], info["kind"]), ("tiny", "reranker"))
        self.fails(2, "a reranker makes scores, not vectors", "embed", "one", "--model", "tiny")

    def test_hits_are_put_in_the_order_of_a_reranker(self):
        order, scores = self.make_texts()
        asked = ["query", self.expected["query"], "--mode", "text", "-o", "json"]
        self.assertEqual({hit["id"] for hit in self.ok(*asked).json["hits"]}, set(order))
        hits = self.ok(*asked, "--rerank-model", "tiny").json["hits"]
        self.assertEqual([hit["id"] for hit in hits], order)
        for hit in hits:
            self.assertAlmostEqual(hit["score"], scores[hit["id"]], places=5)
        # One hit is asked for, and still all are read.
        self.assertEqual([hit["id"] for hit in self.ok(*asked, "--rerank-model", "tiny", "-k", 1).json["hits"]], order[:1])
        found = self.ok(*asked, "-k", 1).json["hits"][0]["id"]
        self.assertEqual(self.ok(*asked, "--rerank-model", "tiny", "-k", 1, "--rerank-candidates", 1).json["hits"][0]["id"], found)
        passages = self.ok("ask", self.expected["query"], "--rerank-model", "tiny", "-o", "json").json["passages"]
        self.assertEqual([passage["id"] for passage in passages], order)

    def become(self, architecture, before="BertForSequenceClassification"):
        config = self.model / "config.json"
        config.write_text(config.read_text().replace(before, architecture))

    def test_passages_are_embedded_within_their_document(self):
        self.become("BertModel")
        self.environment["VECSTORE_EMBEDDING_MODEL"] = "tiny"
        self.write("docs/a.txt", "one two three. four five six. seven eight nine ten. " * 2)
        ingest = lambda *words: self.ok("ingest", "docs", "--splitter", "sentence", "--chunk-size", 30, "--overlap", 0, *words, "-o", "json").json
        scores = lambda: {hit["id"]: hit["score"] for hit in self.ok("query", "three", "--mode", "vector", "-o", "json").json["hits"]}
        self.assertEqual(ingest()["added"], 1)
        alone = scores()
        self.assertEqual(ingest("--late-chunking")["changed"], 1)
        late = scores()
        self.assertEqual(set(late), set(alone))
        for id, score in late.items():
            self.assertNotAlmostEqual(score, alone[id], places=5)
        self.assertEqual(ingest("--late-chunking")["unchanged"], 1)
        self.assertEqual(scores(), late)

    def test_a_colbert_gives_lists_of_vectors(self):
        self.become("HF_ColBERT")
        (self.model / "artifact.metadata").write_text(json.dumps({"query_token_id": "a", "doc_token_id": "b", "query_maxlen": 14, "doc_maxlen": 13}))
        info = self.ok("model", "info", "tiny", "-o", "json").json
        self.assertEqual((info["kind"], info["dimension"], info["pooling"]), ("tokens", 5, "tokens"))
        for text, key, more in ((self.expected["texts"][2], "vectors", ()), (self.expected["texts"][1], "query_vectors", ("--questions",))):
            vectors = self.ok("embed", text, "--model", "tiny", "-o", "json", *more).json["embeddings"][0]["vector"]
            numbers = [number for vector in vectors for number in vector]
            self.assertEqual(len(numbers), len(self.expected[key]))
            self.assertLess(max(abs(a - b) for a, b in zip(numbers, self.expected[key])), 1e-5)
        # A collection takes the vectors, and its score is the sum over the question's of the nearest of the document's.
        rows = self.ok("embed", *self.expected["texts"], "--model", "tiny", "-o", "json").json["embeddings"]
        self.write("t.jsonl", "".join(json.dumps({"id": str(i), "vector": row["vector"]}) + "\n" for i, row in enumerate(rows)))
        self.ok("init", "--kind", "multi", "--metric", "dot", "--dimension", 5)
        self.ok("import", "t.jsonl")
        self.write("q.json", json.dumps(vectors))
        sums = {str(i): sum(max(sum(a * b for a, b in zip(one, other)) for other in row["vector"]) for one in vectors) for i, row in enumerate(rows)}
        hits = self.ok("query", "--vector", "@q.json", "-o", "json").json["hits"]
        self.assertEqual([hit["id"] for hit in hits], sorted(sums, key=lambda i: -sums[i]))
        for hit in hits:
            self.assertAlmostEqual(hit["score"], sums[hit["id"]], places=4)
        # Without vectors of theirs: texts of hits are embedded when they are ranked.
        self.write("texts.jsonl", "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(self.expected["texts"]) if text))
        self.ok("init", "--collection", "plain", "--analyzer", "simple")
        self.ok("import", "texts.jsonl", "--collection", "plain")
        asked = ("query", self.expected["texts"][1], "--mode", "text", "--collection", "plain", "-o", "json")
        found = {hit["id"] for hit in self.ok(*asked).json["hits"]}
        ranked = self.ok(*asked, "--rerank-model", "tiny").json["hits"]
        self.assertEqual([hit["id"] for hit in ranked], [i for i in sorted(sums, key=lambda i: -sums[i]) if i in found])
        self.assertGreater(len(ranked), 1)
        for hit in ranked:
            self.assertAlmostEqual(hit["score"], sums[hit["id"]], places=4)
        # The text itself is asked with the model that is set.
        asked = ("query", self.expected["texts"][1], "-o", "json", "--mode", "vector")
        self.environment["VECSTORE_EMBEDDING_MODEL"] = "tiny"
        self.assertEqual(self.ok(*asked).json["hits"], hits)
        self.become("BertForMaskedLM", "HF_ColBERT")
        (self.model / "artifact.metadata").unlink()
        self.fails(1, "has multi-vectors, which a ColBERT makes of texts; embedding.model is 'tiny', of the kind sparse", *asked)
        self.fails(2, "--out is for models that give a text one dense vector", "embed", "a", "--model", "tiny", "--out", "x.fvecs")

    def test_splade_gives_sparse_vectors_that_a_collection_takes(self):
        self.become("BertForMaskedLM")
        self.assertEqual(self.ok("model", "info", "tiny", "-o", "json").json["kind"], "sparse")
        rows = self.ok("embed", *self.expected["texts"], "--model", "tiny", "-o", "json").json["embeddings"]
        vector = rows[2]["vector"]
        self.assertEqual(vector["dimension"], len(self.expected["weights"]))
        for index, value in zip(vector["indices"], vector["values"]):
            self.assertAlmostEqual(value, self.expected["weights"][index], places=5)
        self.write("t.jsonl", "".join(json.dumps({"id": str(i), "vector": row["vector"]}) + "\n" for i, row in enumerate(rows)))
        self.ok("init", "--kind", "sparse", "--metric", "dot", "--dimension", vector["dimension"])
        self.ok("import", "t.jsonl")
        self.write("q.json", json.dumps(vector))
        hits = self.ok("query", "--vector", "@q.json", "-o", "json").json["hits"]
        dots = {str(i): sum(value * dict(zip(vector["indices"], vector["values"])).get(index, 0)
                            for index, value in zip(row["vector"]["indices"], row["vector"]["values"])) for i, row in enumerate(rows)}
        self.assertEqual([hit["id"] for hit in hits], sorted(dots, key=lambda i: -dots[i]))
        self.ask_for_texts(hits)

    def ask_for_texts(self, expected):
        """As a vector that SPLADE made beforehand is asked for, in every way of asking."""
        text = self.expected["texts"][2]
        self.environment["VECSTORE_EMBEDDING_MODEL"] = "tiny"
        for mode in ("sparse", "vector"):
            self.assertEqual(self.ok("query", text, "--mode", mode, "-o", "json").json["hits"], expected)
        self.write("q.jsonl", "".join(json.dumps({"id": i, "text": text}) + "\n" for i in range(300)))  # more than are asked at a time
        lines = self.ok("query", "--file", "q.jsonl", "--mode", "sparse", "-o", "jsonl").lines
        self.assertEqual([(line["id"], line["hits"]) for line in lines], [(i, expected) for i in range(300)])
        self.environment["VECSTORE_EMBEDDING_MODEL"] = str(MODEL.parent)
        if MODEL.exists():
            self.fails(1, "has sparse vectors, which a SPLADE makes of texts; embedding.model is", "query", text, "--mode", "sparse")
        self.environment["VECSTORE_EMBEDDING_PROVIDER"] = "ollama"
        self.fails(1, "embedding.provider is 'ollama'", "query", text, "--mode", "sparse")

    def test_what_cannot_be_ingested_names_what_to_do(self):
        self.write("docs/a.txt", "text")
        ingest = ("ingest", "docs", "--model", "tiny")
        self.fails(2, "tiny' makes scores, not vectors: --rerank-model takes it", *ingest)
        self.become("HF_ColBERT")
        self.fails(2, "'vecstore embed -o jsonl' makes its vectors for 'import' into a collection of 'init --kind multi'", *ingest)
        self.become("BertForMaskedLM", "HF_ColBERT")
        self.fails(2, "gives a text no dense vector", *ingest)
        (self.model / "tokenizer.json").write_text("{")  # which is another mistake
        self.assertIn("tokenizer.json", self.run_program(*ingest).err)
        self.assertFalse((self.folder / "vecstore.db").exists())

    def test_a_reranker_of_another_runtime(self):
        self.make_texts()
        asked = ("query", "vectors", "--mode", "text", "--rerank-model", "tiny")
        self.environment["VECSTORE_RERANKING_RUNTIME"] = "magic"
        self.fails(2, "'reranking.runtime' must be own or onnxruntime, it is 'magic'", *asked)
        self.environment["VECSTORE_RERANKING_RUNTIME"] = "onnxruntime"
        self.environment["VECSTORE_EMBEDDING_ONNX_LIBRARY"] = "/nowhere/libonnxruntime.so"
        self.environment["VECSTORE_EMBEDDING_PRECISION"] = "int8"  # of embeddings
        self.fails(3, "ONNX Runtime could not be opened: /nowhere/libonnxruntime.so", *asked)

    def test_what_cannot_be_reranked(self):
        self.make_texts()
        self.fails(2, "--rerank-candidates is for --rerank", "query", "vectors", "--rerank-candidates", 5)
        self.fails(2, "--rerank needs the TEXT", "query", "--filter", "a = 1", "--rerank-model", "tiny")
        self.fails(2, "--json is the whole query", "query", "--json", '{"text": "vectors"}', "--rerank-model", "tiny")
        self.fails(3, "there is no model 'nowhere' in", "query", "vectors", "--mode", "text", "--rerank-model", "nowhere")
        (self.model / "1_Pooling").mkdir()
        (self.model / "1_Pooling/config.json").write_text('{"pooling_mode_cls_token": true}')
        self.fails(2, "tiny' ranks no texts: a reranker is a cross-encoder or a ColBERT", "query", "vectors", "--mode", "text", "--rerank-model", "tiny")


if __name__ == "__main__":
    program.main()
