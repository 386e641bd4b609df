// An evaluation as JSON and back: what `vecstore eval -o json` prints, `--report FILE.json` keeps
// and `--compare` reads.
#pragma once

#include "rag/eval/evaluation.h"
#include "vecstore/value.h"

namespace vecstore {

// {"format", "metrics", "modes": [{"mode", "set"?, METRIC: mean…, "queries", "took_ms",
// "intervals": {METRIC: [low, high]}, "judged", "curve"}], "comparisons", "resampling", "queries":
// [{"id", "text", "relevant", "modes": {TITLE: {"values", "hits"}}}], "unjudged_queries"}.
Object evaluation_object(const Evaluation& evaluation);

// Reads what evaluation_object() made: the values and hits; means, intervals and comparisons are
// made anew from them. kInvalidArgument, with the member, for anything else.
Result<Evaluation> evaluation_of(const Value& json);

}  // namespace vecstore
