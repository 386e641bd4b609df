"""The true nearest rows, by looking at all of them, and how many of those an answer has."""
import numpy as np

BLOCK = 20_000
TOLERANCE = 1e-5


def distances(metric, queries, rows):
    """In float64, one row of the result for each query. `rows` is one matrix for all, or one matrix for each query (3-d)."""
    q, x = np.asarray(queries, np.float64), np.asarray(rows, np.float64)
    dot = q @ x.T if x.ndim == 2 else np.einsum("qd,qkd->qk", q, x)
    if metric == "dot":
        return -dot
    qq, xx = (q * q).sum(-1)[:, None], (x * x).sum(-1)
    if metric == "cosine":
        scale = np.sqrt(qq * xx)
        return 1 - np.divide(dot, scale, out=np.zeros_like(dot), where=scale > 0)
    if metric != "euclidean":
        raise ValueError(f"unknown metric {metric}")
    if x.ndim == 3:  # of few rows: without the cancellation of the other form
        return np.sqrt(((q[:, None, :] - x) ** 2).sum(-1))
    return np.sqrt(np.maximum(qq + xx - 2 * dot, 0))


def _coarse(metric, queries, rows):
    """float32, and only the order counts."""
    dot = queries @ rows.T
    if metric == "dot":
        return -dot
    xx = np.einsum("nd,nd->n", rows, rows)
    if metric == "cosine":
        return -dot / np.sqrt(np.where(xx > 0, xx, 1))
    return xx - 2 * dot


def exact(metric, base, queries, k, allowed=None):
    """ids (k columns, -1 where there are fewer) and distances (inf there) of the nearest rows; `allowed` are the rows that count.

    Found in float32 with a margin, then ordered in float64; equal distances by row.
    """
    allowed = np.arange(len(base)) if allowed is None else np.asarray(allowed)
    wanted = k + max(k, 20)
    queries = np.ascontiguousarray(queries, dtype=np.float32)
    near = np.full((len(queries), wanted), np.inf, np.float32)
    ids = np.full((len(queries), wanted), -1, np.int64)
    centre = np.zeros(queries.shape[1], np.float32)
    if metric == "euclidean" and len(allowed):  # nearer to the origin, less is lost in float32
        centre = np.asarray(base[allowed[:1000]], np.float32).mean(0)
    for first in range(0, len(allowed), BLOCK):
        some = allowed[first:first + BLOCK]
        contiguous = some[-1] - some[0] + 1 == len(some)
        rows = np.asarray(base[some[0]:some[-1] + 1] if contiguous else base[some], np.float32) - centre
        both = np.concatenate([near, _coarse(metric, queries - centre, rows)], axis=1)
        names = np.concatenate([ids, np.broadcast_to(some, (len(queries), len(some)))], axis=1)
        best = np.argpartition(both, wanted - 1, axis=1)[:, :wanted]
        near, ids = np.take_along_axis(both, best, 1), np.take_along_axis(names, best, 1)
    ids[~np.isfinite(near)] = -1
    exactly = distances_of(metric, base, queries, ids)
    order = np.lexsort((ids, exactly), axis=1)[:, :k]
    return np.take_along_axis(ids, order, 1), np.take_along_axis(exactly, order, 1)


def distances_of(metric, base, queries, ids):
    """To the rows named; inf for -1."""
    found = np.full(ids.shape, np.inf)
    for first in range(0, len(ids), 64):
        some = ids[first:first + 64]
        rows = np.asarray(base[np.maximum(some, 0).ravel()]).reshape(*some.shape, -1)
        part = distances(metric, queries[first:first + 64], rows)
        found[first:first + 64] = np.where(some >= 0, part, np.inf)
    return found


def recall(answers, truth_ids, truth_distances, answer_distances):
    """Shares of the k true rows found: by id, and by distance, where a row no farther than the k-th nearest counts whichever it is.

    Where fewer than k rows are true, those are all that is asked for. A row given twice counts once.
    """
    wanted = (truth_ids >= 0).sum(1)
    if not wanted.sum():
        return 1.0, 1.0  # nothing was to be found
    limits = np.array([d[n - 1] if n else -1e300 for d, n in zip(truth_distances, wanted)])
    limits = limits + TOLERANCE * np.maximum(np.abs(limits), TOLERANCE)
    by_id = by_distance = 0
    for row, (found, near) in enumerate(zip(answers, answer_distances)):
        _, first = np.unique(found, return_index=True)
        first = first[found[first] >= 0]
        by_id += np.isin(found[first], truth_ids[row]).sum()
        by_distance += min((near[first] <= limits[row]).sum(), wanted[row])
    total = int(wanted.sum())
    return by_id / total, by_distance / total


def right_counts(answers, truth_ids):
    """Whether every answer has exactly min(k, matches) rows, and no row twice."""
    found = answers >= 0
    unique = np.array([len(set(row[row >= 0])) for row in answers])
    return bool(((found.sum(1) == (truth_ids >= 0).sum(1)) & (unique == found.sum(1))).all())
