"""LanceDB: IVF_HNSW_SQ in one partition, with refine."""
import os

os.environ.setdefault("RUST_LOG", "error")  # it warns at every kind of query

import lancedb
import numpy as np
import pyarrow as pa

METRICS = {"euclidean": "l2", "cosine": "cosine", "dot": "dot"}
OPERATORS = {"eq": "=", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def sql_of(condition):
    (name, value), = condition.items()
    if name in ("$and", "$or"):
        return "(" + f" {name[1:].upper()} ".join(sql_of(part) for part in value) + ")"
    if not isinstance(value, dict):
        value = {"$eq": value}
    return " AND ".join(f"{name} {OPERATORS[op[1:]]} {literal(x)}" for op, x in value.items())


def literal(value):
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


class Engine:
    def __init__(self, settings):
        self.wanted, self.condition, self.ef, self.refine = settings, None, 64, 2

    def build(self, base, metadata, folder):
        values = pa.array(np.array(base).ravel(), type=pa.float32())
        columns = {"id": pa.array(np.arange(len(base))), "vector": pa.FixedSizeListArray.from_arrays(values, base.shape[1])}
        for name in (metadata[0] if metadata else ()):
            columns[name] = pa.array([row[name] for row in metadata])
        table = lancedb.connect(folder).create_table("rows", pa.table(columns))
        if len(base) >= 1000:
            table.create_index(metric=METRICS[self.wanted["metric"]], index_type="IVF_HNSW_SQ", num_partitions=1,
                               m=int(self.wanted.get("m", 16)), ef_construction=int(self.wanted.get("ef_construction", 200)))
        for name in (metadata[0] if metadata else ()):
            table.create_scalar_index(name)

    def open(self, folder, dimension):
        self.table = lancedb.connect(folder).open_table("rows")

    def set(self, settings):
        self.ef, self.refine = int(settings["ef"]), int(settings.get("refine", 2))

    def filter(self, condition):
        self.condition = sql_of(condition) if condition else None

    def ask(self, query, k):
        asked = self.table.search(query).distance_type(METRICS[self.wanted["metric"]]).nprobes(1).ef(self.ef)
        if self.refine > 1:
            asked = asked.refine_factor(self.refine)
        if self.condition:
            asked = asked.where(self.condition, prefilter=True)
        return asked.limit(k).select(["id"]).to_arrow()

    def rows(self, answer):
        return answer["id"].to_numpy()
