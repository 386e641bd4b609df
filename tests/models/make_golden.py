#!/usr/bin/env python3
"""Writes tests/models/data: a tiny tokenizer of each family, and what the package `tokenizers` makes of some texts, for golden_test.cc.

Each line of NAME.golden is a JSON object: the text (and the second, of a pair), ids, offsets in characters, types, special tokens.

usage: make_golden.py FOLDER
"""

import json
import pathlib
import sys

import fuzz_texts
import make_tokenizers as make
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, trainers

TEXTS = ["", " ", "Hello, world!", "the database of vectors don't won't", "  leading and trailing  ", "tab\tand\nnewline\r\n\n", "naïve Straße İstanbul",
         "e\u0301\u0323 a\u0323\u0301", "世界 漢字かな", "한국어 각", "🤖 👩\u200d👩 🇩🇪", "\u00a0\u3000\u200b\ufeff", "12345 ½ ² Ⅷ", "ﬁ ｆｕｌｌ ①",
         "</s><s><mask>  <mask>the", "[CLS] [MASK]", "\U0001d15ea\u0301\U0001d165", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x" * 30, "I'LL we'Ve 'S",
         "Привет мир", "\U0010ffff\ue000", "▁the▁", "don't (see [1]), e.g. a/b_c."]
PAIRS = [("the database", "of vectors"), ("", "a"), ("naïve", "é\u0301")]


def wordpiece():
    trainer = trainers.WordPieceTrainer(vocab_size=220, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], limit_alphabet=70,
                                        show_progress=False)
    return make.train(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20), trainer, normalizers.BertNormalizer(),
                      pre_tokenizers.BertPreTokenizer(), make.bert)


def unigram():
    trainer = trainers.UnigramTrainer(vocab_size=200, special_tokens=make.SPECIALS, unk_token="<unk>", show_progress=False)
    words = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    english = [word for word in fuzz_texts.WORDS if word.isascii()]
    return make.train(models.Unigram(), trainer, normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()]), words, make.sentence_template,
                      [AddedToken("<mask>", lstrip=True, special=True)], [" ".join(english)] * 20)


def byte_level():
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=make.SPECIALS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    return make.train(models.BPE(), trainer, None, pre_tokenizers.ByteLevel(add_prefix_space=False), make.roberta(True, False),
                      [AddedToken("<mask>", lstrip=True, special=True)])


def characters():
    trainer = trainers.BpeTrainer(vocab_size=200, special_tokens=make.SPECIALS, limit_alphabet=60, show_progress=False)
    steps = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return make.train(models.BPE(unk_token="<unk>", fuse_unk=True), trainer, steps, None, make.sentence_template, ["HELLO"])


def line(tokenizer, text, second=None):
    encoding = tokenizer.encode(text, second) if second is not None else tokenizer.encode(text)
    parts = {"text": text} if second is None else {"text": text, "second": second}
    return json.dumps({**parts, "ids": encoding.ids, "offsets": [place for pair in encoding.offsets for place in pair],
                       "types": encoding.type_ids, "special": encoding.special_tokens_mask})


def main(folder):
    folder = pathlib.Path(folder)
    for name, tokenizer in (("wordpiece", wordpiece()), ("unigram", unigram()), ("byte_level", byte_level()), ("characters", characters())):
        text = json.dumps(json.loads(tokenizer.to_str()), separators=(",", ":"))
        (folder / (name + ".json")).write_text(text + "\n", encoding="utf-8")
        tokenizer = Tokenizer.from_str(text)
        lines = [line(tokenizer, text) for text in TEXTS] + [line(tokenizer, *pair) for pair in PAIRS]
        (folder / (name + ".golden")).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
