#!/usr/bin/env python3
"""What VecStore reads out of Parquet files beside what pyarrow reads of the same files: every row, every character.

usage: compare_parquet.py PROGRAM [SEED]

PROGRAM is the command line `vecstore`. Needs pyarrow, which the Python environment of tools/setup has. pyarrow writes tables of random values,
with nulls and without, of every type it has, by all encodings, codecs and versions of pages and of the format; what it reads back, written as
"column: value" lines, must be the text that VecStore makes of it. Then it writes records, and what `import` makes of them is scanned.
"""
import array
import datetime
import decimal
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import uuid

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError:
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    python = cache / "vecstore/python/bin/python"
    if not python.exists() or pathlib.Path(sys.prefix) == python.parent.parent:
        sys.exit("compare_parquet.py needs pyarrow: tools/setup compare")
    os.execv(python, [python, *sys.argv])

ROWS = 700
CODECS = ["none", "snappy", "gzip", "zstd"]
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
WORDS = ["", "a", "Zürich", "a row\nof two lines", '"quoted"', "tab\there", "日本語", "common prefix 1", "common prefix 12", "x" * 300]


def clock(value, per_second):
    seconds, fraction = divmod(value, per_second)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    digits = f"{fraction * (10**9 // per_second):09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return f"{text}.{digits}" if digits else text


def moment(value, per_second):
    days, rest = divmod(value, per_second * 86400)
    return f"{datetime.date(1970, 1, 1) + datetime.timedelta(days)}T{clock(rest, per_second)}"


def is_text(value):
    try:
        return all(c >= " " or c in "\n\t\r" for c in value.decode())
    except UnicodeDecodeError:
        return False


def number(value):
    if value != value or value in (float("inf"), float("-inf")):
        return str(value), True
    return str(value), False


def leaf(scalar):
    """The text of a value and whether JSON quotes it; None when it is no text."""
    kind = scalar.type
    if pa.types.is_dictionary(kind):
        return scalar.as_py(), True
    if isinstance(kind, pa.UuidType):
        return str(scalar.as_py()), True
    if isinstance(kind, pa.JsonType):
        return scalar.as_py(), True
    if pa.types.is_boolean(kind):
        return str(scalar.as_py()).lower(), False
    if pa.types.is_integer(kind):
        return str(scalar.as_py()), False
    if pa.types.is_floating(kind):
        return number(float(scalar.as_py()))
    if pa.types.is_decimal(kind):
        return format(scalar.as_py(), "f"), False
    if pa.types.is_date(kind):
        return str(scalar.as_py()), True
    if pa.types.is_time(kind):
        return clock(scalar.value, UNITS[kind.unit]), True
    if pa.types.is_timestamp(kind):
        return moment(scalar.value, UNITS[kind.unit]) + ("Z" if kind.tz else ""), True
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return (scalar.as_py().decode(), True) if is_text(scalar.as_py()) else None
    return scalar.as_py(), True


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def as_json(scalar):
    kind = scalar.type
    if not scalar.is_valid:
        return "null"
    if pa.types.is_map(kind):
        pairs = [(entry["key"], entry["value"]) for entry in scalar.values]
        return "{" + ", ".join(f"{quoted(leaf(key)[0])}: {as_json(value)}" for key, value in pairs) + "}"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return "[" + ", ".join(as_json(item) for item in scalar.values) + "]"
    if pa.types.is_struct(kind):
        return "{" + ", ".join(f"{quoted(field.name)}: {as_json(scalar[field.name])}" for field in kind) + "}"
    found = leaf(scalar)
    return "null" if found is None else quoted(found[0]) if found[1] else found[0]


def lines(path, scalar):
    if not scalar.is_valid:
        return []
    if pa.types.is_struct(scalar.type):
        return [line for field in scalar.type for line in lines(f"{path}.{field.name}", scalar[field.name])]
    if pa.types.is_nested(scalar.type):
        return [f"{path}: {as_json(scalar)}"]
    found = leaf(scalar)
    return [f"{path}: {found[0]}"] if found and found[0] != "" else []


def expected(table):
    """The text of each row that has any, with its number."""
    rows = {}
    for i in range(table.num_rows):
        of_row = [line for name in table.column_names for line in lines(name, table[name][i])]
        if of_row:
            rows[i + 1] = "\n".join(of_row)
    return rows


def makers(rng):
    """Of each type how to make a value."""
    def whole(bits, signed=True):
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        return lambda: rng.choice([low, high, 0, rng.randint(low, high), rng.randint(max(low, -9), 9)])

    def real(step):
        return lambda: rng.choice([0.0, rng.randint(-1000, 1000) * step, float("nan"), float("inf"), -float("inf")])

    def fixed(digits, scale):
        return lambda: decimal.Decimal(rng.randint(-(10**digits - 1), 10**digits - 1)).scaleb(-scale, decimal.Context(prec=100))

    def moments(low, high):
        return lambda: rng.choice([0, rng.randint(low, high)])

    words = lambda: rng.choice(WORDS)
    year = 366 * 86400
    made = {pa.bool_(): lambda: rng.random() < 0.5, pa.null(): lambda: None,
            pa.float16(): real(0.125), pa.float32(): real(0.125), pa.float64(): lambda: rng.choice([real(0.125)(), rng.uniform(1, 999)]),
            pa.string(): words, pa.large_string(): words, pa.dictionary(pa.int32(), pa.string()): words,
            pa.binary(): lambda: rng.choice([rng.randbytes(9), b"bytes that are text"]), pa.binary(5): lambda: rng.choice([b"fixed", b"\x00\x01\x02\x03\xff"]),
            pa.decimal128(5, 2): fixed(5, 2), pa.decimal128(15, 0): fixed(15, 0), pa.decimal128(38, 10): fixed(38, 10), pa.decimal256(70, 30): fixed(70, 30),
            pa.date32(): lambda: datetime.date(rng.randint(1, 9999), 2, 28), pa.date64(): lambda: datetime.date(rng.randint(1, 9999), 3, 1),
            pa.uuid(): lambda: uuid.UUID(int=rng.getrandbits(128)).bytes, pa.json_(): lambda: json.dumps({"a": [1, words()]})}
    for bits, signed in itertools.product((8, 16, 32, 64), (True, False)):
        made[getattr(pa, f"{'' if signed else 'u'}int{bits}")()] = whole(bits, signed)
    for unit, per_second in UNITS.items():
        made[(pa.time32 if per_second <= 1000 else pa.time64)(unit)] = moments(0, 86400 * per_second - 1)
        made[pa.timestamp(unit)] = moments(-200 * year * per_second, 200 * year * per_second)
        made[pa.timestamp(unit, "Europe/Zurich")] = moments(-200 * year * per_second, 200 * year * per_second)
    items = lambda make: lambda: [make() for _ in range(rng.choice([0, 1, 2, 5]))]
    maybe = lambda make: lambda: make() if rng.random() < 0.8 else None
    count, word = made[pa.int64()], maybe(words)
    inner = pa.struct([("n", pa.int64()), ("deep", pa.struct([("s", pa.string()), ("l", pa.list_(pa.int64()))]))])
    one = lambda: {"n": maybe(count)(), "deep": maybe(lambda: {"s": word(), "l": maybe(items(maybe(count)))()})()}
    entries = lambda key, value: lambda: list({key(): value() for _ in range(rng.choice([0, 1, 3]))}.items())
    made |= {pa.list_(pa.int64()): items(maybe(count)), pa.list_(pa.string()): items(word), pa.large_list(pa.string()): items(word),
             pa.list_(pa.int32(), 3): lambda: [1, maybe(lambda: 2)(), 3], pa.list_(pa.list_(pa.int64())): items(maybe(items(maybe(count)))), inner: one,
             pa.list_(inner): items(maybe(one)), pa.map_(pa.string(), pa.int64()): entries(words, maybe(count)),
             pa.map_(pa.int64(), pa.list_(pa.string())): entries(count, maybe(items(word))), pa.map_(pa.string(), inner): entries(words, maybe(one)),
             pa.list_(pa.map_(pa.string(), pa.list_(pa.list_(pa.string())))): items(maybe(entries(words, maybe(items(maybe(items(word)))))))}
    return made


def table_of(rng, types, nulls, rows=ROWS):
    columns, fields = [], []
    for position, (kind, make) in enumerate(types.items()):
        values = [None if rng.random() < nulls else make() for _ in range(rows)]
        if rng.random() < 0.2:  # runs, and pages of nulls alone
            values = sorted(values, key=lambda value: (value is None, repr(value)))
        storage = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind
        is_number = values and pa.types.is_temporal(kind) and any(isinstance(value, int) for value in values)
        whole = pa.int32() if is_number and kind.bit_width == 32 else pa.int64()
        array = pa.array(values, whole).cast(kind) if is_number else pa.array(values, storage)
        array = pa.ExtensionArray.from_storage(kind, array) if storage is not kind else array
        nullable = nulls > 0 or pa.types.is_null(kind) or pa.types.is_nested(kind)
        fields.append(pa.field(f"c{position} {str(kind)[:20]}", kind, nullable=nullable))
        columns.append(array)
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def read_by_us(program, file):
    done = subprocess.run([program, "extract", file, "-o", "json"], capture_output=True)
    if done.returncode != 0:
        return {0: done.stderr.decode()}
    document = json.loads(done.stdout)["documents"][0]
    text = document["text"].encode()
    places = document.get("places") or []
    ends = [place["start"] - 2 for place in places[1:]] + [len(text)]
    return {place["row"]: text[place["start"]:end].decode() for place, end in zip(places, ends)}


class Comparison:
    def __init__(self, program, folder):
        self.program, self.folder, self.files, self.rows, self.wrong = program, folder, 0, 0, 0

    def check(self, name, table, **options):
        file = self.folder / "table.parquet"
        options = {"compression": "snappy", "row_group_size": 300, "data_page_size": 2_000} | options
        pq.write_table(table, file, **options)
        theirs, ours = expected(pq.read_table(file)), read_by_us(self.program, file)
        self.files, self.rows = self.files + 1, self.rows + len(theirs)
        if ours == theirs:
            return
        self.wrong += 1
        row = next(row for row in sorted(ours.keys() | theirs.keys()) if ours.get(row) != theirs.get(row))
        print(f"{name}: row {row}\n  pyarrow:  {theirs.get(row)!r}\n  vecstore: {ours.get(row)!r}"[:3_000])


def check_import(program, folder, rng):
    """Records that pyarrow writes, imported and scanned: the same ids, vectors to the bit, texts and metadata."""
    rows = [{"id": f"r{i}", "vector": [rng.uniform(-1, 1) for _ in range(16)], "text": rng.choice(WORDS), "year": rng.choice([None, 2020, -(2**62)]),
             "tags": rng.sample(WORDS, 3), "place": {"name": rng.choice(WORDS), "far": rng.random()}} for i in range(ROWS)]
    table = pa.Table.from_pylist(rows).cast(pa.schema([("id", pa.string()), ("vector", pa.list_(pa.float32())), ("text", pa.string()), ("year", pa.int64()),
                                                       ("tags", pa.list_(pa.string())), ("place", pa.struct([("name", pa.string()), ("far", pa.float64())]))]))
    wrong = 0
    for codec, page, groups in itertools.product(CODECS, ("1.0", "2.0"), (100, ROWS)):
        pq.write_table(table, folder / "records.parquet", compression=codec, data_page_version=page, row_group_size=groups)
        with tempfile.TemporaryDirectory(dir=folder) as db:
            subprocess.run([program, "--db", db, "import", folder / "records.parquet"], check=True, capture_output=True)
            done = subprocess.run([program, "--db", db, "scan", "-o", "jsonl"], capture_output=True, text=True, check=True)
        ours = {record["id"]: record for record in map(json.loads, done.stdout.splitlines())}
        for row in table.to_pylist():
            one = ours.get(row["id"], {})
            metadata = {name: row[name] for name in ("year", "tags", "place") if row[name] is not None}
            wrong += [row["vector"], row["text"], metadata] != [array.array("f", one.get("vector", [])).tolist(), one.get("text"), one.get("metadata")]
    print(f"import: {len(CODECS) * 4} files of {ROWS} records, {wrong} records differ")
    return wrong


def main(program, seed="1"):
    rng = random.Random(int(seed))
    types = makers(rng)
    with tempfile.TemporaryDirectory() as folder:
        all_of = Comparison(program, pathlib.Path(folder))
        for nulls, codec, page, dictionary in itertools.product((0, 0.3, 0.95), CODECS, ("1.0", "2.0"), (True, False)):
            all_of.check(f"all types, {codec}, pages {page}, dictionary {dictionary}, nulls {nulls}", table_of(rng, types, nulls, 120),
                         compression=codec, data_page_version=page, use_dictionary=dictionary, write_page_checksum=nulls == 0.3)
        for kind, make in types.items():
            table = table_of(rng, {kind: make}, 0.2)
            for version, compliant in (("1.0", False), ("2.4", True), ("2.6", True)):
                all_of.check(f"{kind}, version {version}", table, version=version, use_compliant_nested_type=compliant, coerce_timestamps=None if version == "2.6" else "us",
                             allow_truncated_timestamps=True, store_schema=version != "2.4")
            if pa.types.is_timestamp(kind):
                all_of.check(f"{kind}, INT96", table, use_deprecated_int96_timestamps=True)
            if pa.types.is_decimal(kind) and kind.precision <= 18:
                all_of.check(f"{kind}, as integers", table, store_decimal_as_integer=True)
        encodings = {"DELTA_BINARY_PACKED": [pa.int32(), pa.int64(), pa.uint8(), pa.date32(), pa.timestamp("us")],
                     "DELTA_LENGTH_BYTE_ARRAY": [pa.string(), pa.binary()], "DELTA_BYTE_ARRAY": [pa.string(), pa.binary(), pa.binary(5)],
                     "BYTE_STREAM_SPLIT": [pa.float32(), pa.float64(), pa.int32(), pa.int64(), pa.binary(5), pa.decimal128(38, 10), pa.float16()],
                     "RLE": [pa.bool_()], "PLAIN": [pa.bool_(), pa.string(), pa.int64(), pa.decimal128(15, 0)]}
        for encoding, kinds in encodings.items():
            for kind, nulls, page, codec in itertools.product(kinds, (0, 0.3), ("1.0", "2.0"), ("none", "zstd")):
                table = table_of(rng, {kind: types[kind]}, nulls)
                all_of.check(f"{kind}, {encoding}, pages {page}, {codec}, nulls {nulls}", table, use_dictionary=False, compression=codec,
                             column_encoding={table.column_names[0]: encoding}, data_page_version=page)
        all_of.check("no rows", table_of(rng, types, 0.5, 0))
        print(f"{all_of.rows:,} rows of {all_of.files} files, {all_of.wrong} files differ")
        return 1 if check_import(program, pathlib.Path(folder), rng) + all_of.wrong else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
