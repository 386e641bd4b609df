"""zvec: HNSW over `codes` fp32, int8 (cosine, dot) or uint7 (euclidean) with its refine. `path` is internal (numbers of rows from a
read-only collection, its fastest) or ordinary (query() with the user's ids)."""
import zvec

from peers.stores import Store

METRICS = {"euclidean": zvec.MetricType.L2, "cosine": zvec.MetricType.COSINE, "dot": zvec.MetricType.IP}
CODES = {"fp32": zvec.QuantizeType.UNDEFINED, "int8": zvec.QuantizeType.INT8, "uint7": zvec.QuantizeType.UNIFORM_UINT7}
TYPES = {int: zvec.DataType.INT64, str: zvec.DataType.STRING, float: zvec.DataType.DOUBLE, bool: zvec.DataType.BOOL}
OPERATORS = {"eq": "=", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def text_of(condition):
    """The filter in zvec's own language."""
    (name, value), = condition.items()
    if name in ("$and", "$or"):
        return "(" + f" {name[1:]} ".join(text_of(part) for part in value) + ")"
    if not isinstance(value, dict):
        value = {"$eq": value}
    return " and ".join(f"{name} {OPERATORS[op[1:]]} {literal(operand)}" for op, operand in value.items())


def literal(value):
    return "'" + value.replace("'", "\\'") + "'" if isinstance(value, str) else str(value)


class Engine(Store):
    def __init__(self, settings):
        self.wanted = settings
        self.codes = settings.get("codes", "fp32")
        self.internal = settings.get("path", "internal") == "internal"
        self.condition = None

    def create(self, folder, dimension, names):
        index = zvec.HnswIndexParam(metric_type=METRICS[self.wanted["metric"]], m=int(self.wanted.get("m", 16)),
                                    ef_construction=int(self.wanted.get("ef_construction", 200)),
                                    quantize_type=CODES[self.codes], use_contiguous_memory=True)
        # Range conditions are in the workload, so the index is told of them.
        fields = [zvec.FieldSchema(name, TYPES[type(value)],
                                   index_param=zvec.InvertIndexParam(enable_range_optimization=isinstance(value, int)))
                  for name, value in (names.items() if names else ())]
        schema = zvec.CollectionSchema("rows", fields=fields or None,
                                       vectors=zvec.VectorSchema("v", zvec.DataType.VECTOR_FP32, dimension, index_param=index))
        self.collection = zvec.create_and_open(f"{folder}/store", schema)

    def insert(self, first, rows, metadata):
        statuses = self.collection.insert([zvec.Doc(str(first + i), vectors={"v": row}, fields=metadata[i] if metadata else None)
                                           for i, row in enumerate(rows)])
        if not all(status.ok() for status in statuses):
            raise RuntimeError(f"rows from {first} on were refused")
        if self.wanted.get("durable"):
            self.collection.flush()

    def optimise(self):
        self.collection.optimize(zvec.OptimizeOption(concurrency=1))
        self.collection.flush()

    def close(self):
        self.collection.close()

    def open(self, folder, dimension):
        self.collection = zvec.open(f"{folder}/store", zvec.CollectionOption(read_only=True, enable_mmap=True))

    def set(self, settings):
        refined = self.codes != "fp32"
        self.parameters = zvec.HnswQueryParam(ef=int(settings["ef"]), is_using_refiner=refined)

    def filter(self, condition):
        self.condition = text_of(condition) if condition else None

    def ask(self, query, k):
        asked = zvec.Query("v", vector=query, param=self.parameters)
        if self.internal:
            return self.collection.query_internal_ids(asked, topk=k, filter=self.condition)
        return self.collection.query(asked, topk=k, filter=self.condition, output_fields=[])

    def rows(self, answer):
        if self.internal:
            return [int(name) for name in self.collection.resolve_internal_ids(answer) if name is not None]
        return [int(doc.id) for doc in answer]
