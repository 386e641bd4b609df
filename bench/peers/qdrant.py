"""Qdrant Edge: one segment, everything in memory."""
import qdrant_edge as q

METRICS = {"euclidean": q.Distance.Euclid, "cosine": q.Distance.Cosine, "dot": q.Distance.Dot}
BATCH = 1000


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


class Engine:
    def __init__(self, settings):
        self.wanted, self.condition = settings, None

    def build(self, base, metadata, folder):
        graph = q.HnswIndexConfig(m=int(self.wanted.get("m", 16)), ef_construct=int(self.wanted.get("ef_construction", 200)),
                                  full_scan_threshold=10_000, max_indexing_threads=1)
        vectors = q.EdgeVectorParams(size=base.shape[1], distance=METRICS[self.wanted["metric"]])
        optimizers = q.EdgeOptimizersConfig(default_segment_number=1, indexing_threshold=1000)
        shard = q.EdgeShard.create(f"{folder}/shard", q.EdgeConfig(vectors=vectors, hnsw_config=graph, optimizers=optimizers,
                                                                  max_search_threads=1))
        for name, value in (metadata[0].items() if metadata else ()):
            kind = q.PayloadSchemaType.Integer if isinstance(value, int) else q.PayloadSchemaType.Keyword
            shard.update(q.UpdateOperation.create_field_index(name, kind))
        for first in range(0, len(base), BATCH):
            shard.update(q.UpdateOperation.upsert_points(
                [q.Point(i, base[i].tolist(), metadata[i] if metadata else None)
                 for i in range(first, min(first + BATCH, len(base)))]))
        while shard.optimize():
            pass
        shard.flush()
        shard.close()

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
