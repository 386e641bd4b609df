"""One engine in one process on one core, told what to do line by line."""
import hashlib
import json
import os
import shutil
import subprocess

from harness import engines, java, places

ENVIRONMENT = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS",
                                      "LANCE_CPU_THREADS", "PYTHONDONTWRITEBYTECODE")}
SECONDS_TO_BUILD = 4 * 3600


class Trouble(Exception):
    """An engine that could not do what it was asked; the others go on."""


def program(engine, build):
    """The command that starts it, or Trouble with the reason why there is none."""
    if engine.native:
        path = (engine.build or build) / "bench" / engine.runner
        if not path.exists():
            raise Trouble(f"{engine.runner} is not built")
        return [str(path)]
    if engine.java:
        if java.missing():
            raise Trouble(java.missing())
        try:
            return java.command(engine.runner)
        except subprocess.CalledProcessError as wrong:
            raise Trouble(f"does not compile: {wrong.stderr.strip()[:200]}") from wrong
    if not engines.venv_python().exists():
        raise Trouble("the Python peers are not installed: run `tools/setup bench`")
    module = ["peers", engine.runner] if engine.protocol == "vectors" else [f"peers.{engine.runner}"]
    command = [str(engines.venv_python()), "-m", *module]
    if engine.own:
        if not own_module(build):
            raise Trouble("the Python module is not built: target vecstore_python")
        return ["env", f"PYTHONPATH={places.ROOT / 'bench'}:{build / 'python'}", *command]
    return command


def own_module(build):
    """The compiled part of VecStore's Python package, and its sources beside it; empty when it is not built."""
    folder = build / "python" / "vecstore"
    compiled = sorted(folder.glob("_vecstore*.so"))
    return compiled and compiled + sorted(folder.glob("*.py"))


def version(engine, build):
    if engine.native:
        path = (engine.build or build) / "bench" / engine.runner
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else ""
    if engine.own:
        files = own_module(build)
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12] if files else ""
    return java.version() if engine.java else engines.versions().get(engine.package, "")


BUILDING = ("__init__", "__main__", "stores")
ASKING = (*BUILDING, "session")


def identity(engine, build, sources=ASKING):
    """What its figures depend on: its version, and of a peer in Python or Java the sources that drive it."""
    digest = hashlib.sha256(version(engine, build).encode())
    if engine.java:
        digest.update(java.source(engine.runner).read_bytes())
    elif not engine.native:
        for name in (*sources, engine.runner):
            digest.update((places.ROOT / "bench" / "peers" / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


def pinned(core):
    """To one core; to none when it is None."""
    def before_exec():
        if core is not None:
            os.sched_setaffinity(0, {core})
        os.chdir("/tmp")  # some write logs where they stand
    return before_exec


def environment():
    return os.environ | ENVIRONMENT | {"PYTHONPATH": str(places.ROOT / "bench")}


def last_json(text, errors):
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            said = json.loads(line)
            if "error" in said:
                raise Trouble(said["error"])
            return said
    words = [line for line in errors.splitlines() if line.strip()] or ["it ended without a word"]
    raise Trouble(words[-1][:300])


def once(command, core):
    """A process that says one thing and ends."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_BUILD, preexec_fn=pinned(core),
                              env=environment(), check=False)
    except subprocess.TimeoutExpired as late:
        raise Trouble(f"not built within {SECONDS_TO_BUILD} s") from late
    return last_json(done.stdout, done.stderr + "\n" + done.stdout)


def file_bytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != "built.json")


def index_name(engine, data, build):
    key = json.dumps([engine.runner, engine.parameters, identity(engine, build, BUILDING), data.key, data.with_metadata])
    return f"{engine.runner}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def built(engine, data, build, core, shelf, clock=lambda: {}):
    """The folder of the index, from the folder `shelf` or made now, and what its build took."""
    folder = shelf / index_name(engine, data, build)
    command = program(engine, build)

    def fill(scratch):
        index = scratch / "index"
        index.mkdir()
        words = [*data.words("base", "queries", "metric"), f"index={index}", *engine.parameters]
        if data.with_metadata:
            words.append(f"metadata={data.metadata}")
        facts = once([*command, "build", *words], core) | {"file_bytes": file_bytes(index)} | clock()
        (scratch / "built.json").write_text(json.dumps(facts))
    folder.parent.mkdir(parents=True, exist_ok=True)
    places.in_place(folder, fill)
    return folder / "index", json.loads((folder / "built.json").read_text())


def floor(engine, data, build, core):
    """Microseconds of a call in a collection of 100 rows: floor_us, the median, and of a peer in Python floor_p99_us."""
    scratch = places.cache() / f"floor-{os.getpid()}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        return once([*program(engine, build), "floor", *data.words("base", "queries", "metric"), f"index={scratch}", *engine.parameters,
                     *engine.serve], core)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def live_words(engine, data, folder, *more):
    """What a peer in Python is told that begins empty and takes the rows of the base."""
    metadata = [f"metadata={data.metadata}"] if data.with_metadata else []
    return ["live", *data.words("base", "queries", "metric"), f"index={folder}", *metadata, *engine.parameters, *engine.serve, *more]


class Server:
    """`words` are the verb and its settings, `tracer` the start of a command that runs it."""

    def __init__(self, engine, words, build, core, tracer=()):
        self.name = engine.name
        command = [*tracer, *program(engine, build), *words]
        self.errors = open(places.cache() / f"{engine.name}.log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        preexec_fn=pinned(core), env=environment())
        self.opened = self._hear()

    def _hear(self):
        while line := self.process.stdout.readline():
            if line.startswith("{"):
                return last_json(line, "")
        self.errors.seek(0)
        return last_json("", self.errors.read())

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # what it said last tells why
        return self._hear()

    def close(self, patience_s=0):
        """Kills it; with patience lets it come to its end first, as a tracer needs."""
        try:
            if patience_s:
                self.process.communicate(timeout=patience_s)
        except subprocess.TimeoutExpired:
            pass
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()
