#include "crash/allocator.h"

#include <cstdlib>
#include <new>

#include "base/test_memory.h"

namespace vecstore::crash {
namespace {

thread_local std::size_t countdown = 0;  // allocations until one fails; 0: none does
thread_local bool failed = false;

}  // namespace

static void* allocate(std::size_t size) {
  if (countdown != 0 && --countdown == 0) {
    failed = true;
    return nullptr;
  }
  return std::malloc(size == 0 ? 1 : size);
}

bool fail_nth_allocation(std::size_t n, const std::function<void()>& call) {
  failed = false;
  countdown = n;
  call();
  countdown = 0;
  return failed;
}

}  // namespace vecstore::crash

// All forms, so that a sanitizer, which has its own, sees no memory go from one to the other.
void* operator new(std::size_t size) {
  void* memory = vecstore::crash::allocate(size);
  if (memory == nullptr) vecstore::throw_no_memory();
  return memory;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return vecstore::crash::allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return vecstore::crash::allocate(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
