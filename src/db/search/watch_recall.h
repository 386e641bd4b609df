// Some queries answered again, exactly and in the background: recall_monitor.h counts what that
// says.
#pragma once

#include <memory>

#include "db/store.h"
#include "vecstore/hits.h"
#include "vecstore/query.h"

namespace vecstore::db {

// To be called with every answer. The share of DatabaseOptions::recall_sample is asked again on the
// store's threads, against the state that `found` was found in.
void watch_recall(Store& store, const std::shared_ptr<CollectionCore>& core, const ReadState& state,
                  const Query& query, TimeMs now, const Hits& found);

}  // namespace vecstore::db
