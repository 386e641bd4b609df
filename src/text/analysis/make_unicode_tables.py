#!/usr/bin/env python3
"""Writes the tables of unicode_tables.h: what class a character has in words, what it folds to, how marks combine.

Only characters of Unicode 14 count: later ones keep what they would have had then, that is, nothing, whatever the version of the
Python that runs this. Unicode promises that folding and composition of assigned characters never change; a test pins the result.

usage: make_unicode_tables.py OUTPUT.cc
"""
import base64
import itertools
import sys
import unicodedata
import zlib

# The characters assigned in Unicode 14: lengths of runs, unassigned and assigned by turns, as varints, deflated.
ASSIGNED = (
    'c-mD|OK4qH6m{*h&*z?d-'
    'o1IrOWw<Sd7qSg+I&sZCTSWaC2dTx7Ny!6lv1#@paUnFiA9Rofwd@#Ld80;IP^1V&A=i>?Vt({YEh_CMR20xNGgcB&kGg3_nvz``'
    '|P#%S$FMw$1OvKEr1eUR2ZVIq%iAhY|=A?1v-'
    '}Pq$$eLM?k8ZAoDZeh^PnRq?i&JvjY<}^@^|I4I9N<oV3i9f@Q!Ky+Q(o4Z9{UV@1fBg0(WfjT>zdS6S7@?eqjAAS{~!QUa&~>$o'
    'BYWZk+T-eq)9L}yD8m6*KkX|MZ;w_!0PJ|0wv9@B{Vc2HINPF0cIKvuRHiQ<eW73R4<7-'
    'MQw<Xt8$Z$qBAwSoa2#sG2@20v@>pg$sZq>^ciwEll*Id;f<iCU^^4oV7dYPD*6l1fqvF%1fb$s2E~X4Q`BW#2^Lz)&Nk(=o1^RN'
    'YOxP^VP(WYnCxPfcRYEvQ^A*ilN|sD6zFbx4}S#?_?ll37LuT@*P#hCnqGRDa%|p9a6Kd(-'
    'Y$Giu>m(&O#q=PYHF#Nz+=iA`0khU=&XUc^B<u19eg4~9wn@*~u2a)U}A!d(@5BLkJ4%9}a2?1EWK8)`pN?#FDB317!6eO`n{rX6'
    '8{PsoAK9|~oj;$L^u6GJv=T}5O!>gJh_j}*;Vv_{M{y1=Y)N|td6stqFFUtqkZfU4L<L6mKJS}Pt`56dAjIdKwoHI?`AK+@2ox`9'
    'E?M$SQk4)6ePcH7b*^hBYh8~xHnN_xDj7>pp<BO<|==nPcGic9X45V~L0G#2N$L|bL%<g?XDvA2m`Yz=crW>lSOx@tMt`}fXH7pC'
    'om^Y2ho02R^x&2FTpI@DJxC;KI--J-'
    'x=>&<p_y5ZyqN@*v?cD2PK`J`s2_J;pk4)C!YqS&<+iRu^dD0E{*B4CDwHtk8hDRj*nKU1Te%j;M;dLTHV(us3J>M$gJ+0g{0wH0'
    '@uu=kXd!#FZuS1pN<?Ts<UR3txf-Wcfzr5WolQ13+`-&%OXKK>MR`UyTSJyv+nA-'
    'U4L!s|=xY@6`>0K93C@yp&zzTLX(ef`L>dwGW~F6xxBTa)g3GLrnXhuf!lo5od<-'
    'D&k)=aagi66?v`7?_}PvbOL${4iZc_wrek!l9)16duAo@kbJWGYG<v#V#o(Cw-r=C6W;>Tq8P9bV=tL`IoNwy%>wsChjYYD-'
    'j^m$J8v&Yupq8a#RdH1$AuM$6|Wf?A~|RWm&F8k;&s_91DG;LoCtu`t2*u;!(K0!K0{^BvRZ)XK0L%hFl6h$Dn@~bM?X)CsJAFEW'
    'Wn7Llx9oShZ5zdEhyrdb4YYIIdC1NGq*uQdg-'
    'q-W%s^@(M6J=%05tzo6E7%YFwsIi7tm|5oK3|BzlCy70{?8b_YRZ+PiX_1E8ur2PX=+>iY'
)

LIMIT = 0x30000  # beyond it: ideographs, tags and private characters, which need no table
BLOCK = 64

CLASSES = ["other", "letter", "numeric", "katakana", "ideograph", "complex", "extend", "format", "extend_num_let", "mid_letter", "mid_num",
           "mid_num_let", "space", "emoji", "joiner"]
MID_LETTER = set(":\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a")
MID_NUM = set(",;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b")
MID_NUM_LET = set("'.\u2018\u2019\u2024\ufe52\uff07\uff0e")
# Scripts that write words without spaces between them: Thai, Lao, Myanmar, Khmer, Tai Le, New Tai Lue, Tai Tham.
COMPLEX = [(0x0E01, 0x0E5B), (0x0E81, 0x0EDF), (0x1000, 0x109F), (0x1780, 0x17DC), (0x1950, 0x19DF), (0x1A20, 0x1AAD), (0xA9E0, 0xA9FE),
           (0xAA60, 0xAADF), (0x11700, 0x1173F)]
KATAKANA = [(0x3031, 0x3035), (0x309B, 0x309C), (0x30A0, 0x30FF), (0x31F0, 0x31FF), (0x32D0, 0x32FE), (0x3300, 0x3357), (0xFF66, 0xFF9D),
            (0x1B164, 0x1B167)]
# Hiragana, like ideographs, are words of one character.
IDEOGRAPHS = [(0x3041, 0x3096), (0x309D, 0x309F), (0x1B001, 0x1B11F), (0x1F200, 0x1F200), (0x3005, 0x3007), (0x3021, 0x3029),
              (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAD9), (0x17000, 0x18CD5), (0x1B170, 0x1B2FB), (0x20000, 0x3FFFD)]
EMOJI = [(0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF)]
# Invisible by default, whatever their category: they vanish when folded.
IGNORED = [(0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0),
           (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF)]


def assigned():
    numbers, value, shift = [], 0, 0
    for byte in zlib.decompress(base64.b85decode("".join(ASSIGNED))):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value, shift = 0, 0
    result, at = set(), 0
    for number, inside in zip(numbers, itertools.cycle((False, True))):
        if inside:
            result.update(range(at, at + number))
        at += number
    return result


KNOWN = assigned()


def within(code, ranges):
    return any(first <= code <= last for first, last in ranges)


def is_ignored(code):
    soft = unicodedata.category(chr(code)) == "Cf" and not (0x600 <= code <= 0x605 or code in (0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)
                                                           or 0xFFF9 <= code <= 0xFFFB or 0x13430 <= code <= 0x13438)
    return within(code, IGNORED) or soft


def word_class(code):
    char = chr(code)
    if code not in KNOWN:
        return "other"
    category = unicodedata.category(char)
    if char in MID_LETTER:
        return "mid_letter"
    if char in MID_NUM:
        return "mid_num"
    if char in MID_NUM_LET:
        return "mid_num_let"
    if code == 0x200D:
        return "joiner"
    if category[0] == "M" or code == 0x200C or 0xFF9E <= code <= 0xFF9F or 0x1F3FB <= code <= 0x1F3FF:
        return "complex" if within(code, COMPLEX) else "extend"
    if category == "Cf":
        return "format"
    if category[0] == "Z" or char in "\t\n\v\f\r\u0085":
        return "space"
    if category == "Pc" or code == 0x202F:
        return "extend_num_let"
    if category == "Nd" or code == 0x066B:
        return "numeric"
    if within(code, IDEOGRAPHS):
        return "ideograph"
    if within(code, KATAKANA) and category != "Po":
        return "katakana"
    if within(code, COMPLEX) and category[0] in "LN":
        return "complex"
    if category[0] == "L" or category == "Nl" or 0x24B6 <= code <= 0x24E9 or 0x1F130 <= code <= 0x1F189 and category == "So":
        return "letter"
    if category in ("So", "Sk") and within(code, EMOJI):
        return "emoji"
    return "numeric" if category == "No" else "other"


def folded(code):
    """NFKC_Casefold of one character."""
    if is_ignored(code):
        return ""
    text = unicodedata.normalize("NFD", chr(code)).casefold()
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in unicodedata.normalize("NFKC", text) if not is_ignored(ord(c)))
    return unicodedata.normalize("NFC", text)


def compositions():
    """(first, second) -> composite: the canonical pairs that composition may use."""
    pairs = {}
    for code in range(LIMIT):
        parts = unicodedata.decomposition(chr(code)).split() if code in KNOWN else []
        if len(parts) == 2 and parts[0][0] != "<" and unicodedata.normalize("NFC", chr(code)) == chr(code):
            pairs[int(parts[0], 16), int(parts[1], 16)] = code
    return pairs


def two_stage(values):
    blocks, index = {}, []
    for start in range(0, LIMIT, BLOCK):
        index.append(blocks.setdefault(tuple(values[start:start + BLOCK]), len(blocks)))
    return index, [value for block in blocks for value in block]


def array(kind, name, values):
    rows = [",".join(map(str, values[i:i + 32])) for i in range(0, len(values), 32)]
    return f"const {kind} {name}[] = {{\n" + ",\n".join(rows) + "};\n"


def main():
    if tuple(map(int, unicodedata.unidata_version.split("."))) < (14, 0, 0):
        sys.exit(f"needs a Python with Unicode 14 or later; this one has {unicodedata.unidata_version}")
    pairs = compositions()
    seconds = {second for _, second in pairs} | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
    pool, places, classes, folds, combining = b"", {"": 1}, [], [], []
    for code in range(LIMIT):
        known = code in KNOWN and not 0xD800 <= code < 0xE000
        text = folded(code) if known else chr(code)
        unsettled = known and any(unicodedata.combining(c) or ord(c) in seconds for c in text)
        classes.append(CLASSES.index(word_class(code)) | (16 if unsettled else 0))
        combining.append(unicodedata.combining(chr(code)) if known else 0)
        if text == chr(code):
            folds.append(0)
            continue
        if text not in places:
            places[text] = len(pool) + 2
            encoded = text.encode()
            pool += bytes([len(encoded)]) + encoded
        folds.append(places[text])
    content = "".join(array("std::uint16_t", f"k{name}Index", index) + array(kind, f"k{name}", values)
                      for name, kind, (index, values) in (("Class", "std::uint8_t", two_stage(classes)), ("Fold", "std::uint16_t", two_stage(folds)),
                                                          ("Combining", "std::uint8_t", two_stage(combining))))
    content += array("char", "kFoldText", [byte - 256 if byte > 127 else byte for byte in pool])
    ordered = sorted((first, second, whole) for (first, second), whole in pairs.items())
    content += array("UnicodePair", "kPairs", [f"{{{first},{second},{whole}}}" for first, second, whole in ordered])
    content += f"const std::size_t kPairCount = {len(ordered)};\n"
    content += f"const std::uint32_t kUnicodeTables = {zlib.crc32(content.encode())}u;\n"
    with open(sys.argv[1], "w") as out:
        out.write('#include "text/analysis/unicode_tables.h"\n\nnamespace vecstore::text {\n\n' + content + "\n}  // namespace vecstore::text\n")


if __name__ == "__main__":
    main()
