"""What is measured, with the parameters that its authors publish or that served it best."""
import dataclasses
import functools
import pathlib
import re
import subprocess

from harness import places

KINDS_OF_TEXT = ("term", "union2", "union3", "union4", "union6", "frequent3", "phrase2", "phrase3")
BATCHED = " batch=1000"
EFS = (10, 14, 20, 30, 45, 70, 110, 180, 300, 500, 800, 1300, 2000)


@dataclasses.dataclass(frozen=True)
class Engine:
    name: str
    runner: str                 # a program of build/bench/bench, or a module of bench/peers
    family: str = ""            # what counts as present under --strict
    package: str = ""           # of Python, for its version
    parameters: tuple = ()      # of the build
    serve: tuple = ()           # of the process that answers
    settings: tuple = tuple(f"ef={ef}" for ef in EFS)
    metrics: tuple = ("euclidean", "cosine", "dot")
    filters: bool = False
    most_queries: int = 1_000
    java: bool = False
    own: bool = False           # VecStore's own package of Python, out of the build folder
    protocol: str = "vectors"   # or passages: bench/peers/vecstore_text.cc
    build: pathlib.Path | None = None  # the folder of its program, where it is not the usual one

    def last_of(self, setting):
        """Whether no later setting asks the same in batches."""
        return setting + BATCHED not in self.settings

    @property
    def native(self):
        return not self.package and not self.java and not self.own


def graph(*more):
    return ("m=16", "ef_construction=200", *more)


IVF = tuple(f"nprobe={n} refine={r}" for n, r in
            ((1, 4), (2, 6), (4, 10), (8, 10), (16, 20), (32, 20), (32, 60), (64, 40), (128, 60), (256, 100)))
SCANN = tuple(f"leaves={n} refine={r}" for n, r in
              ((2, 30), (4, 50), (8, 60), (16, 100), (32, 150), (64, 200), (96, 400), (160, 600), (300, 1000)))
SLOW = tuple(f"ef={ef}" for ef in (24, 64, 200, 600))  # at least twice k, for its refine

ENGINES = [
    Engine("vecstore", "vecstore_runner", "vecstore", parameters=graph(), filters=True),
    Engine("hnswlib", "hnswlib_runner", "hnswlib", parameters=graph()),
    Engine("svs-lvq4x8", "svs", "svs", "scalable-vs", ("codes=lvq", "degree=32", "window=200")),
    Engine("svs-f16", "svs", "svs", "scalable-vs", ("codes=f16", "degree=32", "window=200")),
    Engine("zvec-uint7", "zvec", "zvec", "zvec", graph("codes=uint7"), metrics=("euclidean",), filters=True),
    Engine("zvec-int8", "zvec", "zvec", "zvec", graph("codes=int8"), metrics=("cosine", "dot"), filters=True),
    Engine("zvec", "zvec", "zvec", "zvec", graph("codes=fp32"), filters=True),
    Engine("zvec-ordinary", "zvec", "zvec", "zvec", graph("codes=fp32"), ("path=ordinary",), tuple(f"ef={ef}" for ef in EFS[::2])),
    Engine("faiss-sq8", "faiss", "faiss", "faiss-cpu", graph("kind=hnsw", "codes=sq8")),
    Engine("faiss-hnsw", "faiss", "faiss", "faiss-cpu", graph("kind=hnsw")),
    Engine("faiss-ivfpq", "faiss", "faiss", "faiss-cpu", ("kind=ivfpq",), settings=IVF),
    Engine("scann", "scann", "scann", "scann", settings=SCANN),
    Engine("usearch", "usearch", "usearch", "usearch", graph()),
    Engine("qdrant-edge", "qdrant", "qdrant", "qdrant-edge-py", graph(), settings=tuple(f"ef={ef}" for ef in EFS[::2]), filters=True),
    Engine("lancedb", "lance", "lance", "lancedb", graph(), settings=SLOW, filters=True, most_queries=200),
]
def text_engine(name, runner, family, **more):
    return Engine(name, runner, family, protocol="passages", metrics=("bm25",), settings=tuple(f"kind={kind}" for kind in KINDS_OF_TEXT), **more)


# Lucene keeps lengths in one byte and so does Tantivy; lucene-exact is what scores are compared with.
TEXT_ENGINES = [
    text_engine("vecstore", "vecstore_text_runner", "vecstore"),
    text_engine("lucene", "Lucene", "lucene", java=True),
    text_engine("lucene-exact", "Lucene", java=True, family="lucene", parameters=("lengths=exact",)),
    text_engine("tantivy", "tantivy_text", "tantivy", package="tantivy"),
]


def python_engine(name, runner, package, *codes, **more):
    """Asked from Python by who has one vector or a thousand of them; every answer is the ids that the user gave."""
    batches = more.pop("batches", ("", BATCHED))
    settings = tuple(f"ef={ef}{batch}" for ef in more.pop("efs", EFS_OF_PYTHON) for batch in batches)
    return Engine(name, runner, more.pop("family", name), package, graph(*codes), settings=settings, own=not package, **more)


EFS_OF_PYTHON = (10, 20, 45, 110, 300)
PYTHON_ENGINES = [
    python_engine("vecstore", "vecstore_python", "", filters=True),
    python_engine("hnswlib", "hnswlib_python", "hnswlib"),
    python_engine("faiss", "faiss", "faiss-cpu", "kind=hnsw"),
    python_engine("usearch", "usearch", "usearch"),
    python_engine("zvec", "zvec", "zvec", "codes=fp32", serve=("path=ordinary",), filters=True, batches=("",)),
    python_engine("zvec-int8", "zvec", "zvec", "codes=int8", family="zvec", serve=("path=ordinary",), metrics=("cosine", "dot"), filters=True,
                  batches=("",)),
    python_engine("qdrant-edge", "qdrant", "qdrant-edge-py", filters=True),
    python_engine("chroma", "chroma", "chromadb", filters=True),
    python_engine("lancedb", "lance", "lancedb", efs=(24, 64, 200), filters=True, most_queries=200),
]
# Takes rows as they do, and is asked nothing.
PLAIN_FILE = Engine("plain file", "plain_file", package="numpy")
REQUIRED_OF_TEXT = ("lucene",)
BIG = ("vecstore", "hnswlib", "svs-lvq4x8", "svs-f16", "zvec-uint7", "zvec-int8")
REQUIRED = ("hnswlib", "svs", "zvec", "qdrant")
QUICK = ("vecstore", "hnswlib", "svs-lvq4x8", "svs-f16", "zvec-uint7", "zvec-int8", "faiss-sq8", "scann", "qdrant-edge")

# What belongs together: data set, engines (none: all), whether filtered, and k where it is not 10.
PLANS = {
    "text": [("passages", (), False)],
    "quick": [("fashion", QUICK, False), ("sentences", QUICK, False)],
    "all": [(name, (), False) for name in ("fashion", "sentences", "hard:200000x100", "manifold:100000x768", "clustered:100000x1536",
                                           "duplicated:100000x96", "adversarial:100000x256", "uniform:10000x128", "manifold:10000x384")] +
           [("sentences", (), True), ("sentences", QUICK, False, 100), ("passages", (), False), ("manifold:1000000x128", BIG, False), ("clustered:1000000x384", BIG, False)],
}


def named(names, among=ENGINES):
    known = {engine.name: engine for engine in among}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"unknown engine {unknown[0]}; known are {', '.join(known)}")
    return [known[name] for name in names]


def venv_python():
    return places.cache() / "venv" / "bin" / "python"


@functools.cache
def versions():
    """Of the packages in the venv of the peers; empty when there is none."""
    if not venv_python().exists():
        return {}
    listing = subprocess.run([venv_python(), "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
                             capture_output=True, text=True, check=False).stdout
    return {re.sub(r"[_.]", "-", name.lower()): version for name, version in re.findall(r"^(\S+)==(\S+)$", listing, re.M)}
