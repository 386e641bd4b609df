#include "crash/allocator.h"

#include <cstdlib>
#include <new>

#include "base/test_memory.h"

namespace vecstore::crash {
namespace {

enum class Way { kMust, kMay };  // how memory was asked for: may it be refused without a throw?

thread_local std::size_t countdown = 0;  // allocations until one fails; 0: none does
thread_local bool only_requests = false;
thread_local bool failed = false;

bool fails_now(Way way) {
  if (countdown == 0 || (only_requests && way == Way::kMust) || --countdown != 0) return false;
  failed = true;
  return true;
}

bool fail_nth(std::size_t n, bool requests, const std::function<void()>& call) {
  failed = false;
  only_requests = requests;
  countdown = n;
  call();
  countdown = 0;
  return failed;
}

}  // namespace

static void* allocate(std::size_t size, Way way) {
  return fails_now(way) ? nullptr : std::malloc(size == 0 ? 1 : size);
}

static void* allocate_aligned(std::size_t size, std::align_val_t alignment, Way way) {
  const auto to = static_cast<std::size_t>(alignment);
  return fails_now(way) ? nullptr : std::aligned_alloc(to, (size / to + 1) * to);
}

bool fail_nth_allocation(std::size_t n, const std::function<void()>& call) {
  return fail_nth(n, false, call);
}

bool fail_nth_request(std::size_t n, const std::function<void()>& call) {
  return fail_nth(n, true, call);
}

// The linker gives it all that the program asks of calloc.
extern "C" void* __real_calloc(std::size_t count, std::size_t size);
extern "C" void* __wrap_calloc(std::size_t count, std::size_t size) {
  return fails_now(Way::kMay) ? nullptr : __real_calloc(count, size);
}

}  // namespace vecstore::crash

// All forms, so that a sanitizer, which has its own, sees no memory go from one to the other.
void* operator new(std::size_t size) {
  void* memory = vecstore::crash::allocate(size, vecstore::crash::Way::kMust);
  if (memory == nullptr) vecstore::throw_no_memory();
  return memory;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  using vecstore::crash::Way;
  void* memory = vecstore::crash::allocate_aligned(size, alignment, Way::kMust);
  if (memory == nullptr) vecstore::throw_no_memory();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return vecstore::crash::allocate(size, vecstore::crash::Way::kMay);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return vecstore::crash::allocate(size, vecstore::crash::Way::kMay);
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return vecstore::crash::allocate_aligned(size, alignment, vecstore::crash::Way::kMay);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  std::free(memory);
}
