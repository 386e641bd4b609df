// The loop of a watch: what changed is gathered, taken, and tried again where that fails for now.
#pragma once

#include <chrono>
#include <functional>

#include "rag/watch/folder_watch.h"

namespace vecstore {

struct TakeOptions {
  // A burst ends when nothing changed for so long, or at the latest after `most`: an editor writes
  // a file in several steps, a checkout writes thousands.
  std::chrono::milliseconds quiet{300};
  std::chrono::milliseconds most{5000};
  // Before what failed is tried again; twice as long each time, up to a minute.
  std::chrono::milliseconds retry{1000};
  CancelToken cancel = {};
};

// Calls `take` with everything at first, so that a watch begins where the last one ended, then with
// what changed, until the token says so: then ok. What `take` could not do for now (kUnavailable,
// kResourceExhausted, kDeadlineExceeded, kNotFound: a folder that is away) comes again together
// with what changed since; any other error ends it.
Status take_changes(FolderWatch& watch, const TakeOptions& options,
                    const std::function<Status(const FolderChanges&)>& take);

// Whether trying again may help.
bool may_pass(const Status& status);

}  // namespace vecstore
