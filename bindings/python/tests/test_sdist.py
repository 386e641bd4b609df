"""The source archive: what a build reads, and nothing else; what is missing on a machine is named before anything is built."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

import pytest

ROOT = pathlib.Path(__file__).parents[3]
UNWANTED = re.compile(r"(_test|_bench|_fuzz)\.(cc|h)$|/test_\w+\.h$|^(tests|bench|docs|examples|tools)/|/(tests|bench|docs|examples|cli)/|^\.")
INCLUDE = re.compile(r'^ *#include "([^"]+)"', re.M)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The archive, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    done = subprocess.run([sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, ROOT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    (archive,) = folder.glob("vecstore-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    return folder / archive.name.removesuffix(".tar.gz")


def configure(source, build, *options, **environment):
    """What CMake says, as it is called by ``pip install``."""
    plain = {name: value for name, value in os.environ.items() if name not in ("CXX", "CC", "CXXFLAGS")}
    command = [shutil.which("cmake"), "-S", source / "bindings/python", "-B", build, "-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={shutil.which('ninja')}"]
    command += ["-DSKBUILD_PROJECT_VERSION=0.0.1", f"-DPython_EXECUTABLE={sys.executable}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *options]
    done = subprocess.run(command, capture_output=True, text=True, env=plain | environment, timeout=120)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_it_has_what_a_build_reads(unpacked, tmp_path):
    code, said = configure(unpacked, tmp_path)
    assert code == 0, said
    commands = json.loads((tmp_path / "compile_commands.json").read_text())
    own = [c["file"] for c in commands if "nanobind" not in c["file"]]
    assert all(pathlib.Path(file).is_relative_to(unpacked) or pathlib.Path(file).is_relative_to(tmp_path) for file in own)
    groups = [pathlib.Path(file).read_text() for file in own if "/groups/" in file]  # files that include the sources compiled together
    grouped = [name for text in groups for name in INCLUDE.findall(text)]
    assert len(own) - len(groups) + len(grouped) > 200 and all((unpacked / name).is_file() for name in grouped)
    plan = subprocess.run(["ninja", "-C", tmp_path, "-n", "_vecstore"], capture_output=True, text=True, timeout=60)
    assert plan.returncode == 0, plan.stdout[-2000:]  # a source that is not there ends it


def test_every_header_is_there(unpacked):
    folders = [unpacked / "src", unpacked / "include", unpacked / "bindings"]
    for file in [*unpacked.rglob("*.cc"), *unpacked.rglob("*.h")]:
        for name in INCLUDE.findall(file.read_text()):
            found = any((folder / name).is_file() for folder in [file.parent, *folders])
            assert found, f"{file.relative_to(unpacked)} includes {name}"


def test_it_has_nothing_else(unpacked):
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert not [name for name in names if UNWANTED.search(name)]
    assert {"LICENSE", "PKG-INFO", "bindings/python/README.md", "bindings/python/vecstore/py.typed", "bindings/python/vecstore/_vecstore.pyi"} <= names


def test_a_missing_compiler_is_named(unpacked, tmp_path):
    (tmp_path / "bin").mkdir()
    code, said = configure(unpacked, tmp_path / "build", "-DCMAKE_SYSTEM_PREFIX_PATH=/nowhere", PATH=str(tmp_path / "bin"))
    assert code != 0 and "vecstore needs a C++20 compiler. On Debian or Ubuntu: apt-get install g++" in said, said


def test_missing_headers_are_named(unpacked, tmp_path):
    code, said = configure(unpacked, tmp_path, "-DCMAKE_IGNORE_PATH=/usr/include;/usr/include/x86_64-linux-gnu;/usr/include/aarch64-linux-gnu")
    assert code != 0 and "apt-get install rapidjson-dev libxxhash-dev libstemmer-dev libgumbo-dev libmd4c-dev libpugixml-dev libqpdf-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev nettle-dev" in said, said


def test_missing_headers_of_python_are_named(unpacked, tmp_path):
    code, said = configure(unpacked, tmp_path, "-DPython_INCLUDE_DIR=/nowhere")
    assert code != 0 and "vecstore needs the headers of Python" in said and "apt-get install python3-dev" in said, said
