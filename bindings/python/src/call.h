// How the engine is called: without the interpreter lock, never in a forked child, and so that
// Ctrl-C ends what takes long.
//
// Python runs signal handlers in its main thread only, between steps of the interpreter. A long
// call made there runs in a thread of its own, while the main thread waits and asks for signals
// every few milliseconds. When a handler raises, the call's token is set and its end is awaited; a
// call that has no token is left to end by itself. In other threads calls are plain ones.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/forks.h"
#include "vecstore/query.h"

namespace vecstore::python {

[[noreturn]] void raise_forked();

// In the midst of what takes long under the interpreter lock: other threads may take it, and what a
// signal's handler raises is thrown.
void let_others_run();

// To be called once, with threading.main_thread().ident.
void start_calls(unsigned long main_thread);
bool on_main_thread();

// Runs `work` in a thread of its own, as above. False when the token was set and the work then came
// to its end: the caller throws what Python has raised. Throws at once when there is no token.
void run_watched(std::function<void()> work, CancelToken* token);

// What `work` (without parameters) returns, a Status or Result, without the interpreter lock. What
// it refers to must be owned by it when there is no token, since it may outlive the call.
template <typename Work>
auto watched(Work work, CancelToken* token) -> decltype(work()) {
  if (!on_main_thread()) {
    nanobind::gil_scoped_release unlocked;
    return work();
  }
  auto result = std::make_shared<std::optional<decltype(work())>>();
  run_watched([result, work = std::move(work)]() mutable { result->emplace(work()); }, token);
  return std::move(**result);
}

template <typename Work>
auto unlocked(Work&& work) {
  nanobind::gil_scoped_release released;
  return work();
}

// An object of Python's that threads of the engine hold: let go under the interpreter lock,
// whichever thread is the last.
std::shared_ptr<nanobind::object> shared_object(nanobind::handle object);

// Something of the engine's behind a Python object. In a child that fork() made it refuses to be
// used: databases and collections do so by themselves, scans and diffs do not. It may be destroyed
// there, since the engine leaves alone what it has open.
template <typename T>
class Handle {
 public:
  explicit Handle(T value) : value_(std::make_shared<T>(std::move(value))) {}
  Handle(Handle&&) noexcept = default;
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (value_ == nullptr) return;
    nanobind::gil_scoped_release unlocked;  // the last handle closes the store
    value_.reset();
  }

  T& operator*() const { return *shared(); }
  T* operator->() const { return shared().get(); }
  const std::shared_ptr<T>& shared() const {
    if (forks_ != forks()) raise_forked();
    return value_;
  }

 private:
  std::shared_ptr<T> value_;
  std::uint64_t forks_ = forks();  // in the process that opened it
};

// What `work` returns for what is behind the handle, without the interpreter lock. The handle is
// checked under it.
template <typename T, typename Work>
auto unlocked(const Handle<T>& handle, Work&& work) {
  T& engine = *handle;
  nanobind::gil_scoped_release released;
  return work(engine);
}

}  // namespace vecstore::python
