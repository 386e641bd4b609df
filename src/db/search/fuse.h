// Several rankings of a collection's rows into one: what vecstore/fusion.h describes.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "query/segment.h"
#include "vecstore/fusion.h"
#include "vecstore/hits.h"

namespace vecstore::db {

struct RankedRow {
  std::uint32_t segment = 0;  // position in the snapshot
  query::Row row = 0;
  std::string id = {};
  double score = 0;
  std::optional<double> distance = {};
  std::vector<ArmScore> arms = {};  // of what was fused
};

// kInvalidArgument for what fuse() cannot use; weights must be as many as `arms`.
Status check_fusion(const Fusion& fusion, std::size_t arms);

// Of a vector's ranking and a text's: weights, where there are none, from alpha.
Fusion hybrid_fusion(Fusion fusion);

constexpr std::size_t kAllRows = std::numeric_limits<std::size_t>::max();

// Each arm is best first and has a row once; what is in them is taken. Best first, ties by id;
// of the rows of any the `count` best, each with its distance in the first arm that has one. The
// order of arms with equal weights changes no score. No score is NaN, whatever those of the arms
// are.
std::vector<RankedRow> fuse(const Fusion& fusion, std::span<std::vector<RankedRow>> arms,
                            std::size_t count = kAllRows);

}  // namespace vecstore::db
