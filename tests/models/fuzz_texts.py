"""Texts that break tokenizers, the same for the same seed: words of many scripts, characters of all planes, marks, joiners, controls,
long runs, blanks of every kind, and the added tokens of a tokenizer whole and in parts."""

import random

WORDS = """the of and to in is database Vector HELLO don't I'll you've THEY'RE we'd it's x86_64 3.14159 2026-11-21 12345678901 internationalization
naïve Straße Ångström café résumé Zürich İstanbul ﬁancé Привет мир Ελλάδα ΣΊΣΥΦΟΣ שלום עולם مرحبا العالم नमस्ते दुनिया สวัสดี ชาวโลก မင်္ဂလာပါ
こんにちは 世界 漢字かな交じり文 カタカナ ｶﾀｶﾅ 한국어 안녕하세요 ｆｕｌｌｗｉｄｔｈ e\u0301\u0323 a\u0323\u0301 ấ Å Ω 한 Tiếng Việt ქართული Հայերեն አማርኛ
🤖 👩\u200d👩\u200d👧 🇩🇪🇫🇷🇺🇸 👍🏽 ❤\ufe0f 1️⃣ ©\u200d® \u200b \u200c \u200d \ufeff \u202e \u2060 \u00ad ▁ ▁▁ ▁the <s> </s> <unk> <pad> <mask> [CLS] [SEP]
[MASK] [UNK] <|endoftext|> <0x0A> ##ing ##s Ġthe https://example.org/a?b=c&d=%20 user@example.org int main() {"a": [1]} ---------- ...... !!!
\\u0041 aaaaaaaaaaaaaaaaaaaaaaaa \U0010ffff \ud7ff \ue000 'S 'T 'LL 'ſ ŉ ǆ ẞ ﬀ ﬃ ½ ² Ⅷ ① ㎏ ㍿ ﷺ ﷽ \U0001d55c \U0001d15e \U0001f3fb \u0f73 \u0344 क्ष
क्\u200dष ക്ഷ ශ්\u200dරී \u0600\u0661 \u1100\u1161\u11a8 각 \uac00\u11a8 \u0958 \u2126 \u212b \u1fbe \u1e9b\u0323""".split()

BLANKS = [" ", "  ", "   ", "        ", "\t", "\n", "\r\n", "\n\n\n", " \n ", "\r", "\x0b", "\x0c", "\x85", "\xa0", "\u1680", "\u2003", "\u2028",
          "\u2029", "\u202f", "\u205f", "\u3000", "\x1c", "\x1f", "\u180e", "\u200b"]

BLOCKS = [(0x00, 0x7F), (0x20, 0x7E), (0x80, 0x24F), (0x250, 0x36F), (0x370, 0x5FF), (0x600, 0x8FF), (0x900, 0xDFF), (0xE00, 0x109F),
          (0x1100, 0x13FF), (0x1400, 0x1FFF), (0x2000, 0x2BFF), (0x2C00, 0x30FF), (0x3100, 0x4DFF), (0x4E00, 0x9FFF), (0xA000, 0xABFF),
          (0xAC00, 0xD7A3), (0xD7B0, 0xD7FF), (0xF900, 0xFFFF), (0x10000, 0x11FFF), (0x12000, 0x1CFFF), (0x1D000, 0x1DFFF),
          (0x1E000, 0x1F2FF), (0x1F300, 0x1FAFF), (0x20000, 0x323AF), (0xE0000, 0xE01FF), (0xE000, 0xF8FF), (0xF0000, 0x10FFFF)]

MARKS = [chr(code) for first, last in [(0x300, 0x36F), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x93C, 0x94D), (0xE34, 0xE3A),
                                       (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0x302A, 0x302F), (0x3099, 0x309A), (0xFE20, 0xFE2F),
                                       (0x1D165, 0x1D169), (0x1D16D, 0x1D172), (0xFE00, 0xFE0F)] for code in range(first, last + 1)]


def character(rng):
    first, last = rng.choice(BLOCKS)
    return chr(rng.randint(first, last))


def piece(rng, specials):
    kind = rng.randrange(16)
    if kind < 5:
        return rng.choice(WORDS)
    if kind < 7:
        return character(rng)
    if kind < 10:
        return " "
    if kind == 10:
        return rng.choice(BLANKS)
    if kind == 11:
        return rng.choice(("a", "e", "ก", "क", "か", "각", "=", "\u0301", character(rng))) + "".join(rng.choices(MARKS, k=rng.randint(1, 4)))
    if kind == 12 and specials:
        text = rng.choice(specials)
        return text if rng.random() < 0.8 else text[:rng.randint(1, len(text))]
    if kind == 13:
        return rng.choice((" ", "a", "\n", "1", "'", "中", "é", "!", "\u0301", character(rng))) * rng.choice((2, 3, 7, 30, 120))
    if kind == 14:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789 .,'-_/", k=rng.randint(1, 20)))
    return rng.choice(WORDS) + rng.choice((" ", ", ", ". ", "'s ", "\n"))


def text(rng, specials):
    length = rng.randrange(200) if rng.randrange(25) == 0 else rng.randrange(16)
    return "".join(piece(rng, specials) for _ in range(length))


def texts(seed, count, specials=()):
    rng = random.Random(seed)
    return [text(rng, specials) for _ in range(count)]
