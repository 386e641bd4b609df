"""Tiny transformers with heads and random weights, and what PyTorch makes of texts with them.

Each family has one encoder, and beside it all heads in one file of weights: a classifier for pairs, a
projection of tokens, a masked language model. `main` writes tests/models/data/heads, which the tests
of src/embed/heads read; heads.py makes larger ones to compare with. Made with PyTorch 1.13.1 and transformers 4.45.2.

usage: tiny_heads.py FOLDER
"""

import json
import pathlib
import string
import sys

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer

from make_tiny_models import randomize

DATA = pathlib.Path(__file__).parent / "data"
# Family, what its classes are called, its tokenizer in tests/models/data, what sets its configuration apart.
FAMILIES = {
    "bert": ("Bert", "wordpiece", {}),
    "distilbert": ("DistilBert", "wordpiece", {}),
    "xlm-roberta": ("XLMRoberta", "unigram", {"type_vocab_size": 1, "layer_norm_eps": 1e-5}),
    "roberta": ("Roberta", "byte_level", {"type_vocab_size": 1, "layer_norm_eps": 1e-5}),
    "mpnet": ("MPNet", "unigram", {"relative_attention_num_buckets": 32}),
}
KEPT = """model_type vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act layer_norm_eps
max_position_embeddings type_vocab_size pad_token_id relative_attention_num_buckets dim n_layers n_heads hidden_dim activation""".split()


def tokenizer_json(name):
    """A tokenizer of tests/models/data; those of RoBERTa's kin with the ids that published ones have, of which PyTorch knows the
    padding's by heart: <s>, <pad>, </s>, <unk>."""
    text = (DATA / (name + ".json")).read_text()
    if name == "wordpiece":
        return text
    parts, moved = json.loads(text), {1: 2, 2: 3, 3: 1}
    for token in parts["added_tokens"]:
        token["id"] = moved.get(token["id"], token["id"])
    model, post = parts["model"], parts["post_processor"]
    if isinstance(model["vocab"], list):
        vocabulary = model["vocab"]
        model["vocab"] = [vocabulary[0], vocabulary[3], vocabulary[1], vocabulary[2], *vocabulary[4:]]
        model["unk_id"] = moved.get(model["unk_id"], model["unk_id"])
    else:
        model["vocab"] = {piece: moved.get(number, number) for piece, number in model["vocab"].items()}
    if "sep" in post:
        post["sep"][1] = 2
    else:
        post["special_tokens"]["</s>"]["ids"] = [2]
    return json.dumps(parts, separators=(",", ":")) + "\n"


class TinyHeads:
    def __init__(self, family, seed, hidden=8, layers=2, heads=2, positions=16, projected=5, dtype=torch.float16):
        self.family = family
        name, self.tokenizer_name, particulars = FAMILIES[family]
        self.tokenizer_json = tokenizer_json(self.tokenizer_name)
        self.tokenizer = Tokenizer.from_str(self.tokenizer_json)
        # In the families that follow RoBERTa positions begin behind the padding's.
        padding = 0 if self.tokenizer_name == "wordpiece" else self.tokenizer.token_to_id("<pad>")
        self.longest = positions
        sizes = {"vocab_size": self.tokenizer.get_vocab_size(), "pad_token_id": padding,
                 "max_position_embeddings": positions + (padding + 1 if padding else 0)}
        if family == "distilbert":
            sizes.update(dim=hidden, n_layers=layers, n_heads=heads, hidden_dim=2 * hidden)
        else:
            sizes.update(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=2 * hidden)
        self.config = getattr(transformers, name + "Config")(**sizes, **particulars)
        self.config.num_labels = 1
        generator = torch.Generator().manual_seed(seed)
        self.pairs = getattr(transformers, name + "ForSequenceClassification")(self.config).eval()
        randomize(self.pairs, generator, 0.4 * (12 / hidden) ** 0.5)
        self.words = getattr(transformers, name + "ForMaskedLM")(self.config).eval()
        randomize(self.words, generator, 0.4 * (12 / hidden) ** 0.5)
        self.projection = torch.nn.Linear(hidden, projected, bias=False)
        self.projection.weight.data = torch.randn(projected, hidden, generator=generator) * 0.4
        for part in (self.pairs, self.words, self.projection):
            for parameter in part.parameters():
                parameter.data = parameter.data.to(dtype).float()
        self.words.base_model.load_state_dict(self.pairs.base_model.state_dict(), strict=False)
        self.words.tie_weights()
        # Tied matrices are left out, as in published files.
        parts = {**self.words.state_dict(), **self.pairs.state_dict(), "linear.weight": self.projection.weight}
        tied = ("decoder.weight", "decoder.bias", "vocab_projector.weight")
        self.tensors = {key: value.detach().to(dtype) for key, value in parts.items() if value.is_floating_point() and not key.endswith(tied)}
        for part in (self.pairs, self.words, self.projection):
            part.double()

    def save(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        save_file({key: value.contiguous() for key, value in self.tensors.items()}, folder / "model.safetensors")

    def configuration(self, head, **more):
        kept = {key: value for key, value in self.config.to_dict().items() if key in KEPT}
        name = head if head == "HF_ColBERT" else type(self.pairs).__name__.replace("SequenceClassification", head)
        return {"architectures": [name], **kept, **more}

    def scores(self, query, passages, max_tokens=None):
        """Of each passage before any sigmoid, as the CrossEncoder of sentence-transformers has them."""
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens or self.longest, strategy="longest_first")
        scores = []
        for passage in passages:
            pair = self.tokenizer.encode(query, passage)
            types = {"token_type_ids": torch.tensor([pair.type_ids])} if self.family == "bert" else {}
            with torch.no_grad():
                scores.append(self.pairs(torch.tensor([pair.ids]), **types).logits.item())
        return scores

    def token_vectors(self, text, query, rules):
        """Of the tokens of a text, as colbert-ir and PyLate have them: `rules` has the marker, tokens at most, the mask token, whether it
        is attended to, and the pieces that documents go without. A row for each token."""
        limit = rules["query_tokens" if query else "document_tokens"]
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(limit - 1)
        ids = self.tokenizer.encode(text).ids
        ids.insert(1, self.tokenizer.token_to_id(rules["query_marker" if query else "document_marker"]))
        mask = [1] * len(ids)
        if query:
            filling = limit - len(ids)
            ids += [self.tokenizer.token_to_id(rules["mask"])] * filling
            mask += [1 if rules["attends"] else 0] * filling
        skipped = set() if query else {self.tokenizer.token_to_id(piece) for piece in rules["skipped"]}
        with torch.no_grad():
            hidden = self.pairs.base_model(torch.tensor([ids]), attention_mask=torch.tensor([mask])).last_hidden_state[0]
            rows = torch.nn.functional.normalize(self.projection(hidden), p=2, dim=1)
        return rows[[id not in skipped for id in ids]].numpy()

    def weights(self, text, strategy="max", twice=False, max_tokens=None):
        """Of the vocabulary, as SPLADE and the SparseEncoder of sentence-transformers have them."""
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens or self.longest)
        with torch.no_grad():
            numbers = torch.log1p(torch.relu(self.words(torch.tensor([self.tokenizer.encode(text).ids])).logits[0]))
            numbers = torch.log1p(numbers) if twice else numbers
            return (numbers.amax(dim=0) if strategy == "max" else numbers.sum(dim=0)).numpy()


QUERY = "the database of vectors"
TEXTS = ["", "vectors", "to open a file.", "Hello, world!", "a database is the index of vectors and of texts, of numbers and more"]


def rules_of(model):
    """With markers that the tokenizer has, two letters."""
    mask = "[MASK]" if model.tokenizer_name == "wordpiece" else "<mask>"
    return {"query_marker": "a", "document_marker": "b", "query_tokens": 14, "document_tokens": 13, "mask": mask, "attends": False,
            "skipped": PUNCTUATION}


def digits(numbers):
    return [round(float(number), 7) for number in numbers]


PUNCTUATION = list(string.punctuation)


def main(folder):
    for seed, family in enumerate(name for name in FAMILIES if name != "roberta"):
        model = TinyHeads(family, seed)
        place = pathlib.Path(folder) / family
        model.save(place)
        (place / "config.json").write_text(json.dumps(model.configuration("SequenceClassification", id2label={"0": "LABEL_0"})) + "\n")
        expected = {
            "tokenizer": "wordpiece.json" if model.tokenizer_name == "wordpiece" else f"heads/{model.tokenizer_name}.json",
            "query": QUERY,
            "texts": TEXTS,
            "scores": digits(model.scores(QUERY, TEXTS)),
            # Of the third text, and of the second as a question, which is filled up with mask tokens.
            "vectors": digits(model.token_vectors(TEXTS[2], False, rules_of(model)).flatten()),
            "query_vectors": digits(model.token_vectors(TEXTS[1], True, rules_of(model)).flatten()),
            "weights": digits(model.weights(TEXTS[2])),
        }
        if model.tokenizer_name != "wordpiece":
            (place.parent / (model.tokenizer_name + ".json")).write_text(model.tokenizer_json)
        (place / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
