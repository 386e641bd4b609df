"""LanceDB: IVF_HNSW_SQ in one partition, with refine."""
import os

os.environ.setdefault("RUST_LOG", "error")  # it warns at every kind of query

import lancedb
import numpy as np
import pyarrow as pa

from peers.stores import Store

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


class Engine(Store):
    def __init__(self, settings):
        self.wanted, self.condition, self.ef, self.refine = settings, None, 64, 2

    def build(self, base, metadata, folder):
        self.names = list(metadata[0]) if metadata else ()
        self.table = lancedb.connect(folder).create_table("rows", self._columns(0, base, metadata))  # at once: one fragment, as it likes best
        self._index()

    def _columns(self, first, rows, metadata):
        values = pa.array(np.array(rows).ravel(), type=pa.float32())
        columns = {"id": pa.array(np.arange(first, first + len(rows))), "vector": pa.FixedSizeListArray.from_arrays(values, rows.shape[1])}
        for name in self.names:
            columns[name] = pa.array([row[name] for row in metadata])
        return pa.table(columns)

    def _index(self):
        if self.table.count_rows() >= 1000:
            self.table.create_index(metric=METRICS[self.wanted["metric"]], index_type="IVF_HNSW_SQ", num_partitions=1,
                                    m=int(self.wanted.get("m", 16)), ef_construction=int(self.wanted.get("ef_construction", 200)))
        for name in self.names:
            self.table.create_scalar_index(name)

    def create(self, folder, dimension, fields):
        self.names = list(fields or ())
        empty = self._columns(0, np.zeros((1, dimension)), [fields]).schema.empty_table()
        self.table = lancedb.connect(folder).create_table("rows", empty)

    def insert(self, first, rows, metadata):
        self.table.add(self._columns(first, rows, metadata))

    def optimise(self):
        self.table.optimize()  # one fragment out of many
        self._index()

    def close(self):
        pass  # has no such call that matters

    def open(self, folder, dimension):
        self.table = lancedb.connect(folder).open_table("rows")

    def set(self, settings):
        self.ef, self.refine = int(settings["ef"]), int(settings.get("refine", 2))

    def filter(self, condition):
        self.condition = sql_of(condition) if condition else None

    def _asked(self, query, k):
        asked = self.table.search(query).distance_type(METRICS[self.wanted["metric"]]).nprobes(1).ef(self.ef)
        if self.refine > 1:
            asked = asked.refine_factor(self.refine)
        if self.condition:
            asked = asked.where(self.condition, prefilter=True)
        return asked.limit(k)

    def ask(self, query, k):
        return self._asked(query, k).select(["id"]).to_arrow()

    def rows(self, answer):
        return answer["id"].to_numpy()

    def ask_many(self, queries, k):
        return self._asked(list(queries), k).select(["id", "query_index"]).to_arrow()

    def rows_many(self, answers):
        names, numbers = answers["id"].to_numpy(), answers["query_index"].to_numpy()
        return [names[numbers == i] for i in range(numbers.max() + 1 if len(numbers) else 0)]
