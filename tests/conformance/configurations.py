"""The ways in which the corpus is run. Answers must not depend on them."""
import re
from dataclasses import dataclass, field

GRAPHS = ("cosine", "dot", "euclidean", "l2", "ip", "inner_product")
WRITES = {
    "upsert", "upsert_many", "update", "update_where", "remove", "remove_many", "remove_where", "apply", "soft_delete", "restore", "purge",
    "upsert_with_ttl", "set_ttl", "clear_ttl", "generate",
}


@dataclass
class Configuration:
    name: str
    database: dict = field(default_factory=dict)  # options; those of the script come first
    collection: dict = field(default_factory=dict)  # options of dense collections that can have a graph
    least_dimension: int = 0  # of collections that get them
    environment: dict = field(default_factory=dict)
    after_write: list = field(default_factory=list)  # verbs
    after_step: list = field(default_factory=list)
    never_with: tuple = ()  # verbs: scripts that have one are left out

    def concerns(self, script):
        """Whether the script is another one in this configuration."""
        verbs = {step.verb for step in script.steps}
        wide = any(int(n) >= self.least_dimension for n in re.findall(r'"dimension": (\d+)', script.text))
        return verbs.isdisjoint(self.never_with) and (wide or not self.least_dimension)

    def options(self, given):
        """A collection's options with those of the configuration."""
        dense = given.get("kind", "dense") == "dense" and str(given.get("metric", "cosine")).lower() in GRAPHS
        dimension = given.get("dimension", 0)
        if not self.collection or not dense or not isinstance(dimension, int) or dimension < self.least_dimension:
            return given
        flat = given.get("index", self.collection.get("index")) == "flat"
        added = {k: v for k, v in self.collection.items() if not (flat and k != "index")}
        hnsw = {**added.pop("hnsw", {}), **given.get("hnsw", {})}
        return {**added, **given, **({"hnsw": hnsw} if hnsw else {})}


def _coded(name, least=0):
    return Configuration(
        name, {"seal_rows": 64, "threads": 0}, {"index": "hnsw", "hnsw": {"min_rows": 8}, "quantization": name}, least, after_write=["flush"])


CONFIGURATIONS = {
    c.name: c
    for c in [
        Configuration("plain"),
        Configuration("reopen", after_step=["reopen"]),
        Configuration("tiny", {"seal_rows": 2, "merge_fanout": 2}, {"hnsw": {"min_rows": 2}}),
        Configuration("scalar", environment={"VECSTORE_SIMD": "scalar"}),
        Configuration("flat", collection={"index": "flat"}),
        _coded("sq8"),
        _coded("sq4"),
        _coded("sq2", 192),
        _coded("rabitq1", 192),
        Configuration("full", {"durability": "full", "seal_rows": 3}),
        Configuration("threads0", {"threads": 0, "seal_rows": 4, "merge_fanout": 2, "durability": "off"}),
        Configuration("compact", {"memory_map": False}, {"hnsw": {"min_rows": 2}}, after_write=["compact"]),
        Configuration("backup", {"seal_rows": 3}, after_write=["through_backup"], never_with=("snapshot",)),
    ]
}
