"""The Python package as a surface: each step is a call of its public interface. The protocol of README.md.

usage: python_surface.py PACKAGES FOLDER

PACKAGES is the folder in which the package `vecstore` lies.
"""
import base64
import datetime
import json
import pathlib
import shutil
import sys

sys.path.insert(0, sys.argv[1])

import numpy as np  # noqa: E402
import vecstore  # noqa: E402

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MILLISECOND = datetime.timedelta(milliseconds=1)


def vector_of(value):
    """A vector as the package takes it."""
    if isinstance(value, dict) and "indices" in value:
        return vecstore.SparseVector(value["indices"], value["values"], value["dimension"])
    if isinstance(value, dict) and "bits" in value:
        return vecstore.BinaryVector(base64.b64decode(value["bits"]), value["dimension"])
    return value


def time_of(ms):
    return None if ms is None else EPOCH + ms * MILLISECOND


def record_of(given):
    """A Record from its JSON."""
    members = dict(given)
    if members.get("vector") is not None:
        members["vector"] = vector_of(members["vector"])
    if members.get("vectors"):
        members["vectors"] = {name: vector_of(value) for name, value in members["vectors"].items()}
    for name in ("expires_at", "created_at", "updated_at", "deleted_at"):
        if name in members:
            members[name] = time_of(members[name])
    return vecstore.Record(**members)


def vector_json(value):
    if isinstance(value, vecstore.SparseVector):
        return {"dimension": value.dimension, "indices": value.indices.tolist(), "values": floats(value.values)}
    if isinstance(value, vecstore.BinaryVector):
        return {"dimension": value.dimension, "bits": base64.b64encode(value.data).decode()}
    return floats(value)


def floats(array):
    """The shortest decimals that read back as the same 32-bit floats, as other surfaces print them."""
    if np.ndim(array) == 2:
        return [floats(row) for row in array]
    return [float(str(x)) for x in np.asarray(array, dtype=np.float32)]


def record_json(record):
    out = {"id": record.id}
    if record.vector is not None:
        out["vector"] = vector_json(record.vector)
    if record.vectors:
        out["vectors"] = {name: vector_json(value) for name, value in record.vectors.items()}
    if record.text is not None:
        out["text"] = record.text
    if record.metadata:
        out["metadata"] = record.metadata
    for name in ("expires_at", "created_at", "updated_at", "deleted_at"):
        time = getattr(record, name)
        if time is not None:
            out[name] = (time - EPOCH) // MILLISECOND
    return {**out, "version": record.version}


def highlight_json(one):
    out = {"field": one.field, "offset": one.offset, "length": one.length}
    return {**out, "item": one.item} if one.item else out


def hit_json(hit, grouped):
    out = {"id": hit.id, "score": hit.score}
    if hit.distance is not None:
        out["distance"] = hit.distance
    if hit.arms:
        out["arms"] = [arm._asdict() for arm in hit.arms]
    if grouped:
        out["group"] = hit.group
    if hit.vector is not None:
        out["vector"] = vector_json(hit.vector)
    if hit.text is not None:
        out["text"] = hit.text
    if hit.highlights:
        out["highlights"] = [highlight_json(h) for h in hit.highlights]
    if hit.passage:
        out["passage"] = highlight_json(hit.passage)
    if hit.metadata:
        out["metadata"] = hit.metadata
    return out


def write_json(result):
    return {"inserted": result.inserted, "replaced": result.replaced}


def changes(given):
    """Arguments of update() from its JSON."""
    out = {k: v for k, v in given.items() if k in ("metadata", "patch", "text", "remove_text")}
    if "expires_at" in given:
        out["expires_at"] = time_of(given["expires_at"])
    vectors = {name: vector_of(value) for name, value in (given.get("vectors") or {}).items()}
    if given.get("vector") is not None:
        vectors["vector"] = vector_of(given["vector"])
    return {**out, "vectors": vectors} if vectors else out


def condition_of(given):
    return {k: given[k] for k in ("if_absent", "if_version") if k in given}


class Steps:
    """A method for each verb; arguments are values."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.db = None
        self.given = {}
        self.generation = 0

    def place(self):
        return self.folder / f"{self.generation}.db"

    def open(self, options=None):
        if self.db is not None:
            self.db.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.given, self.generation = options or {}, 0
        self.db = vecstore.open(self.place(), **self.given)

    def reopen(self):
        self.db.close()
        self.db = vecstore.open(self.place(), **self.given)

    def through_backup(self):
        file = self.folder / f"backup{self.generation}"
        self.db.backup(file, single_file=True)
        self.db.close()
        self.generation += 1
        vecstore.restore(file, self.place())
        self.db = vecstore.open(self.place(), **self.given)

    def check(self):
        self.db.close()
        report = vecstore.check(self.place(), deep=True)
        self.db = vecstore.open(self.place(), **self.given)
        return [one.what for one in report.damage]

    def flush(self):
        self.db.flush()
        self.db.wait_for_background()

    def compact(self, name):
        self.db[name].compact()

    def create(self, name, options=None):
        self.db.create_collection(name, **(options or {}))

    def get_or_create(self, name, options=None):
        self.db.collection(name, **(options or {}))

    def options(self, name):
        options = self.db[name].options
        plain = ("dimension", "metric", "kind", "storage", "quantization", "analyzer", "partition_key", "description")
        return {**{k: options[k] for k in plain}, "ef_search": options["hnsw"]["ef_search"]}

    def collections(self):
        return self.db.list_collections()

    def aliases(self):
        return self.db.list_aliases()

    def drop(self, name):
        self.db.drop_collection(name)

    def drop_alias(self, name):
        self.db.drop_alias(name)

    def rename(self, source, to):
        self.db.rename_collection(source, to)

    def alias(self, alias, name):
        self.db.set_alias(alias, name)

    def copy(self, source, to):
        self.db.copy_collection(source, to)

    def set_quantization(self, name, field, quantization):
        self.db[name].set_quantization(quantization, field=field)

    def set_ef_search(self, name, field, ef):
        self.db[name].set_ef_search(ef, field=field)

    def snapshot(self, name):
        self.db.create_snapshot(name)

    def snapshots(self):
        return [one.name for one in self.db.list_snapshots()]

    def drop_snapshot(self, name):
        self.db.drop_snapshot(name)

    def restore_snapshot(self, name):
        self.db.restore_snapshot(name)

    def at(self, name, verb, *arguments):
        present, self.db = self.db, self.db.snapshot(name)
        try:
            return getattr(self, verb)(*arguments)
        finally:
            self.db.close()
            self.db = present

    def upsert(self, name, record, condition=None):
        return write_json(self.db[name].upsert(record_of(record), **condition_of(condition or {})))

    def upsert_many(self, name, records):
        return write_json(self.db[name].upsert_many([record_of(r) for r in records]))

    def update(self, name, change, condition=None):
        return write_json(self.db[name].update(change["id"], **changes(change), **condition_of(condition or {})))

    def update_where(self, name, filter, change):
        return write_json(self.db[name].update_where(filter, **changes(change)))

    def remove(self, name, id, condition=None):
        return write_json(self.db[name].remove(id, **condition_of(condition or {})))

    def remove_many(self, name, ids):
        return write_json(self.db[name].remove(ids))

    def remove_where(self, name, filter):
        return write_json(self.db[name].remove_where(filter))

    def apply(self, name, mode, operations):
        result = self.db[name].apply([self._operation(o) for o in operations], atomic=mode == "atomic")
        return {**write_json(result.total), "steps": ["ok" if e is None else e.code for e in result.steps]}

    def _operation(self, given):
        kind, what = next(iter(given.items()))
        make, condition = getattr(vecstore.Operation, kind), condition_of(given)
        if kind == "upsert":
            return make(record_of(what), **condition)
        if kind == "update":
            return make(what["id"], **changes(what), **condition)
        return make(what, **condition)

    def soft_delete(self, name, id):
        return write_json(self.db[name].soft_delete(id))

    def restore(self, name, id):
        return write_json(self.db[name].restore(id))

    def list_deleted(self, name):
        return [record_json(r) for r in self.db[name].list_deleted()]

    def purge(self, name):
        return write_json(self.db[name].purge())

    def upsert_with_ttl(self, name, record, ms):
        return write_json(self.db[name].upsert(record_of(record), ttl=ms / 1000))

    def set_ttl(self, name, id, ms):
        return write_json(self.db[name].set_ttl(id, ms / 1000))

    def clear_ttl(self, name, id):
        return write_json(self.db[name].clear_ttl(id))

    def get(self, name, id):
        return record_json(self.db[name].get(id))

    def get_many(self, name, ids):
        return [record_json(r) for r in self.db[name].get_many(ids)]

    def contains(self, name, id):
        return id in self.db[name]

    def count(self, name, filter=None):
        return self.db[name].count(filter)

    def scan(self, name, options=None):
        given = dict(options or {})
        limit = given.pop("limit", None)
        return [record_json(r) for r, _ in zip(self.db[name].scan(**given), range(limit if limit is not None else 10**9))]

    def query(self, name, query):
        grouped = isinstance(query, dict) and query.get("group_by") is not None
        return [hit_json(h, grouped) for h in self.db[name].query_json(query)]

    def query_many(self, name, queries):
        answers = self.db[name].query_many([self._query(q) for q in queries])
        return [[hit_json(h, False) for h in hits] for hits in answers]

    def _query(self, given):
        members = dict(given)
        if "vector" in members:
            members["vector"] = vector_of(members["vector"])
        return vecstore.Query(**members)

    def facet(self, name, field, options=None):
        facet = self.db[name].facet(field, **(options or {}))
        return {"values": [{"value": v.value, "records": v.records} for v in facet.values], "different": facet.different}

    def summarize(self, name, field, filter=None):
        s = self.db[name].summarize(field, filter)
        return {"count": s.count, "min": s.min, "max": s.max, "sum": s.sum, "mean": s.mean}


def answer(steps, verb, arguments):
    run = getattr(steps, verb, None) if not verb.startswith("_") else None
    if not callable(run):
        return {"lacks": verb}
    try:
        return {"answer": run(*map(json.loads, arguments))}
    except vecstore.Error as error:
        return {"error": {"code": error.code, "message": str(error)}}


def main():
    steps = Steps(sys.argv[2])
    for line in sys.stdin:
        verb, *arguments = line.rstrip("\n").split("\t")
        print(json.dumps(answer(steps, verb, arguments)), flush=True)


if __name__ == "__main__":
    main()
