"""Data sets by name, prepared once in the cache: real ones out of packages, and made ones with a stated seed and intrinsic dimension.

A made one is NAME:ROWSxDIMENSION, for example hard:200000x100 or manifold:1000000x384.
"""
import dataclasses
import json
import pathlib
import re

import numpy as np

from harness import formats, knn, passages, places

QUERIES = 1_000
BLOCK = 10_000
FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")


@dataclasses.dataclass(frozen=True)
class Data:
    name: str
    base: pathlib.Path
    queries: pathlib.Path
    metric: str
    metadata: pathlib.Path | None = None
    about: str = ""
    truth: pathlib.Path | None = None
    with_metadata: bool = False

    @property
    def key(self):
        return f"{formats.fingerprint(self.base)}-{self.metric}" + (
            f"-{formats.fingerprint(self.metadata)}" if self.with_metadata else "")

    def words(self, *names):
        """What a runner is told."""
        return [f"{name}={getattr(self, name)}" for name in names]

    def exact(self, k):
        """ids and distances of the true nearest rows; computed once."""
        if self.truth:
            ids = np.asarray(formats.read_vectors(self.truth)[:, :k], np.int64)
            base, queries = np.load(self.base, mmap_mode="r"), np.load(self.queries)
            return ids, knn.distances_of(self.metric, base, queries, ids)
        kept = places.cache() / "truth" / f"{self.key}-{formats.fingerprint(self.queries)}-{k}.npz"
        if not kept.exists():
            ids, near = knn.exact(self.metric, np.load(self.base, mmap_mode="r"), np.load(self.queries), k)
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept.with_suffix(".part.npz"), ids=ids, near=near)
            kept.with_suffix(".part.npz").rename(kept)
        with np.load(kept) as file:
            return file["ids"], file["near"]


def fashion(folder):
    for name, part in (("base", "train"), ("queries", "t10k")):
        path = FASHION / f"{part}-images-idx3-ubyte.gz"
        if not path.exists():
            raise FileNotFoundError(f"{path}: install dataset-fashion-mnist, or run `tools/setup bench`")
        rows = formats.read_vectors(path)
        np.save(folder / f"{name}.npy", np.ascontiguousarray(rows[:QUERIES] if name == "queries" else rows, "<f4"))


def sentences(folder):
    from harness import sentences as of_manuals
    of_manuals.prepare(folder)


REAL = {"fashion": (fashion, "euclidean", "pixels of Fashion-MNIST"),
        "sentences": (sentences, "cosine", "sentences of two manuals, embedded by all-MiniLM-L6-v2")}


def smooth_map(random, inner, dimension):
    """Three layers with a bend between: a curved sheet of `inner` dimensions in the space."""
    width = 2 * max(inner, 16)
    weights = [random.normal(size=shape) / shape[0] ** 0.5 for shape in ((inner, width), (width, width), (width, dimension))]
    return lambda z: np.tanh(np.tanh(z @ weights[0] * 1.5) @ weights[1] * 1.5) @ weights[2]


class Manifold:
    """`inner` dimensions bent into the space, with noise of 2 % in all."""
    metric, inner = "euclidean", 16

    def __init__(self, random, rows, dimension):
        self.map, self.dimension = smooth_map(random, self.inner, dimension), dimension

    def block(self, random, count):
        x = self.map(random.normal(size=(count, self.inner)))
        return x + 0.02 * x.std() * random.normal(size=x.shape)


class Clustered:
    """One cluster for each 1,000 rows, of unequal sizes and widths, each flat in 12 directions of its own."""
    metric, inner = "cosine", 12

    def __init__(self, random, rows, dimension):
        self.count = max(10, rows // 1000)
        self.centres = random.normal(size=(self.count, dimension))
        self.directions = random.normal(size=(self.inner, self.inner, dimension)) * 0.25  # shared by clusters of one number mod 12
        self.widths = random.uniform(0.3, 1.5, self.count)
        shares = random.pareto(1.5, self.count) + 0.2
        self.shares = shares / shares.sum()

    def block(self, random, count):
        which = random.choice(self.count, count, p=self.shares)
        inside = np.einsum("ni,nid->nd", random.normal(size=(count, self.inner)), self.directions[which % self.inner])
        return self.centres[which] + inside * self.widths[which, None]


class Uniform:
    """Independent uniform components: nothing to find a structure in. Intrinsic dimension: all."""
    metric = "euclidean"

    def __init__(self, random, rows, dimension):
        self.dimension, self.inner = dimension, dimension

    def block(self, random, count):
        return random.uniform(-1, 1, (count, self.dimension))


class Duplicated(Manifold):
    """Half of the rows are exact copies, of one row for each hundred of all, half of those copies of ten rows alone."""

    def __init__(self, random, rows, dimension):
        super().__init__(random, rows, dimension)
        self.originals = super().block(random, max(10, rows // 100))

    def block(self, random, count):
        x = super().block(random, count)
        draw = random.random(count)
        copies = np.where(draw < 0.25, random.integers(0, 10, count), random.integers(0, len(self.originals), count))
        return np.where((draw < 0.5)[:, None], self.originals[copies], x)


class Adversarial(Manifold):
    """Norms with a heavy tail (Pareto 1.5) and one axis a hundred times as wide as the others: hard on codes with one scale."""

    def block(self, random, count):
        x = super().block(random, count)
        x[:, 0] = 100 * x.std() * random.normal(size=count)
        return x * (1 + random.pareto(1.5, (count, 1)))


class Hard:
    """Like word vectors: 28 dimensions with falling weights and hubs, turned into the space; cosine."""
    metric, inner = "cosine", 28

    def __init__(self, random, rows, dimension):
        spectrum = np.full(dimension, 0.08)
        spectrum[:self.inner] = np.linspace(1, 0.5, min(self.inner, dimension))
        self.turn = np.linalg.qr(random.normal(size=(dimension, dimension)))[0] * spectrum[:, None]
        self.mean = 0.35 * random.normal(size=dimension) / dimension ** 0.5

    def block(self, random, count):
        x = random.normal(size=(count, len(self.turn))) @ self.turn
        return (x / np.linalg.norm(x, axis=1, keepdims=True) + self.mean) * random.lognormal(0, 0.3, (count, 1))


MADE = {"manifold": Manifold, "clustered": Clustered, "uniform": Uniform, "duplicated": Duplicated, "adversarial": Adversarial,
        "hard": Hard}
SEED = 20_251


def make(kind, rows, dimension, folder):
    """Block by block, so that a million rows need no more memory than ten thousand."""
    random = np.random.default_rng(SEED)
    source = MADE[kind](random, rows, dimension)
    base = np.lib.format.open_memmap(folder / "base.npy", "w+", np.dtype("<f4"), (rows, dimension))
    for first in range(0, rows, BLOCK):
        count = min(BLOCK, rows - first)
        base[first:first + count] = source.block(random, count)
    base.flush()
    np.save(folder / "queries.npy", source.block(random, QUERIES).astype("<f4"))


def write_metadata(base, path, metric):
    """What the filtered runs ask for: `share` spread evenly, a skewed `tag`, a `tenant` of 200, and `cell`, which depends on the vector."""
    random = np.random.default_rng(SEED + 1)
    rows = len(base)
    centres = cell_centres(base)
    cells = np.concatenate([cell_of(np.asarray(base[first:first + BLOCK], np.float32), centres, metric)
                            for first in range(0, rows, BLOCK)])
    share, tags = random.permutation(rows) * 10_000 // rows, np.minimum(random.geometric(0.2, rows), 20)
    tenants = random.integers(0, 200, rows)
    with open(path, "w", encoding="utf-8") as file:
        for i in range(rows):
            file.write(json.dumps({"share": int(share[i]), "tag": f"t{tags[i]}", "tenant": int(tenants[i]), "cell": int(cells[i])}) + "\n")


def cell_centres(base):
    return np.asarray(base[np.sort(np.random.default_rng(SEED + 2).choice(len(base), 32, replace=False))], np.float32)


def cell_of(rows, centres, metric):
    return knn.distances(metric, rows, centres).argmin(1)


def load(name):
    """The data set of that name, made when it is not there."""
    if name == "passages":
        return passages.load(name)
    made = re.fullmatch(r"(\w+):(\d+)x(\d+)", name)
    folder = places.cache() / "data" / name.replace(":", "-")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if name in REAL:
        prepare, metric, about = REAL[name]
        places.in_place(folder, prepare)
    elif made and made[1] in MADE:
        rows, dimension = int(made[2]), int(made[3])
        places.in_place(folder, lambda scratch: make(made[1], rows, dimension, scratch))
        source = MADE[made[1]]
        metric = source.metric
        about = f"{source.__doc__.split('.')[0]}; intrinsic dimension {getattr(source, 'inner', dimension)}, seed {SEED}"
    else:
        raise SystemExit(f"unknown data set {name}; known are {', '.join(REAL)}, passages, and NAME:ROWSxDIMENSION of {', '.join(MADE)}")
    return Data(name, folder / "base.npy", folder / "queries.npy", metric, folder / "filters.jsonl", about)


def part(data, rows):
    """So many rows of it, chosen with a seed, each with one number for filters: `share`, even from 0 to 9,999."""
    folder = places.cache() / "data" / f"{data.name}-{rows}-of-{data.key}".replace(":", "-")
    base = np.load(data.base, mmap_mode="r")
    rows = min(rows, len(base))

    def fill(scratch):
        random = np.random.default_rng(SEED + 3)
        np.save(scratch / "base.npy", base[np.sort(random.choice(len(base), rows, replace=False))])
        np.save(scratch / "queries.npy", np.load(data.queries))
        shares = random.permutation(rows) * 10_000 // rows
        (scratch / "rows.jsonl").write_text("".join(f'{{"share": {share}}}\n' for share in shares))
    folder.parent.mkdir(parents=True, exist_ok=True)
    places.in_place(folder, fill)
    return dataclasses.replace(data, base=folder / "base.npy", queries=folder / "queries.npy", metadata=folder / "rows.jsonl", truth=None,
                               about=f"{rows:,} of {data.about}")


def with_metadata(data):
    """The same, with the metadata of a set by name written if it is not yet there."""
    if not data.metadata.exists():
        part = data.metadata.with_suffix(".part")
        write_metadata(np.load(data.base, mmap_mode="r"), part, data.metric)
        part.rename(data.metadata)
    return dataclasses.replace(data, with_metadata=True)
