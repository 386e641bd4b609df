// What the engine asks Python for in the middle of its work.
#pragma once

#include <nanobind/nanobind.h>

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "vecstore/cancel.h"
#include "vecstore/embedder.h"

namespace vecstore::python {

// Exceptions of Python's on their way through the engine, which sees a Status instead.
class Raised {
 public:
  // Under the interpreter lock, as all of these.
  Status keep(const nanobind::python_error& error, const std::string& who) {
    errors_.push_back(error);
    return Status(Code::kCancelled, who + " raised an exception");
  }
  // Throws the first one; returns when there is none.
  void rethrow() {
    if (errors_.empty()) return;
    nanobind::python_error error = std::move(errors_.front());
    errors_.clear();
    throw error;
  }

 private:
  std::deque<nanobind::python_error> errors_;
};

// An embedder whose every call a token ends.
class StoppableEmbedder final : public Embedder {
 public:
  StoppableEmbedder(std::shared_ptr<const Embedder> of, CancelToken cancel)
      : of_(std::move(of)), cancel_(std::move(cancel)) {}

  const EmbedderInfo& info() const override { return of_->info(); }
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    return call(texts, false);
  }
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const override {
    return call(texts, true);
  }

 private:
  Result<std::vector<float>> call(std::span<const std::string> texts, bool questions) const {
    SomeEmbedded some = of_->embed_some(texts, {.questions = questions, .cancel = cancel_});
    if (!some.status.ok()) return some.status;
    return std::move(some.rows);
  }

  std::shared_ptr<const Embedder> of_;
  CancelToken cancel_;
};

}  // namespace vecstore::python
