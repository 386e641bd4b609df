"""embed: texts into vectors, printed or in a file."""
import struct

import program
from program import ProgramTest, needs_model


def rows_of(path, width):
    data = path.read_bytes()[128:]
    return [list(struct.unpack_from(f"<{width}f", data, 4 * width * i)) for i in range(len(data) // (4 * width))]


@needs_model
class Embed(ProgramTest):
    def test_the_same_vectors_wherever_they_go(self):
        texts = ["how do I open a file", "two words"]
        printed = self.ok("embed", *texts, "-o", "json").json["embeddings"]
        self.assertEqual([row["text"] for row in printed], texts)
        self.write("t.txt", "\n".join(texts) + "\n\n")
        self.assertEqual([row["vector"] for row in self.ok("embed", "--file", "t.txt", "-o", "jsonl").lines[:2]], [row["vector"] for row in printed])
        answer = self.ok("embed", "--file", "t.txt", "--out", "t.npy")
        self.assertIn("1 text with nothing to embed: vectors of zeros", answer.err)
        rows = rows_of(self.folder / "t.npy", 256)
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[2], [0.0] * 256)
        for row, expected in zip(rows, printed):
            self.assertTrue(all(abs(a - b) < 1e-8 for a, b in zip(row, expected["vector"])))

    def test_what_is_exported_can_be_embedded_again(self):
        self.write("t.jsonl", '{"id": "a", "text": "one"}\n{"id": "b", "text": "two"}\n')
        rows = self.ok("embed", "--file", "t.jsonl", "-o", "jsonl").lines
        self.assertEqual([row["id"] for row in rows], ["a", "b"])

    def test_standard_input(self):
        answer = self.run_program("embed", "--file", "-", "-o", "jsonl", stdin=b"one\ntwo\n")
        self.assertEqual([row["text"] for row in answer.lines], ["one", "two"])
        self.fails(2, "cannot be counted before they are read: write .fvecs", "embed", "--file", "-", "--out", "x.npy", stdin=b"one\n")
        self.assertEqual(self.run_program("embed", "--file", "-", "--out", "x.fvecs", stdin=b"one\ntwo\n").code, 0)
        self.assertEqual((self.folder / "x.fvecs").stat().st_size, 2 * (4 + 4 * 256))

    def test_wrong_arguments(self):
        self.fails(2, "give texts, or --file", "embed")
        self.fails(2, "give texts, or --file", "embed", "one", "--file", "t.txt")
        self.fails(3, "none.txt", "embed", "--file", "none.txt")
        self.fails(2, "'x.csv' must end in .npy or .fvecs", "embed", "one", "--out", "x.csv")
        self.fails(3, "there is no model 'nowhere' in", "embed", "one", "--model", "nowhere")
        self.fails(3, "no/where", "embed", "one", "--model", "no/where")
        for name, value, wanted in (("PRECISION", "double", "must be float or int8, it is 'double'"), ("THREADS", "0", "must be from 1 to 1024, it is 0")):
            self.environment[f"VECSTORE_EMBEDDING_{name}"] = value
            self.fails(2, wanted, "embed", "one")
            del self.environment[f"VECSTORE_EMBEDDING_{name}"]
        self.assertEqual(self.ok("embed", "one", "-o", "json").out, self.ok("embed", "one", "--model", "wordllama-256", "-o", "json").out)
        self.write("bad.jsonl", '{"text": "fine"}\n{"id": 1}\n')
        self.fails(2, 'bad.jsonl: line 2: an object with a string "text" is expected', "embed", "--file", "bad.jsonl", "--out", "x.fvecs")
        self.assertFalse((self.folder / "x.fvecs").exists())


if __name__ == "__main__":
    program.main()
