"""The package has what the engine has: its public headers are the list of options, members, limits and calls."""

import dataclasses
import inspect
import pathlib
import re

import pytest

import vecstore
from vecstore import arguments, reports

HEADERS = pathlib.Path(__file__).parents[3] / "include/vecstore"
if not HEADERS.is_dir():
    pytest.skip("the engine's headers are not here", allow_module_level=True)


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


SOURCE = without_comments("\n".join(p.read_text() for p in sorted(HEADERS.glob("*.h"))))


def members(struct):
    """Names of the variables of a struct, without nested types and functions."""
    body = re.search(rf"^struct {struct} {{\n(.*?)^}};", SOURCE, re.M | re.S)[1]
    body = re.sub(r"enum class \w+ : [\w ]+{.*?};", "", body, flags=re.S)
    found = re.findall(r"^  (?!static|bool operator)[\w:][\w:<>, ()*]*?[ >](\w+)\s*(?:=[^;]*|{[^;]*})?;", body, re.M)
    assert found, struct
    return found


def methods(name):
    """Names of the public methods of a class."""
    public = re.search(rf"^class {name} {{\n(.*?)^ private:", SOURCE, re.M | re.S)[1]
    return set(re.findall(r"(?<![~\w])([a-z]\w*)\((?=[^)]*\)?)", " ".join(line for line in re.findall(r"^  [^ ].*", public, re.M)))) - {"name_of"}


def parameters(function):
    return set(inspect.signature(function).parameters) - {"self"}


def fields_of(report):
    return {f.name for f in dataclasses.fields(report)} if dataclasses.is_dataclass(report) else set(report._fields)


# What the package calls otherwise, by the engine's name; None is not an argument in Python.
OPTIONS = {
    "DatabaseOptions": (set(arguments.DatabaseSettings.__annotations__), {}),
    "CollectionOptions": (
        set(arguments.CollectionSettings.__annotations__),
        {"text": "analyzer", "metadata": "schema"},
    ),
    "ScanOptions": (parameters(vecstore.Collection.scan), {}),
    "BackupOptions": (parameters(vecstore.Database.backup), {}),
    "SalvageOptions": (parameters(vecstore.salvage), {}),
    "TuneOptions": (parameters(vecstore.Collection.tune), {}),
    "QuantizationReportOptions": (parameters(vecstore.Collection.quantization_report), {}),
    "DiffOptions": (parameters(vecstore.Database.diff), {}),
    "WriteCondition": (parameters(vecstore.Collection.rollback), {}),
    "Query": (set(arguments.QueryOptions.__annotations__) | parameters(vecstore.Collection.query), {}),
}


@pytest.mark.parametrize("struct", OPTIONS)
def test_every_option_can_be_given(struct):
    known, other = OPTIONS[struct]
    assert {other.get(name, name) for name in members(struct)} <= known


@pytest.mark.parametrize(("struct", "path"), [("HnswOptions", ("hnsw",)), ("VectorField", ("fields", "f")), ("TextField", ("text_fields", "title"))])
def test_every_nested_option_is_taken_and_told(db, struct, path):
    docs = db.collection("docs", dimension=2, fields={"f": {"dimension": 2}}, text_fields={"title": {}})
    told = docs.options
    for name in path:
        told = told[name]
    assert {name for name in members(struct) if name != "name"} == set(told)
    again = told
    for name in reversed(path):
        again = {name: again}
    assert db.collection("again", dimension=2, **again).options[path[0]] == docs.options[path[0]]


def test_every_setting_is_one_that_the_compiled_part_takes(db, tmp_path):
    """With None, which is "as usual": an unknown name would be refused."""
    for name in arguments.DatabaseSettings.__annotations__:
        vecstore.open(":memory:", **{name: None}).close()
    for name in arguments.CollectionSettings.__annotations__:
        db.create_collection(name, **{name: None})
    told = set(db.create_collection("told").options)
    assert told == set(arguments.CollectionSettings.__annotations__)


@pytest.mark.parametrize(
    "struct", ["CollectionStats", "DatabaseStats", "CompactResult", "DatabaseCompactResult", "Pin", "BackupReport", "SnapshotInfo", "CheckReport", "SalvageReport",
               "RepairReport", "TuneReport", "QuantizationReport", "Damage"]
)  # fmt: skip
def test_every_member_of_a_report_is_told(struct):
    other = {"SnapshotInfo": {"created_at": "created_ms"}}.get(struct, {})
    assert {other.get(name, name) for name in members(struct)} == fields_of(getattr(reports, struct))


@pytest.mark.parametrize("struct", ["RecordVersion", "RecordChange", "CollectionChange", "WriteResult"])
def test_every_member_of_a_tuple_is_told(struct):
    assert members(struct) == list(getattr(vecstore, struct)._fields)


def test_every_limit_is_told():
    said = {re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() for name in re.findall(r"constexpr std::size_t kMax(\w+)", SOURCE)}
    assert said == set(vecstore.LIMITS) and "kept_versions" in said


# Calls of the engine that have another form in Python.
ELSEWHERE = {
    "Collection": {"contains": "__contains__", "remove_many": "remove", "upsert_with_ttl": "upsert", "query_async": None},
    "Database": {"collection": "get_collection", "get_or_create": "collection"},
}
FUNCTIONS = {"open", "in_memory", "check", "open_snapshot", "restore", "salvage", "repair"}  # of the module; the second and fourth are open()


@pytest.mark.parametrize("name", ["Collection", "Database"])
def test_every_call_of_the_engine_is_there(name):
    handle = getattr(vecstore, name)
    wanted = methods(name) - (FUNCTIONS if name == "Database" else set())
    assert len(wanted) > 20 and {"compact", "stats"} <= wanted
    for method in wanted:
        here = ELSEWHERE[name].get(method, method)
        assert here is None or hasattr(handle, here), method
