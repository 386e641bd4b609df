"""Filtered queries: which cases are asked, which rows pass, and what is right."""
import json
import operator

import numpy as np

from harness import datasets, formats, knn

COMPARE = {"$eq": operator.eq, "$ne": operator.ne, "$lt": operator.lt, "$lte": operator.le, "$gt": operator.gt, "$gte": operator.ge}
SHARES = (50, 20, 10, 5, 1, 0.1, 0.01)
MOST_QUERIES = 200


def columns_of(path):
    rows = formats.read_json_lines(path)
    return {name: np.array([row.get(name) for row in rows]) for name in rows[0]}


def mask(condition, columns):
    """Which rows pass. Each condition has one member, so that every engine's translation stays a few lines."""
    if len(condition) != 1:
        raise ValueError(f"expected one member, found {json.dumps(condition)}; join them by $and")
    (name, value), = condition.items()
    if name in ("$and", "$or"):
        return (np.logical_and if name == "$and" else np.logical_or).reduce([mask(part, columns) for part in value])
    if name not in columns:
        raise ValueError(f"no field {name} in the metadata; it has {', '.join(columns)}")
    if not isinstance(value, dict):
        value = {"$eq": value}
    unknown = [op for op in value if op not in COMPARE]
    if unknown:
        raise ValueError(f"unknown operator {unknown[0]}; known are {' '.join(COMPARE)}")
    return np.logical_and.reduce([COMPARE[op](columns[name], operand) for op, operand in value.items()])


def standard_cases(data):
    """(name, filter, rows of the queries to ask) of the metadata that the harness writes itself."""
    base, queries = np.load(data.base, mmap_mode="r"), np.load(data.queries)
    near = knn.distances(data.metric, queries, datasets.cell_centres(base))
    cells = near.argmin(1)
    cell = int(np.bincount(cells).argmax())
    inside, far = np.flatnonzero(cells == cell), np.argsort(-near[:, cell])[:MOST_QUERIES]
    every = np.arange(min(MOST_QUERIES, len(queries)))
    cases = [(f"{share:g} %", {"share": {"$lt": max(1, round(share * 100))}}, every) for share in SHARES]
    cases += [("AND", {"$and": [{"share": {"$lt": 2000}}, {"tag": "t1"}]}, every),
              ("OR", {"$or": [{"share": {"$lt": 500}}, {"tag": "t3"}]}, every),
              ("tenant", {"tenant": 7}, every),
              ("correlated", {"cell": cell}, inside[:MOST_QUERIES]),
              ("anti-correlated", {"cell": cell}, far)]
    return cases


def cases_of(data, path):
    """(name, filter, rows of the queries to ask) of the file at `path`; of the standard cases where there is none."""
    if not path:
        return standard_cases(data)
    queries = len(np.load(data.queries, mmap_mode="r"))
    return [(row["name"], row["filter"], np.arange(min(MOST_QUERIES, queries))) for row in formats.read_json_lines(path)]


class Case:
    """One filter with its right answers."""

    def __init__(self, data, columns, name, condition, asked, k):
        base, queries = np.load(data.base, mmap_mode="r"), np.load(data.queries)
        self.name, self.condition, self.asked, self.data = name, condition, np.asarray(asked), data
        passing = np.flatnonzero(mask(condition, columns)) if condition else np.arange(len(base))
        self.matches, self.queries = len(passing), queries[self.asked]
        self.ids, self.near = knn.exact(data.metric, base, self.queries, k, passing)
        self.passing = passing

    def write(self, path):
        path.write_text(json.dumps(self.condition) + "\n" + " ".join(map(str, self.asked)) + "\n", encoding="utf-8")

    def judge(self, answers):
        """Recall by id and by distance; exactly min(k, matches) hits; none that fails the filter."""
        count = len(answers)
        near = knn.distances_of(self.data.metric, np.load(self.data.base, mmap_mode="r"), self.queries[:count], answers)
        by_id, by_distance = knn.recall(answers, self.ids[:count], self.near[:count], near)
        wrong = int((~np.isin(answers[answers >= 0], self.passing)).sum())
        return {"recall_ids": round(by_id, 5), "recall": round(by_distance, 5),
                "right_counts": knn.right_counts(answers, self.ids[:count]), "wrong_rows": wrong}
