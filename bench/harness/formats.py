"""Vectors in whatever file they come in, as float32 rows."""
import gzip
import hashlib
import json
import pathlib
import struct

import numpy as np

from harness import places

IDX_TYPES = {0x08: np.dtype(">u1"), 0x09: np.dtype(">i1"), 0x0B: np.dtype(">i2"), 0x0C: np.dtype(">i4"), 0x0D: np.dtype(">f4"),
             0x0E: np.dtype(">f8")}


def read_vectors(path):
    """.npy, .fvecs, .ivecs, IDX (also .gz): two dimensions, whatever the numbers are. Large .npy files are mapped."""
    path = pathlib.Path(path)
    if path.suffix == ".npy":
        rows = np.load(path, mmap_mode="r")
    elif path.suffix in (".fvecs", ".ivecs"):
        rows = read_vecs(path)
    else:
        rows = read_idx(path)
    rows = rows.reshape(len(rows), -1) if rows.ndim > 1 else rows
    if rows.ndim != 2 or not rows.size:
        raise ValueError(f"{path}: expected rows of vectors, found the shape {rows.shape}")
    return rows


def read_vecs(path):
    raw = np.fromfile(path, dtype="<i4")
    dimension = int(raw[0]) if len(raw) else 0
    if dimension <= 0 or len(raw) % (dimension + 1):
        raise ValueError(f"{path}: {4 * len(raw)} bytes are no rows of {dimension} dimensions")
    rows = raw.reshape(-1, dimension + 1)
    if not (rows[:, 0] == dimension).all():
        raise ValueError(f"{path}: rows differ in their dimension")
    rows = rows[:, 1:]
    return rows if path.suffix == ".ivecs" else np.ascontiguousarray(rows).view("<f4")


def read_idx(path):
    data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in IDX_TYPES:
        raise ValueError(f"{path}: neither .npy, .fvecs, .ivecs nor IDX")
    axes = data[3]
    shape = struct.unpack(f">{axes}I", data[4:4 + 4 * axes])
    values = np.frombuffer(data, IDX_TYPES[data[2]], offset=4 + 4 * axes)
    if values.size != int(np.prod(shape)):
        raise ValueError(f"{path}: the header says {shape}, but there are {values.size} numbers")
    return values.reshape(shape)


def is_plain(path):
    """What the runners map: float32 rows in C order in a version 1 .npy file."""
    if pathlib.Path(path).suffix != ".npy":
        return False
    rows = np.load(path, mmap_mode="r")
    return rows.dtype == np.dtype("<f4") and rows.ndim == 2 and rows.flags.c_contiguous


def as_npy(path):
    """The path of the same vectors as a plain .npy file: the file itself, or a copy in the cache."""
    path = pathlib.Path(path).resolve()
    if is_plain(path):
        return path
    kept = places.cache() / "converted" / f"{fingerprint(path)}.npy"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        rows = np.ascontiguousarray(read_vectors(path), dtype="<f4")
        np.save(kept.with_suffix(".part.npy"), rows)
        kept.with_suffix(".part.npy").rename(kept)
    return kept


def fingerprint(path):
    """Of the bytes; remembered as long as size and time of the file stay."""
    path = pathlib.Path(path).resolve()
    status = path.stat()
    stamp = hashlib.sha256(f"{path} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:24]
    kept = places.cache() / "fingerprints" / stamp
    if not kept.exists():
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while block := file.read(1 << 22):
                digest.update(block)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(digest.hexdigest()[:16])
    return kept.read_text()


def read_json_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]
