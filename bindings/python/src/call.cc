#include "python/src/call.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "python/src/errors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

constexpr std::chrono::milliseconds kSignalInterval{20};

std::atomic<unsigned long> main_thread{0};  // relaxed: changed only by a child that has one thread

void in_child() { main_thread.store(PyThread_get_thread_ident(), std::memory_order_relaxed); }

// Shared by the thread that works and the one that waits: either may be the last.
struct Watch {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::exception_ptr failure;
};

void run(const std::shared_ptr<Watch>& watch, std::function<void()>& given) {
  std::exception_ptr failure;
  try {
    const std::function<void()> work =
        std::move(given);  // what it holds is let go before the end is told
    work();
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(watch->mutex);
  watch->failure = failure;
  watch->done = true;
  watch->changed.notify_all();
}

bool wait_a_little(Watch& watch) {
  nb::gil_scoped_release unlocked;
  std::unique_lock lock(watch.mutex);
  return watch.changed.wait_for(lock, kSignalInterval, [&] { return watch.done; });
}

void wait_for_end(Watch& watch) {
  nb::gil_scoped_release unlocked;
  std::unique_lock lock(watch.mutex);
  watch.changed.wait(lock, [&] { return watch.done; });
}

}  // namespace

void raise_forked() {
  raise(failed_precondition(
      "this handle was opened before the process forked and is of no use in the child: open the "
      "database "
      "again there, read_only=True beside a writer, or start processes with 'spawn'"));
}

void let_others_run() {
  { const nb::gil_scoped_release unlocked; }
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

void start_calls(unsigned long ident) {
  main_thread.store(ident, std::memory_order_relaxed);
  static const bool registered = (at_forks(nullptr, nullptr, in_child), true);
  (void)registered;
}

std::shared_ptr<nb::object> shared_object(nb::handle object) {
  return {new nb::object(nb::borrow(object)), [](nb::object* held) {
            if (Py_IsInitialized() == 0) return;  // leaked: there is nobody to give it to
            const nb::gil_scoped_acquire locked;
            delete held;
          }};
}

bool on_main_thread() {
  return PyThread_get_thread_ident() == main_thread.load(std::memory_order_relaxed);
}

void run_watched(std::function<void()> work, CancelToken* token) {
  auto watch = std::make_shared<Watch>();
  // Never copied: it holds the arguments of the call.
  const auto shared = std::make_shared<std::function<void()>>(std::move(work));
  try {
    std::thread([watch, shared] { run(watch, *shared); }).detach();
  } catch (const std::system_error&) {  // no more threads: then without Ctrl-C
    nb::gil_scoped_release unlocked;
    return (*shared)();
  }
  while (!wait_a_little(*watch)) {
    if (PyErr_CheckSignals() == 0) continue;
    nb::python_error raised;
    if (token != nullptr) {
      token->cancel();
      wait_for_end(*watch);
    }
    throw raised;
  }
  if (watch->failure) std::rethrow_exception(watch->failure);
}

}  // namespace vecstore::python
