// What the collection answers judged questions with, in every mode asked for.
#pragma once

#include <string>
#include <vector>

#include "cli/question.h"
#include "cli/rerank.h"
#include "cli/retrieval_flags.h"
#include "rag/eval/question_set.h"
#include "vecstore/evaluation.h"

namespace vecstore {

struct EvalRunOptions {
  std::vector<Mode> modes = {};
  Query common = {};  // k is how deep the rankings go
  RerankFlags rerank = {};
  RetrievalFlags retrieval = {};  // of which --expand counts
};

// One run per mode; with --rerank also "MODE+rerank", whose best candidates were ranked anew and
// whose others stay behind them, and before it one for every step but the last: "MODE+STEP",
// "MODE+STEP+STEP". The time is that of answering, without
// embedding and expanding.
Result<std::vector<RankedRun>> run_modes(Session& session, const Collection& collection,
                                         const std::vector<EvalQuestion>& questions,
                                         const EvalRunOptions& options);

}  // namespace vecstore
