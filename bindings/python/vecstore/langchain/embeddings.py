"""An embedder of VecStore as LangChain's Embeddings: models that run here, providers, the cache."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from ..embedders import Embedder, embedded


class VecStoreEmbeddings(Embeddings):
    """Any :class:`vecstore.Embedder` for whatever takes LangChain's Embeddings; questions are embedded as questions.

    >>> def embed(texts):
    ...     return np.array([[text.count(letter) for letter in "aeiou"] for text in texts], dtype=np.float32)
    >>> from vecstore.langchain import VecStoreEmbeddings
    >>> VecStoreEmbeddings(vecstore.FunctionEmbedder(embed, name="vowels", dimension=5)).embed_query("tea")
    [1.0, 1.0, 0.0, 0.0, 0.0]

    :param embedder: such as ``vecstore.load_model("all-MiniLM-L6-v2")``.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        """The embedder itself."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each of the texts, which are to be found."""
        rows: list[list[float]] = embedded(self.embedder, texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of ``text``, which is looked for."""
        row: list[float] = embedded(self.embedder, [text], questions=True)[0].tolist()
        return row
