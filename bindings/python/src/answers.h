// Hits on their way to Python: kept as the engine gave them, turned into Python's objects only
// where they are looked at.
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "vecstore/hits.h"

namespace vecstore::python {

struct Answer {
  explicit Answer(Hits given) : hits(std::make_shared<const Hits>(std::move(given))) {}
  explicit Answer(std::shared_ptr<const Hits> shared) : hits(std::move(shared)) {}
  std::shared_ptr<const Hits> hits;
};

// Of many queries; `k` is the width of their tables.
struct Answers {
  Answers(std::vector<Hits> given, std::size_t width)
      : hits(std::make_shared<const std::vector<Hits>>(std::move(given))), k(width) {}
  Answer at(std::size_t i) const { return Answer(std::shared_ptr<const Hits>(hits, &(*hits)[i])); }
  std::shared_ptr<const std::vector<Hits>> hits;
  std::size_t k;
};

// A vecstore.Hit, and what it says; of highlights, groups and arms nothing comes back.
nanobind::object from_hit(const Hit& hit);
Hit to_hit(nanobind::handle object);

}  // namespace vecstore::python
