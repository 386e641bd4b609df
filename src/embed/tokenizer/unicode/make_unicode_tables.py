#!/usr/bin/env python3
"""Writes the tables of unicode_tables.h from classes.b85, which holds what the reference implementation thinks of every character.

Decompositions, combining classes and lower case come from this Python's Unicode, for the characters that classes.b85 names: Unicode
promises that they never change once a character is assigned. Needs Unicode 14 or later.

usage: make_unicode_tables.py CLASSES.b85 OUTPUT.cc
"""
import base64
import sys
import unicodedata
import zlib

LIMIT = 0x110000
TEXT_LIMIT = 0x30000  # nothing beyond it has a decomposition or a lower case
BLOCK = 64

FLAGS = ["other", "nonspacing", "mark", "blank", "punctuation", "numeric", "word", "regex_word", "canonical", "compatible", "lower",
         "conjunct_extend", "conjunct_linker"]
SECOND = 13  # the bit of what may join the character before it
CATEGORIES = ["", "lu", "ll", "lt", "lm", "lo", "n", "m", "p", "s"]
GRAPHEMES = ["", "cr", "lf", "control", "extend", "zwj", "regional_indicator", "prepend", "spacingmark", "l", "v", "t", "lv", "lvt",
             "extended_pictographic", "incb_consonant"]


def read(path):
    with open(path, encoding="ascii") as file:
        text = zlib.decompress(base64.b85decode(file.read().replace("\n", ""))).decode()
    sets, lower = {}, {}
    for line in text.split("\n"):
        name, *numbers = line.split(" ")
        numbers = list(map(int, numbers))
        if name == "lowercase":
            lower[numbers[0]] = numbers[1:]
            continue
        codes, at = sets.setdefault(name, set()), 0
        for gap, length in zip(numbers[::2], numbers[1::2]):
            codes.update(range(at + gap, at + gap + length))
            at += gap + length
    return sets, lower


def compositions(canonical):
    """(first, second) -> whole: the canonical pairs that composition may use."""
    pairs = {}
    for code in canonical:
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and unicodedata.normalize("NFC", chr(code)) == chr(code):
            pairs[int(parts[0], 16), int(parts[1], 16)] = code
    return pairs


def traits(sets, pairs):
    values = [0] * LIMIT
    for bit, name in enumerate(FLAGS):
        for code in sets[name]:
            values[code] |= 1 << bit
    for code in {second for _, second in pairs} | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3)):
        values[code] |= 1 << SECOND
    for number, name in enumerate(CATEGORIES[1:], 1):
        for code in sets["regex_" + name]:
            values[code] |= number << 16
    for number, name in enumerate(GRAPHEMES[1:], 1):
        for code in sets.get("grapheme_" + name, ()):
            values[code] |= number << 20
    for code in range(0xAC00, 0xD7A4):
        values[code] |= GRAPHEMES.index("lv" if (code - 0xAC00) % 28 == 0 else "lvt") << 20
    for code in sets["mark"]:
        values[code] |= unicodedata.combining(chr(code)) << 24
    return values


def two_stage(values):
    blocks, index = {}, []
    for start in range(0, len(values), BLOCK):
        index.append(blocks.setdefault(tuple(values[start:start + BLOCK]), len(blocks)))
    return index, [value for block in blocks for value in block]


def texts(codes, text_of, pool):
    """For each character the place in `pool` of a length and the characters that it becomes; 0 for itself."""
    places = [0] * TEXT_LIMIT
    for code in sorted(codes):
        places[code] = len(pool)
        text = text_of(code)
        pool += [len(text), *text]
    return places


def array(kind, name, values):
    rows = [",".join(map(str, values[i:i + 32])) for i in range(0, len(values), 32)]
    return f"const {kind} {name}[] = {{\n" + ",\n".join(rows) + "};\n"


def main(source, output):
    if tuple(map(int, unicodedata.unidata_version.split("."))) < (14, 0, 0):
        sys.exit(f"needs a Python with Unicode 14 or later; this one has {unicodedata.unidata_version}")
    sets, lower = read(source)
    pairs = compositions(sets["canonical"])
    pool = [0]
    tables = {
        "Trait": two_stage(traits(sets, pairs)),
        "Canonical": two_stage(texts(sets["canonical"], lambda code: [ord(c) for c in unicodedata.normalize("NFD", chr(code))], pool)),
        "Compatible": two_stage(texts(sets["compatible"], lambda code: [ord(c) for c in unicodedata.normalize("NFKD", chr(code))], pool)),
        "Lower": two_stage(texts(sets["lower"], lambda code: lower.get(code) or [ord(c) for c in chr(code).lower()], pool)),
    }
    assert len(pool) < 1 << 16
    content = ""
    for name, (index, values) in tables.items():
        content += array("std::uint16_t", f"k{name}Index", index)
        kind, plural = ("std::uint32_t", "s") if name == "Trait" else ("std::uint16_t", "Places")
        content += array(kind, f"k{name}{plural}", values)
    content += array("char32_t", "kUnicodeTexts", pool)
    ordered = sorted((first, second, whole) for (first, second), whole in pairs.items())
    content += array("UnicodePair", "kUnicodePairs", [f"{{{first},{second},{whole}}}" for first, second, whole in ordered])
    content += f"const std::size_t kUnicodePairCount = {len(ordered)};\n"
    with open(output, "w", encoding="ascii") as out:
        out.write('#include "embed/tokenizer/unicode/unicode_tables.h"\n\nnamespace vecstore::unicode {\n\n' + content +
                  "\n}  // namespace vecstore::unicode\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
