// The one place of the server where exceptions end: memory that ran out while a request was read or
// its answer written, outside the engine, which throws none.
#pragma once

#include <exception>
#include <new>
#include <utility>

#include "vecstore/status.h"

namespace vecstore {

template <typename Body>
auto contained(Body&& body) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return unavailable("there is not enough memory for this request");
  } catch (const std::exception& error) {
    return internal_error(error.what());
  }
}

}  // namespace vecstore
