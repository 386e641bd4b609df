"""Random documents, and the store's comparisons written again in plain Python: True, False, or None for unknown."""

import itertools
import math

WORDS = ["apple", "Apfel", "pear", "größe", "a_b", "50%", "x`y", "it's", '"', "日本", "", "back\\slash", "apple pie"]
NUMBERS = [-3, -1, 0, 1, 2, 7, 2**53 + 1, 0.5, -1.0, 2.0, 1e300]
FIELDS = ["n", "s", "b", "tags", "author", "odd key", "x`y", "größe", "$price", "select"]


def random_metadata(rng):
    """Any of the fields, each missing at times, null at times."""
    made = {
        "n": rng.choice(NUMBERS),
        "s": rng.choice(WORDS),
        "b": rng.random() < 0.5,
        "tags": rng.sample(WORDS, rng.randrange(4)),
        "author": {"name": rng.choice(WORDS), "born": rng.randrange(1900, 1910)},
        "odd key": rng.randrange(4),
        "x`y": rng.choice(WORDS),
        "größe": rng.random(),
        "$price": rng.randrange(5),
        "select": rng.choice([1, "1", 1.5, True, [1, "1"], {"a": [None, {"b": []}]}]),
    }
    for name in FIELDS:
        if rng.random() < 0.2:
            del made[name]
        elif rng.random() < 0.1:
            made[name] = None
    return made


def value_at(metadata, path):
    """What a path of keys leads to; None when nothing is there."""
    for key in path:
        metadata = metadata.get(key) if isinstance(metadata, dict) else None
    return metadata


def kind(value):
    return "bool" if isinstance(value, bool) else "number" if isinstance(value, (int, float)) else type(value).__name__


def equal(a, b):
    if kind(a) != kind(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
    return a == b


def below(a, b):
    """a < b, None where the two have no order. Strings by their UTF-8, as by code points."""
    return a < b if kind(a) == kind(b) and kind(a) in ("number", "str", "bool") else None


def invert(truth):
    return None if truth is None else not truth


def any_of(truths):
    truths = list(truths)
    return True if True in truths else None if None in truths else False


def all_of(truths):
    truths = list(truths)
    return False if False in truths else None if None in truths else True


def element_wise(test):
    """A list meets a condition when any of its elements does."""

    def whole(value, literal):
        if value is None:
            return None
        if isinstance(value, list):
            return any_of(None if v is None else test(v, literal) for v in value)
        return test(value, literal)

    return whole


eq = element_wise(equal)
lt = element_wise(below)
gt = element_wise(lambda a, b: below(b, a))
le = element_wise(lambda a, b: any_of([equal(a, b), below(a, b)]) if below(a, b) is not None else None)
ge = element_wise(lambda a, b: any_of([equal(a, b), below(b, a)]) if below(a, b) is not None else None)


def ne(value, literal):
    return invert(eq(value, literal))


def is_in(value, literals):
    return None if value is None else any_of(eq(value, one) for one in literals)


def contains(value, literal):
    if value is None:
        return None
    if isinstance(value, list):
        return any(equal(v, literal) for v in value)
    return isinstance(value, str) and isinstance(literal, str) and literal in value


def same_types(a, b):
    """Equality that also compares the types: 1, 1.0 and True are three values."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_types(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same_types, a, b))
    return a == b and (not isinstance(a, float) or math.copysign(1, a) == math.copysign(1, b))


def unit_vectors(rng, count, dimension=8):
    rows = [[rng.gauss(0, 1) for _ in range(dimension)] for _ in range(count)]
    return [[x / math.hypot(*row) for x in row] for row in rows]


numbered = itertools.count
