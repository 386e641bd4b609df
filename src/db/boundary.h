// Where std::bad_alloc ends: the one place that knows exceptions. The standard library throws it
// when memory is short; public calls and staged changes pass through here and return
// kResourceExhausted instead. A build without exceptions aborts in the allocator.
#pragma once

#include <new>

#include "vecstore/status.h"

namespace vecstore::db {

// Made beforehand: where it is needed there is no memory for it.
inline const Status kNoMemory = resource_exhausted("not enough memory");

// Why nothing may be written any more when memory ran out between a change on the disk and the same
// change in memory.
inline const Status kMemoryBehind = failed_precondition(
    "memory ran out while a stored change was applied: the database has to be opened again");

// What `body` returns, a Status or Result.
template <typename Body>
auto guarded(const Body& body) -> decltype(body()) {
#if defined(__cpp_exceptions)
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return kNoMemory;
  }
#else
  return body();
#endif
}

}  // namespace vecstore::db
