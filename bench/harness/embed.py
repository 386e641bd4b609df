"""all-MiniLM-L6-v2 in numpy: mean-pooled, normalised sentence embeddings of 384 dimensions.

Six BERT layers are few enough to write down, so the benchmark needs no runtime for models. The weights and the tokenizer are those that
`tools/setup bench` puts into the cache. check() compares with similarities that its authors publish.
"""
import json
import struct

import numpy as np

LAYERS, HEADS, WIDTH = 6, 12, 384
MOST_TOKENS = 128


KNOWN = (("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."), (0.6660, 0.1046, 0.1411))


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        start = file.tell()
    data = np.memmap(path, dtype=np.uint8, mode="r", offset=start)
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            first, last = entry["data_offsets"]
            tensors[name] = np.array(data[first:last]).view(np.float32).reshape(entry["shape"])
    return tensors


def erf(x):
    """Abramowitz and Stegun 7.1.26: error below 1.5e-7."""
    t = 1 / (1 + np.float32(0.3275911) * np.abs(x))
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * np.float32(1.061405429)))))
    return np.sign(x) * (1 - tail * np.exp(-x * x))


def gelu(x):
    return x * (1 + erf(x * np.float32(0.70710678))) / 2


class MiniLm:
    def __init__(self, folder):
        from tokenizers import Tokenizer
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MOST_TOKENS)
        self.tokenizer.no_padding()  # the file asks for 128 always, which is five times the work for a sentence
        self.weights = read_safetensors(folder / "model.safetensors")

    def tokens(self, texts):
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]

    def embed(self, tokens):
        """One row for each list of tokens. All of one length make no padding: sort before."""
        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), np.int64)
        mask = np.zeros((len(tokens), longest), np.float32)
        for row, some in enumerate(tokens):
            ids[row, :len(some)], mask[row, :len(some)] = some, 1
        x = self._embeddings(ids)
        away = (1 - mask)[:, None, None, :] * np.float32(-1e9)
        for layer in range(LAYERS):
            x = self._layer(x, away, f"encoder.layer.{layer}.")
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def _embeddings(self, ids):
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:ids.shape[1]]
        return self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm.")

    def _norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * self.weights[name + "weight"] + self.weights[name + "bias"]

    def _linear(self, x, name):
        weight = self.weights[name + "weight"]  # one product, not one for each text
        return (x.reshape(-1, weight.shape[1]) @ weight.T + self.weights[name + "bias"]).reshape(*x.shape[:2], len(weight))

    def _layer(self, x, away, name):
        def heads(part):
            y = self._linear(x, f"{name}attention.self.{part}.")
            return y.reshape(*x.shape[:2], HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)
        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32((WIDTH // HEADS) ** 0.5) + away
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        seen = (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(x.shape)
        x = self._norm(x + self._linear(seen, name + "attention.output.dense."), name + "attention.output.LayerNorm.")
        inner = gelu(self._linear(x, name + "intermediate.dense."))
        return self._norm(x + self._linear(inner, name + "output.dense."), name + "output.LayerNorm.")

    def check(self):
        texts, similarities = KNOWN
        rows = self.embed(self.tokens(texts))
        found = (rows[0] @ rows[1], rows[0] @ rows[2], rows[1] @ rows[2])
        if not np.allclose(found, similarities, atol=1e-4):
            raise ValueError(f"the embedding model gives similarities {found}, its authors {similarities}")
