// How good a ranking is by judgements, as trec_eval defines it.
//
// recall@k: relevant ones found over all relevant ones; precision@k: over k, also where fewer were
// found; hit_rate@k: 1 when there is one; mrr[@k]: 1 over the rank of the first; map[@k]: the
// precision at each relevant one, over all relevant ones; ndcg[@k]: gain = grade, discount
// log2(rank + 1), over that of the best ranking of all judged. All are 0 where no document is
// relevant. What nobody judged counts as not relevant.
#pragma once

#include "rag/eval/judgements.h"
#include "vecstore/evaluation.h"
