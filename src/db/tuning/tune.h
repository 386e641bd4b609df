// Codes and widths of walks, tried on a collection's own graphs.
#pragma once

#include <functional>

#include "base/thread_pool.h"
#include "db/collection_core.h"
#include "vecstore/tuning.h"

namespace vecstore::db {

// Of the rows that are active at `now`. `pool` may be null; it helps to find out what is nearest,
// and has no part in what is timed. `pace` is called often and ends the work when it is not ok.
// Cost: for each query an exact search and some twenty walks, for each quantization a pass over the
// vectors; memory for one set of codes.
Result<TuneReport> tune(const ReadState& state, const TuneOptions& options, TimeMs now,
                        ThreadPool* pool, const std::function<Status()>& pace);

}  // namespace vecstore::db
