"""Types: the package under mypy --strict, its stub, and a user's program."""

import importlib.util
import pathlib
import subprocess
import sys

import pytest

import vecstore

SOURCE = pathlib.Path(__file__).parents[1]
SETTINGS = str(SOURCE.parents[1] / "pyproject.toml")
pytest.importorskip("mypy")


def run(*arguments, folder=SOURCE):
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_mypy_strict(tmp_path):
    code, said = run("mypy", "--config-file", SETTINGS, "--cache-dir", str(tmp_path), "-p", "vecstore")
    assert code == 0, said


def test_the_stub_is_what_the_compiled_part_says():
    spec = importlib.util.spec_from_file_location("make_stub", SOURCE / "tests/make_stub.py")
    make_stub = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_stub)
    assert (SOURCE / "vecstore/_vecstore.pyi").read_text() == make_stub.stub(), "run tests/make_stub.py"


def test_stubtest():
    options = ("--mypy-config-file", SETTINGS, "--allowlist", str(SOURCE / "tests/stubtest_allowlist.txt"))
    code, said = run("mypy.stubtest", "vecstore", *options, folder=pathlib.Path(vecstore.__file__).parents[1])
    assert code == 0, said


USER = """
import vecstore

with vecstore.open(":memory:") as db:
    docs = db.collection("docs", dimension=3, metric="cosine")
    docs.upsert("a", [1.0, 2, 3], metadata={"year": 2024})
    ids: list[str] = docs.query([1.0, 2, 3], k=3, filter=vecstore.field("year") >= 2020, ef=100).ids
    score: float = docs.query([1.0, 2, 3])[0].score

async def main() -> list[str]:
    async with vecstore.aopen(":memory:") as adb:
        adocs = await adb.collection("docs", dimension=3)
        return (await adocs.query([1.0, 2, 3], k=3)).ids
"""


def test_a_users_program(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(USER)
    options = ("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program))
    assert run(*options)[0] == 0, run(*options)[1]
    for wrong, says in [("docs.query([1.0], kk=3)", "kk"), ("docs.query([1.0], k='3')", "k"), ("docs.upsert('a', [1.0], metdata={})", "metdata"),
                        ("db.collection('a', dimensions=3)", "dimensions")]:  # fmt: skip
        program.write_text(USER.replace("\nasync def", f"    {wrong}\n\nasync def"))
        code, said = run(*options)
        assert code == 1 and says in said, said
