"""model: the folders of models, looked at, tried, taken in and removed."""
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


if __name__ == "__main__":
    program.main()
