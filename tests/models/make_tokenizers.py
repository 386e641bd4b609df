#!/usr/bin/env python3
"""Trains small tokenizers of every family and with odd settings, for parity.py: what cannot be had from a package.

usage: make_tokenizers.py FOLDER
"""

import json
import pathlib
import random
import sys
import tempfile

import fuzz_texts
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
SPECIALS = ["<s>", "</s>", "<unk>", "<pad>", "<mask>"]


def make_corpus():
    rng = random.Random(7)
    words = [word for word in fuzz_texts.WORDS if len(word) < 16]
    common = rng.choices(words, k=400)
    return [" ".join(rng.choices(common + words, k=12)) for _ in range(3000)] + fuzz_texts.texts(8, 2000)


CORPUS = make_corpus()


def charsmap(rule):
    """SentencePiece's own table of a normalisation, out of a model trained for that alone."""
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder, "text")
        text.write_text("\n".join("abcdefghij klmnop qrstuvwxyz" for _ in range(50)), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(input=str(text), model_prefix=f"{folder}/model", vocab_size=31, normalization_rule_name=rule,
                                                 hard_vocab_limit=False, minloglevel=2)
        model = sentencepiece_model_pb2.ModelProto()
        model.ParseFromString(pathlib.Path(folder, "model.model").read_bytes())
        return model.normalizer_spec.precompiled_charsmap


def template(single, pair, ids):
    return processors.TemplateProcessing(single=single, pair=pair, special_tokens=list(ids.items()))


def train(model, trainer, normalizer=None, splitter=None, post=None, added=(), corpus=None):
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    if splitter:
        tokenizer.pre_tokenizer = splitter
    tokenizer.train_from_iterator(corpus or CORPUS, trainer)
    tokenizer.add_tokens(list(added))
    if post:
        tokenizer.post_processor = post(tokenizer)
    return tokenizer


def unigram(normalizer, splitter, post=None, size=900, added=()):
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=SPECIALS, unk_token="<unk>", show_progress=False)
    return train(models.Unigram(), trainer, normalizer, splitter, post, added, CORPUS[:3000])  # which has fewer characters


def wordpiece(normalizer, splitter, post=None, added=()):
    trainer = trainers.WordPieceTrainer(vocab_size=900, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False)
    return train(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20), trainer, normalizer, splitter, post, added)


def bpe(normalizer, splitter, post=None, alphabet=(), added=(), **settings):
    trainer = trainers.BpeTrainer(vocab_size=1500, special_tokens=SPECIALS, initial_alphabet=list(alphabet), limit_alphabet=400,
                                  show_progress=False)
    return train(models.BPE(**settings), trainer, normalizer, splitter, post, added)


def sentence_template(tokenizer):
    return template("<s> $A </s>", "<s> $A </s> </s> $B </s>", {name: tokenizer.token_to_id(name) for name in ("<s>", "</s>")})


def ends_template(tokenizer):
    return template("$A </s>", "$A </s> $B </s>", {"</s>": tokenizer.token_to_id("</s>")})


def bert(tokenizer):
    return processors.BertProcessing(("[SEP]", tokenizer.token_to_id("[SEP]")), ("[CLS]", tokenizer.token_to_id("[CLS]")))


def roberta(trims, prefix):
    def make(tokenizer):
        ends = [(name, tokenizer.token_to_id(name)) for name in ("</s>", "<s>")]
        return processors.RobertaProcessing(*ends, trim_offsets=trims, add_prefix_space=prefix)
    return make


def with_settings(tokenizer, **settings):
    """Settings of the model that no trainer offers."""
    content = json.loads(tokenizer.to_str())
    content["model"].update(settings)
    return Tokenizer.from_str(json.dumps(content))


def unigrams():
    nmt, plain, folded = (normalizers.Precompiled(charsmap(rule)) for rule in ("nmt_nfkc", "nfkc", "nmt_nfkc_cf"))
    metaspace = pre_tokenizers.Metaspace
    words = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace()])
    mask = [AddedToken("<mask>", lstrip=True, special=True)]
    yield "unigram-xlmr", unigram(nmt, words, sentence_template, added=mask)
    yield "unigram-t5", unigram(plain, metaspace(prepend_scheme="first"), ends_template)
    spaces = normalizers.Sequence([normalizers.Strip(), plain, normalizers.Replace(Regex(" {2,}"), "▁")])
    yield "unigram-bytes", with_settings(unigram(spaces, metaspace(prepend_scheme="never")), byte_fallback=True)
    albert = normalizers.Sequence([normalizers.Replace("``", '"'), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), folded])
    yield "unigram-albert", unigram(albert, words, sentence_template)
    whole = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Prepend("▁")])
    yield "unigram-whole", unigram(whole, metaspace(split=False))


def bert_kinds():
    split = pre_tokenizers.BertPreTokenizer()
    yield "bert-cased", wordpiece(normalizers.BertNormalizer(lowercase=False), split, bert)
    yield "bert-accents", wordpiece(normalizers.BertNormalizer(False, False, True, False), split, bert)
    yield "bert-lower", wordpiece(normalizers.BertNormalizer(True, True, False, True), split, bert)
    steps = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    digits = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(True), pre_tokenizers.Punctuation("merged_with_previous")])
    added = [AddedToken("database", single_word=True), AddedToken("HELLO", normalized=True), AddedToken("of", lstrip=True, rstrip=True),
             AddedToken("naïve", normalized=True, single_word=True, rstrip=True), AddedToken("  ", special=True)]
    yield "wordpiece-steps", wordpiece(steps, digits, bert, added)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        yield "wordpiece-" + form, wordpiece(getattr(normalizers, form)(), pre_tokenizers.WhitespaceSplit(), bert)


def byte_levels():
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    byte_level = pre_tokenizers.ByteLevel
    mask = [AddedToken("<mask>", lstrip=True, special=True), AddedToken(" \u3000x "), AddedToken("\t\t")]
    yield "roberta", bpe(None, byte_level(add_prefix_space=False), roberta(True, False), alphabet, mask)
    yield "roberta-prefix", bpe(None, byte_level(add_prefix_space=True), roberta(True, True), alphabet, mask)
    yield "gpt2-keep", bpe(None, byte_level(add_prefix_space=True), lambda _: processors.ByteLevel(trim_offsets=False), alphabet)
    yield "bytes-some", bpe(None, byte_level(add_prefix_space=True), lambda _: processors.ByteLevel(trim_offsets=True))
    yield "bytes-unknown", bpe(None, byte_level(), roberta(True, True), unk_token="<unk>")
    split = pre_tokenizers.Split(Regex(GPT2), "isolated")
    yield "bytes-normalizer", bpe(normalizers.ByteLevel(), split, None, alphabet)

    def both(tokenizer):
        return processors.Sequence([processors.ByteLevel(trim_offsets=True, add_prefix_space=False), sentence_template(tokenizer)])
    yield "bytes-sequence", with_settings(bpe(normalizers.NFC(), byte_level(add_prefix_space=False), both, alphabet), ignore_merges=True)


def character_kinds():
    metaspace = pre_tokenizers.Metaspace
    yield "bpe-unknown", bpe(None, metaspace(), sentence_template, unk_token="<unk>")
    yield "bpe-fused", bpe(normalizers.NFKC(), metaspace(), sentence_template, unk_token="<unk>", fuse_unk=True)
    yield "bpe-dropped", bpe(None, metaspace(split=False))
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    fallback = bpe(None, pre_tokenizers.WhitespaceSplit(), None, unk_token="<unk>", fuse_unk=True, byte_fallback=True, added=pieces)
    vocabulary = {**json.loads(fallback.to_str())["model"]["vocab"], **{piece: fallback.token_to_id(piece) for piece in pieces}}
    yield "bpe-bytes", with_settings(fallback, vocab=vocabulary)
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        splits = [pre_tokenizers.Split(" ", behavior), pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), behavior, invert=behavior != "removed"),
                  pre_tokenizers.Digits(False), pre_tokenizers.CharDelimiterSplit("a"), pre_tokenizers.Punctuation(behavior)]
        yield "split-" + behavior, bpe(normalizers.Strip(left=True, right=False), pre_tokenizers.Sequence(splits), unk_token="<unk>")


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for make in (unigrams, bert_kinds, byte_levels, character_kinds):
        for name, tokenizer in make():
            tokenizer.save(str(folder / (name + ".json")))


if __name__ == "__main__":
    main(*sys.argv[1:])
