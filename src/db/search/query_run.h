// What all stages of one query share: the state that is asked, one instant, and when to stop.
#pragma once

#include <string_view>

#include "db/schema.h"
#include "query/search.h"
#include "query/segment.h"
#include "vecstore/query.h"

namespace vecstore::db {

struct QueryRun {
  const Schema& schema;
  std::string_view collection;
  const query::Snapshot& snapshot;
  query::SearchRequest common;  // now, when to stop, whose threads; nothing of one stage
  Explain explain = Explain::kNo;
  Hits& totals;  // its counts and `partial`, of all stages

  bool explains() const { return explain != Explain::kNo; }
  bool only_plans() const { return common.plan_only; }
  // From then on the answer is partial.
  bool stopped() const {
    totals.partial = totals.partial || query::stopped(common);
    return totals.partial;
  }
};

}  // namespace vecstore::db
