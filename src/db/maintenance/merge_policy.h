// Which segment files to merge next: a pure function of their sizes, so that the same history
// merges the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vecstore::db {

struct MergeCandidate {
  std::uint64_t rows = 0;
  std::uint64_t dead_rows = 0;
  std::uint64_t bytes = 0;
};

// Positions to merge into one, ascending; empty when all is well. Files fall into tiers of `fanout`
// times the size; a tier with `fanout` files is merged, so that each byte is rewritten about
// log_fanout(total) times. A file with 30 % dead rows is rewritten alone.
std::vector<std::size_t> choose_merge(std::span<const MergeCandidate> files, std::size_t fanout);

}  // namespace vecstore::db
