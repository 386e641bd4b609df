// An evaluation as JSON and back, evaluation_object() and evaluation_of():
//
// {"format", "metrics", "modes": [{"mode", "set"?, METRIC: mean…, "queries", "took_ms",
// "intervals": {METRIC: [low, high]}, "judged", "curve"}], "comparisons", "resampling", "queries":
// [{"id", "text", "relevant", "modes": {TITLE: {"values", "hits"}}}], "unjudged_queries"}.
#pragma once

#include "rag/eval/evaluation.h"
