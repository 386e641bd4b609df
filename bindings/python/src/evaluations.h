// What the evaluations of rankings and of answers share on their way to Python.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <utility>

#include "rag/eval/resampling.h"

namespace vecstore::python {

// A report: immutable, used from any thread, also in a child of fork().
template <typename T>
class Kept {
 public:
  explicit Kept(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  const T& operator*() const { return *value_; }

 private:
  std::shared_ptr<const T> value_;
};

// (samples, seed, confidence); raises for what cannot be drawn.
Resampling to_resampling(const nanobind::tuple& given);

}  // namespace vecstore::python
