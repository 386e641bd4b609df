"""Metrics on random rankings beside two others: a plain reading of trec_eval's definitions, and trec_eval itself where it is there."""
import json
import math
import os
import pathlib
import random
import subprocess
import unittest

import program
from program import ProgramTest

# Made by `tools/setup compare`.
TREC_EVAL = pathlib.Path(program.CACHE) / "vecstore/compare/trec_eval/bin/python"
DEPTHS = (1, 3, 5, 10, 20, 100)
# What trec_eval calls them.
NAMES = {"mrr": "recip_rank", "map": "map", "ndcg": "ndcg", **{f"{ours}@{k}": f"{theirs}_{k}" for k in DEPTHS for ours, theirs in (
    ("ndcg", "ndcg_cut"), ("recall", "recall"), ("precision", "P"), ("hit_rate", "success"), ("map", "map_cut"))}}
ASK = """
import json, sys, pytrec_eval
qrels, run = json.load(sys.stdin)
names = {"recip_rank", "map", "ndcg"} | {f"{name}.{','.join(map(str, %r))}" for name in ("ndcg_cut", "recall", "P", "success", "map_cut")}
json.dump(pytrec_eval.RelevanceEvaluator(qrels, names).evaluate(run), sys.stdout)
""" % (DEPTHS,)


def random_set(draw, queries=60):
    """Judgements with grades, some below 0; rankings with ties, unjudged documents and gaps."""
    qrels, run = {}, {}
    for query in map(str, range(queries)):
        documents = [f"d{n}" for n in range(draw.choice((5, 40, 300)))]
        judged = draw.sample(documents, draw.randint(1, min(60, len(documents))))
        qrels[query] = {document: draw.choice((-1, 0, 0, 1, 1, 2, 3)) for document in judged}
        found = draw.sample(documents, draw.randint(1, len(documents)))
        run[query] = {document: draw.choice((round(draw.random(), 3), draw.randint(0, 5), draw.gauss(0, 100))) for document in found}
    return qrels, run


def plain(name, ranking, grades):
    """By the definition, as slowly as it likes."""
    kind, _, depth = name.partition("@")
    k = int(depth) if depth else len(ranking) + len(grades)
    relevant = {document for document, grade in grades.items() if grade > 0}
    top = ranking[:k]
    if kind == "precision":
        return len(relevant & set(top)) / k
    if kind == "hit_rate":
        return float(bool(relevant & set(top)))
    if not relevant:
        return 0.0
    if kind == "recall":
        return len(relevant & set(top)) / len(relevant)
    if kind == "mrr":
        return max((1 / rank for rank, document in enumerate(top, 1) if document in relevant), default=0.0)
    if kind == "map":
        return sum(len(relevant & set(ranking[:rank])) / rank for rank, document in enumerate(top, 1) if document in relevant) / len(relevant)
    gains = [max(0, grades.get(document, 0)) for document in top]
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    dcg = [sum(gain / math.log2(rank + 1) for rank, gain in enumerate(one, 1)) for one in (gains, ideal)]
    return dcg[0] / dcg[1]


class Parity(ProgramTest):
    def measured(self, qrels, run):
        self.write("qrels", "".join(f"{q} 0 {d} {grade}\n" for q, grades in qrels.items() for d, grade in grades.items()))
        self.write("random.run", "".join(f"{q} Q0 {d} 0 {score!r} x\n" for q, scores in run.items() for d, score in scores.items()))
        report = self.ok("eval", "--qrels", "qrels", "--run", "random.run", "--metrics", ",".join(NAMES), "-o", "json").json
        return {one["id"]: dict(zip(report["metrics"], one["modes"]["random"]["values"])) for one in report["queries"]}

    def test_values_are_those_of_the_definitions(self):
        for seed in range(5):
            qrels, run = random_set(random.Random(seed))
            values = self.measured(qrels, run)
            for query in qrels:
                ranking = sorted(run[query], key=lambda document: (run[query][document], document), reverse=True)
                for name in NAMES:
                    self.assertAlmostEqual(values[query][name], plain(name, ranking, qrels[query]), places=9, msg=f"seed {seed}, query {query}, {name}")

    @unittest.skipUnless(TREC_EVAL.exists(), "trec_eval is not there: run tools/setup compare")
    def test_values_are_those_of_trec_eval(self):
        for seed in range(100, 105):
            qrels, run = random_set(random.Random(seed))
            values = self.measured(qrels, run)
            done = subprocess.run([TREC_EVAL, "-c", ASK], input=json.dumps([qrels, run]), capture_output=True, text=True, check=True, env=dict(os.environ))
            theirs = json.loads(done.stdout)
            self.assertEqual(len(theirs), len(qrels))
            for query, measured in theirs.items():
                for ours, name in NAMES.items():
                    self.assertAlmostEqual(values[query][ours], measured[name], delta=1e-4, msg=f"seed {seed}, query {query}, {name}")

    def test_runs_need_no_collection(self):
        self.write("qrels", "1 0 a 1\n2 0 a 1\n")
        self.write("x.run", "1 Q0 a 1 0.5 x\n3 Q0 a 1 0.5 x\n")
        self.write("y.run", "1 Q0 b 1 0.5 x\n2 Q0 a 1 0.5 x\n")
        answer = self.ok("eval", "--qrels", "qrels", "--run", "x.run", "--run", "y.run", "--metrics", "mrr", "-o", "json")
        self.assertEqual([(one["mode"], one["mrr"]) for one in answer.json["modes"]], [("x", 0.5), ("y", 0.5)])
        self.assertIn("x.run ranks nothing for 1 judged query, which counts as 0", answer.err)
        self.write("y.run", "1 Q0 b 1 much x\n")
        self.fails(1, "y.run: line 1: has the score 'much'", "eval", "--qrels", "qrels", "--run", "y.run")
        self.fails(2, "--run asks no collection", "eval", "--qrels", "qrels", "--run", "x.run", "--mode", "text")
        self.fails(2, "eval needs --queries or --dataset", "eval", "--run", "x.run")


if __name__ == "__main__":
    program.main()
