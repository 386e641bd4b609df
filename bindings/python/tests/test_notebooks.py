"""What notebooks show: tables, a chart, how far a call is."""

import re
import sys
import types
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from vecstore import charts, progress

TRIALS = [
    {"quantization": q, "ef": ef, "recall": recall, "p50_ms": ms}
    for q, ef, recall, ms in [("sq8", 20, 0.91, 0.2), ("sq8", 80, 0.99, 0.9), ("sq4", 20, 0.88, 0.1), ("sq4", 80, 0.97, 0.4)]
]


def test_the_chart_of_a_tuning_shows_every_trial_where_it_belongs():
    svg = ElementTree.fromstring(charts.recall_over_time(TRIALS, TRIALS[3]))
    points = {c.find("title").text: (float(c.get("cx")), float(c.get("cy"))) for c in svg.iter("circle") if c.find("title") is not None}
    ring = points.pop("the best")
    assert len(points) == 4 and ring == points["sq4, ef 80: recall 0.9700, 0.400 ms"]
    by_time = [name for name, at in sorted(points.items(), key=lambda p: p[1][0])]
    assert [re.search(r"[\d.]+ ms", name)[0] for name in by_time] == ["0.100 ms", "0.200 ms", "0.400 ms", "0.900 ms"]
    assert [name.split()[4] for name, at in sorted(points.items(), key=lambda p: p[1][1])] == ["0.9900,", "0.9700,", "0.9100,", "0.8800,"]
    assert {"0.1", "0.2", "0.5"} <= {t.text for t in svg.iter("text")} and {"sq8", "sq4"} <= {t.text for t in svg.iter("text")}
    assert all(0 <= x <= 560 and 0 <= y <= 300 for x, y in points.values())


@pytest.mark.parametrize("trials", [[], TRIALS[:1], [t | {"p50_ms": 0} for t in TRIALS]])
def test_a_chart_of_less_than_two_points_is_none(trials):
    assert charts.recall_over_time(trials, None) == ""


def test_a_chart_of_equal_points():
    assert "NaN" not in (svg := charts.recall_over_time([TRIALS[0]] * 2, None)) and ElementTree.fromstring(svg) is not None


def test_an_explanation_is_a_table_that_folds_its_words(docs):
    docs.upsert("<b>", [1, 1, 1], texts="open <b>")
    shown = docs.query([1, 0, 0], text="open <i>", filter="year > 2000", mmr=0.5, explain=True).explanation._repr_html_()
    assert "in memory: scan" in shown and "mmr" in shown and "<details>" in shown and "text" in shown
    assert "<i>" not in shown and "&lt;i&gt;" in shown
    planned = docs.query([1, 0, 0], explain="plan").explanation._repr_html_()
    assert "what would be done" in planned and "about 4" in planned


def test_numbers_are_readable(db):
    many = db.collection("many", dimension=2)
    many.upsert([f"{i}" for i in range(1200)], np.ones((1200, 2)), metadata=[{"year": 2024}] * 1200)
    assert "<td style='text-align:left'>1,200</td>" in many._repr_html_()
    assert "2024" in many.facet("year")._repr_html_() and "1,200" in many.facet("year")._repr_html_()


def test_progress_of_a_write_in_a_terminal(docs, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    docs.upsert([f"{i}" for i in range(5)], np.ones((5, 3)), batch_size=2, progress=True)
    lines = capsys.readouterr().err.split("\r")
    assert [line.split(" ")[0] for line in lines[1:]] == ["2/5", "4/5", "5/5"] and lines[-1].endswith("\n")


def test_progress_into_a_file_is_its_end_alone(docs, capsys):
    docs.upsert([f"{i}" for i in range(5)], np.ones((5, 3)), batch_size=2, progress=True)
    assert capsys.readouterr().err == "5/5 records, 0 s\n"


def test_progress_in_a_notebook_is_one_bar_that_moves(docs, capsys, monkeypatch):
    bars = []
    display = types.SimpleNamespace(update=lambda bar: bars.append(bar._repr_html_()))
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(kernel=1)))
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=lambda bar, display_id: display))
    docs.upsert([f"{i}" for i in range(5)], np.ones((5, 3)), batch_size=2, progress=True)
    assert [re.search(r"value='(\d+)' max='5'", bar)[1] for bar in bars] == ["2", "4", "5"] and capsys.readouterr().err == ""


def test_no_progress_is_shown_unless_asked_for(docs, capsys):
    docs.upsert([f"{i}" for i in range(5)], np.ones((5, 3)), batch_size=2, progress=False)
    assert capsys.readouterr().err == "" and callable(progress.of_ingest())
