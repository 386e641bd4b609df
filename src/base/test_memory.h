// For tests: what the standard library does where there is no memory.
#pragma once

#include <cstdlib>
#include <new>

namespace vecstore {

// In a build without exceptions, as the coverage is, nothing can come after it.
[[noreturn]] inline void throw_no_memory() {
#if defined(__cpp_exceptions)
  throw std::bad_alloc();
#else
  std::abort();
#endif
}

}  // namespace vecstore
