"""Compares answers with what is expected of them, and answers of two surfaces with each other."""
import json
import math
import struct

from script import fill

TOLERANCE = 1e-5  # of scores and distances, relative above 1: sums of floats differ between instruction sets

STAMPS = {"created_at", "updated_at", "deleted_at", "version"}  # set by the store at each write
VOLATILE = STAMPS | {"expires_at", "quantization"}  # and what follows from the time or the configuration: different on every run


class Mismatch(Exception):
    """What was expected, and what came."""


def shorten(value, most=300):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else text[:most] + " .."


VECTORS = {"vector", "vectors"}  # members whose numbers are 32-bit floats


def same(a, b, components=False):
    """JSON equality: 1 and 1.0 differ, except in vectors, and so do true and 1; the order of members does not matter."""
    if components and {type(a), type(b)} <= {int, float}:
        return struct.pack("f", a) == struct.pack("f", b)
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k], components or k in VECTORS) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y, components) for x, y in zip(a, b))
    return a == b


def near(a, b):
    if isinstance(a, bool) or isinstance(b, bool) or not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        return False
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def alike(a, b):
    """As `same`, but numbers with a fraction may differ by the tolerance, and volatile members do not count."""
    if isinstance(a, float) and isinstance(b, float):
        return near(a, b)
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        keys = a.keys() - VOLATILE
        return keys == b.keys() - VOLATILE and all(alike(a[k], b[k]) for k in keys)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(alike, a, b))
    return a == b


ABSENT = object()


def at(answer, pointer):
    """The part that a JSON pointer (RFC 6901) leads to, or ABSENT."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(answer, list) and token.isdigit() and int(token) < len(answer):
            answer = answer[int(token)]
        elif isinstance(answer, dict) and token in answer:
            answer = answer[token]
        else:
            return ABSENT
    return answer


def _equal(wanted, got, pointer=""):
    if not same(wanted, got, components=not VECTORS.isdisjoint(pointer.split("/"))):
        raise Mismatch(f"expected {shorten(wanted)}, got {shorten(got)}")


def _numbers(wanted, got):
    if len(wanted) != len(got) or not all(map(near, wanted, got)):
        raise Mismatch(f"expected {shorten(wanted)}, got {shorten(got)}")


def _part(answer, pointer):
    part = at(answer, pointer)
    if part is ABSENT:
        raise Mismatch(f"there is no {pointer} in {shorten(answer)}")
    return part


def _error(wanted, error):
    code, words = wanted
    codes = error["code"] if isinstance(error["code"], list) else [error["code"]]
    if code not in codes:
        raise Mismatch(f"expected {code}, got {error['code']}: {shorten(error['message'])}")
    for word in words:
        if word.lower() not in error["message"].lower():
            raise Mismatch(f"expected an error that has '{word}', got '{shorten(error['message'])}'")


def check(expectation, outcome, variables, exact):
    """Raises Mismatch. `exact` answers the same step with every vector looked at."""
    form, pointer, value = expectation.form, expectation.pointer, expectation.value
    if form == "error":
        return _error(value, outcome["error"])
    answer = outcome["answer"]
    if form == "absent":
        if at(answer, pointer) is not ABSENT:
            raise Mismatch(f"expected no {pointer} in {shorten(answer)}")
    elif form == "near":
        if not near(value, _part(answer, pointer)):
            raise Mismatch(f"expected {pointer} near {value}, got {shorten(_part(answer, pointer))}")
    elif form == "equal":
        _equal(json.loads(fill(value, variables)), _part(answer, pointer), pointer)
    elif form == "length":
        _equal(value, len(answer))
    elif form == "records":
        _equal(value, [{k: v for k, v in record.items() if k not in STAMPS} for record in answer])
    elif form == "recall":
        wanted, got = {hit["id"] for hit in exact()}, {hit["id"] for hit in answer}
        if len(wanted & got) < value * len(wanted):
            raise Mismatch(f"expected a recall of {value}, got {len(wanted & got)} of {len(wanted)}")
    elif form == "ids":
        _equal(value, [one["id"] for one in answer])
    else:  # scores, distances
        _numbers(value, [one.get(form[:-1]) for one in answer])


def compare(reference, outcome):
    """Raises Mismatch where another surface answered otherwise."""
    if "error" in reference:
        codes = outcome["error"]["code"]
        if reference["error"]["code"] not in (codes if isinstance(codes, list) else [codes]):
            raise Mismatch(f"the reference fails with {reference['error']['code']}, this with {codes}")
    elif not alike(reference["answer"], outcome["answer"]):
        raise Mismatch(f"the reference answers {shorten(reference['answer'])}, this {shorten(outcome['answer'])}")
