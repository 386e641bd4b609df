"""The command line as a surface: each step is a run of the program. The protocol of README.md.

usage: cli_surface.py PROGRAM FOLDER
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

# Which codes an exit code may stand for: docs/guide/cli.md. What is wrong in an imported file ends with 1.
CODES = {
    1: ["cancelled", "unknown", "deadline_exceeded", "already_exists", "permission_denied", "resource_exhausted", "failed_precondition", "aborted",
        "out_of_range", "internal", "unauthenticated"],
    2: ["invalid_argument", "unimplemented"],
    3: ["not_found"],
    4: ["data_loss"],
    5: ["unavailable"],
}


class Failed(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Lacking(Exception):
    """There is no such command or option."""


class Program:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.environment = {}
        self.generation = 0
        self.made = True

    def open(self, options):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.environment, self.generation = {}, 0
        for name, value in options.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            self.environment["VECSTORE_DATABASE_" + name.upper()] = text
        self.made = False

    def make(self):
        """A database without collections; the first collection of most scripts makes it."""
        self.made = True
        self.run("collection", "create", "none")
        self.run("collection", "drop", "none")

    def database(self):
        return str(self.folder / f"{self.generation}.db")

    def run(self, *words, stdin=b"", environment=None, accept=(), file_error=False):
        """What the program prints, read as JSON."""
        command = [self.program, "--db", self.database(), "-o", "json", *words]
        done = subprocess.run(
            command, cwd=self.folder, input=stdin, capture_output=True,
            env={**os.environ, "HOME": str(self.folder), **self.environment, **(environment or {})})
        if done.returncode not in (0, *accept):
            codes = CODES.get(done.returncode, ["crashed"])
            if file_error and done.returncode == 1:
                codes = [*codes, "invalid_argument"]
            raise Failed(codes, done.stderr.decode(errors="replace"))
        return json.loads(done.stdout) if done.stdout.strip() else None


FLAGS = {"dimension", "metric", "storage", "kind", "index", "quantization", "analyzer", "partition_key"}
HNSW_FLAGS = {"m", "ef_construction", "ef_search"}


def collection_words(name, options):
    """The flags of a new collection, and the environment for what has none."""
    words, environment = [], {}
    for key, value in options.items():
        if key in FLAGS:
            words += ["--" + key.replace("_", "-"), str(value)]
        elif key == "schema":
            words += ["--metadata-schema", json.dumps(value)]
        elif key == "text_fields":
            for field, given in value.items():
                boost = f"^{given['boost']}" if "boost" in given else ""
                words += ["--text-field", field + boost + (f":{given['analyzer']}" if "analyzer" in given else "")]
        elif key == "description":
            environment[_variable(name, key)] = value
        elif key == "hnsw":
            for number, given in value.items():
                if number in HNSW_FLAGS:
                    words += ["--" + number.replace("_", "-"), str(given)]
                elif number == "min_rows":
                    environment[_variable(name, number)] = str(given)
                else:
                    raise Lacking(number)
        else:
            raise Lacking(key)
    return words, environment


def _variable(collection, key):
    upper = "".join(c.upper() if c.isascii() and c.isalnum() else "_" for c in collection)
    return f"VECSTORE_COLLECTION_{upper}_{key.upper()}"


def hit(printed):
    """A hit in the form of README.md: without what is not set."""
    group = {"group": printed["group"]} if "group" in printed else {}
    rest = {k: v for k, v in printed.items() if v is not None and v != {} and k not in ("rank", "group")}
    return {**rest, **group}


class Steps:
    """A method for each verb; arguments are JSON texts."""

    def __init__(self, program):
        self.p = program
        self.snapshot = []

    def read(self, name, *words, **options):
        return self.p.run(*self.snapshot, "-c", json.loads(name), *words, **options)

    def write(self, name, *words, **options):
        return self.p.run("-c", json.loads(name), *words, **options)

    def open(self, options="{}"):
        self.p.open(json.loads(options))

    def reopen(self):
        pass  # each step does

    def flush(self):
        pass  # there is no command for it

    def compact(self, name):
        self.write(name, "compact")

    def check(self):
        done = self.p.run("check", "--deep", accept=(4,))
        return [one["what"] for one in done["damage"]]

    def through_backup(self):
        backup = str(self.p.folder / f"backup{self.p.generation}")
        self.p.run("backup", backup)
        self.p.generation += 1
        self.p.run("restore", backup)

    def create(self, name, options="{}"):
        name = json.loads(name)
        words, environment = collection_words(name, json.loads(options))
        self.p.run("-c", name, "collection", "create", *words, "--", name, environment=environment)
        self.p.made = True

    def get_or_create(self, name, options="{}"):
        words, environment = collection_words(json.loads(name), json.loads(options))
        self.write(name, "init", *words, environment=environment)

    def options(self, name):
        info = self.p.run("collection", "info", "--", json.loads(name))
        return {k: info[k] for k in ("dimension", "metric", "kind", "storage", "quantization", "ef_search", "analyzer", "partition_key", "description")}

    def collections(self):
        return [one["name"] for one in self.p.run("collection", "list")["collections"]]

    def aliases(self):
        listed = self.p.run("collection", "list")["collections"]
        return {alias: one["name"] for one in listed for alias in one["aliases"]}

    def drop(self, name):
        self.p.run("collection", "drop", "--", json.loads(name))

    drop_alias = drop

    def rename(self, source, to):
        self.p.run("collection", "rename", "--", json.loads(source), json.loads(to))

    def alias(self, alias, name):
        self.p.run("collection", "alias", "--", json.loads(alias), json.loads(name))

    def copy(self, source, to):
        self.p.run("collection", "copy", "--", json.loads(source), json.loads(to))

    def set_quantization(self, name, field, quantization):
        words = ["--quantization", json.loads(quantization), "--field", json.loads(field)]
        self.p.run("collection", "set", *words, "--", json.loads(name))


    def snapshot_create(self, name):
        self.p.run("snapshot", "create", "--", json.loads(name))

    def snapshots(self):
        return [one["name"] for one in self.p.run("snapshot", "list")["snapshots"]]

    def drop_snapshot(self, name):
        self.p.run("snapshot", "drop", "--", json.loads(name))

    def restore_snapshot(self, name):
        self.p.run("snapshot", "restore", "--", json.loads(name))

    def at(self, name, verb, *arguments):
        self.snapshot = ["--snapshot", json.loads(name)]
        try:
            return getattr(self, json.loads(verb))(*arguments)
        finally:
            self.snapshot = []

    def upsert(self, name, record, condition=None):
        if condition:
            raise Lacking("condition")
        return self._import(name, "[" + record + "]")

    def upsert_many(self, name, records):
        return self._import(name, records)

    def _import(self, name, records):
        file = self.p.folder / "records.json"
        file.write_text(records, encoding="utf-8")
        done = self.write(name, "import", "--format", "json", str(file), file_error=True)
        return {"inserted": done["inserted"], "replaced": done["replaced"]}

    def remove(self, name, id, condition=None):
        if condition:
            raise Lacking("condition")
        return self._deleted(self.write(name, "delete", "--", json.loads(id)))

    def remove_many(self, name, ids):
        return self._deleted(self.write(name, "delete", "--", *json.loads(ids)))

    def remove_where(self, name, filter):
        return self._deleted(self.write(name, "delete", "--filter", self._filter(filter)))

    def _deleted(self, done):
        return {"inserted": 0, "replaced": done["deleted"]}

    def _filter(self, filter):
        text = json.loads(filter)
        if not isinstance(text, str):
            raise Lacking("filter as JSON")
        return text

    def get(self, name, id):
        return self.read(name, "get", "--", json.loads(id))["records"][0]

    def get_many(self, name, ids):
        return self.read(name, "get", "--", *json.loads(ids), accept=(3,))["records"]

    def count(self, name, filter=None):
        return self.read(name, "count", *(["--filter", self._filter(filter)] if filter else []))["count"]

    def scan(self, name, options="{}"):
        given, words = json.loads(options), []
        if given.pop("include_deleted", False):
            raise Lacking("include_deleted")
        if not given.pop("include_vectors", True):
            words += ["--no-vectors"]
        for key, value in given.items():
            words += ["--" + key, self._filter(json.dumps(value)) if key == "filter" else str(value)]
        return self.read(name, "scan", *words)["records"]

    def query(self, name, query):
        return [hit(one) for one in self.read(name, "query", "--json", "-", stdin=query.encode())["hits"]]

    def facet(self, name, field, options="{}"):
        given = json.loads(options)
        words = ["--by", json.loads(field)]
        words += ["--filter", self._filter(json.dumps(given["filter"]))] if "filter" in given else []
        words += ["--limit", str(given["limit"])] if "limit" in given else []
        return self.read(name, "count", *words)

    def summarize(self, name, field, filter=None):
        return self.read(name, "count", "--summary", json.loads(field), *(["--filter", self._filter(filter)] if filter else []))


def answer(steps, verb, arguments):
    names = {"snapshot": "snapshot_create"}
    run = getattr(steps, names.get(verb, verb), None) if not verb.startswith("_") else None
    if not callable(run):
        return {"lacks": verb}
    try:
        if verb not in ("open", "create") and not steps.p.made:
            steps.p.make()
        return {"answer": run(*arguments)}
    except Lacking as what:
        return {"lacks": str(what)}
    except ValueError as error:
        if "embedded null byte" not in str(error):
            raise
        return {"lacks": "NUL"}  # no argument of a program can have one
    except Failed as failed:
        return {"error": {"code": failed.code, "message": str(failed)}}


def main():
    steps = Steps(Program(sys.argv[1], sys.argv[2]))
    for line in sys.stdin:
        verb, *arguments = line.rstrip("\n").split("\t")
        print(json.dumps(answer(steps, verb, arguments)), flush=True)


if __name__ == "__main__":
    main()
