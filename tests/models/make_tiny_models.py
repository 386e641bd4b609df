"""Makes tests/models/data: tiny encoders with random weights, and what PyTorch makes of some tokens with them.

Needs the packages torch, transformers and safetensors; made with 1.13.1 (Debian's python3-torch), 4.30.2 and 0.5 or later. The tests
read what this wrote; it is here to say how, and to be run again when a family is added.

usage: make_tiny_models.py FOLDER
"""

import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

TEXTS = [[2, 5, 9, 11, 3], [2, 3], [2, 7, 7, 19, 4, 12, 8, 17, 6, 3], [4]]

SIZES = dict(vocab_size=20, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20)
MODELS = {
    "bert": ("BertModel", transformers.BertConfig(**SIZES, max_position_embeddings=12)),
    "bert-tanh": ("BertModel", transformers.BertConfig(**SIZES, max_position_embeddings=12, hidden_act="gelu_new")),
    "roberta": (
        "RobertaModel",
        transformers.RobertaConfig(**SIZES, max_position_embeddings=14, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5),
    ),
    "mpnet": (
        "MPNetModel",
        transformers.MPNetConfig(**SIZES, max_position_embeddings=14, pad_token_id=1, relative_attention_num_buckets=32),
    ),
    "distilbert": (
        "DistilBertModel",
        transformers.DistilBertConfig(
            vocab_size=20, dim=12, n_layers=2, n_heads=3, hidden_dim=20, max_position_embeddings=12, activation="relu"
        ),
    ),
}


def randomize(model, generator, spread=0.4):
    """Weights large enough that every part of the model moves its result; half precision, which the files keep."""
    for name, parameter in model.named_parameters():
        center = 1.0 if "LayerNorm.weight" in name or "layer_norm.weight" in name else 0.0
        values = torch.randn(parameter.shape, generator=generator) * (spread if parameter.dim() > 1 else 0.2) + center
        parameter.data = values.half().float()


def main(folder):
    for number, (name, (kind, config)) in enumerate(MODELS.items()):
        model = getattr(transformers, kind)(config).eval()
        randomize(model, torch.Generator().manual_seed(number))
        model = model.double()
        place = pathlib.Path(folder) / name
        place.mkdir(parents=True, exist_ok=True)
        tensors = {
            key: value.half().numpy() for key, value in model.state_dict().items() if value.is_floating_point() and "pooler" not in key
        }
        save_file(tensors, place / "model.safetensors")
        kept = {key: value for key, value in config.to_dict().items() if key in KEPT}
        (place / "config.json").write_text(json.dumps(kept, indent=1) + "\n")
        with torch.no_grad():
            rows = [model(torch.tensor([ids])).last_hidden_state[0].numpy() for ids in TEXTS]
        # For each text: how many tokens, their ids, and a row of floats for each.
        with open(place / "expected.bin", "wb") as file:
            for ids, row in zip(TEXTS, rows):
                file.write(np.array([len(ids), *ids], dtype="<u4").tobytes())
                file.write(row.astype("<f4").tobytes())


KEPT = """model_type vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act layer_norm_eps
max_position_embeddings type_vocab_size pad_token_id relative_attention_num_buckets dim n_layers n_heads hidden_dim activation
position_embedding_type""".split()


if __name__ == "__main__":
    main(*sys.argv[1:])
