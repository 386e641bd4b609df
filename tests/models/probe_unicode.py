#!/usr/bin/env python3
"""Asks the package `tokenizers` what it thinks of every Unicode character, and writes src/embed/tokenizer/unicode/classes.b85.

The library takes its tables from five places of four Unicode versions (Rust's standard library and the crates regex, unicode_categories,
unicode-normalization-alignments, unicode-segmentation; and Oniguruma). Ids are equal only if the tables are: so they are its own, and run
again when requirements-models.txt names another version. The classes of graphemes cannot be asked for; they come from the source of the
crate unicode-segmentation, as `cargo vendor` puts it down.

The file is deflated, base 85, and holds lines "name gap length gap length ...": runs of code points that have the property; then lines
"lowercase code code ..." for characters newer than Unicode 14, whose lower case the Python of a build may not know.

usage: probe_unicode.py UNICODE_SEGMENTATION_TABLES_RS OUTPUT
"""
import base64
import re
import sys
import unicodedata
import zlib

from tokenizers import Regex, normalizers, pre_tokenizers

ALL = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)  # computed, not stored


def removed_by(normalizer):
    return {code for code in ALL if normalizer.normalize_str(chr(code)) == ""}


def changed_by(normalizer):
    return {code for code in ALL if code not in HANGUL and normalizer.normalize_str(chr(code)) != chr(code)}


def matched_by(pattern):
    return removed_by(normalizers.Replace(Regex(pattern), ""))


def isolated_by(splitter):
    return {code for code in ALL if len(splitter.pre_tokenize_str(f"a{chr(code)}a")) == 3}


def words():
    splitter = pre_tokenizers.Whitespace()
    return {code for code in ALL if len(splitter.pre_tokenize_str("a" + chr(code))) == 1 and splitter.pre_tokenize_str(chr(code))}


def blanks():
    splitter = pre_tokenizers.WhitespaceSplit()
    return {code for code in ALL if not splitter.pre_tokenize_str(chr(code))}


def ranges_in(text):
    for first, last, kind in re.findall(r"\('\\u\{(\w+)\}',\s*'\\u\{(\w+)\}'(?:,\s*GC_(\w+))?\)", text):
        yield range(int(first, 16), int(last, 16) + 1), kind


def graphemes(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    sets = {}
    table = re.search(r"const grapheme_cat_table: .*?\];", source, re.S).group()
    for codes, kind in ranges_in(table):
        if kind not in ("LV", "LVT"):
            sets.setdefault("grapheme_" + kind.lower(), set()).update(codes)
    table = re.search(r"InCB_Extend_table: .*?\];", source, re.S).group()
    sets["conjunct_extend"] = {code for codes, _ in ranges_in(table) for code in codes}
    linkers = re.search(r"fn is_incb_linker.*?\n\}", source, re.S).group()
    sets["conjunct_linker"] = {int(code, 16) for code in re.findall(r"\\u\{(\w+)\}", linkers)}
    return sets


def properties(segmentation):
    sets = {
        "other": removed_by(normalizers.BertNormalizer(True, False, False, False)) | {0, 0xFFFD},
        "nonspacing": removed_by(normalizers.BertNormalizer(False, False, True, False)),
        "mark": removed_by(normalizers.StripAccents()),
        "blank": blanks(),
        "punctuation": isolated_by(pre_tokenizers.Punctuation()),
        "numeric": isolated_by(pre_tokenizers.Digits()),
        "word": words(),
        "regex_space": matched_by(r"\s"),
        "regex_word": matched_by(r"\w"),
        "canonical": changed_by(normalizers.NFD()),
        "compatible": changed_by(normalizers.NFKD()),
        "lower": changed_by(normalizers.Lowercase()),
    }
    for category in ("Lu", "Ll", "Lt", "Lm", "Lo", "N", "M", "P", "S"):
        sets["regex_" + category.lower()] = matched_by(rf"\p{{{category}}}")
    return {**sets, **graphemes(segmentation)}


def runs(codes):
    line, at, codes = [], 0, sorted(codes)
    i = 0
    while i < len(codes):
        j = i
        while j < len(codes) and codes[j] - codes[i] == j - i:
            j += 1
        line += [codes[i] - at, j - i]
        at = codes[i] + j - i
        i = j
    return line


def main(segmentation, output):
    sets = properties(segmentation)
    lines = [" ".join(map(str, [name, *runs(codes)])) for name, codes in sorted(sets.items())]
    lower = normalizers.Lowercase()
    for code in sorted(sets["lower"]):
        if unicodedata.category(chr(code)) == "Cn" or chr(code).lower() != lower.normalize_str(chr(code)):
            lines.append(" ".join(map(str, ["lowercase", code, *map(ord, lower.normalize_str(chr(code)))])))
    text = base64.b85encode(zlib.compress("\n".join(lines).encode(), 9)).decode()
    with open(output, "w", encoding="ascii") as file:
        file.writelines(text[i:i + 120] + "\n" for i in range(0, len(text), 120))
    for name, codes in sorted(sets.items()):
        print(f"{name:24} {len(codes):7} characters in {len(runs(codes)) // 2} runs")


if __name__ == "__main__":
    main(*sys.argv[1:])
