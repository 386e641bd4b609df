"""Qdrant Edge: one segment, everything in memory."""
import qdrant_edge as q

from peers.stores import Store

METRICS = {"euclidean": q.Distance.Euclid, "cosine": q.Distance.Cosine, "dot": q.Distance.Dot}


def filter_of(condition):
    (name, value), = condition.items()
    if name == "$and":
        return q.Filter(must=[filter_of(part) for part in value])
    if name == "$or":
        return q.Filter(should=[filter_of(part) for part in value])
    if not isinstance(value, dict):
        value = {"$eq": value}
    if "$eq" in value:
        return q.Filter(must=[q.FieldCondition(name, match=q.MatchValue(value["$eq"]))])
    return q.Filter(must=[q.FieldCondition(name, range=q.RangeFloat(**{op[1:]: float(x) for op, x in value.items()}))])


class Engine(Store):
    def __init__(self, settings):
        self.wanted, self.condition = settings, None

    def create(self, folder, dimension, fields):
        graph = q.HnswIndexConfig(m=int(self.wanted.get("m", 16)), ef_construct=int(self.wanted.get("ef_construction", 200)),
                                  full_scan_threshold=10_000, max_indexing_threads=1)
        vectors = q.EdgeVectorParams(size=dimension, distance=METRICS[self.wanted["metric"]])
        optimizers = q.EdgeOptimizersConfig(default_segment_number=1, indexing_threshold=1000)
        self.shard = q.EdgeShard.create(f"{folder}/shard", q.EdgeConfig(vectors=vectors, hnsw_config=graph, optimizers=optimizers,
                                                                       max_search_threads=1))
        for name, value in (fields.items() if fields else ()):
            kind = q.PayloadSchemaType.Integer if isinstance(value, int) else q.PayloadSchemaType.Keyword
            self.shard.update(q.UpdateOperation.create_field_index(name, kind))

    def insert(self, first, rows, metadata):
        self.shard.update(q.UpdateOperation.upsert_points(
            [q.Point(first + i, row.tolist(), metadata[i] if metadata else None) for i, row in enumerate(rows)]))
        if self.wanted.get("durable"):
            self.shard.flush()

    def optimise(self):
        while self.shard.optimize():
            pass
        self.shard.flush()

    def close(self):
        self.shard.close()

    def open(self, folder, dimension):
        self.shard = q.EdgeShard.load(f"{folder}/shard")

    def set(self, settings):
        self.parameters = q.SearchParams(hnsw_ef=int(settings["ef"]))

    def filter(self, condition):
        self.condition = filter_of(condition) if condition else None

    def ask(self, query, k):
        return self.shard.search(q.SearchRequest(q.Query.Nearest(query), k, filter=self.condition, params=self.parameters,
                                                 with_payload=False, with_vector=False))

    def rows(self, answer):
        return [point.id for point in answer]

    def ask_many(self, queries, k):
        return self.shard.query_batch(q.QueryBatchRequest([
            q.QueryRequest(k, query=q.Query.Nearest(query), filter=self.condition, params=self.parameters, with_payload=False, with_vector=False)
            for query in queries]))

    def rows_many(self, answers):
        return [self.rows(answer) for answer in answers]
