"""Chroma, persistent, in the process: its graph is built while rows come in."""
import chromadb
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient

from peers.stores import Store

SPACES = {"euclidean": "l2", "cosine": "cosine", "dot": "ip"}


class Engine(Store):
    def __init__(self, settings):
        self.wanted, self.condition, self.ef = settings, None, None

    def _client(self, folder):
        self.folder = folder
        return chromadb.PersistentClient(f"{folder}/store", settings=chromadb.Settings(anonymized_telemetry=False))

    def create(self, folder, dimension, fields):
        graph = {"space": SPACES[self.wanted["metric"]], "max_neighbors": int(self.wanted.get("m", 16)),
                 "ef_construction": int(self.wanted.get("ef_construction", 200)), "num_threads": 1}
        self.rows_of = self._client(folder).create_collection("rows", embedding_function=None, configuration={"hnsw": graph})

    def insert(self, first, rows, metadata):
        self.rows_of.add([str(first + i) for i in range(len(rows))], embeddings=rows, metadatas=metadata)

    def optimise(self):
        pass  # has no such call

    def close(self):
        pass  # nor this

    def open(self, folder, dimension):
        self.rows_of = self._client(folder).get_collection("rows", embedding_function=None)

    def set(self, settings):
        if self.ef != settings["ef"]:
            self.ef = settings["ef"]
            self.rows_of.modify(configuration={"hnsw": {"ef_search": int(self.ef)}})
            SharedSystemClient.clear_system_cache()  # a graph that is loaded keeps the ef that it was loaded with
            self.open(self.folder, 0)

    def filter(self, condition):
        self.condition = condition

    def ask(self, query, k):
        return self.ask_many(query[None], k)

    def rows(self, answer):
        return self.rows_many(answer)[0]

    def ask_many(self, queries, k):
        return self.rows_of.query(query_embeddings=np.asarray(queries), n_results=k, where=self.condition, include=[])["ids"]

    def rows_many(self, answers):
        return [[int(name) for name in answer] for answer in answers]
