"""Lucene's program: the newest Java on the machine, the newest Lucene that it runs, compiled once."""
import functools
import hashlib
import pathlib
import re
import subprocess

from harness import places

HOMES = pathlib.Path("/usr/lib/jvm")
LUCENES = (("10.6.0", 21), ("9.12.3", 17))  # which tools/setup fetches, and the Java that each needs
VECTORS = 20                                # the Java from which on these use wide registers, of a module that must be asked for
FLAGS = ("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")


@functools.cache
def newest():
    """(version, home) of the newest Java that also compiles, or None."""
    found = []
    for home in HOMES.iterdir() if HOMES.is_dir() else ():
        release = home / "release"
        told = re.search(r'^JAVA_VERSION="(\d+)([^"]*)"', release.read_text(encoding="utf-8"), re.M) if release.exists() else None
        if told and (home / "bin" / "javac").exists():
            found.append((int(told[1]), told[1] + told[2], home))
    return max(found)[1:] if found else None


@functools.cache
def lucene():
    """Version of the Lucene that the newest Java runs, or None."""
    if not newest():
        return None
    major = int(re.match(r"\d+", newest()[0])[0])
    return next((version for version, least in LUCENES if major >= least and all(jar.exists() for jar in jars(version))), None)


def jars(version):
    return [places.cache() / "lucene" / f"{name}-{version}.jar" for name in ("lucene-core", "lucene-analysis-common")]


def version():
    return f"{lucene()}, Java {newest()[0]}" if lucene() else ""


def missing():
    """Why there is none, or an empty string."""
    if not newest():
        return "no Java with a compiler: run `tools/setup bench`"
    return "" if lucene() else "no Lucene: run `tools/setup bench`"


def source(name):
    return places.ROOT / "bench" / "peers" / f"{name}.java"


def command(name):
    """The command that starts the program; raises CalledProcessError with what the compiler said."""
    told, home = newest()
    classpath = [str(jar) for jar in jars(lucene())]
    key = hashlib.sha256(source(name).read_bytes() + version().encode()).hexdigest()[:16]

    def compile_it(scratch):
        subprocess.run([home / "bin" / "javac", "-d", scratch, "-cp", ":".join(classpath), source(name)], check=True, capture_output=True, text=True)
    classes = places.cache() / "classes" / key
    classes.parent.mkdir(parents=True, exist_ok=True)
    places.in_place(classes, compile_it)
    wide = ["--add-modules=jdk.incubator.vector"] if int(re.match(r"\d+", told)[0]) >= VECTORS else []
    return [str(home / "bin" / "java"), *FLAGS, *wide, "-cp", ":".join([str(classes), *classpath]), name]
