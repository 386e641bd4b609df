"""Reads scripts: README.md is their specification."""
import json
import re
from dataclasses import dataclass, field


class ScriptError(Exception):
    """The script itself is wrong."""


@dataclass
class Expectation:
    line: int
    form: str  # ids, scores, distances, records, length, recall, error, near, absent, equal
    pointer: str = ""
    value: object = None


@dataclass
class Step:
    line: int
    verb: str
    arguments: list  # of JSON texts, with <placeholders> still in them
    expectations: list = field(default_factory=list)
    lets: list = field(default_factory=list)  # (name, pointer)

    @property
    def fails(self):
        return any(e.form == "error" for e in self.expectations)


@dataclass
class Script:
    name: str
    title: str
    text: str
    only: list  # surfaces; empty: all
    steps: list


_decoder = json.JSONDecoder()


def split_arguments(text):
    """JSON texts and bare words, which become JSON strings. What is no JSON is one argument to the end of the line."""
    arguments, at = [], 0
    while True:
        while at < len(text) and text[at] == " ":
            at += 1
        if at == len(text):
            return arguments
        if text[at] in '{["-0123456789<':
            try:
                end = _decoder.raw_decode(text, at)[1]
            except (ValueError, RecursionError):
                end = len(text)
        else:
            end = text.find(" ", at) if " " in text[at:] else len(text)
            word = text[at:end]
            arguments.append(word if word in ("true", "false", "null") else json.dumps(word))
            at = end
            continue
        arguments.append(text[at:end])
        at = end


def _logical_lines(text):
    """(number, line) with continuations, which begin with a space, joined; without comments and blank lines."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] == " " and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + " " + line.strip())
        else:
            lines.append((number, line.rstrip()))
    return lines


_TABLE = ("ids", "scores", "distances", "records", "length", "recall")


def _expectation(number, text):
    word, _, rest = text.partition(" ")
    try:
        if word == "error":
            code, _, words = rest.partition(" ")
            return Expectation(number, "error", value=(code, [json.loads(w) for w in split_arguments(words)]))
        if word in _TABLE:
            return Expectation(number, word, value=json.loads(rest))
        if not word.startswith("/"):
            return Expectation(number, "equal", value=text)
        if rest == "absent":
            return Expectation(number, "absent", word)
        if rest.startswith("~ "):
            return Expectation(number, "near", word, json.loads(rest[2:]))
        return Expectation(number, "equal", word, rest)
    except ValueError as error:
        raise ScriptError(f"line {number}: {error}: {text}") from None


def read_script(name, text):
    lines = text.splitlines()
    title = lines[0][1:].strip() if lines and lines[0].startswith("#") else ""
    if not title:
        raise ScriptError("the first line must be a comment that says what the script holds")
    only, steps = [], []
    for number, line in _logical_lines(text):
        word, _, rest = line.partition(" ")
        if word == "only":
            only = rest.partition(":")[0].split()
            if not only or ":" not in rest:
                raise ScriptError(f"line {number}: 'only' names surfaces and, after a colon, says why")
        elif word == "expect":
            if not steps:
                raise ScriptError(f"line {number}: nothing to expect of yet")
            steps[-1].expectations.append(_expectation(number, rest))
        elif word == "let":
            name_of, _, pointer = rest.partition(" ")
            steps[-1].lets.append((name_of, pointer))
        else:
            steps.append(Step(number, word, split_arguments(rest)))
    if not any(step.expectations for step in steps):
        raise ScriptError("nothing is expected: the script cannot fail")
    return Script(name, title, text, only, steps)


def generated_vector(seed, dimension):
    """Components from -1 to 1 with 24 bits each, so that a float holds them exactly; the generator of README.md."""
    x = (seed * 2654435761 + 1) % 2**32
    components = []
    for i in range(dimension + 4):
        x ^= x << 13 & 0xFFFFFFFF
        x ^= x >> 17
        x ^= x << 5 & 0xFFFFFFFF
        if i >= 4:
            components.append((x >> 8) / 2**23 - 1)
    return components


def generated_records(options):
    """What `generate` writes."""
    rows, dimension, seed = options["rows"], options["dimension"], options.get("seed", 1)
    start = options.get("start", 0)
    return [
        {"id": f"r{i:05}", "vector": generated_vector(seed + i, dimension), "metadata": {"n": i, "group": i % 10}}
        for i in range(start, start + rows)
    ]


_PLACEHOLDER = re.compile(r"<(?:times (\d+) ([^>]*)|vector (\d+) (\d+)|(\w+))>")


def fill(text, variables):
    """The text with its placeholders replaced."""
    def one(match):
        times, what, seed, dimension, name = match.groups()
        if times:
            return what * int(times)
        if seed:
            return json.dumps(generated_vector(int(seed), int(dimension)))
        return json.dumps(variables[name]) if name in variables else match.group()

    return _PLACEHOLDER.sub(one, text)
